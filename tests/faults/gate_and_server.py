"""A gate with its real parts and the real application in one process; network and clocks are the test's."""

from __future__ import annotations

import secrets
import shutil
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path

import httpx
from flask import Flask
from sqlalchemy import select

from domain.decision import Decision, Outcome, Presence
from domain.enrolment import parsed_enrolment
from domain.entry import Entry, Way, entry_of, uuid7
from domain.note import NoteKey
from domain.reason import Reason
from domain.sealed_entry import unnamed
from domain.venue import Direction, Entrance
from kiosk.facts.trust import Trust
from kiosk.host.clock import GateClock, Machine
from kiosk.privacy.sealing import Sealing
from kiosk.privacy.tags import Tags
from kiosk.spool.spool import Spool
from kiosk.spool.thread import SpoolThread
from kiosk.uplink.delivery import Delivery
from kiosk.uplink.heartbeat import Vitals
from kiosk.uplink.portal import Portal
from kiosk.uplink.uplink import Uplink
from tests.web.lending import lent_app
from tests.web.tenants import tenant
from web.db.tables import entries, leaves
from web.services.gates import gates
from web.services.installation import Installation, opened
from web.services.signing_keys import keys
from web.settings import Settings
from web.store.gates import gate_news, kiosks
from web.store.scope import PROGRAM

BEGINS_MS = 1_795_140_000_000
_DATABASE = ("codeplace.db", "codeplace.db-wal", "codeplace.db-shm")


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
    inst = opened(Settings(folder, "", "http://office"), lambda: BEGINS_MS)
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
    wall_ms: int = BEGINS_MS
    boot_ms: int = 1_000_000
    fault: Fault = Fault.NONE
    status: int = 0
    aimed_at: str = ""
    in_the_air: list[httpx.Request] = field(default_factory=list)
    made: dict[int, Entry] = field(default_factory=dict)
    gone: dict[int, Entry] = field(default_factory=dict)
    may_be_late: set[int] = field(default_factory=set)
    unnamed: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.home = self.folder / "var"
        shutil.copytree(self.ground.home, self.home)
        _copied(self.home, self.folder / "backup")
        self.old_reply: httpx.Response | None = None
        self.serve()
        self.boot()

    def serve(self) -> None:
        self.inst: Installation = opened(Settings(self.home, "", "http://office"), lambda: self.wall_ms)
        self.lent = ExitStack()
        self.app: Flask = self.lent.enter_context(lent_app(self.inst))

    def boot(self) -> None:
        """Start the kiosk on what its last life left on the disk."""
        ground, folder = self.ground, self.folder / "kiosk"
        clock = GateClock(Machine(lambda: self.wall_ms, lambda: self.boot_ms, "boot-1"))
        self.spool = SpoolThread(lambda: Spool(folder, lambda: self.wall_ms))
        entrance = Entrance(ground.gate.entrance_id, "North", ground.gate.venue_id, "Park")
        self.trust = Trust(folder, ground.bundle_key, entrance, clock)
        self.trust.load()
        self.sealing = Sealing(lambda: self.trust.rules.sealing, Tags(bytes(32)), secrets.token_bytes)
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
        self.lent.close()
        self.inst.close()

    def passes(self, seconds: float) -> None:
        self.wall_ms += int(seconds * 1000)
        self.boot_ms += int(seconds * 1000)

    def commit(self, count: int) -> None:
        for _ in range(count):
            entry = self.spool.do(lambda spool: spool.commit(self.entry, self.wall_ms, self.sealed))
            assert entry.seq not in self.made | self.gone, "a number is never given twice"
            self.made[entry.seq] = unnamed(entry) if entry.seq in self.unnamed else entry

    def sealed(self, entry: Entry) -> bytes:
        if self.trust.rules.sealing is None:  # no rules yet: nobody is written down
            self.unnamed.add(entry.seq)
        return self.sealing.body(entry, date(2026, 11, 20))

    def entry(self, seq: int) -> Entry:
        gate = self.ground.gate
        return entry_of(
            Decision(Outcome.ADMITTED, Reason.WELCOME, Presence.ROTATING),
            identity=uuid7(self.wall_ms, secrets.token_bytes(10)),
            device=gate.id, seq=seq, venue=gate.venue_id, entrance=gate.entrance_id,
            direction=Direction.IN, at_ms=self.wall_ms, way=Way.KIOSK, policy_version=1, bundle_seq=1,
            clock=GateClock(Machine(lambda: 0, lambda: self.boot_ms, "boot-1")).stamp().clock,
            plate="苏A12345", name=f"张三 {seq}", phone="+8613800138000",
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
        self.inst.write(gate_news.everywhere)

    def step(self) -> None:
        self.delivery.look()
        self.uplink.step()
        self.may_be_late |= set(self.delivery._held)

    def server_restarts(self, meanwhile: Callable[[], None] = lambda: None) -> None:
        self.lent.close()
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
