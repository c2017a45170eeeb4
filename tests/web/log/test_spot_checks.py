"""A gate looks now and then whether its own entries are in the log, and follows no log that lacks one."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from domain.log import commitment
from domain.spot_check import ShownLeaf, parsed_shown
from domain.witness import Why
from kiosk.log.witnessing import accept
from tests.web.gate_on_the_wire import GateOnTheWire, Site
from tests.web.log.log_alerts import told
from tests.web.log.restored import Restored
from tests.web.log.tampering import entry_ids, places, sequenced, unguarded
from tests.web.tenants import SettableClock, Tenant, enrolled
from web.db.tables import entry_people, leaves
from web.services.installation import Installation

MINUTE_S = 60


class Stand:
    """A gate before a real site, which took five entries and has them in its log."""

    def __init__(self, there: Restored, home: Path, clock: SettableClock) -> None:
        self.inst, self.park, self.clock, self.home = there.inst, there.park, clock, home
        self.site = Site(there.inst)
        self.gate = GateOnTheWire(there.inst, there.park, self.site, home, clock)
        self.gate.beats()
        for _ in range(5):
            self.gate.passes("CP1:" + "A" * 174)
            sequenced(self.inst)
        self.gate.syncs()
        assert self.gate.witness.head is not None
        assert self.refused is None

    @property
    def refused(self) -> Why | None:
        return self.gate.witness.refused.why if self.gate.witness.refused else None

    def looks(self, minutes: int = 1) -> ShownLeaf | None:
        """A minute later, once or a few times; what the server showed last."""
        for _ in range(minutes):
            self.clock.pass_s(MINUTE_S)
            self.gate.syncs()
        path, body = self.gate.wire.sent[-1]
        assert path == "entries"
        return parsed_shown(json.loads(body)["leaf"])

    def newest(self) -> str:
        """The id of the entry that was made last; the gate looks for that one from now on."""
        self.gate.chosen = 0.999
        return entry_ids(self.inst)[-1]

    def is_refused(self, why: Why, entry_id: str) -> None:
        """Nothing is settled, all arrives, staff see it in both languages, the office knows which entry."""
        gate, before = self.gate, len(entry_ids(self.inst))
        assert self.refused is why
        waiting = gate.waiting
        assert gate.passes("CP1:" + "B" * 174) > waiting
        waiting = gate.waiting
        assert gate.passes("CP1:" + "C" * 174) == waiting + 1
        assert len(entry_ids(self.inst)) >= before + 2
        notice = gate.witness.notice
        assert notice is not None
        assert "entry of this gate" in notice.en
        assert "本终端记录" in notice.zh
        [detail] = told(self.inst, self.park)
        assert (detail.evidence["why"], detail.evidence["about"]) == (why.value, entry_id)
        assert notice.en.endswith(str(detail.evidence["because"]))
        assert str(detail.evidence["because_zh"]) in detail.row.sentence.zh

    def follows_again(self) -> None:
        self.looks(2)
        assert (self.refused, self.gate.waiting, told(self.inst, self.park)) == (None, 0, [])


@pytest.fixture
def stand(there: Restored, tmp_path: Path, clock: SettableClock) -> Iterator[Stand]:
    home = tmp_path / "gate"
    home.mkdir()
    made = Stand(there, home, clock)
    yield made
    made.gate.close()
    made.site.close()


def changed_leaf(inst: Installation, entry_id: str, old: bytes, new: bytes) -> bytes:
    """Put another leaf into the place of an entry's; what it was."""
    body = inst.read(lambda c: c.scalars(select(leaves.c.body).where(leaves.c.ref == entry_id)).one())
    assert old in body
    put(inst, entry_id, body.replace(old, new))
    return body


def put(inst: Installation, entry_id: str, body: bytes) -> None:
    unguarded(inst, "UPDATE leaves SET body = :body WHERE ref = :ref", body=body, ref=entry_id)


def test_a_gate_finds_its_entry_in_the_log(stand: Stand):
    for chosen, entry_id in ((0.0, entry_ids(stand.inst)[0]), (0.5, entry_ids(stand.inst)[2])):
        stand.gate.chosen = chosen
        shown = stand.looks()
        assert shown is not None
        assert shown.id == entry_id
        salt = stand.inst.read(
            lambda c, of=entry_id: c.scalar(select(entry_people.c.salt).where(entry_people.c.entry_id == of))
        )
        assert salt not in shown.salt, "it travels sealed"
    assert stand.refused is None
    assert stand.gate.witness.is_proving
    assert told(stand.inst, stand.park) == []


