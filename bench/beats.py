"""`python -m bench beats`: what a gate at which nobody passes asks of its site, and what it costs there."""

from __future__ import annotations

import json
import secrets
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import click
import httpx

from bench.clocks import Clocks
from bench.processor import seconds_used
from bench.sync.programs import Program
from bench.sync.town import Town, founded, settle
from domain.venue import Direction
from kiosk.facts.trust import Trust
from kiosk.gate.register import Register
from kiosk.host.clock import GateClock, Machine
from kiosk.host.identity import VERSION, loaded_identity
from kiosk.spool.spool import Spool
from kiosk.spool.thread import SpoolThread
from kiosk.uplink.delivery import Delivery
from kiosk.uplink.heartbeat import Vitals
from kiosk.uplink.neighbours import Neighbours
from kiosk.uplink.portal import Portal
from kiosk.uplink.uplink import Uplink

_NEWS: Final = ("next_s", "venue")
# How often a gate is told to call, by how many there are (web/services/gates/pacing.py).
_TOLD: Final = {"5 s": 5, "60 s, 3,000 gates": 60, "120 s, from 6,000 gates": 120}


@dataclass
class Wire(httpx.BaseTransport):
    """The network: counts requests, and for an older site takes out of answers what it did not tell."""

    is_older: bool

    def __post_init__(self) -> None:
        self.asked: Counter[str] = Counter()
        self._network = httpx.HTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Pass it on."""
        path = request.url.path.rpartition("/")[2]
        self.asked[path] += 1
        answer = self._network.handle_request(request)
        if not self.is_older or path != "heartbeat" or answer.status_code != httpx.codes.OK:
            return answer
        told = json.loads(answer.read())
        kept = json.dumps({name: value for name, value in told.items() if name not in _NEWS})
        return httpx.Response(200, stream=httpx.ByteStream(kept.encode()))

    def close(self) -> None:
        """Let go of the connections."""
        self._network.close()


class Gate:
    """The kiosk's own parts that speak to its site, in one thread, on a clock that is moved by hand."""

    def __init__(self, home: Path, folder: Path, wire: Wire, began_ms: int) -> None:
        identity = loaded_identity(home)
        folder.mkdir()
        self.boot_ms, self._began_ms = 0, began_ms
        clock = GateClock(Machine(lambda: began_ms + self.boot_ms, lambda: self.boot_ms, "boot-1"))
        spool = SpoolThread(lambda: Spool(folder, lambda: began_ms + self.boot_ms))
        trust = Trust(folder, identity.bundle_key, identity.entrance, clock, identity.kiosk_id)
        portal = Portal(identity.server, identity.credential, VERSION, lambda: self.boot_ms / 1000, wire)
        register = Register(identity.kiosk_id, Direction.IN, trust, spool, clock, secrets.token_bytes)
        delivery = Delivery(portal, spool, clock.now_ms, lambda: self.boot_ms / 1000, lambda: 0.5)
        self._uplink = Uplink(
            portal, delivery, trust, clock, lambda: Vitals("ok", 30.0, 0, trust.rules.seq, 0, began_ms),
            lambda: 0.5, _nothing, _nothing, Neighbours(portal, register),
        )  # fmt: skip
        self._closing = (trust, portal, spool)

    def pass_minutes(self, minutes: float) -> None:
        """Do what is due in so many minutes of its own clock."""
        ends_ms = self.boot_ms + minutes * 60_000
        while self.boot_ms < ends_ms:
            self.boot_ms += max(10, round(self._uplink.step() * 1000))

    def close(self) -> None:
        """Give everything back."""
        for part in self._closing:
            part.close()


@click.command("beats")
@click.option("--minutes", type=click.IntRange(2), default=30, show_default=True, help="Of the gate's clock.")
@click.pass_obj
def beats_command(clocks: Clocks, minutes: int) -> None:
    """Count what one quiet gate asks of a site in a process of its own. 统计空闲终端的请求数与开销。"""
    found = {}
    with tempfile.TemporaryDirectory(prefix="codeplace-beats-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        town = founded(folder, 1, 1, clocks.now)
        settle(town.gates[0], town.bundle_key, f"http://127.0.0.1:{town.port}")
        for number, (words, every_s) in enumerate(_TOLD.items()):
            site = _site(folder, town, every_s)
            site.start()
            try:
                if number == 0:
                    found["before"] = _asked(folder, town, minutes, clocks, is_older=True)
                found[words] = _asked(folder, town, minutes, clocks, is_older=False)
            finally:
                site.stop()
    click.echo(json.dumps({"bench": "beats", "minutes": minutes, "a_minute": found}))


def _site(folder: Path, town: Town, every_s: int) -> Program:
    environment = {
        "DATA_DIR": str(town.home),
        "BASE_URL": f"http://127.0.0.1:{town.port}",
        "GATE_BEAT_S": str(every_s),
    }
    return Program(["web", "serve", "--port", str(town.port)], folder / "site.log", environment, "ready ")


def _asked(folder: Path, town: Town, minutes: int, clocks: Clocks, *, is_older: bool) -> dict[str, Any]:
    wire, mark = Wire(is_older), str(town.port)
    one = Gate(town.gates[0].home, folder / f"state {secrets.token_hex(4)}", wire, int(clocks.now() * 1000))
    try:
        one.pass_minutes(1)  # what every gate fetches at first
        wire.asked.clear()
        before_s = seconds_used(mark) or 0.0
        one.pass_minutes(minutes)
        used_s = (seconds_used(mark) or 0.0) - before_s
    finally:
        one.close()
    asked = {name: round(count / minutes, 2) for name, count in sorted(wire.asked.items())}
    return {
        "requests": round(sum(wire.asked.values()) / minutes, 2),
        "by_kind": asked,
        "site_processor_ms": round(used_s * 1000 / minutes, 2),
    }


def _nothing() -> None:
    return
