"""What a kiosk's requests weigh and cost: sent by its own client to the whole site, counted byte by byte."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

import httpx

from bench.clocks import Clocks
from bench.ingest import kiosks
from bench.query.databases import URL
from bench.query.town import Town
from domain.canonical import canonical_json
from domain.facts_page import FactsPlace
from kiosk.spool.values import Waiting
from kiosk.uplink.heartbeat import Beat, Vitals
from kiosk.uplink.portal import Failure, Portal
from web.app import create_app
from web.services.gates.ingest import ENTRIES_MOST
from web.services.installation import Installation
from web.services.signing_keys import keys
from web.store.gates import changes

_BATCHES: Final = 3


@dataclass(frozen=True, slots=True)
class Asked:
    """One kind of request on average: bytes of HTTP up and down, and processor time of each side.

    The site's is that of the application: neither the gate's client nor the server before it is in it.
    """

    up: float
    down: float
    site_us: float
    database_us: float


@dataclass(frozen=True, slots=True)
class Wire:
    """The requests of a gate; `batch` is per entry of a full one, `facts` per visitor of a full page."""

    heartbeat: Asked
    venue: Asked
    single: Asked
    batch: Asked
    bundle: Asked
    bundle_keys: int
    facts: Asked
    # What a gate gets when somebody changed anywhere: mostly a page with nobody on it.
    little: Asked


class Counting(httpx.BaseTransport):
    """Passes requests on to the site within this process, and counts what would go over the wire."""

    def __init__(self, inner: httpx.BaseTransport) -> None:
        self._inner = inner
        self.up = self.down = 0
        self.site_s = 0.0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The site's answer; heads are counted as HTTP/1.1 spells them, TLS and TCP are not."""
        began_s = time.process_time()
        answer = self._inner.handle_request(request)
        assert isinstance(answer.stream, httpx.SyncByteStream)
        body = b"".join(answer.stream)
        self.site_s += time.process_time() - began_s
        first = len(request.method) + len(request.url.raw_path) + len("  HTTP/1.1\r\n\r\n")
        self.up += first + _head(request.headers) + len(request.read())
        self.down += len("HTTP/1.1 200 OK\r\n\r\n") + _head(answer.headers) + len(body)
        return httpx.Response(answer.status_code, headers=answer.headers, stream=httpx.ByteStream(body))


class _Meter:
    """Asks the site as a gate does, and tells what that came to."""

    def __init__(self, transport: Counting, database_s: Callable[[], float]) -> None:
        self._transport, self._database_s = transport, database_s

    def _now(self) -> tuple[float, float, float, float]:
        through = self._transport
        return through.up, through.down, through.site_s, self._database_s()

    def asked(self, parts: float, *asks: Callable[[], object]) -> Asked:
        """What each of `parts` parts of these requests came to."""
        before = self._now()
        for ask in asks:
            _good(ask())
        up, down, site_s, database_s = (
            (after - first) / parts for first, after in zip(before, self._now(), strict=True)
        )
        return Asked(up, down, site_s * 1e6, max(0.0, database_s) * 1e6)


def measured(
    inst: Installation, town: Town, clocks: Clocks, database_s: Callable[[], float], times: int
) -> Wire:
    """Let one gate do what gates do, each thing so many times (500 at most).

    `database_s` tells the processor seconds of the database's server.
    """
    keys.ensure(inst)  # now that enterprises have visitors, their keys
    inst.write(changes.place_the_placeless)
    transport = Counting(httpx.WSGITransport(app=create_app(inst)))
    standing = kiosks.enrolled(inst, town)[0]
    portal = Portal(URL, standing.credential, "1.0", clocks.seconds, transport)
    waiting = _waiting(kiosks.batches(inst, town, [standing], _BATCHES + 1)[0])
    full = [waiting[n * ENTRIES_MOST : (n + 1) * ENTRIES_MOST] for n in range(_BATCHES)]
    singles = [[one] for one in waiting[_BATCHES * ENTRIES_MOST :][:times]]
    newest, meter = _beat(portal).facts, _Meter(transport, database_s)
    visitors = _followed(portal, newest)
    before, note = replace(newest, seq=newest.seq - 1), _good(portal.bundle(0))
    assert isinstance(note, bytes)
    return Wire(
        heartbeat=meter.asked(times, *(partial(_beat, portal),) * times),
        batch=meter.asked(_BATCHES * ENTRIES_MOST, *(partial(portal.entries, some) for some in full)),
        single=meter.asked(times, *(partial(portal.entries, one) for one in singles)),
        venue=meter.asked(times, *(partial(portal.venue, inst.now_ms(), ""),) * times),
        bundle=meter.asked(times, *(partial(portal.bundle, 0),) * times),
        bundle_keys=len(json.loads(note.split(b"\n", 1)[0])["keys"]),
        facts=meter.asked(visitors, partial(_followed, portal, newest)),
        little=meter.asked(times, *(partial(portal.facts, before),) * times),
    )


def _followed(portal: Portal, newest: FactsPlace) -> int:
    """Fetch all visitors that the gate is to know, page after page; how many they are."""
    place, visitors = replace(newest, seq=0), 0
    while place.seq < newest.seq:
        page = _good(portal.facts(place))
        assert isinstance(page, bytes)
        head = json.loads(page.split(b"\n", 1)[0])
        place, visitors = replace(place, seq=int(head["upto"])), visitors + int(head["visitors"])
    return visitors


def _beat(portal: Portal) -> Beat:
    beat = portal.heartbeat(Vitals("ok", 24.9, 0, 65_536, 3, 1_795_140_000_000, 12, 40), 0, FactsPlace())
    assert isinstance(beat, Beat), beat
    return beat


def _good(answer: object) -> object:
    if isinstance(answer, Failure):
        raise RuntimeError(f"the site answered {answer}")
    return answer


def _waiting(requests: Sequence[bytes]) -> list[Waiting]:
    """The entries of these uploads, as the gate's spool would hand them over."""
    bodies = [json.loads(one.partition(b"\r\n\r\n")[2])["entries"] for one in requests]
    return [
        Waiting(int(body["seq"]), str(body["id"]), canonical_json(body)) for some in bodies for body in some
    ]


def _head(headers: httpx.Headers) -> int:
    return sum(len(name) + len(value) + 4 for name, value in headers.raw)