def test_it_looks_once_a_minute_and_asks_nothing_else_for_it(stand: Stand):
    del stand.gate.wire.sent[:]
    for _ in range(12):
        stand.clock.pass_s(10)
        stand.gate.syncs()
    asked = [path for path, _ in stand.gate.wire.sent]
    shown = [body for _, body in stand.gate.wire.sent if json.loads(body)["leaf"]]
    assert set(asked) == {"entries"}
    # `syncs` is a contact that was lost and found again, when a gate looks at once.
    assert len(shown) == len(asked)
    del stand.gate.wire.sent[:]
    for _ in range(12):
        stand.clock.pass_s(10)
        stand.gate.delivery.look()
        stand.gate.delivery.step()
    assert [bool(json.loads(body)["leaf"]) for _, body in stand.gate.wire.sent] == [True, True]


def test_a_server_that_dropped_an_entry_after_settling_it_is_refused(stand: Stand):
    """It said "stored", and forgot the entry before anything was signed: its log is sound in itself."""
    stand.gate.passes("CP1:" + "D" * 174)
    assert stand.gate.waiting == 0
    dropped = stand.newest()
    stand.gate.passes("CP1:" + "E" * 174)
    unguarded(
        stand.inst,
        "DELETE FROM entry_people WHERE entry_id = :ref",
        "DELETE FROM leaves WHERE ref = :ref",
        "DELETE FROM entries WHERE id = :ref",
        ref=dropped,
    )
    stand.gate.chosen = 0.72
    assert stand.looks() == ShownLeaf(dropped)
    sequenced(stand.inst)
    shown = stand.looks(13)
    assert (shown, stand.refused) == (ShownLeaf(dropped), None), "an entry gets a quarter of an hour"
    stand.looks(3)
    stand.is_refused(Why.MISSING, dropped)
    assert dropped in entry_ids(stand.inst), "the gate brought it again, and all else that may be lost"
    sequenced(stand.inst)
    stand.follows_again()


def test_an_entry_that_is_not_yet_in_the_log_gets_time(stand: Stand):
    stand.gate.passes("CP1:" + "D" * 174)
    late = stand.newest()
    for _ in range(4):
        assert stand.looks(15) == ShownLeaf(late)
    assert stand.refused is None, "the log has not grown: nothing was left out"
    sequenced(stand.inst)
    shown = stand.looks()
    assert shown is not None
    assert (shown.id, shown.index) == (late, 5)
    assert stand.refused is None


def test_a_log_that_signs_nothing_for_a_day_is_refused(stand: Stand):
    stand.gate.passes("CP1:" + "D" * 174)
    late = stand.newest()
    stand.looks(2)
    stand.clock.pass_s(86_400)
    stand.looks()
    stand.is_refused(Why.MISSING, late)
    sequenced(stand.inst)
    stand.follows_again()


def test_a_log_that_somebody_at_the_gate_gave_up_is_not_looked_into_any_more(stand: Stand):
    entry_id, before = stand.newest(), entry_ids(stand.inst)
    changed_leaf(stand.inst, entry_id, b'"direction":"in"', b'"direction":"out"')
    stand.looks()
    stand.is_refused(Why.ALTERED, entry_id)
    accept(stand.home)
    stand.follows_again()
    sequenced(stand.inst)
    for stand.gate.chosen in (0.0, 0.3, 0.6, 0.9):
        shown = stand.looks()
        assert shown is not None
        assert shown.id not in before, "what was taken before belongs to the other log"
    assert stand.refused is None


def test_an_altered_leaf_is_refused_at_the_gate(stand: Stand):
    """The server settled one thing and put another into its log, before it was ever signed."""
    stand.gate.passes("CP1:" + "D" * 174)
    entry_id = stand.newest()
    changed_leaf(stand.inst, entry_id, b'"direction":"in"', b'"direction":"out"')
    sequenced(stand.inst)
    shown = stand.looks()
    assert shown is not None
    assert shown.index == 5
    stand.is_refused(Why.ALTERED, entry_id)


