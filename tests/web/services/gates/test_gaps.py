"""Numbers that a kiosk does not have any more: kept as a leaf, and not asked for again."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from tests.web.tenants import Tenant, entry_item
from web.db.tables import gaps, leaves
from web.services.gates.gaps import without
from web.services.gates.gates import Gate
from web.services.gates.ingest import Ingested, ingest
from web.services.installation import Installation
from web.services.places import places


def sent(inst: Installation, gate: Gate, seqs: list[int], *told: object) -> Ingested:
    return ingest(inst, gate, [entry_item(gate, seq, inst.now_ms()) for seq in seqs], told)


def gap(first: int, last: int, cause: str = "damaged") -> dict[str, Any]:
    return {"first": first, "last": last, "cause": cause, "found_ms": 5}


def gap_leaves(inst: Installation) -> list[Any]:
    bodies = inst.read(lambda c: c.scalars(select(leaves.c.body).where(leaves.c.kind == "gap")).all())
    return [json.loads(body) for body in bodies]


def test_what_will_not_come_is_asked_for_no_more_and_is_a_leaf_once(inst: Installation, park: Tenant):
    assert sent(inst, park.gate, [1, 2, 9]).missing == ((3, 8),)
    done = sent(inst, park.gate, [], gap(3, 6))
    assert (done.gaps, done.missing) == (1, ((7, 8),))
    assert sent(inst, park.gate, [], gap(3, 6), gap(7, 8, "absent")).missing == ()
    told = [(leaf["device"], leaf["first"], leaf["last"], leaf["cause"]) for leaf in gap_leaves(inst)]
    assert told == [(park.gate.id, 3, 6, "damaged"), (park.gate.id, 7, 8, "absent")]
    assert sent(inst, park.gate, [10, 12]).missing == ((11, 11),), "what is lost later is still asked for"


def test_entries_that_come_after_all_are_taken(inst: Installation, park: Tenant):
    sent(inst, park.gate, [5], gap(1, 4))
    assert [result.status for result in sent(inst, park.gate, [2]).results] == ["stored"]


def test_a_gap_that_is_none_stops_neither_entries_nor_other_gaps(inst: Installation, park: Tenant):
    done = sent(inst, park.gate, [4], {"first": 9, "last": 1}, None, gap(1, 3))
    assert ([result.status for result in done.results], done.gaps, done.missing) == (["stored"], 1, ())


def test_a_gap_of_one_kiosk_hides_nothing_of_another(inst: Installation, park: Tenant, mill: Tenant):
    sent(inst, park.gate, [], gap(1, 3))
    assert sent(inst, mill.gate, [4]).missing == ((1, 3),)


def test_staff_see_that_a_kiosk_lost_entries(inst: Installation, park: Tenant, mill: Tenant):
    sent(inst, park.gate, [], gap(1, 3))
    for tenant, lost in ((park, True), (mill, False)):
        doors = places.venue(inst, tenant.staff, tenant.venue).entrances
        assert [gate.has_gaps for door in doors for gate in door.kiosks] == [lost]
    assert inst.read(lambda c: c.scalars(select(gaps.c.kiosk_id)).all()) == [park.gate.id]


def test_hundreds_of_gaps_are_passed_and_the_next_one_is_found(inst: Installation, park: Tenant):
    seqs = [2 * number for number in range(1, 251)]
    sent(inst, park.gate, [*seqs, 502, 504])
    assert sent(inst, park.gate, [], gap(1, 501)).missing == ()
    assert sent(inst, park.gate, []).missing == ((503, 503),)


spans = st.lists(st.tuples(st.integers(1, 60), st.integers(0, 12)), max_size=8)


@given(spans, spans)
def test_what_is_left_is_what_is_missing_and_was_not_told(
    missing: list[tuple[int, int]], told: list[tuple[int, int]]
):
    open_ranges = [(first, first + more) for first, more in missing]
    gone = [(first, first + more) for first, more in told]
    left = {seq for first, last in without(open_ranges, gone) for seq in range(first, last + 1)}
    lost = {seq for first, last in gone for seq in range(first, last + 1)}
    assert left == {seq for first, last in open_ranges for seq in range(first, last + 1)} - lost
