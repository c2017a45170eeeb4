"""What gates witness of the log is kept and told here, whatever they send."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from domain.errors import InputError
from domain.log import Checkpoint, signed_checkpoint
from domain.proof import is_consistent
from domain.remedy import Remedy
from domain.witness import Why
from tests.web.log.log_alerts import told
from tests.web.log.tampering import entry_ids, fill, findings
from tests.web.tenants import SettableClock, Tenant, enrolled
from web.db.tables import kiosks, leaves
from web.services.findings import alerts
from web.services.gates.fleet import fleet
from web.services.gates.fleet.fleet_values import Need
from web.services.installation import Installation
from web.services.logs import log_head, log_proving, log_reopen, witnessing
from web.services.logs.witnessing import Told
from web.services.signing_keys import keys
from web.store.scope import PROGRAM


def head(inst: Installation) -> str:
    return log_proving.head(inst).decode()


def confirmed(inst: Installation, park: Tenant) -> tuple[int, int | None]:
    query = select(kiosks.c.witnessed_size, kiosks.c.witnessed_ms).where(kiosks.c.id == park.gate.id)
    row = inst.read(lambda connection: connection.execute(query).one())
    return row.witnessed_size, row.witnessed_ms


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
