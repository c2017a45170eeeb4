"""`python -m bench facts`: how fast a gate gets to know its visitors, at what cost, and finds them."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

import click

from bench.clocks import Clocks
from bench.sync.town import free_port
from domain.note import note_key
from domain.venue import Entrance
from kiosk.host.identity import Identity, saved_identity

_SNAPSHOT_S: Final = 20.0
_SNAPSHOT_MB: Final = 60.0
_DELTA: Final = 100
_DELTA_S: Final = 1.0
_LOOKUP_MS: Final = 1.0
_DELTAS: Final = 5


class _Process:
    """A program of the bench that answers each line with a line of JSON."""

    def __init__(self, *arguments: str) -> None:
        self._popen = subprocess.Popen(
            [sys.executable, "-m", *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def answer(self, order: str = "") -> dict[str, Any]:
        """What it says to an order, or by itself at first."""
        assert self._popen.stdin is not None
        assert self._popen.stdout is not None
        if order:
            self._popen.stdin.write(f"{order}\n")
            self._popen.stdin.flush()
        line = self._popen.stdout.readline()
        if not line:
            raise click.ClickException(f"{self._popen.args!r} ended")
        return dict(json.loads(line))

    def close(self) -> None:
        """Let it end."""
        assert self._popen.stdin is not None
        self._popen.stdin.close()
        self._popen.wait(30)
        assert self._popen.stdout is not None
        self._popen.stdout.close()


def measured(visitors: int, clocks: Clocks) -> dict[str, Any]:
    """Let a new gate fetch `visitors`, then changes to 100 of them; the figures."""
    with tempfile.TemporaryDirectory() as name:
        folder, port = Path(name), free_port()
        site = _Process("bench.facts.site", str(folder / "var"), str(port), str(visitors))
        try:
            _settled(folder / "gate", f"http://127.0.0.1:{port}", site.answer())
            gate = _Process("bench.facts.gate", str(folder / "gate"), str(visitors))
            try:
                return _figures(visitors, site, gate, clocks)
            finally:
                gate.close()
        finally:
            site.close()


def _figures(visitors: int, site: _Process, gate: _Process, clocks: Clocks) -> dict[str, Any]:
    gate.answer()
    snapshot, idle = gate.answer("pull"), gate.answer("idle")
    deltas = []
    for _ in range(_DELTAS):
        began = clocks.seconds()
        last = site.answer(f"change {min(_DELTA, visitors)}")["last"]
        committed = clocks.seconds()
        known = gate.answer(f"pull {last}")
        deltas.append(clocks.seconds() - committed)
        if known["holds"] < 1:
            raise click.ClickException(
                f"the change is not known at the gate {clocks.seconds() - began:.1f} s on"
            )
    return {
        "bench": "facts",
        "visitors": visitors,
        "snapshot_s": snapshot["s"],
        "file_mb": snapshot["file_mb"],
        "memory_mb": snapshot["memory_mb"],
        "memory_peak_mb": snapshot["memory_peak_mb"],
        "delta": min(_DELTA, visitors),
        "delta_s": round(max(deltas), 3),
        "lookup_p50_ms": idle["p50_ms"],
        "lookup_p99_ms": idle["p99_ms"],
        "lookup_most_ms": idle["most_ms"],
        "lookups_during_snapshot": snapshot["lookups"],
        "lookup_during_snapshot_p50_ms": snapshot["p50_ms"],
        "lookup_during_snapshot_p99_ms": snapshot["p99_ms"],
        "lookup_during_snapshot_most_ms": snapshot["most_ms"],
    }


def _settled(home: Path, server: str, told: dict[str, str]) -> None:
    home.mkdir(parents=True, exist_ok=True)
    entrance = Entrance(told["entrance_id"], told["entrance_name"], told["venue_id"], told["venue_name"])
    key = note_key(told["bundle_key"])
    saved_identity(home, Identity(server, told["kiosk_id"], told["credential"], key, entrance))


@click.command("facts")
@click.option("--visitors", type=click.IntRange(1), default=100_000, show_default=True)
@click.pass_obj
def facts_command(clocks: Clocks, visitors: int) -> None:
    """Let a gate fetch all its visitors, and changes; status 1 if too slow or large. 访客数据同步测试。"""
    done = measured(visitors, clocks)
    click.echo(json.dumps(done))
    slow = done["snapshot_s"] > _SNAPSHOT_S or done["delta_s"] > _DELTA_S
    large = max(done["file_mb"], done["memory_peak_mb"]) > _SNAPSHOT_MB
    late = max(done["lookup_p99_ms"], done["lookup_during_snapshot_p99_ms"]) > _LOOKUP_MS
    sys.exit(1 if slow or large or late else 0)
