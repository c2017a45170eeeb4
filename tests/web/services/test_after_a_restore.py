"""A server that was restored from a backup: its numbers go on above those its kiosks know."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from tests.web.tenants import Tenant, entry_item
from web.db.tables import counters as counter_table
from web.services.gates import gates
from web.services.gates.gates import Heartbeat
from web.services.gates.ingest import ingest, lost
from web.services.gates.witness import unknown
from web.services.installation import Installation
from web.store import counters


def beat(inst: Installation, park: Tenant, bundle_seq: int) -> int:
    return gates.heard(inst, park.gate, Heartbeat("1", "ok", 0, bundle_seq, 0)).bundle_seq


def sent(inst: Installation, park: Tenant, *seqs: int) -> None:
    ingest(inst, park.gate, [entry_item(park.gate, seq, inst.now_ms()) for seq in seqs])


def test_the_next_bundle_is_newer_than_any_a_kiosk_has(inst: Installation, park: Tenant):
    newest = beat(inst, park, 0)
    assert beat(inst, park, newest) == newest
    after = beat(inst, park, newest + 9_000)
    assert after > newest + 9_000
    assert beat(inst, park, after) == after, "and it does not rise on its own"


def test_a_kiosk_that_lies_does_not_use_the_numbers_up(inst: Installation, park: Tenant):
    newest = beat(inst, park, 0)
    assert beat(inst, park, 2**53 - 1) == newest


def test_what_was_changed_after_a_restore_never_bears_a_number_from_before(inst: Installation):
    def branches(connection) -> set[int]:
        made = set()
        for _ in range(40):
            connection.execute(update(counter_table).values(value=1_000))
            made.add(counters.raised(connection, counters.BUNDLE))
        return made

    made = inst.write(branches)
    assert len(made) > 35, "the next number cannot be foreseen"
    assert min(made) > 1_000


def test_own_numbers_rise_by_one(inst: Installation):
    made = [inst.write(lambda c: counters.raised(c, counters.OWN_ENTRIES)) for _ in range(3)]
    assert made == [1, 2, 3]


@pytest.mark.parametrize("held", [0, 4, 9])
def test_what_a_kiosk_handed_over_and_is_lost_is_asked_for_without_a_new_entry(
    inst: Installation, park: Tenant, held: int
):
    sent(inst, park, *range(1, held + 1))  # as a backup from then holds it
    assert lost(inst, park.gate, 10) == ((held + 1, 10),)
    assert lost(inst, park.gate, held) == ()
    sent(inst, park, *range(held + 1, 11))
    assert lost(inst, park.gate, 10) == ()


def test_numbers_that_will_not_come_are_not_lost(inst: Installation, park: Tenant):
    gap = {"first": 3, "last": 6, "cause": "absent", "found_ms": 5}
    ingest(inst, park.gate, [entry_item(park.gate, seq, inst.now_ms()) for seq in (1, 2)], [gap])
    assert lost(inst, park.gate, 6) == ()
    assert lost(inst, park.gate, 8) == ((7, 8),)


def test_a_hole_below_the_highest_number_is_told_whole(inst: Installation, park: Tenant):
    sent(inst, park, 1, 2, 3, 11)
    assert lost(inst, park.gate, 6) == ((4, 10),)


def test_entries_that_are_not_here_any_more_are_told_apart(inst: Installation, park: Tenant):
    here, gone = (entry_item(park.gate, seq, inst.now_ms()) for seq in (1, 2))
    ingest(inst, park.gate, [here])
    assert unknown(inst, park.gate, [here["id"], gone["id"], 7, None, {}]) == [gone["id"]]
    assert unknown(inst, park.gate, []) == []


def test_what_lies_in_quarantine_is_here(inst: Installation, park: Tenant, mill: Tenant):
    aside = entry_item(park.gate, 1, inst.now_ms(), reason="no such reason")
    assert unknown(inst, park.gate, [aside["id"]]) == [aside["id"]]
    ingest(inst, park.gate, [aside])
    assert unknown(inst, park.gate, [aside["id"]]) == []
    assert unknown(inst, mill.gate, [aside["id"]]) == [aside["id"]]
