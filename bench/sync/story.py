"""What happens during a run, and when: by the share of all entries that were made so far."""

from __future__ import annotations

import json
import secrets
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from bench.sync.programs import Program, site
from bench.sync.proxy import Proxy
from bench.sync.town import Enrolled, Town, settle
from domain.decision import Decision, Outcome, Presence
from domain.entry import Clock, Entry, Way, entry_of, uuid7
from domain.reason import Reason
from domain.sealed_entry import NONCE_BYTES, SECRET_BYTES, Counted, Session
from domain.venue import Direction
from kiosk.host.identity import state_folder
from kiosk.spool.spool import Spool
from web.store.gates import kiosks
from web.store.scope import PROGRAM

LEAST_GATES: Final = 6
POISONED, CLONED, BLOCKED, CUT_OFF, PAUSED, REVOKED = range(LEAST_GATES)
_BACKLOG: Final = 2.5  # the gate that is cut off makes so many times more
_CLONE_MORE: Final = 200
_DATABASE: Final = ("codeplace.db", "codeplace.db-wal", "codeplace.db-shm")


@dataclass(frozen=True, slots=True)
class Event:
    """Something that is done once the gates have made this share of their entries."""

    share: float
    name: str
    do: Callable[[], None]


class Story:
    """One server, its gates and the proxy between them, and everything that befalls them."""

    def __init__(self, town: Town, folder: Path, entries: int, seed: int, now: Callable[[], float]) -> None:
        self.town, self.proxy = town, Proxy(town.port, seed)
        self.gates = list(town.gates)
        self.poison: set[str] = set()
        self.kills = {"server": 0, "kiosk": 0}
        self.told: list[str] = []
        self._folder, self._entries, self._seed, self._now = folder, entries, seed, now
        self._server = site(town.home, town.port, folder / "site.log")
        self._programs = [self._enter(gate) for gate in self.gates]

    def start(self) -> None:
        """Start the server and all gates, and cut one of them off once it has its rules."""
        self._server.start()
        for program in self._programs:
            program.start()
        cut = self.gates[CUT_OFF]
        while not (self.status(cut) or {}).get("rules_seq"):
            time.sleep(0.1)
        self.proxy.offline.add(cut.name)

    def events(self) -> Iterator[Event]:
        """In their order."""
        yield Event(0.08, "server killed, backup taken", self._back_up)
        yield Event(0.15, "a gate killed, a poison row written", self._poison)
        yield Event(0.22, "server killed", self._kill_server)
        yield Event(0.28, "a gate's image cloned", self._clone)
        yield Event(0.34, "a gate's row blocked on the way, the gate killed", self._block)
        yield Event(0.42, "server killed, two gates revoked", lambda: self._allow(PAUSED, REVOKED, False))
        yield Event(0.5, "the cut off gate comes back", lambda: self.proxy.offline.clear())
        yield Event(0.56, "server killed, one gate allowed again", lambda: self._allow(PAUSED, PAUSED, True))
        yield Event(0.64, "server restored from the backup", self._restore)
        yield Event(0.72, "server killed, a gate killed", self._kill_both)
        yield Event(0.8, "the blocked row let through", self.proxy.poisoned.clear)
        yield Event(0.86, "server killed", self._kill_server)
        yield Event(0.93, "all gates killed", self._kill_gates)

    def status(self, gate: Enrolled) -> dict[str, Any] | None:
        """How a gate is, in its own words."""
        path = gate.home / "status.json"
        return dict(json.loads(path.read_text("ascii"))) if path.exists() else None

    def share(self) -> float:
        """How much of all entries was made."""
        made = sum((self.status(gate) or {"made": 0})["made"] for gate in self.gates)
        return float(made) / self._entries

    def waiting(self) -> int:
        """How many entries wait at gates that may still speak."""
        alive = [gate for number, gate in enumerate(self.gates) if number != REVOKED]
        return sum((self.status(gate) or {"waiting": 1})["waiting"] for gate in alive)

    def stop(self) -> None:
        """End all processes."""
        for program in self._programs:
            program.stop()
        self._server.stop()
        self.proxy.close()

    def _enter(self, gate: Enrolled, more: int | None = None) -> Program:
        """A gate with its door and its orders."""
        settle(gate, self.town.bundle_key, self.proxy.door(gate.name))
        weight = _BACKLOG if len(self.gates) > CUT_OFF and gate is self.gates[CUT_OFF] else 1.0
        part = weight / (len(self.town.gates) - 1 + _BACKLOG)
        orders = {
            "entries": more or round(self._entries * part),
            "rate": 35.0 * weight,
            "seed": self._seed,
            "shown": str(self.town.shown),
        }
        path = self._folder / f"{gate.name}.json"
        path.write_text(json.dumps(orders), "utf-8")
        arguments = ["bench.sync.gate_process", str(gate.home), str(path)]
        return Program(arguments, self._folder / f"{gate.name}.log", {}, "gate ready")

    def _kill_server(self, meanwhile: Callable[[], None] = lambda: None) -> None:
        self._server.kill()
        self.kills["server"] += 1
        meanwhile()
        self._server.start()

    def _kill_gate(self, number: int, meanwhile: Callable[[], None] = lambda: None) -> None:
        self._programs[number].kill()
        self.kills["kiosk"] += 1
        meanwhile()
        self._programs[number].start()

    def _kill_both(self) -> None:
        self._kill_gate(CUT_OFF)
        self._kill_server()

    def _kill_gates(self) -> None:
        for number in range(len(self._programs)):
            self._kill_gate(number)

    def _back_up(self) -> None:
        self._kill_server(lambda: self._copied(self.town.home, self._folder / "backup"))

    def _restore(self) -> None:
        def meanwhile() -> None:
            self._copied(self._folder / "backup", self.town.home)
            self._revoke(REVOKED, at_ms=1)

        self._kill_server(meanwhile)

    def _copied(self, source: Path, target: Path) -> None:
        target.mkdir(exist_ok=True)
        for name in _DATABASE:
            (target / name).unlink(missing_ok=True)
            if (source / name).exists():
                shutil.copyfile(source / name, target / name)

    def _allow(self, first: int, last: int, allowed: bool) -> None:
        def meanwhile() -> None:
            for number in range(first, last + 1):
                self._revoke(number, None if allowed else 1)

        self._kill_server(meanwhile)

    def _revoke(self, number: int, at_ms: int | None) -> None:
        inst, kiosk_id = self.town.opened(self._now), self.gates[number].kiosk_id
        try:
            inst.write(lambda c: kiosks.changed(c, PROGRAM, kiosk_id, revoked_ms=at_ms))
        finally:
            inst.close()

    def _clone(self) -> None:
        def meanwhile() -> None:
            gate = self.gates[CLONED]
            clone = replace(gate, name=f"{gate.name}-clone", home=self._folder / f"{gate.name}-clone")
            shutil.copytree(gate.home, clone.home)
            self.gates.append(clone)
            made = (clone.home / "promised.txt").read_bytes().count(b"\n")
            self._programs.append(self._enter(clone, made + _CLONE_MORE))

        self._kill_gate(CLONED, meanwhile)
        self._programs[-1].start()

    def _poison(self) -> None:
        """Between two lives of a gate, a row that no server can take: a plate of 21 letters."""
        gate = self.gates[POISONED]

        def make(seq: int) -> Entry:
            return _poison_row(gate, seq, int(self._now() * 1000))

        def meanwhile() -> None:
            spool = Spool(state_folder(gate.home, gate.kiosk_id), lambda: int(self._now() * 1000))
            self.poison.add(spool.commit(make, int(self._now() * 1000), self._sealed).id)
            spool.close()

        self._kill_gate(POISONED, meanwhile)

    def _sealed(self, entry: Entry) -> bytes:
        session = Session(self.town.sealing, secrets.token_bytes(SECRET_BYTES))
        return session.body(entry, Counted(1), secrets.token_bytes(NONCE_BYTES))

    def _block(self) -> None:
        """S12 on the way: whatever holds this row is answered 400, and the kiosk is started meanwhile."""
        gate = self.gates[BLOCKED]

        def meanwhile() -> None:
            made = [int(line) for line in (gate.home / "promised.txt").read_text("ascii").split()]
            self.proxy.poisoned[gate.name] = max(made, default=0) + 20

        self._kill_gate(BLOCKED, meanwhile)


def _poison_row(gate: Enrolled, seq: int, now_ms: int) -> Entry:
    return entry_of(
        Decision(Outcome.REFERRED, Reason.WELCOME, Presence.STAFF),
        identity=uuid7(now_ms, bytes(10)),
        device=gate.kiosk_id,
        seq=seq,
        venue=gate.entrance.venue_id,
        entrance=gate.entrance.id,
        direction=Direction.IN,
        at_ms=now_ms,
        way=Way.STAFF,
        policy_version=1,
        bundle_seq=1,
        clock=Clock("boot-1", 1),
        plate="X" * 21,
    )
