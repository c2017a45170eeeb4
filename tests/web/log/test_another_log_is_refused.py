"""A gate refuses a log that was changed, cut or replaced, and follows it again once put right (L2–L6)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from domain.log import Checkpoint, signed_checkpoint
from domain.witness import Why
from kiosk.log.witnessing import accept
from tests.web.gate_on_the_wire import GateOnTheWire, Site
from tests.web.log.log_alerts import told
from tests.web.log.restored import Restored
from tests.web.log.tampering import entry_ids, fill, places, recompute, sequenced, unguarded
from tests.web.tenants import SettableClock, Tenant
from web.db.tables import leaves
from web.services.gates.fleet import fleet
from web.services.gates.fleet.fleet_values import Need
from web.services.installation import Installation
from web.services.logs import log_head, log_proving, log_reopen, sequencing
from web.services.signing_keys import keys


class Standing:
    """The site that a gate stands before; taken down while its database is replaced."""

    site: Site


def _gate(there: Restored, home: Path, clock: SettableClock, entries: int = 6) -> GateOnTheWire:
    home.mkdir()
    Standing.site = Site(there.inst)
    gate = GateOnTheWire(there.inst, there.park, Standing.site, home, clock)
    gate.beats()
    for _ in range(entries):
        gate.passes("CP1:" + "A" * 174)
        sequenced(there.inst)
    gate.syncs()
    assert gate.witness.head is not None
    return gate


@pytest.fixture
def gate(there: Restored, tmp_path: Path, clock: SettableClock) -> Iterator[GateOnTheWire]:
    """A gate before a real site on a socket, which saw a log of a few entries."""
    made = _gate(there, tmp_path / "gate", clock)
    assert made.witness.head is not None
    assert (made.witness.head.checkpoint.size, made.waiting, made.witness.refused) == (6, 0, None)
    yield made
    made.close()


@pytest.fixture(autouse=True)
def _taken_down() -> Iterator[None]:
    yield
    if hasattr(Standing, "site"):
        Standing.site.close()
        del Standing.site


def taken_down(gate: GateOnTheWire) -> None:
    gate.hangs_up()
    Standing.site.close()


def stand_again(there: Restored, gate: GateOnTheWire) -> None:
    Standing.site = Site(there.inst)
    gate.moves_to(Standing.site)
    gate.beats()


def refused(gate: GateOnTheWire, inst: Installation, park: Tenant) -> Why:
    """Why the gate refuses the log; nothing is settled, all arrives, and the office knows."""
    before = gate.witness.head
    waiting = gate.waiting
    arrived = len(entry_ids(inst))
    assert gate.passes("CP1:" + "B" * 174) > waiting
    assert gate.passes("CP1:" + "C" * 174) >= waiting + 2
    assert gate.witness.refused is not None
    assert gate.witness.head == before
    assert len(entry_ids(inst)) >= arrived + 2
    assert len(told(inst, park)) == 1
    assert fleet.listed(inst, park.staff)[0].needs[0] is Need.LOG
    return gate.witness.refused.why


def test_an_altered_row_is_found_by_fsck_and_refused_by_the_gate(there: Restored, gate: GateOnTheWire):
    """L1, L3: who has the database and the key recomputes everything; the gate has seen another log."""
    inst = there.inst
    leaf = inst.read(lambda c: c.scalars(select(leaves.c.body).order_by(leaves.c.id).limit(1)).one())
    unguarded(
        inst,
        "UPDATE leaves SET body = :body WHERE id = (SELECT min(id) FROM leaves)",
        body=leaf.replace(b'"referred"', b'"admitted"').replace(b'"refused"', b'"admitted"'),
    )
    assert any(place.startswith("leaf 0") for place in places(inst))
    recompute(inst, with_key=True)
    log_head.write(inst, log_proving.head(inst))
    sequenced(inst)
    assert refused(gate, inst, there.park) is Why.FORKED


def test_a_tail_that_was_cut_is_refused_by_the_gate(there: Restored, gate: GateOnTheWire):
    """L4: two entries vanish with their leaves, hashes and checkpoints, and the head outside with them."""
    inst = there.inst
    unguarded(
        inst,
        "DELETE FROM checkpoints WHERE size > 4",
        "DELETE FROM log_sequence WHERE leaf_index >= 4",
        "DELETE FROM entry_people WHERE entry_id IN (SELECT ref FROM leaves WHERE id > 4)",
        "DELETE FROM entries WHERE id IN (SELECT ref FROM leaves WHERE id > 4)",
        "DELETE FROM leaves WHERE id > 4",
    )
    newest = inst.read(sequencing.latest_frontier).size
    assert newest == 4
    log_head.write(inst, log_proving.head(inst))
    assert refused(gate, inst, there.park) is Why.SHORTER


def test_a_restored_older_server_is_refused_until_the_newest_is_put_back(
    there: Restored, tmp_path: Path, clock: SettableClock
):
    """L6: the gate sends on, keeps all of it, and goes on by itself when the log does."""
    fill(there.inst, there.park, 101, 102)
    there.backup(tmp_path / "old.db")
    gate = _gate(there, tmp_path / "gate", clock, 3)
    taken_down(gate)
    there.backup(tmp_path / "new.db")
    there.restore(tmp_path / "old.db")
    stand_again(there, gate)
    assert refused(gate, there.inst, there.park) is Why.SHORTER
    taken_down(gate)
    there.restore(tmp_path / "new.db")
    stand_again(there, gate)
    clock.pass_s(60)
    gate.syncs()
    gate.syncs()
    assert (gate.waiting, gate.witness.refused) == (0, None)
    gate.close()


def test_a_log_that_was_reopened_over_a_loss_is_followed_when_the_gate_is_told(
    there: Restored, tmp_path: Path, clock: SettableClock
):
    fill(there.inst, there.park, 101, 102)
    there.backup(tmp_path / "old.db")
    gate = _gate(there, tmp_path / "gate", clock, 3)
    taken_down(gate)
    there.restore(tmp_path / "old.db")
    log_reopen.reopened(there.inst, "the disk failed")
    stand_again(there, gate)
    assert refused(gate, there.inst, there.park) is Why.RENAMED
    accept(tmp_path / "gate")
    clock.pass_s(60)
    for _ in range(3):
        gate.syncs()
        sequenced(there.inst)
    clock.pass_s(60)
    gate.syncs()
    assert (gate.waiting, gate.witness.refused, told(there.inst, there.park)) == (0, None, [])
    gate.close()


def test_a_fork_that_is_shown_to_one_gate_alone_is_refused_by_it(
    there: Restored, gate: GateOnTheWire, clock: SettableClock
):
    """L5: on the way to this gate somebody with the log's key puts another log in place of the real one."""
    inst = there.inst
    key, _, private = inst.read(lambda connection: keys.signing(connection, inst, keys.LOG))
    lie = signed_checkpoint(Checkpoint(key.name, 9, bytes(range(32))), private).decode()

    def hand(path: str, body: bytes) -> bytes | None:
        if path != "entries":
            return None
        return json.dumps(json.loads(body) | {"checkpoint": lie}).encode()

    gate.wire.hand = hand
    assert gate.passes("CP1:" + "D" * 174) == 1
    gate.syncs()
    assert gate.witness.refused is not None
    assert gate.witness.refused.note.decode() == lie
    [detail] = told(inst, there.park)
    assert detail.evidence["head_shown"] == lie, "the office gets the proof of the fork"
    gate.wire.hand = lambda path, body: None
    clock.pass_s(60)
    gate.syncs()
    gate.syncs()
    assert (gate.waiting, gate.witness.refused) == (0, None)


def test_a_renewed_key_reaches_the_gate_before_anything_is_refused(
    there: Restored, gate: GateOnTheWire, clock: SettableClock
):
    log_reopen.renewed(there.inst)
    sequenced(there.inst)
    assert gate.passes("CP1:" + "E" * 174) == 1, "a key that it does not know yet"
    assert gate.witness.refused is None
    gate.beats()
    clock.pass_s(6)
    gate.syncs()
    assert (gate.waiting, gate.witness.refused) == (0, None)
    assert gate.witness.head is not None
    assert gate.witness.head.key == log_proving.log_keys(there.inst)[0]
