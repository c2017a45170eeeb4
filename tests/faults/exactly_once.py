"""`python -m tests.faults.exactly_once --steps 10000`: a gate and its server, whatever happens between them.

A hypothesis state machine over the kiosk's real spool, delivery, trust and uplink and the real application
with its services and database. Only the network and the clocks are the machine's. Ends in a line of JSON.
"""

from __future__ import annotations

import json
import secrets
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, ClassVar

import click
import httpx
from flask import Flask
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

from domain.decision import Decision, Outcome, Presence
from domain.enrolment import parsed_enrolment
from domain.entry import Entry, Way, content_hash, entry_of, uuid7
from domain.note import NoteKey
from domain.reason import Reason
from domain.venue import Direction, Entrance
from kiosk.clock import GateClock, Machine
from kiosk.delivery import Delivery
from kiosk.portal import Portal, Vitals
from kiosk.spool import Spool
from kiosk.spool_thread import SpoolThread
from kiosk.trust import Trust
from kiosk.uplink import Uplink
from tests.web.tenants import tenant
from web.app import create_app
from web.db.tables import entries, entry_people, leaves
from web.services import gates, keys
from web.services.ingest import lost as lost_here
from web.services.installation import Installation, opened
from web.settings import Settings
from web.store import counters, kiosks
from web.store.scope import PROGRAM

_BEGINS_MS = 1_795_140_000_000
_DATABASE = ("codeplace.db", "codeplace.db-wal", "codeplace.db-shm")
_LONGEST_ROUNDS = 80


class Fault(StrEnum):
    """What happens to the requests of one step."""

    NONE = "none"
    LOST = "lost"
    REPLY_LOST = "reply lost"
    TWICE = "twice"
    LATE = "late"
    HALF_REQUEST = "half request"
    HALF_REPLY = "half reply"
    OLD_REPLY = "old reply"
    PORTAL = "portal"
    DIES_BEFORE = "server dies before"
    DIES_AFTER = "server dies after"


@dataclass(frozen=True)
class Founded:
    """A folder with a founded installation to copy, and the gate that is enrolled in it."""

    home: Path
    gate: gates.Gate
    credential: str
    bundle_key: NoteKey


def founded(folder: Path) -> Founded:
    inst = opened(Settings(folder, "", "http://office"), lambda: _BEGINS_MS)
    try:
        keys.ensure(inst)
        park = tenant(inst, "East Area", "Park Ltd")
        key = parsed_enrolment(gates.new_enrolment(inst, park.staff, park.entrance).text).bundle_key
    finally:
        inst.close()
    return Founded(folder, park.gate, park.credential, key)


