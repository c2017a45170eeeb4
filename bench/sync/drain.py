"""A gate comes back after 30 days: how fast its entries arrive, and how long its visitors wait meanwhile."""

from __future__ import annotations

import json
import sqlite3
import tempfile
import time
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from bench.clocks import Clocks
from bench.sync.backlog import filled
from bench.sync.programs import Program, site
from bench.sync.town import Town, founded, settle

_PEOPLE: Final = 300
_VISITS_A_SECOND: Final = 2.0
_LONGEST_S: Final = 900.0


def drained(entries: int, seed: int, clocks: Clocks) -> dict[str, Any]:
    """Let a gate with `entries` kept ones meet its server; the figures."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        town = founded(folder, 1, _PEOPLE, clocks.now)
        gate = town.gates[0]
        settle(gate, town.bundle_key, f"http://127.0.0.1:{town.port}")
        filled(gate, town.sealing, entries, int(clocks.now() * 1000), seed)
        server = site(town.home, town.port, folder / "site.log")
        kiosk = _kiosk(town, folder, seed)
        try:
            server.start()
            kiosk.start()
            took_s, status = _until_drained(gate.home / "status.json", entries, clocks)
        finally:
            kiosk.stop()
            server.stop()
        return _figures(entries, took_s, status, _arrived(town.home / "codeplace.db"))


def _kiosk(town: Town, folder: Path, seed: int) -> Program:
    orders = folder / "orders.json"
    told = {"entries": 10**9, "rate": _VISITS_A_SECOND, "seed": seed, "shown": str(town.shown)}
    orders.write_text(json.dumps(told), "utf-8")
    home = str(town.gates[0].home)
    return Program(["bench.sync.gate_process", home, str(orders)], folder / "gate.log", {}, "gate ready")


def _until_drained(path: Path, entries: int, clocks: Clocks) -> tuple[float, dict[str, Any]]:
    """Seconds from the first entry that left to the last, and the gate's words at the end."""
    began_s = first_s = clocks.seconds()
    while clocks.seconds() - began_s < _LONGEST_S:
        time.sleep(0.02)
        status = json.loads(path.read_text("ascii")) if path.exists() else None
        if status is None or status["waiting"] >= entries:
            first_s = clocks.seconds()
        elif status["waiting"] < 5:
            return clocks.seconds() - first_s, dict(status)
    raise TimeoutError(f"the entries did not arrive in {_LONGEST_S:.0f} s")


def _arrived(database: Path) -> list[int]:
    """The numbers of the entries in the order of their arrival."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        rows = connection.execute(
            "SELECT e.seq FROM leaves l JOIN entries e ON e.id = l.ref WHERE l.kind = 'entry' ORDER BY l.id"
        )
        return [int(seq) for (seq,) in rows]


def _figures(entries: int, took_s: float, status: dict[str, Any], arrived: list[int]) -> dict[str, Any]:
    expected = set(range(1, max(arrived, default=0) + 1))
    return {
        "bench": "drain",
        "entries": entries,
        "s": round(took_s, 1),
        "entries_per_s": round(entries / took_s),
        "missing": len(expected - set(arrived)) + max(0, entries - len(arrived)),
        "doubled": len(arrived) - len(set(arrived)),
        "out_of_order": sum(later < earlier for earlier, later in pairwise(arrived)),
        "judged_meanwhile": status["judged"],
        "judged_p50_ms": status["p50_ms"],
        "judged_p95_ms": status["p95_ms"],
        "judged_most_ms": status["most_ms"],
    }
