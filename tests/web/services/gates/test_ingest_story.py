"""Kiosks on a bad line, as a state machine: whatever is sent how often, each entry is kept exactly once."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select

from domain.entry_wire import content_hash, entry_from_json
from tests.web.tenants import SettableClock, enrolled, entry_item, tenant
from web.db.tables import entries, entry_people, leaves, quarantine
from web.services.gates.gates import Gate
from web.services.gates.ingest import ingest
from web.services.installation import Installation, opened
from web.services.logs import sequencing
from web.services.signing_keys import keys
from web.settings import Settings

Item = dict[str, Any]
STARTS_MS = 1_795_140_000_000


def hashed(item: Item) -> bytes:
    return content_hash(entry_from_json(item))


@dataclass(frozen=True)
class Ground:
    """A data folder with two kiosks in it, to be copied: making it takes longer than what happens there."""

    home: Path
    gates: list[Gate]


def ground(home: Path, migrated: Path) -> Ground:
    home.mkdir()
    shutil.copy(migrated, home / "codeplace.db")
    inst = opened(Settings(home), SettableClock(STARTS_MS))
    try:
        keys.ensure(inst)
        park = tenant(inst, "East", "Park")
        second, _ = enrolled(inst, park.staff, park.entrance)
    finally:
        inst.close()
    return Ground(home, [park.gate, second])


class KiosksOnABadLine(RuleBasedStateMachine):
    """Two kiosks, and the server's log as it has to be after each upload."""

    made = Bundle("made")
    replies = Bundle("replies")

    ground: ClassVar[Ground]

    @initialize()
    def open(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        home = self.folder / "var"
        shutil.copytree(self.ground.home, home)
        self.inst: Installation = opened(Settings(home), SettableClock(STARTS_MS))
        self.gates = self.ground.gates
        self.next_seq = [1, 1]
        self.kept: dict[str, bytes] = {}
        self.numbers: dict[tuple[str, int], str] = {}
        self.aside: set[tuple[str, bytes]] = set()
        self.aside_seqs: set[tuple[str, int]] = set()

    def teardown(self) -> None:
        self.inst.close()
        shutil.rmtree(self.folder)

    @rule(target=made, kiosk=st.sampled_from([0, 1]), skipped=st.sampled_from([0, 0, 0, 1, 3]))
    def somebody_comes(self, kiosk: int, skipped: int) -> tuple[int, Item]:
        self.next_seq[kiosk] += skipped
        seq = self.next_seq[kiosk]
        self.next_seq[kiosk] = seq + 1
        return kiosk, entry_item(self.gates[kiosk], seq, STARTS_MS + seq)

    @rule(target=made, entry=made)
    def a_row_is_damaged(self, entry: tuple[int, Item]) -> tuple[int, Item]:
        kiosk, item = entry
        return kiosk, {**item, "at_ms": item["at_ms"] + 1}

    @rule(target=made, entry=made)
    def a_gates_disk_is_cloned(self, entry: tuple[int, Item]) -> tuple[int, Item]:
        kiosk, item = entry
        return kiosk, entry_item(self.gates[kiosk], item["seq"], item["at_ms"] + 60_000)

    @rule(target=replies, batch=st.lists(made, max_size=12), sender=st.sampled_from([0, 1]))
    def some_rows_are_sent(self, batch: list[tuple[int, Item]], sender: int) -> list[Item]:
        items = [item for kiosk, item in batch if kiosk == sender]
        self._send(sender, items)
        return [] if not items else [{"sender": sender, "items": items}]

    @rule(reply=consumes(replies))
    def the_reply_was_lost_and_the_batch_comes_again(self, reply: list[Item]) -> None:
        for lost in reply:
            self._send(lost["sender"], lost["items"])

    @rule(entry=made, sender=st.sampled_from([0, 1]))
    def a_row_comes_over_the_wrong_kiosk(self, entry: tuple[int, Item], sender: int) -> None:
        kiosk, item = entry
        if kiosk != sender:
            [result] = ingest(self.inst, self.gates[sender], [item]).results
            assert result.status == "invalid"
            self.aside.add((self.gates[sender].id, hashed(item)))

    @rule()
    def the_log_is_sequenced(self) -> None:
        sequencing.sequence(self.inst)

    def _send(self, sender: int, items: list[Item]) -> None:
        done = ingest(self.inst, self.gates[sender], list(items))
        assert [str(result.status) for result in done.results] == [self._expected(sender, i) for i in items]
        assert [result.id for result in done.results] == [item["id"] for item in items]
        gate = self.gates[sender].id
        arrived = {seq for device, seq in (*self.numbers, *self.aside_seqs) if device == gate}
        assert done.highest_seq == max(arrived, default=0)
        told = {seq for first, last in done.missing for seq in range(first, last + 1)}
        assert told == set(range(1, done.highest_seq + 1)) - arrived

    def _expected(self, sender: int, item: Item) -> str:
        number = (item["device"], item["seq"])
        if item["id"] in self.kept:
            if self.kept[item["id"]] == hashed(item):
                return "duplicate"
        elif number not in self.numbers:
            self.kept[item["id"]] = hashed(item)
            self.numbers[number] = item["id"]
            return "stored"
        self.aside.add((self.gates[sender].id, hashed(item)))
        self.aside_seqs.add(number)
        return "conflict"

    @invariant()
    def the_database_holds_each_entry_exactly_once(self) -> None:
        if not hasattr(self, "kept"):
            return
        rows = self.inst.read(lambda c: c.execute(select(entries.c.id, entries.c.content_hash)).all())
        assert {row.id: row.content_hash for row in rows} == self.kept
        assert len(rows) == len(self.kept)
        for table in (entry_people, leaves):
            counted = select(func.count()).select_from(table)
            assert self.inst.read(lambda c, counted=counted: c.scalar(counted)) == len(self.kept)
        aside = select(func.count()).select_from(quarantine)
        assert self.inst.read(lambda c: c.scalar(aside)) == len(self.aside)


def test_whatever_is_sent_how_often_each_entry_is_kept_exactly_once(
    tmp_path: Path, migrated_sqlite: Path
) -> None:
    KiosksOnABadLine.ground = ground(tmp_path / "ground", migrated_sqlite)
    tried = settings(max_examples=30, stateful_step_count=25, deadline=None)
    run_state_machine_as_test(KiosksOnABadLine, settings=tried)
