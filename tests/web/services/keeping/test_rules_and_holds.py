"""Venues keep people as long as their rules say, a legal hold beats them, a certificate says what went."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select

from domain.errors import InputError
from domain.keeping import Node, NodeKind, Purpose
from domain.note import note_key
from tests.web.tenants import SettableClock, Tenant, entry_item
from web.db.tables import entry_people, leaves, policies, stays, visitors
from web.services.errors import NotFoundError
from web.services.gates import ingest
from web.services.installation import Installation
from web.services.keeping import legal_holds, rules
from web.services.keeping.legal_holds import Given
from web.services.keeping.purging import collected, purging, runs
from web.services.keeping.rules import Change
from web.services.passing import checkin
from web.services.passing.checkin import CheckIn

_DAY_S = 86_400
_PROOF = Path(__file__).parents[4] / "docs" / "verify_certificate.py"


def came(inst: Installation, at: Tenant, name: str, phone: str) -> None:
    checkin.check_in(inst, at.poster, CheckIn(checkin.new_entry_id(inst), name, phone))


def left(inst: Installation, at: Tenant) -> int:
    venue = (
        select(func.count())
        .select_from(entry_people)
        .join(visitors, visitors.c.id == entry_people.c.visitor_id)
    )
    return int(inst.read(lambda c: c.scalar(venue.where(visitors.c.enterprise_id == at.enterprise))) or 0)


def venue(at: Tenant) -> Node:
    return Node(NodeKind.VENUE, at.venue)


def area(at: Tenant) -> Node:
    return Node(NodeKind.AREA, at.area.area_path.strip("/").split("/")[-1])


def test_a_venue_that_keeps_seven_days_forgets_while_another_still_knows(
    inst: Installation, park: Tenant, mill: Tenant, clock: SettableClock
) -> None:
    for at in (park, mill):
        came(inst, at, "李雷", "13900139000")
    rules.change(inst, park.staff, "ann", venue(park), Change(Purpose.PASSAGES, 7))
    clock.pass_s(8 * _DAY_S)
    assert purging.purge(inst) == (1, 1)
    assert (left(inst, park), left(inst, mill)) == (0, 1)
    # An entry that a gate sends late, from before what is erased already, goes with the next day's run.
    clock.pass_s(21 * _DAY_S)
    purging.purge(inst)
    assert (left(inst, park), left(inst, mill)) == (0, 0)


def test_the_bound_of_an_area_holds_for_all_below_it(
    inst: Installation, park: Tenant, clock: SettableClock
) -> None:
    rules.change(inst, park.staff, "ann", venue(park), Change(Purpose.PASSAGES, 90))
    rules.change(inst, park.area, "eve", area(park), Change(Purpose.PASSAGES, None, most=5))
    assert rules.days_of_venue(inst, park.venue) == 5
    for days, field in ((0, "days"), (366, "days"), (6, "days")):
        with pytest.raises(InputError) as refused:
            rules.change(inst, park.staff, "ann", venue(park), Change(Purpose.PASSAGES, days))
        assert refused.value.field == field
    with pytest.raises(InputError):
        rules.change(inst, park.staff, "ann", venue(park), Change(Purpose.VISITORS, 3))
    came(inst, park, "李雷", "13900139000")
    clock.pass_s(6 * _DAY_S)
    assert purging.purge(inst) == (1, 1)


def test_a_page_of_rules_names_the_node_that_decides_and_whoever_set_it(
    inst: Installation, park: Tenant, mill: Tenant
) -> None:
    rules.change(inst, park.area, "eve", area(park), Change(Purpose.PASSAGES, 14))
    shown = rules.shown(inst, park.staff, venue(park))
    row = next(row for row in shown.rows if row.purpose is Purpose.PASSAGES)
    assert (row.kept.days, row.by_name, row.own_days) == (14, "East Area", None)
    assert [(one.node_name, one.days) for one in shown.history] == [("East Area", 14)]
    for node in (
        venue(park),
        area(park),
        Node(NodeKind.ENTERPRISE, park.enterprise),
        Node(NodeKind.VENUE, ""),
    ):
        with pytest.raises(NotFoundError):
            rules.shown(inst, mill.staff, node)


def test_a_hold_that_is_set_before_the_run_keeps_what_it_names_until_somebody_else_lifts_it(
    inst: Installation, park: Tenant, mill: Tenant, clock: SettableClock
) -> None:
    came(inst, park, "李雷", "13900139000")
    whose = inst.read(lambda c: c.scalar(select(entry_people.c.visitor_id)))
    came(inst, park, "韩梅梅", "13800138000")
    clock.pass_s(29 * _DAY_S)
    made = legal_holds.set_hold(inst, park.staff, "ann", Given("visitor", str(whose), "Case 12/2026"))
    assert purging.purge(inst) == (1, 1)
    assert inst.read(lambda c: list(c.scalars(select(entry_people.c.visitor_id)))) == [whose]
    with pytest.raises(InputError, match="Somebody else"):
        legal_holds.lift(inst, park.staff, "ann", made)
    with pytest.raises(NotFoundError):
        legal_holds.lift(inst, mill.staff, "bob", made)
    legal_holds.lift(inst, park.staff, "bob", made)
    assert purging.purge(inst) == (1, 1)
    kinds = inst.read(lambda c: list(c.scalars(select(leaves.c.body).where(leaves.c.kind == "legal_hold"))))
    assert [json.loads(body)["told"]["change"] for body in kinds] == ["set", "lifted"]
    assert b"Case 12" not in b"".join(bytes(body) for body in kinds)


def test_a_hold_on_a_period_of_a_venue_keeps_that_period_and_no_other(
    inst: Installation, park: Tenant, clock: SettableClock
) -> None:
    came(inst, park, "李雷", "13900139000")
    clock.pass_s(_DAY_S)
    came(inst, park, "韩梅梅", "13800138000")
    given = Given("venue", park.venue, "Theft on that day", "2026-11-21", "2026-11-21")
    made = legal_holds.set_hold(inst, park.staff, "ann", given)
    clock.pass_s(40 * _DAY_S)
    assert purging.purge(inst) == (1, 1)
    assert left(inst, park) == 1
    legal_holds.lift(inst, park.area, "eve", made)
    assert purging.purge(inst) == (1, 1)
    assert inst.read(lambda c: c.scalar(select(func.count()).select_from(stays))) == 0


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (Given("venue", "", ""), "reason"),
        (Given("venue", "PARK", "x", "soon"), "from_day"),
        (Given("venue", "PARK", "x", "2026-11-21", "2026-11-20"), "until_day"),
    ],
)
def test_what_is_wrong_with_a_hold_is_said_beside_its_field(
    embedded_park: tuple[Installation, Tenant], given: Given, field: str
) -> None:
    inst, park = embedded_park
    where = Given(given.subject, park.venue, given.reason, given.from_day, given.until_day)
    with pytest.raises(InputError) as refused:
        legal_holds.set_hold(inst, park.staff, "ann", where)
    assert refused.value.field == field


def test_a_run_leaves_a_certificate_that_anybody_checks_offline(
    inst: Installation, park: Tenant, mill: Tenant, clock: SettableClock, tmp_path: Path
) -> None:
    for number in range(3):
        came(inst, park, "李雷", f"1390013900{number}")
    clock.pass_s(29 * _DAY_S)
    purging.purge(inst)
    purging.purge(inst)
    (run,) = runs.listed(inst, park.staff)
    assert run.counts == {"passages": 3, "visitors": 3}
    assert runs.listed(inst, mill.staff) == []
    with pytest.raises(NotFoundError):
        runs.run(inst, mill.staff, run.id)
    body = inst.read(lambda c: c.scalar(select(leaves.c.body).where(leaves.c.ref == run.id)))
    told = json.loads(bytes(body or b""))
    assert told["certificate"] == hashlib.sha256(run.certificate.encode()).hexdigest()
    file = tmp_path / "certificate.txt"
    for spoilt, status in (("", 0), ("3 venue", 1), ("leaf", 1)):
        file.write_text(run.certificate.replace(spoilt, "4 venue", 1) if spoilt else run.certificate)
        done = subprocess.run([sys.executable, _PROOF, file], capture_output=True, text=True, check=False)
        assert done.returncode == status, done.stderr
    key = next(line for line in run.certificate.splitlines() if line.startswith("key "))[4:]
    assert note_key(key).name == "park.example/log"


def test_everybody_may_see_how_much_was_collected_and_erased_on_a_day(
    inst: Installation, park: Tenant, clock: SettableClock
) -> None:
    came(inst, park, "李雷", "13900139000")
    came(inst, park, "韩梅梅", "13800138000")
    purging.purge(inst)
    clock.pass_s(29 * _DAY_S)
    purging.purge(inst)
    shown = collected.days(inst)
    assert [(day.day.isoformat(), day.counts["passages"]) for day in shown] == [
        ("2026-12-19", (0, 2)),
        ("2026-11-20", (2, 0)),
    ]
    assert rules.days_of_venue(inst, "no such venue") == 28


def test_a_confidential_venue_drops_names_that_a_gate_still_sent(inst: Installation, park: Tenant) -> None:
    nameless = {"scope_kind": "venue", "scope_id": park.venue, "version": 1, "account_id": "ann"}
    row = {**nameless, "body": '{"confidential": true}', "created_ms": inst.now_ms()}
    for seq in (1, 2):
        item = entry_item(park.gate, seq, inst.now_ms(), private={"name": "李雷", "phone": "13900139000"})
        ingest.ingest(inst, park.gate, [item])
        if seq == 1:
            assert purging.purge(inst) == (0, 0), "it may be named until the rules say otherwise"
            inst.write(lambda c: c.execute(insert(policies).values(row)))
        assert purging.purge(inst)[0] == 1
    assert inst.read(lambda c: c.scalar(select(func.count()).select_from(entry_people))) == 0
