"""Two gates that could not know of each other let the same visitor in: one alert, never an error (R5)."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest
from sqlalchemy import insert, select

from tests.web.alone import DAY, HOUR, MINUTE, Holder, evidence, found, holder, kinds, passed, took
from tests.web.tenants import SettableClock, Tenant, enrolled
from web.db.tables import alerts, policies
from web.services.gates.fleet import fleet
from web.services.gates.gates import Gate
from web.services.installation import Installation
from web.services.passing import checkin
from web.services.passing.checkin import CheckIn
from web.store.scope import PROGRAM


@pytest.fixture
def ann(inst: Installation, park: Tenant) -> Holder:
    return holder(inst, park)


@pytest.fixture
def south(inst: Installation, park: Tenant) -> Gate:
    return enrolled(inst, park.staff, park.side_entrance)[0]


def test_one_code_at_two_gates_that_were_cut_off_is_one_alert(
    inst: Installation, park: Tenant, south: Gate, ann: Holder, clock: SettableClock
) -> None:
    first = passed(park.gate, 1, clock.ms - HOUR, ann)
    second = passed(south, 1, clock.ms - HOUR + MINUTE, ann)
    assert took(inst, south, second) == ["stored"]
    assert kinds(inst) == []
    assert took(inst, park.gate, first) == ["stored"]
    assert took(inst, park.gate, first) == ["duplicate"]
    [alert] = found(inst)
    assert (alert.kind, alert.entry_id, alert.other_entry_id) == ("two_gates", first["id"], second["id"])
    assert (alert.kiosk_id, alert.venue_id) == (south.id, park.venue)
    assert evidence(alert)["true_ms"] == [first["at_ms"], second["at_ms"]]


def test_an_exit_in_between_is_no_alert_in_whatever_order_the_three_arrive(
    inst: Installation, park: Tenant, south: Gate, clock: SettableClock
) -> None:
    for nth, order in enumerate(permutations(range(3))):
        who = holder(inst, park, f"Person {nth}")
        base = clock.ms - HOUR
        three = [
            (park.gate, passed(park.gate, 10 * nth + 1, base, who)),
            (park.gate, passed(park.gate, 10 * nth + 2, base + MINUTE, who, direction="out")),
            (south, passed(south, nth + 1, base + 2 * MINUTE, who)),
        ]
        for index in order:
            gate, item = three[index]
            assert took(inst, gate, item) == ["stored"]
        assert kinds(inst) == [], order


def test_an_exit_that_is_taken_back_brings_the_alert_back(
    inst: Installation, park: Tenant, south: Gate, ann: Holder, clock: SettableClock
) -> None:
    base = clock.ms - HOUR
    took(inst, park.gate, passed(park.gate, 1, base, ann))
    took(inst, south, passed(south, 1, base + 2 * MINUTE, ann))
    assert kinds(inst) == ["two_gates"]
    out = passed(park.gate, 2, base + MINUTE, ann, direction="out")
    took(inst, park.gate, out)
    assert kinds(inst) == []
    back = passed(
        park.gate, 3, base + 3 * MINUTE, ann, outcome="referred", reason="taken_back", way="staff",
        direction="out", corrects=out["id"],
    )  # fmt: skip
    took(inst, park.gate, back)
    assert kinds(inst) == ["two_gates"]
    assert len(inst.read(lambda c: c.execute(select(alerts)).all())) == 1


def test_an_entry_that_is_taken_back_explains_its_alert(
    inst: Installation, park: Tenant, south: Gate, ann: Holder, clock: SettableClock
) -> None:
    base = clock.ms - HOUR
    took(inst, park.gate, passed(park.gate, 1, base, ann))
    wrong = passed(south, 1, base + MINUTE, ann)
    took(inst, south, wrong)
    back = passed(
        south, 2, base + 2 * MINUTE, ann, outcome="referred", reason="taken_back", way="staff",
        corrects=wrong["id"],
    )  # fmt: skip
    assert kinds(inst) == ["two_gates"]
    took(inst, south, back)
    assert kinds(inst) == []


def test_who_only_comes_again_later_at_another_gate_that_had_contact_is_no_alert(
    inst: Installation, park: Tenant, south: Gate, ann: Holder, clock: SettableClock
) -> None:
    took(inst, park.gate, passed(park.gate, 1, clock.ms, ann))
    clock.pass_s(3600)
    took(inst, south, passed(south, 1, clock.ms, ann))
    assert kinds(inst) == []


def test_where_nobody_may_enter_twice_it_is_an_alert_even_with_contact(
    inst: Installation, park: Tenant, south: Gate, ann: Holder, clock: SettableClock
) -> None:
    row = {"scope_kind": "venue", "scope_id": park.venue, "version": 2, "body": '{"reentry": "refer"}'}
    inst.write(
        lambda c: c.execute(insert(policies).values(**row, account_id="a", created_ms=clock.ms)).rowcount
    )
    took(inst, park.gate, passed(park.gate, 1, clock.ms - 30, ann, policy_version=2))
    took(inst, south, passed(south, 1, clock.ms - 20, ann, policy_version=1))
    assert kinds(inst) == []
    took(inst, park.gate, passed(park.gate, 2, clock.ms - 10, ann, policy_version=2))
    assert kinds(inst) == ["two_gates"]


@pytest.mark.parametrize(
    ("case", "change"),
    [
        ("the same gate", {}),
        ("another day", {"at_ms": -DAY}),
        ("refused there", {"outcome": "refused", "reason": "class_not_accepted"}),
    ],
)
def test_what_is_no_pair(
    inst: Installation,
    park: Tenant,
    south: Gate,
    ann: Holder,
    clock: SettableClock,
    case: str,
    change: dict[str, Any],
) -> None:
    base = clock.ms - HOUR
    took(inst, park.gate, passed(park.gate, 1, base, ann))
    gate = park.gate if case == "the same gate" else south
    rest = {name: value for name, value in change.items() if name != "at_ms"}
    took(inst, gate, passed(gate, 2, base + change.get("at_ms", MINUTE), ann, **rest))
    assert kinds(inst) == []


def test_different_visitors_and_strangers_are_no_pair(
    inst: Installation, park: Tenant, south: Gate, ann: Holder, clock: SettableClock
) -> None:
    base = clock.ms - HOUR
    ben = holder(inst, park, "Ben Ash")
    took(inst, park.gate, passed(park.gate, 1, base, ann), passed(park.gate, 2, base, None))
    took(inst, south, passed(south, 1, base, ben), passed(south, 2, base, None))
    assert kinds(inst) == []


def test_a_poster_beside_the_gate_is_no_second_gate(
    inst: Installation, park: Tenant, clock: SettableClock
) -> None:
    done = checkin.check_in(inst, park.poster, CheckIn(checkin.new_entry_id(inst), "Li Na", "13900139000"))
    clock.pass_s(3600)
    private = {"name": "Li Na", "phone": "13900139000"}
    item = passed(park.gate, 1, done.at_ms + 1000, None)
    assert took(inst, park.gate, {**item, "private": {**item["private"], **private}}) == ["stored"]
    assert kinds(inst) == []


def test_a_gate_that_stands_elsewhere_by_now_is_the_second_gate_of_where_it_stood(
    inst: Installation, park: Tenant, mill: Tenant, south: Gate, ann: Holder, clock: SettableClock
) -> None:
    first = passed(park.gate, 1, clock.ms - HOUR, ann)
    took(inst, south, passed(south, 1, clock.ms - HOUR + MINUTE, ann))
    fleet.move(inst, PROGRAM, south.id, mill.entrance)
    took(inst, park.gate, first)
    assert kinds(inst) == ["two_gates"]


def test_three_gates_in_a_row_are_two_pairs_in_any_order(
    inst: Installation, park: Tenant, south: Gate, clock: SettableClock
) -> None:
    third = enrolled(inst, park.staff, park.side_entrance)[0]
    wanted = set()
    for nth, order in enumerate(permutations(range(3))):
        who = holder(inst, park, f"Person {nth}")
        three = [
            (gate, passed(gate, nth + 1, clock.ms - HOUR + minute * MINUTE, who))
            for minute, gate in enumerate((park.gate, south, third))
        ]
        for index in order:
            took(inst, *three[index])
        ids = [item["id"] for _, item in three]
        wanted |= {(ids[0], ids[1]), (ids[1], ids[2])}
    assert {(row.entry_id, row.other_entry_id) for row in found(inst)} == wanted
