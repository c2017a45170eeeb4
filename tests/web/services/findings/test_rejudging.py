"""What gates admitted alone is judged again with what was known here at the time; their decision stands."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import event, insert, select

from tests.web.alone import DAY, HOUR, MINUTE, Holder, evidence, found, held, holder, kinds, passed, took
from tests.web.tenants import SettableClock, Tenant
from web.db.tables import codes, credentials, entries, policies, visitors
from web.services.installation import Installation, new_id


def asks(inst: Installation, there: Tenant, version: int, **fields: object) -> None:
    row = {"scope_kind": "venue", "scope_id": there.venue, "version": version, "body": json.dumps(fields)}
    values = {**row, "account_id": "a", "created_ms": inst.now_ms()}
    inst.write(lambda c: c.execute(insert(policies).values(**values)).rowcount)


def sample(inst: Installation, who: Holder, since_ms: int, **values: Any) -> None:
    row = {
        "id": new_id(), "visitor_id": who.visitor, "kind": "test", "since_ms": since_ms, "until_ms": None,
        "verified": 1, "source": "staff", "created_ms": since_ms, **values,
    }  # fmt: skip
    inst.write(lambda c: c.execute(insert(credentials).values(**row)).rowcount)


NEEDS_TEST = {"credentials": [{"kind": "test", "max_age_hours": 48}]}


@pytest.mark.parametrize(
    ("revoked_ago", "expected"), [(HOUR + 1, ["admitted_withdrawn"]), (HOUR - 1, []), (None, [])]
)
def test_a_code_that_had_been_withdrawn_by_then(
    inst: Installation, park: Tenant, clock: SettableClock, revoked_ago: int | None, expected: list[str]
) -> None:
    revoked_ms = None if revoked_ago is None else clock.ms - revoked_ago
    who = holder(inst, park, revoked_ms=revoked_ms)
    item = passed(park.gate, 1, clock.ms - HOUR, who)
    assert took(inst, park.gate, item) == ["stored"]
    assert kinds(inst) == expected
    outcome = inst.read(lambda c: c.scalar(select(entries.c.outcome).where(entries.c.id == item["id"])))
    assert outcome == "admitted"


@pytest.mark.parametrize(
    ("confirmed_ago", "lifted_ago", "expected"),
    [
        (2 * HOUR, None, ["admitted_on_hold"]),
        (2 * HOUR, 90 * MINUTE, []),
        (2 * HOUR, 30 * MINUTE, ["admitted_on_hold"]),
        (30 * MINUTE, None, []),
    ],
)
def test_a_hold_counts_if_it_was_in_force_then_and_not_now(
    inst: Installation,
    park: Tenant,
    clock: SettableClock,
    confirmed_ago: int,
    lifted_ago: int | None,
    expected: list[str],
) -> None:
    who = holder(inst, park)
    held(inst, who, clock.ms - confirmed_ago, None if lifted_ago is None else clock.ms - lifted_ago)
    took(inst, park.gate, passed(park.gate, 1, clock.ms - HOUR, who))
    assert kinds(inst) == expected


def test_the_rules_are_those_that_the_entry_names_and_not_todays(
    inst: Installation, park: Tenant, clock: SettableClock
) -> None:
    who = holder(inst, park)
    asks(inst, park, 2, **NEEDS_TEST)
    took(inst, park.gate, passed(park.gate, 1, clock.ms - MINUTE, who, policy_version=1))
    assert kinds(inst) == []
    took(inst, park.gate, passed(park.gate, 2, clock.ms - MINUTE, who, policy_version=2))
    [alert] = found(inst)
    assert alert.kind == "admitted_against_rules"
    assert (evidence(alert)["reason"], evidence(alert)["policy_version"]) == ("credential_missing", 2)


@pytest.mark.parametrize(
    ("at", "known_ms", "expected"),
    [
        (47 * HOUR, 0, []),
        (49 * HOUR, 0, ["credential_too_old"]),
        (47 * HOUR, DAY * 3, ["credential_missing"]),
    ],
    ids=["fresh", "too old", "entered later"],
)
def test_a_test_counts_by_what_was_known_of_it_at_the_time(
    inst: Installation, park: Tenant, clock: SettableClock, at: int, known_ms: int, expected: list[str]
) -> None:
    who = holder(inst, park)
    sampled = clock.ms - 4 * DAY
    sample(inst, who, sampled, created_ms=sampled + known_ms)
    asks(inst, park, 2, **NEEDS_TEST)
    took(inst, park.gate, passed(park.gate, 1, sampled + at, who, policy_version=2))
    assert [evidence(row)["reason"] for row in found(inst)] == expected


def test_the_true_time_decides_and_not_the_gates_wrong_clock(
    inst: Installation, park: Tenant, clock: SettableClock
) -> None:
    who = holder(inst, park)
    held(inst, who, clock.ms - 2 * HOUR, clock.ms - 90 * MINUTE)
    wrong = {"boot_id": "b", "boot_ms": 1, "offset_ms": HOUR, "offset_age_ms": 0}
    took(inst, park.gate, passed(park.gate, 1, clock.ms - 105 * MINUTE - HOUR, who, clock=wrong))
    assert "admitted_on_hold" in kinds(inst)


def test_an_expired_code_that_a_rolled_back_gate_let_in(
    inst: Installation, park: Tenant, clock: SettableClock
) -> None:
    who = holder(inst, park, expires_s=(clock.ms - DAY) // 1000)
    took(inst, park.gate, passed(park.gate, 1, clock.ms - HOUR, who))
    assert [evidence(row)["reason"] for row in found(inst)] == ["code_expired"]


@pytest.mark.parametrize(
    "changes",
    [
        {"direction": "out", "reason": "goodbye"},
        {"outcome": "refused", "reason": "refused_by_staff", "way": "staff"},
        {"outcome": "referred", "reason": "taken_back", "way": "staff"},
        {"outcome": "referred", "reason": "on_hold"},
    ],
)
def test_who_was_not_let_in_is_not_judged_again(
    inst: Installation, park: Tenant, clock: SettableClock, changes: dict[str, Any]
) -> None:
    who = holder(inst, park, revoked_ms=clock.ms - DAY)
    held(inst, who, clock.ms - DAY)
    took(inst, park.gate, passed(park.gate, 1, clock.ms - HOUR, who, **changes))
    assert kinds(inst) == []


def test_somebody_forgotten_since_is_no_alert(inst: Installation, park: Tenant, clock: SettableClock) -> None:
    asks(inst, park, 2, **NEEDS_TEST)
    item = passed(park.gate, 1, clock.ms - HOUR, Holder("gone", "ab" * 16), policy_version=2)
    assert took(inst, park.gate, item) == ["stored"]
    assert kinds(inst) == []


def test_a_repeated_upload_is_judged_once_and_found_once(
    inst: Installation, park: Tenant, clock: SettableClock
) -> None:
    who = holder(inst, park, revoked_ms=clock.ms - DAY)
    item = passed(park.gate, 1, clock.ms - HOUR, who)
    assert took(inst, park.gate, item, item) == ["stored", "duplicate"]
    assert took(inst, park.gate, item) == ["duplicate"]
    assert len(found(inst)) == 1


def test_the_evidence_names_nobody(inst: Installation, park: Tenant, clock: SettableClock) -> None:
    who = holder(inst, park, "Zhang Weiwei", revoked_ms=clock.ms - DAY)
    took(inst, park.gate, passed(park.gate, 1, clock.ms - HOUR, who))
    [alert] = found(inst)
    person = inst.read(lambda c: c.execute(select(visitors).where(visitors.c.id == who.visitor)).one())
    cti = inst.read(lambda c: c.scalar(select(codes.c.cti)))
    for private in ("Zhang", "Weiwei", "138", person.masked_name, person.id, cti):
        assert private not in alert.evidence
        assert private not in alert.key


def test_a_batch_of_many_people_takes_few_queries(
    inst: Installation, park: Tenant, clock: SettableClock
) -> None:
    people = [holder(inst, park, f"Person {nth}") for nth in range(40)]
    said: list[str] = []

    def asked(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        said.append(statement)

    def batch(first: int, count: int) -> int:
        items = [
            passed(park.gate, first + nth, clock.ms - HOUR + nth, people[nth % 40]) for nth in range(count)
        ]
        said.clear()
        took(inst, park.gate, *items)
        return len(said)

    event.listen(inst.write(lambda connection: connection.engine), "before_cursor_execute", asked)
    few, many = batch(1, 2), batch(100, 200)
    assert kinds(inst) == []
    assert many <= few + 2