@dataclass
class World:
    """Both machines and the network between them; `tally` counts what was done."""

    ground: Founded
    folder: Path
    tally: Counter[str]
    wall_ms: int = _BEGINS_MS
    boot_ms: int = 1_000_000
    fault: Fault = Fault.NONE
    status: int = 0
    aimed_at: str = ""
    in_the_air: list[httpx.Request] = field(default_factory=list)
    made: dict[int, Entry] = field(default_factory=dict)
    gone: dict[int, Entry] = field(default_factory=dict)
    may_be_late: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.home = self.folder / "var"
        shutil.copytree(self.ground.home, self.home)
        _copied(self.home, self.folder / "backup")
        self.old_reply: httpx.Response | None = None
        self.serve()
        self.boot()

    def serve(self) -> None:
        self.inst: Installation = opened(Settings(self.home, "", "http://office"), lambda: self.wall_ms)
        self.app: Flask = create_app(self.inst)

    def boot(self) -> None:
        """Start the kiosk on what its last life left on the disk."""
        ground, folder = self.ground, self.folder / "kiosk"
        clock = GateClock(Machine(lambda: self.wall_ms, lambda: self.boot_ms, "boot-1"))
        self.spool = SpoolThread(lambda: Spool(folder, lambda: self.wall_ms))
        entrance = Entrance(ground.gate.entrance_id, "North", ground.gate.venue_id, "Park")
        self.trust = Trust(folder, ground.bundle_key, entrance, clock)
        self.trust.load()
        network = httpx.MockTransport(self.network)
        self.portal = Portal("http://office", ground.credential, "1", lambda: self.boot_ms / 1000, network)
        self.delivery = Delivery(
            self.portal, self.spool, clock.now_ms, lambda: self.boot_ms / 1000, lambda: 0.5
        )
        self.uplink = Uplink(
            self.portal, self.delivery, self.trust, clock, self.vitals, lambda: 0.5,
            lambda: None, lambda: None,
        )  # fmt: skip

    def vitals(self) -> Vitals:
        return Vitals("ok", 30.0, self.spool.counts().waiting, self.trust.least_seq, 0, self.wall_ms)

    def close(self) -> None:
        self.spool.close()
        self.portal.close()
        self.inst.close()

    def passes(self, seconds: float) -> None:
        self.wall_ms += int(seconds * 1000)
        self.boot_ms += int(seconds * 1000)

    def commit(self, count: int) -> None:
        for _ in range(count):
            entry = self.spool.do(lambda spool: spool.commit(self.sealed, self.wall_ms))
            assert entry.seq not in self.made | self.gone, "a number is never given twice"
            self.made[entry.seq] = entry

    def sealed(self, seq: int) -> Entry:
        gate = self.ground.gate
        return entry_of(
            Decision(Outcome.ADMITTED, Reason.WELCOME, Presence.ROTATING),
            identity=uuid7(self.wall_ms, secrets.token_bytes(10)),
            device=gate.id, seq=seq, venue=gate.venue_id, entrance=gate.entrance_id,
            direction=Direction.IN, at_ms=self.wall_ms, way=Way.KIOSK, policy_version=1, bundle_seq=1,
            clock=GateClock(Machine(lambda: 0, lambda: self.boot_ms, "boot-1")).stamp().clock,
        )  # fmt: skip

    def lose_spool(self) -> None:
        """The file is deleted while the kiosk is off; the mark beside it stays."""
        self.spool.close()
        self.portal.close()
        for file in (self.folder / "kiosk").glob("entries.sqlite3*"):
            file.unlink()
        self.gone |= self.made
        self.made = {}
        self.boot()

    def rules_change(self) -> None:
        self.inst.write(lambda c: counters.raised(c, counters.BUNDLE))

    def step(self) -> None:
        self.delivery.look()
        self.uplink.step()
        self.may_be_late |= set(self.delivery._held)

    def server_restarts(self, meanwhile: Callable[[], None] = lambda: None) -> None:
        self.inst.close()
        meanwhile()
        self.serve()

    def back_up(self) -> None:
        self.server_restarts(lambda: _copied(self.home, self.folder / "backup"))

    def restore(self) -> None:
        before = set(self.arrived())
        self.server_restarts(lambda: _copied(self.folder / "backup", self.home))
        self.may_be_late |= before - set(self.arrived())
        self.in_the_air.clear()

    def allow(self, is_allowed: bool) -> None:
        revoked_ms = None if is_allowed else 1
        self.inst.write(lambda c: kiosks.changed(c, PROGRAM, self.ground.gate.id, revoked_ms=revoked_ms))

    def arrived(self) -> list[int]:
        """The numbers of the entries on the server, in the order of their leaves."""
        query = (
            select(entries.c.seq).join(leaves, leaves.c.ref == entries.c.id).where(leaves.c.kind == "entry")
        )
        return [int(seq) for seq in self.inst.read(lambda c: c.scalars(query.order_by(leaves.c.id)).all())]

    def asked(self, request: httpx.Request) -> httpx.Response:
        """The real application's answer."""
        answer = self.app.test_client().open(
            request.url.raw_path.decode(), method=request.method,
            headers=_heads(request), data=request.content,
        )  # fmt: skip
        kept = {
            name: answer.headers[name] for name in ("Content-Type", "Retry-After") if name in answer.headers
        }
        return httpx.Response(answer.status_code, content=answer.data, headers=kept)

    def network(self, request: httpx.Request) -> httpx.Response:
        """What the kiosk gets for a request, as a stream that is read once."""
        reply = self._network(request)
        stream = httpx.ByteStream(reply.content)
        return httpx.Response(reply.status_code, headers=reply.headers, stream=stream)

    def _network(self, request: httpx.Request) -> httpx.Response:
        """The answer to a request; a fault is aimed at one kind of them, or at all."""
        if self.aimed_at not in request.url.path:
            return self.asked(request)
        if self.status:
            return httpx.Response(self.status, headers={"Retry-After": "7"}, content=b"{}")
        match self.fault:
            case Fault.NONE:
                return self._remembered(request, self.asked(request))
            case Fault.TWICE:
                self.asked(request)
                return self.asked(request)
            case Fault.LATE:
                self.in_the_air.append(request)
            case Fault.REPLY_LOST:
                self.asked(request)
            case Fault.HALF_REQUEST:
                half = httpx.Request(request.method, request.url, headers=_heads(request))
                self.asked(httpx.Request("POST", half.url, headers=half.headers, content=_half(request)))
            case Fault.HALF_REPLY:
                reply = self.asked(request)
                return httpx.Response(reply.status_code, content=reply.content[: len(reply.content) // 2])
            case Fault.OLD_REPLY if self.old_reply is not None and request.url.path.endswith("/entries"):
                return self.old_reply
            case Fault.PORTAL:
                return httpx.Response(200, html="<p>Please accept our terms</p>")
            case Fault.DIES_BEFORE:
                self.server_restarts()
            case Fault.DIES_AFTER:
                self.asked(request)
                self.server_restarts()
        raise httpx.ReadError(self.fault.value, request=request)

    def _remembered(self, request: httpx.Request, reply: httpx.Response) -> httpx.Response:
        if request.url.path.endswith("/entries"):
            self.old_reply = httpx.Response(reply.status_code, content=reply.content)
        return reply


def _half(request: httpx.Request) -> bytes:
    return request.content[: len(request.content) // 2]


def _heads(request: httpx.Request) -> dict[str, str]:
    return {
        name: request.headers[name] for name in ("authorization", "content-type") if name in request.headers
    }


def _copied(source: Path, target: Path) -> None:
    target.mkdir(exist_ok=True)
    for name in _DATABASE:
        (target / name).unlink(missing_ok=True)
        if (source / name).exists():
            shutil.copyfile(source / name, target / name)


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
        newest = world.inst.read(lambda c: counters.value_of(c, counters.BUNDLE))
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
