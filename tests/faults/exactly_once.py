"""`python -m tests.faults.exactly_once --steps 10000`: a gate and its server, whatever happens between them.

A hypothesis state machine over the kiosk's real spool, delivery, trust and uplink and the real application
with its services and database. Only the network and the clocks are the machine's. Ends in a line of JSON.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any, ClassVar

import click
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from domain.entry_wire import content_hash
from kiosk.spool.spool import Spool
from tests.faults.gate_and_server import Fault, Founded, World, founded
from web.db.tables import entries, entry_people
from web.services.gates import gate_facts
from web.services.gates.ingest import lost as lost_here
from web.store.gates import gate_news

_LONGEST_ROUNDS = 80

_AIMS = st.sampled_from(["/self/entries", "/self/entries", "/self/entries", "/self/bundle", "heartbeat", ""])


class ExactlyOnce(RuleBasedStateMachine):
    """Nothing is missing, nothing doubled, the order kept, whatever the rules do."""

    ground: Founded
    tally: ClassVar[Counter[str]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory()
        self.world = World(self.ground, Path(self._folder.name), self.tally)
        self.highest = 0

    @rule(count=st.integers(1, 12))
    def people_come(self, count: int) -> None:
        self.world.commit(count)

    @rule(seconds=st.sampled_from([0.0, 1.0, 5.0, 40.0]))
    def all_goes_well(self, seconds: float) -> None:
        self.world.step()
        self.world.passes(seconds)

    @rule(fault=st.sampled_from(Fault), aimed_at=_AIMS, seconds=st.sampled_from([0.0, 1.0, 5.0, 40.0]))
    def fault(self, fault: Fault, aimed_at: str, seconds: float) -> None:
        self.world.fault, self.world.aimed_at = fault, aimed_at
        self.world.step()
        self.world.fault, self.world.aimed_at = Fault.NONE, ""
        self.world.passes(seconds)

    @rule(
        status=st.sampled_from([400, 401, 403, 404, 413, 429, 500, 503]),
        aimed_at=_AIMS,
        repeat=st.integers(1, 4),
    )
    def refused(self, status: int, aimed_at: str, repeat: int) -> None:
        self.world.status, self.world.aimed_at = status, aimed_at
        for _ in range(repeat):
            self.world.step()
            self.world.passes(3.0)
        self.world.status, self.world.aimed_at = 0, ""

    @rule(seconds=st.sampled_from([8.0, 70.0, 400.0]))
    def time_passes(self, seconds: float) -> None:
        self.world.passes(seconds)

    @precondition(lambda self: self.world.in_the_air)
    @rule(which=st.integers(0, 10**6))
    def a_late_request_arrives(self, which: int) -> None:
        air = self.world.in_the_air
        self.world.asked(air.pop(which % len(air)))

    @rule()
    def kiosk_dies(self) -> None:
        self.world.spool.close()
        self.world.portal.close()
        self.world.boot()

    @rule()
    def spool_is_lost(self) -> None:
        self.world.lose_spool()

    @rule()
    def rules_change(self) -> None:
        self.world.rules_change()

    @rule()
    def backup_is_taken(self) -> None:
        self.world.back_up()

    @rule()
    def server_is_restored(self) -> None:
        self.world.restore()
        self.highest = max(self.world.arrived(), default=0)

    @rule(is_allowed=st.booleans())
    def credential_changes(self, is_allowed: bool) -> None:
        self.world.allow(is_allowed)

    @invariant()
    def nothing_is_doubled_changed_or_made_up(self) -> None:
        self.tally["steps"] += 1
        rows = self.world.inst.read(lambda c: c.execute(select(entries.c.seq, entries.c.content_hash)).all())
        ever = self.world.made | self.world.gone
        assert {seq: bytes(hashed) for seq, hashed in rows} == {
            seq: content_hash(ever[seq]) for seq, _ in rows
        }
        arrived = self.world.arrived()
        people = self.world.inst.read(lambda c: len(c.scalars(select(entry_people.c.entry_id)).all()))
        assert len(arrived) == len(set(arrived)) == len(rows) == people

    @invariant()
    def what_was_taken_is_there_or_was_lost_with_a_restore(self) -> None:
        kept = self.world.spool.do(_states)
        assert kept.keys() == self.world.made.keys(), "the gate deletes nothing"
        assert "quarantined" not in kept.values(), "nobody changed a body"
        acked = {seq for seq, state in kept.items() if state == "acked"}
        assert acked - set(self.world.arrived()) <= self.world.may_be_late

    @invariant()
    def what_arrives_arrives_in_order(self) -> None:
        arrived = self.world.arrived()
        highest = 0
        for seq in arrived:
            assert seq > highest or seq in self.world.may_be_late, arrived
            highest = max(highest, seq)

    def teardown(self) -> None:
        try:
            self._comes_to_rest()
        finally:
            self.world.close()
            self._folder.cleanup()

    def _comes_to_rest(self) -> None:
        """With a good network everything arrives, without another visitor."""
        self.world.allow(True)
        for _ in range(_LONGEST_ROUNDS):
            self.world.step()
            self.world.passes(30.0)
            if self._is_at_rest():
                break
        assert self.world.made.keys() <= set(self.world.arrived()), "nothing is missing"
        assert self._is_at_rest(), "the gaps are told, and the newest rules are in force"
        assert self.world.spool.counts().waiting == 0
        self.nothing_is_doubled_changed_or_made_up()
        self.tally["entries"] += len(self.world.made)
        self.tally["runs"] += 1

    def _is_at_rest(self) -> bool:
        world = self.world
        newest = world.inst.read(
            lambda c: gate_news.newest(c, gate_facts.standing(c, world.ground.gate)).rules
        )
        lost = lost_here(world.inst, world.ground.gate, world.spool.do(lambda spool: spool.settled_seq()))
        last = max(world.made | world.gone, default=0)
        settled = world.spool.do(lambda spool: spool.settled_seq())
        all_there = world.made.keys() <= set(world.arrived())
        return all_there and not lost and settled >= last and world.trust.rules.seq == newest


def _states(spool: Spool) -> dict[int, str]:
    rows: list[Any] = spool._connection.execute("SELECT seq, state FROM entry").fetchall()
    return dict(rows)


def run(steps: int, length: int = 50, *, same_each_time: bool = False) -> Counter[str]:
    """At least `steps` steps of the machine in runs of up to `length`; raises what an invariant says."""
    with tempfile.TemporaryDirectory() as name:
        ExactlyOnce.ground = founded(Path(name))
        ExactlyOnce.tally = tally = Counter[str]()
        while (left := steps - tally["steps"]) > 0:
            ask = settings(
                max_examples=min(50, left // length + 1),
                stateful_step_count=length,
                deadline=None,
                database=None,
                suppress_health_check=list(HealthCheck),
                phases=(Phase.generate, Phase.shrink),
                derandomize=same_each_time,
            )
            run_state_machine_as_test(ExactlyOnce, settings=ask)
    return tally


@click.command()
@click.option("--steps", default=10_000, show_default=True)
def main(steps: int) -> None:
    """Run the machine for as many steps."""
    began_s = time.monotonic()
    tally = run(steps)
    print(json.dumps({**tally, "violations": 0, "s": round(time.monotonic() - began_s, 1)}))


if __name__ == "__main__":
    main()
