"""Gates witness the log: what changes, cuts or replaces it is refused at the gate and told here (L2–L6)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from domain.alert import AlertKind
from domain.errors import InputError
from domain.log import Checkpoint, signed_checkpoint
from domain.proof import is_consistent
from domain.remedy import Remedy
from domain.witness import Why
from kiosk.log.witnessing import accept
from tests.web.gate_on_the_wire import GateOnTheWire, Site
from tests.web.log.restored import Restored
from tests.web.log.tampering import entry_ids, fill, findings, places, recompute, unguarded
from tests.web.tenants import SettableClock, Tenant, enrolled
from web.db.tables import kiosks, leaves
from web.services import keys
from web.services.findings import alerts
from web.services.findings.alerts import Wanted
from web.services.gates import fleet
from web.services.gates.fleet_values import Need
from web.services.installation import Installation
from web.services.logs import log_head, log_proving, log_reopen, sequencing, witnessing
from web.services.logs.witnessing import Told
from web.store.scope import PROGRAM


def head(inst: Installation) -> str:
    return log_proving.head(inst).decode()


def confirmed(inst: Installation, park: Tenant) -> tuple[int, int | None]:
    query = select(kiosks.c.witnessed_size, kiosks.c.witnessed_ms).where(kiosks.c.id == park.gate.id)
    row = inst.read(lambda connection: connection.execute(query).one())
    return row.witnessed_size, row.witnessed_ms


def told(inst: Installation, park: Tenant) -> list[alerts.AlertDetail]:
    """The open alerts about the log."""
    found = alerts.listed(inst, park.staff, Wanted(kinds=(AlertKind.LOG_REFUSED,)))
    return [alerts.detail(inst, park.staff, row.id) for row in found.rows]


def test_a_gate_gets_a_proof_from_whatever_head_it_has(inst: Installation, park: Tenant):
    fill(inst, park, 1)
    heads = [head(inst)]
    for seq in range(2, 9):
        fill(inst, park, seq)
        heads.append(head(inst))
    for kept in heads:
        shown = witnessing.heard(inst, park.gate, Told(kept))
        old, new = (log_head.opened, kept.encode()), shown.note.encode()
        before = inst.read(lambda c, old=old: old[0](c, old[1]))
        after = inst.read(lambda c, new=new: log_head.opened(c, new))
        assert shown.proof is not None
        assert is_consistent(before.size, before.root, after.size, after.root, shown.proof)
        assert len(json.dumps([shown.note, *map(bytes.hex, shown.proof)])) < 2_000


def test_a_gate_without_a_head_is_shown_the_newest(inst: Installation, park: Tenant):
    assert witnessing.heard(inst, park.gate, Told("")).note == ""
    fill(inst, park, 1)
    assert witnessing.heard(inst, park.gate, Told("")).note == head(inst)
    assert confirmed(inst, park) == (0, None), "a gate confirms only what it kept"


def test_how_far_a_gate_confirmed_the_log_is_kept_twice_a_minute(
    inst: Installation, park: Tenant, mill: Tenant, clock: SettableClock
):
    fill(inst, park, 1, 2)
    witnessing.heard(inst, park.gate, Told(head(inst)))
    assert confirmed(inst, park) == (2, clock.ms)
    fill(inst, park, 3)
    clock.pass_s(29)
    witnessing.heard(inst, park.gate, Told(head(inst)))
    assert confirmed(inst, park) == (2, clock.ms - 29_000)
    clock.pass_s(1)
    witnessing.heard(inst, park.gate, Told(head(inst)))
    assert confirmed(inst, park) == (3, clock.ms)
    second, _ = enrolled(inst, park.staff, park.side_entrance)
    fill(inst, park, 4)
    witnessing.heard(inst, second, Told(head(inst)))
    assert witnessing.witnesses(inst, park.staff) == witnessing.Witnesses(2, 3, clock.ms, 0)
    assert witnessing.witnesses(inst, mill.staff) == witnessing.Witnesses(0, 0, None, 0)
    clock.pass_s(3_601)
    assert witnessing.witnesses(inst, park.staff).count == 0
    [unit, _] = sorted(fleet.listed(inst, park.staff), key=lambda unit: unit.witnessed_size)
    assert (unit.witnessed_size, unit.needs) == (3, (Need.START,))


@pytest.mark.parametrize("why", list(Why))
def test_a_gate_that_refuses_the_log_is_an_alert_with_both_heads(inst: Installation, park: Tenant, why: Why):
    fill(inst, park, 1, 2)
    for _ in range(3):
        witnessing.heard(inst, park.gate, Told(head(inst), why, f"other\n7\n{'A' * 43}=\n\n— other x\n"))
    [detail] = told(inst, park)
    assert detail.evidence["head_seen"] == head(inst)
    assert (detail.evidence["size"], detail.evidence["shown_size"]) == (2, 7)
    assert "saw a log of 2 records; this server shows one of 7." in detail.row.sentence.en
    assert "见过 2 条" in detail.row.sentence.zh
    assert Remedy.LOG_PUT_BACK in detail.remedies
    assert witnessing.witnesses(inst, park.staff).refusing == 1
    witnessing.heard(inst, park.gate, Told(head(inst)))
    assert told(inst, park) == [], "the gate follows the log again"
    witnessing.heard(inst, park.gate, Told(head(inst), why))
    assert len(told(inst, park)) == 1, "and refuses it anew"


def test_a_head_that_is_not_of_this_log_is_an_alert_before_the_gate_can_tell(
    inst: Installation, park: Tenant
):
    fill(inst, park, 1, 2, 3)
    key, _, private = inst.read(lambda connection: keys.signing(connection, inst, keys.LOG))
    for size, why in ((2, Why.FORKED), (3, Why.FORKED), (9, Why.SHORTER)):
        other = signed_checkpoint(Checkpoint(key.name, size, bytes(32)), private).decode()
        shown = witnessing.heard(inst, park.gate, Told(other))
        assert (shown.note, shown.proof) == (head(inst), None)
        assert told(inst, park)[0].evidence["why"] == why
    assert len(told(inst, park)) == 3
    assert witnessing.heard(inst, park.gate, Told("no note\n3\n")).proof is None


def test_what_staff_settled_about_a_log_stays_settled(inst: Installation, park: Tenant):
    fill(inst, park, 1)
    refused = Told(head(inst), Why.FORKED, "x\n1\n")
    witnessing.heard(inst, park.gate, refused)
    [detail] = told(inst, park)
    with pytest.raises(InputError):
        alerts.settle(inst, park.staff, "", detail.row.id, Remedy.LOG_REOPENED)
    alerts.settle(inst, park.staff, "", detail.row.id, Remedy.LOG_REOPENED, "disk failed")
    witnessing.heard(inst, park.gate, refused)
    assert told(inst, park) == []


@pytest.mark.parametrize(
    "value", [None, 5, [], {}, {"head": 5}, {"head": "x" * 4_001}, {"head": "\ud800"}, {"refused": {}}]
)
def test_what_no_witness_tells_stops_no_entry(value: object):
    assert witnessing.told_of(value) is None


@pytest.mark.parametrize("why", ["another", [], None, 5])
def test_a_reason_of_a_newer_kiosk_is_a_refusal_all_the_same(why: object):
    told = witnessing.told_of({"head": "a", "refused": {"why": why, "head": ["b"]}})
    assert told == Told("a", Why.FORKED, "")


def test_another_key_takes_over_under_the_same_name(inst: Installation, park: Tenant, clock: SettableClock):
    fill(inst, park, 1)
    before = head(inst)
    old, new = log_reopen.renewed(inst)
    assert old.name == new.name
    assert old.public != new.public
    fill(inst, park, 2)
    told_keys = inst.read(keys.log_witnessed)
    now_s = clock.ms // 1000
    assert [one.key for one in told_keys] == [new, old]
    assert [one.signs_at(now_s) for one in told_keys] == [True, True]
    assert [one.signs_at(now_s + 3_601) for one in told_keys] == [True, False]
    shown = witnessing.heard(inst, park.gate, Told(before))
    assert shown.proof is not None
    assert inst.read(lambda c: log_head.opened_by(c, shown.note.encode()))[1] == new
    assert findings(inst) == []
    assert log_proving.verified(inst, log_proving.evidence(inst, PROGRAM, entry_ids(inst)[0])).key == new
    [leaf] = inst.read(lambda c: list(c.scalars(select(leaves.c.body).where(leaves.c.kind == "key"))))
    assert json.loads(leaf)["new"] == new.text


@pytest.fixture
def gate(there: Restored, tmp_path: Path, clock: SettableClock) -> Iterator[GateOnTheWire]:
    """A gate before a real site on a socket, which saw a log of a few entries."""
    made = _gate(there, tmp_path / "gate", clock)
    yield made
    made.close()


class Standing:
    """The site that a gate stands before; taken down while its database is replaced."""

    site: Site


def _gate(there: Restored, home: Path, clock: SettableClock) -> GateOnTheWire:
    home.mkdir()
    Standing.site = Site(there.inst)
    gate = GateOnTheWire(there.inst, there.park, Standing.site, home, clock)
    gate.beats()
    for _ in range(6):
        gate.passes("CP1:" + "A" * 174)
        sequence(there.inst)
    gate.syncs()
    assert gate.witness.head is not None
    assert (gate.witness.head.checkpoint.size, gate.waiting, gate.witness.refused) == (6, 0, None)
    return gate


def sequence(inst: Installation) -> None:
    while sequencing.sequence(inst):
        pass


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
    sequence(inst)
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
    gate = _gate_of_three(there, tmp_path, clock)
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
    gate = _gate_of_three(there, tmp_path, clock)
    taken_down(gate)
    there.restore(tmp_path / "old.db")
    log_reopen.reopened(there.inst, "the disk failed")
    stand_again(there, gate)
    assert refused(gate, there.inst, there.park) is Why.RENAMED
    accept(tmp_path / "gate")
    clock.pass_s(60)
    for _ in range(3):
        gate.syncs()
        sequence(there.inst)
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
    sequence(there.inst)
    assert gate.passes("CP1:" + "E" * 174) == 1, "a key that it does not know yet"
    assert gate.witness.refused is None
    gate.beats()
    clock.pass_s(6)
    gate.syncs()
    assert (gate.waiting, gate.witness.refused) == (0, None)
    assert gate.witness.head is not None
    assert gate.witness.head.key == log_proving.log_keys(there.inst)[0]


def _gate_of_three(there: Restored, tmp_path: Path, clock: SettableClock) -> GateOnTheWire:
    home = tmp_path / "gate"
    home.mkdir()
    Standing.site = Site(there.inst)
    gate = GateOnTheWire(there.inst, there.park, Standing.site, home, clock)
    gate.beats()
    for _ in range(3):
        gate.passes("CP1:" + "A" * 174)
        sequence(there.inst)
    gate.syncs()
    assert gate.witness.head is not None
    return gate


def taken_down(gate: GateOnTheWire) -> None:
    gate.hangs_up()
    Standing.site.close()


def stand_again(there: Restored, gate: GateOnTheWire) -> None:
    Standing.site = Site(there.inst)
    gate.moves_to(Standing.site)
    gate.beats()


@pytest.fixture(autouse=True)
def _taken_down() -> Iterator[None]:
    yield
    if hasattr(Standing, "site"):
        Standing.site.close()
        del Standing.site
