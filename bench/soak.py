"""`python -m bench soak`: a gate's day in minutes, from readings to the server, its memory watched."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import click
import httpx
import numpy as np

from bench.clocks import Clocks
from bench.soak_server import SoakServer
from bench.soak_town import Hands, Town
from domain.venue import Direction
from kiosk.facts.trust import Trust
from kiosk.gate.gate import Gate
from kiosk.gate.register import Register
from kiosk.host.clock import GateClock, Machine
from kiosk.sightings.recognition import Recognition
from kiosk.sightings.sightings import EventKind, Sightings
from kiosk.spool.spool import Spool
from kiosk.spool.thread import SpoolThread
from kiosk.uplink.delivery import Delivery
from kiosk.uplink.heartbeat import Vitals
from kiosk.uplink.portal import Portal
from kiosk.uplink.uplink import Uplink

DAY_S: Final = 86_400
_FRAMES: Final = 4  # in which a code is read while it is held up
_FRAME_S: Final = 0.1
_WARM: Final = 0.2  # of the day, until caches are full
_LEAST_GROWTH: Final = 5.0  # per cent, beyond what it has to remember of the day
# Who passed today (kiosk/occupancy/inside.py): kept until midnight, so that its people are counted once.
_PASSAGE_BYTES: Final = 450


@dataclass
class Counted:
    """What happened at the gate: answers by kind, and the numbers of the entries it promised."""

    sightings: int = 0
    events: dict[str, int] = field(default_factory=dict)
    promised: set[int] = field(default_factory=set)
    promised_twice: int = 0

    def note(self, kind: EventKind, seq: int | None) -> None:
        """Count one answer."""
        self.events[kind.value] = self.events.get(kind.value, 0) + 1
        if seq is not None:
            self.promised_twice += seq in self.promised
            self.promised.add(seq)


class Day:
    """A gate from its readings to its server, in one thread and on one clock."""

    def __init__(self, folder: Path, town: Town, server: SoakServer, hands: Hands, seed: int) -> None:
        self.hands = hands
        self.counted = Counted()
        chance = np.random.default_rng(seed)
        clock = GateClock(Machine(lambda: hands.wall_ms, lambda: hands.boot_ms, "boot-1"))
        self.spool = SpoolThread(lambda: Spool(folder, lambda: hands.wall_ms))
        self._trust = Trust(folder, town.note_key, town.entrance, clock)
        register = Register(server.kiosk_id, Direction.IN, self._trust, self.spool, clock, chance.bytes)
        register.recall()
        self._gate = Gate(register)
        self._recognition = Recognition(clock.now_ms)
        self._sightings = Sightings()
        portal = Portal(
            "http://office", "secret", "soak", hands.seconds, httpx.MockTransport(_streamed(server))
        )
        delivery = Delivery(portal, self.spool, clock.now_ms, hands.seconds, chance.random)
        self.uplink = Uplink(
            portal, delivery, self._trust, clock, self._vitals, chance.random, _nothing, self._upkeep
        )

    def sight(self, texts: list[str]) -> None:
        """Hold codes up for a few frames, take them away, and let the uplink do what is due."""
        self.counted.sightings += 1
        for shown in [*[texts] * _FRAMES, []]:
            seen = self._recognition.seen(shown, self._trust.rules)
            for event in self._sightings.step(seen, self.hands.seconds()):
                answered = event.kind in (EventKind.SHOWN, EventKind.SHOWN_AGAIN)
                answer = self._gate.step(event) if answered else None
                self.counted.note(event.kind, answer.entry_seq if answer else None)
            self.hands.pass_s(_FRAME_S)
        self.uplink.wake()
        self.uplink.step()

    def _vitals(self) -> Vitals:
        return Vitals("ok", 30.0, self.spool.counts().waiting, self._trust.rules.seq, 0, self.hands.wall_ms)

    def _upkeep(self) -> None:
        self.spool.do(lambda spool: spool.prune(self.hands.wall_ms))


def soaked(count: int, clocks: Clocks, tell: Callable[[int, int], None]) -> dict[str, Any]:
    """Run one day with `count` sightings; its figures. `tell` hears how far it is now and then."""
    began, hands = clocks.seconds(), Hands(int(clocks.now() * 1000))
    town = Town(hands.wall_ms)
    with tempfile.TemporaryDirectory() as name:
        server = SoakServer(town, hands, count + 1)
        day = Day(Path(name), town, server, hands, seed=1)
        while not server.bundles:
            day.uplink.step()
            hands.pass_s(1.0)
        samples = []
        for number in range(count):
            day.sight(town.texts(number))
            hands.pass_s(DAY_S / count - (_FRAMES + 1) * _FRAME_S)
            if number % max(1, count // 50) == 0:
                samples.append((_memory(), _handles()))
                tell(number, count)
        _drain(day, server)
        samples.append((_memory(), _handles()))
        waiting = day.spool.counts()
        day.spool.close()
    return _figures(day.counted, server, samples) | {
        "waiting": waiting.waiting,
        "quarantined": waiting.quarantined,
        "s": round(clocks.seconds() - began, 1),
    }


def _drain(day: Day, server: SoakServer) -> None:
    server.is_reliable = True
    for _ in range(5_000):
        if not day.spool.counts().waiting:
            return
        day.uplink.wake()
        day.uplink.step()
        day.hands.pass_s(1.0)


def _figures(counted: Counted, server: SoakServer, samples: list[tuple[int, int]]) -> dict[str, Any]:
    warm = samples[int(len(samples) * _WARM) :]
    memory = np.array([size for size, _ in warm], dtype=float)
    # The middle of the first and of the last fifth: one sample may lie before or after a collection.
    fifth = max(1, len(memory) // 5)
    first, last = np.median(memory[:fifth]), np.median(memory[-fifth:])
    # Between the middles of both fifths lie four of them.
    passed = len(counted.promised) * (1 - _WARM) * 0.8
    beyond = max(0.0, float(last - first) - passed * _PASSAGE_BYTES)
    return {
        "sightings": counted.sightings,
        "events": counted.events,
        "entries": len(counted.promised),
        "lost": len(counted.promised - server.held()),
        "doubled": counted.promised_twice + server.conflicts,
        "redundant_sends": server.duplicates,
        "failed_requests": server.failed,
        "memory_mb": round(float(last) / 1e6, 1),
        "memory_growth_percent": round(beyond / float(first) * 100, 2),
        "bytes_a_passage": round(float(last - first) / passed),
        "handles": warm[-1][1],
        "handle_growth": warm[-1][1] - warm[0][1],
    }


def _memory() -> int:
    """Resident bytes of this process."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * 4096


def _handles() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def _streamed(server: SoakServer) -> Callable[[httpx.Request], httpx.Response]:
    """The server's answers as they come from a network: read once."""

    def answer(request: httpx.Request) -> httpx.Response:
        reply = server.answer(request)
        stream = httpx.ByteStream(reply.content)
        return httpx.Response(reply.status_code, headers=reply.headers, stream=stream)

    return answer


def _nothing() -> None:
    return


@click.command("soak")
@click.option("--sightings", type=click.IntRange(100), default=50_000, show_default=True)
@click.pass_obj
def soak_command(clocks: Clocks, sightings: int) -> None:
    """Compress a day at a gate; status 1 if anything was lost, doubled or grew. 一天的通行压缩测试。"""
    if not Path("/proc/self/statm").exists():
        raise click.ClickException("Memory is read from /proc, which only Linux has. 仅支持 Linux。")
    done = soaked(sightings, clocks, lambda number, count: click.echo(f"{number}/{count}", err=True))
    click.echo(json.dumps(done))
    grew = done["memory_growth_percent"] >= _LEAST_GROWTH or done["handle_growth"] > 0
    sys.exit(1 if grew or done["lost"] or done["doubled"] or done["waiting"] or done["quarantined"] else 0)
