"""`python -m bench.sync.gate_process HOME ORDERS`: people pass a gate at a rate, until SIGTERM.

Beside the spool it keeps what it promised (`promised.txt`), which bundles it took (`bundles.txt`) and how
it is (`status.json`), so that whoever kills it can count.
"""

from __future__ import annotations

import itertools
import json
import random
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any

from bench.sync.headless import HeadlessGate

_STATUS_EVERY_S = 0.25
_ON_THE_SPOT_EVERY = 150
_STRANGER_EVERY = 23


class People:
    """Who comes next: mostly somebody with a card, at times a stranger or somebody without a code."""

    def __init__(self, shown: list[str], seed: str) -> None:
        self._shown = shown
        self._chance = random.Random(seed)  # noqa: S311
        self._numbers = itertools.count(1)

    def come(self, gate: HeadlessGate) -> bool:
        """Whether an entry was made of the next one."""
        number = next(self._numbers)
        if number % _ON_THE_SPOT_EVERY == 0:
            phone = f"138{self._chance.randrange(10**8):08d}"
            return gate.registration(f"来客 Guest {phone[-4:]}", phone)
        text = self._chance.choice(self._shown)
        if number % _STRANGER_EVERY == 0:
            text = text[:-3] + "AAA"
        return gate.visit(text)


class Shift:
    """Lets people pass until as many entries were made as ordered, and goes on sending after that."""

    def __init__(self, home: Path, orders: dict[str, Any]) -> None:
        self._home, self._orders = home, orders
        self._made = _lines(home / "promised.txt")
        self._gate = HeadlessGate(home)
        shown = json.loads(Path(orders["shown"]).read_text("utf-8"))
        self._people = People(shown, f"{orders['seed']} {home.name} {self._made}")
        self._times: list[float] = []
        self._status_due_s = 0.0

    def run(self, stop: threading.Event) -> None:
        """Work until `stop`; the spool is given back at the end."""
        print("gate ready", flush=True)
        due_s = time.monotonic()
        while not stop.wait(max(0.0, due_s - time.monotonic())):
            working = self._made < self._orders["entries"] and self._gate.rules_seq > 0
            if working:
                self._one()
            due_s = max(due_s + 1 / self._orders["rate"], time.monotonic() - 1) if working else _soon()
            self._tell()
        self._gate.close()
        self._tell(ended=True)

    def _one(self) -> None:
        began_s = time.perf_counter()
        if self._people.come(self._gate):
            self._times.append((time.perf_counter() - began_s) * 1000)
            self._made += 1

    def _tell(self, *, ended: bool = False) -> None:
        if time.monotonic() < self._status_due_s and not ended:
            return
        self._status_due_s = time.monotonic() + _STATUS_EVERY_S
        counts, times = self._gate.counts(), sorted(self._times)
        value = {
            "made": self._made,
            "waiting": counts.waiting,
            "quarantined": counts.quarantined,
            "link": self._gate.link.state,
            "bundle_refused": self._gate.link.bundle_refused,
            "rules_seq": self._gate.rules_seq,
            "judged": len(times),
            "p50_ms": round(times[len(times) // 2], 1) if times else None,
            "p95_ms": round(times[int(len(times) * 0.95)], 1) if times else None,
            "most_ms": round(times[-1], 1) if times else None,
            "ended": ended,
        }
        beside = self._home / "status.new"
        beside.write_text(json.dumps(value), "ascii")
        beside.replace(self._home / "status.json")


def _soon() -> float:
    return time.monotonic() + 0.1


def _lines(path: Path) -> int:
    return path.read_bytes().count(b"\n") if path.exists() else 0


def main(home: Path, orders: Path) -> None:
    """Run a gate until SIGTERM."""
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda _number, _frame: stop.set())
    Shift(home, json.loads(orders.read_text("utf-8"))).run(stop)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