def test_a_leaf_that_commits_to_another_person_is_refused_at_the_gate(stand: Stand):
    stand.gate.passes("CP1:" + "D" * 174)
    entry_id = stand.newest()
    query = select(entry_people.c.salt).where(entry_people.c.entry_id == entry_id)
    salt = stand.inst.read(lambda connection: connection.scalar(query))
    leaf = stand.inst.read(lambda c: c.scalars(select(leaves.c.body).where(leaves.c.ref == entry_id)).one())
    other = base64.b64encode(commitment(b'{"name":"somebody else"}', salt))
    changed_leaf(stand.inst, entry_id, json.loads(leaf)["private"].encode(), other)
    sequenced(stand.inst)
    stand.looks()
    stand.is_refused(Why.ALTERED, entry_id)


def test_a_row_that_is_altered_later_is_found_by_fsck_and_refused_at_the_gate_until_it_is_put_back(
    stand: Stand,
):
    """Nothing is computed anew: the head still fits, and only who asks for this leaf finds it out."""
    entry_id = stand.newest()
    body = changed_leaf(stand.inst, entry_id, b'"direction":"in"', b'"direction":"out"')
    assert any(place.startswith("leaf 4") for place in places(stand.inst))
    stand.looks()
    stand.is_refused(Why.ALTERED, entry_id)
    put(stand.inst, entry_id, body)
    stand.follows_again()
    assert places(stand.inst) == []


def test_a_proof_that_leads_nowhere_is_refused_at_the_gate(stand: Stand):
    unguarded(stand.inst, "UPDATE log_sequence SET leaf_hash = :hash WHERE leaf_index = 2", hash=b"x" * 32)
    stand.looks()
    stand.is_refused(Why.UNPROVED, entry_ids(stand.inst)[0])


def test_a_refused_entry_stays_refused_after_a_restart(stand: Stand, there: Restored):
    entry_id = stand.newest()
    body = changed_leaf(stand.inst, entry_id, b'"direction":"in"', b'"direction":"out"')
    stand.looks()
    assert stand.refused is Why.ALTERED
    stand.gate.close()
    stand.gate = GateOnTheWire(there.inst, there.park, stand.site, stand.home, stand.clock)
    stand.gate.beats()
    stand.is_refused(Why.ALTERED, entry_id)
    put(stand.inst, entry_id, body)
    stand.follows_again()


def test_a_person_who_was_erased_is_no_reason_to_refuse(stand: Stand):
    entry_id = stand.newest()
    unguarded(stand.inst, "DELETE FROM entry_people WHERE entry_id = :ref", ref=entry_id)
    shown = stand.looks()
    assert shown is not None
    assert (shown.salt, shown.index, stand.refused) == (b"", 4, None)


def test_a_server_that_never_proved_an_entry_is_an_older_one(stand: Stand, there: Restored, tmp_path: Path):
    home = tmp_path / "new gate"
    home.mkdir()
    park = Tenant(**{**vars_of(there.park), **new_gate(stand)})
    gate = GateOnTheWire(there.inst, park, stand.site, home, stand.clock)
    gate.wire.hand = without_leaf
    gate.beats()
    for _ in range(3):
        gate.passes("CP1:" + "A" * 174)
        sequenced(stand.inst)
    for _ in range(30):
        stand.clock.pass_s(MINUTE_S)
        gate.syncs()
    assert (gate.witness.refused, gate.witness.is_proving, gate.waiting) == (None, False, 0)
    gate.close()


def test_a_server_that_falls_silent_about_entries_is_refused(stand: Stand):
    entry_id = stand.newest()
    stand.gate.wire.hand = without_leaf
    stand.looks()
    stand.gate.passes("CP1:" + "E" * 174)
    sequenced(stand.inst)
    stand.looks(14)
    assert stand.refused is None
    stand.looks(2)
    assert stand.refused is Why.MISSING
    stand.looks()
    assert [detail.evidence["about"] for detail in told(stand.inst, stand.park)] == [entry_id]


def without_leaf(path: str, body: bytes) -> bytes | None:
    """The answer as an older server gives it."""
    if path != "entries":
        return None
    value = json.loads(body)
    value.pop("leaf", None)
    return json.dumps(value).encode()


def vars_of(park: Tenant) -> dict[str, Any]:
    return {name: getattr(park, name) for name in type(park).__dataclass_fields__}


def new_gate(stand: Stand) -> dict[str, Any]:
    gate, credential = enrolled(stand.inst, stand.park.staff, stand.park.entrance)
    return {"gate": gate, "credential": credential}
