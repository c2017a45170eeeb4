"""A kiosk's parts joined as `kiosk.running.assembly` joins them, but for camera, decoder and screen."""

from __future__ import annotations

import contextlib
import hashlib
import secrets
import threading
import time
from collections.abc import Callable
from pathlib import Path
from random import SystemRandom

from domain.decision import Presence, VisitorFacts
from domain.entry import Way
from domain.venue import Direction
from domain.visitor import VisitorClass, masked_name
from kiosk.facts.trust import Rules, Trust
from kiosk.gate.answer import Answer
from kiosk.gate.gate import Gate
from kiosk.gate.particulars import Particulars
from kiosk.gate.register import Register
from kiosk.host import machine
from kiosk.host.clock import GateClock
from kiosk.host.identity import VERSION, Identity, loaded_identity, state_folder
from kiosk.sightings.recognition import Recognition
from kiosk.sightings.sightings import Event, EventKind
from kiosk.spool.spool import Spool
from kiosk.spool.thread import SpoolThread
from kiosk.spool.values import Counts
from kiosk.uplink.delivery import Delivery
from kiosk.uplink.heartbeat import Vitals
from kiosk.uplink.portal import Portal
from kiosk.uplink.uplink import Link, Uplink


class RememberingTrust(Trust):
    """Writes down which bundles it took, so that whoever offered a wrong one can look for it."""

    taken: Callable[[str], object]

    def accept(self, note: bytes) -> Rules:
        """As `Trust` does."""
        rules = super().accept(note)
        self.taken(f"{rules.seq} {hashlib.sha256(note).hexdigest()}\n")
        return rules

    def take_page(self, note: bytes) -> None:
        """As `Trust` does."""
        super().take_page(note)
        self.taken(f"page {hashlib.sha256(note).hexdigest()}\n")


class HeadlessGate:
    """Judges what is held up, and sends what it kept; everything on the way is the kiosk's own."""

    def __init__(self, home: Path) -> None:
        identity = loaded_identity(home)
        folder = state_folder(home, identity.kiosk_id)
        self._folder = folder
        self._spool = SpoolThread(lambda: Spool(folder, machine.wall_ms))
        self._clock = GateClock(machine.this_machine(folder), machine.kept_anchor(folder))
        self._promised = (home / "promised.txt").open("a", encoding="ascii", buffering=1)
        self._bundles = (home / "bundles.txt").open("a", encoding="ascii", buffering=1)
        self._trust = RememberingTrust(folder, identity.bundle_key, identity.entrance, self._clock)
        self._trust.taken = self._bundles.write
        self._trust.load()
        self._register = Register(
            identity.kiosk_id, Direction.IN, self._trust, self._spool, self._clock, secrets.token_bytes
        )
        self._register.recall()
        self._gate = Gate(self._register)
        self._recognition = Recognition(self._clock.now_ms)
        self._uplink = self._joined(identity)
        self._thread = threading.Thread(target=self._uplink.run, args=(_fail,), name="uplink", daemon=True)
        self._thread.start()

    @property
    def link(self) -> Link:
        """How it stands with the server."""
        return self._uplink.link

    @property
    def rules_seq(self) -> int:
        """The number of the rules in force; 0 before the first."""
        return self._trust.rules.seq

    def counts(self) -> Counts:
        """What waits and what staff must look at."""
        return self._spool.counts()

    def visit(self, text: str) -> bool:
        """Somebody holds this up; whether an entry was made of it and may be told."""
        seen = self._recognition.seen([text], self._trust.rules)[0]
        return self._told(self._gate.step(Event(EventKind.SHOWN, seen)))

    def registration(self, name: str, phone: str) -> bool:
        """Staff write somebody down who has no code; whether an entry was made of it."""
        facts = VisitorFacts("", VisitorClass.VISITOR, masked_name=masked_name(name))
        given = Particulars(name=name, phone=phone)
        judged = self._register.judged(facts, Presence.STAFF, given)
        return self._told(self._gate.kept(judged, given, Way.STAFF))

    def close(self) -> None:
        """Stop sending and give the spool back."""
        self._uplink.stop()
        self._thread.join(25.0)
        self._spool.close()

    def _told(self, answer: Answer) -> bool:
        if answer.entry_seq is None:
            return False
        self._promised.write(f"{answer.entry_seq}\n")
        self._uplink.wake()
        return True

    def _joined(self, identity: Identity) -> Uplink:
        portal, chance = Portal(identity.server, identity.credential, VERSION, time.monotonic), SystemRandom()
        delivery = Delivery(
            portal, self._spool, self._clock.now_ms, lambda: self._clock.boot_ms() / 1000, chance.random
        )
        return Uplink(
            portal, delivery, self._trust, self._clock, self._vitals, chance.random, _nothing, self._upkeep
        )

    def _vitals(self) -> Vitals:
        waiting = self._spool.counts().waiting
        return Vitals("ok", 30.0, waiting, self._trust.least_seq, 0, machine.wall_ms())

    def _upkeep(self) -> None:
        now_ms, anchor = self._clock.now_ms(), self._clock.anchor
        self._spool.do(lambda spool: spool.prune(now_ms))
        if anchor is not None:
            with contextlib.suppress(OSError):
                machine.keep_anchor(self._folder, anchor)


def _fail(error: Exception) -> None:
    print(f"unforeseen {type(error).__name__}: {error}", flush=True)


def _nothing() -> None:
    return
