"""`python -m bench.facts.gate HOME VISITORS`: the parts of a kiosk that follow and look up its visitors.

On its standard input, `pull` is a heartbeat and whatever it calls for, while codes are looked up; `idle`
looks up only. Each is answered by a line of JSON.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from pathlib import Path
from random import SystemRandom
from typing import Any

from bench.facts.lookups import looked_up
from kiosk.facts.file import FILE_NAME
from kiosk.facts.trust import Trust
from kiosk.host import machine
from kiosk.host.clock import GateClock
from kiosk.host.identity import loaded_identity, state_folder
from kiosk.uplink.heartbeat import Vitals
from kiosk.uplink.portal import Failure, Portal
from kiosk.uplink.pulling import Pulling

_IDLE = 2_000


class _Gate:
    def __init__(self, home: Path, count: int) -> None:
        identity = loaded_identity(home)
        self._folder = state_folder(home, identity.kiosk_id)
        self._folder.mkdir(parents=True, exist_ok=True)
        self._count = count
        self._clock = GateClock(machine.this_machine(self._folder), machine.kept_anchor(self._folder))
        self._portal = Portal(identity.server, identity.credential, "bench", time.monotonic)
        self._began_kb = _memory()
        self._trust = Trust(self._folder, identity.bundle_key, identity.entrance, self._clock)
        self._trust.load()
        self._pulling = Pulling(self._portal, self._trust, time.monotonic, SystemRandom().random)

    def idle(self) -> dict[str, Any]:
        """Look-ups while nothing else happens."""
        return looked_up(self._trust.known, self._count, lambda so_far: so_far < _IDLE)

    def pull(self) -> dict[str, Any]:
        """Follow to the end, with look-ups beside it."""
        took: list[float] = []
        thread = threading.Thread(target=lambda: took.append(self._pulled()))
        thread.start()
        known = looked_up(self._trust.known, self._count, lambda so_far: thread.is_alive() or so_far < 1)
        thread.join()
        memory, size = _memory(), sum(path.stat().st_size for path in self._folder.glob(f"{FILE_NAME}*"))
        return {
            "s": round(took[0], 3),
            **known,
            "file_mb": round(size / 1e6, 1),
            "memory_mb": round((memory["VmRSS"] - self._began_kb["VmRSS"]) * 1024 / 1e6, 1),
            "memory_peak_mb": round((memory["VmHWM"] - self._began_kb["VmRSS"]) * 1024 / 1e6, 1),
            "age_ms": self._trust.age_ms(),
        }

    def holds(self, visitor_id: str) -> int:
        """How many holds this gate knows of a visitor."""
        known = self._trust.known.by_id(visitor_id)
        return len(known.holds) if known else -1

    def close(self) -> None:
        """Give everything back."""
        self._trust.close()
        self._portal.close()

    def _pulled(self) -> float:
        began = time.monotonic()
        vitals = Vitals("ok", 30.0, 0, self._trust.least_seq, 0, machine.wall_ms())
        sent_ms = self._clock.boot_ms()
        beat = self._portal.heartbeat(vitals, 0, self._trust.known.place)
        if isinstance(beat, Failure):
            raise ConnectionError(beat.detail)
        self._clock.measured(beat.now_ms, sent_ms, self._clock.boot_ms())
        self._pulling.heard(beat)
        while not (self._trust.rules.seq and self._trust.known.has(beat.facts)):
            time.sleep(max(0.0, min(1.0, self._pulling.due_s - time.monotonic())))
            self._pulling.step()
        return time.monotonic() - began


def _memory() -> dict[str, int]:
    """This process's memory in kilobytes, by Linux's names."""
    lines = Path("/proc/self/status").read_text("ascii", "replace").splitlines()
    parts = (line.split() for line in lines if line.startswith(("VmRSS:", "VmHWM:")))
    return {name.rstrip(":"): int(value) for name, value, _unit in parts}


def main(home: Path, count: int) -> None:
    """Do what the standard input says until it ends."""
    gate = _Gate(home, count)
    print(json.dumps({}), flush=True)
    for line in sys.stdin:
        match line.split():
            case ["idle"]:
                done = gate.idle()
            case ["pull"]:
                done = gate.pull()
            case ["pull", visitor_id]:
                done = gate.pull() | {"holds": gate.holds(visitor_id)}
            case _:
                raise SystemExit(f"unknown order: {line!r}")
        print(json.dumps(done), flush=True)
    gate.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
