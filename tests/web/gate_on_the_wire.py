"""A gate's own parts before a real site on a real socket, and a hand on the wire between them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import waitress

from domain.decision import Decision, Presence
from domain.enrolment import parsed_enrolment
from domain.entry import Way
from domain.venue import Direction, Entrance
from kiosk.facts.trust import Trust
from kiosk.gate.particulars import NOTHING
from kiosk.gate.register import Register
from kiosk.host.clock import GateClock, Machine
from kiosk.log.spot_checks import SpotChecks
from kiosk.log.witnessing import Witness
from kiosk.spool.spool import Spool
from kiosk.spool.thread import SpoolThread
from kiosk.uplink.delivery import Delivery
from kiosk.uplink.heartbeat import Vitals
from kiosk.uplink.portal import Portal
from kiosk.uplink.uplink import BEAT_EVERY_S, Uplink
from tests.web.tenants import SettableClock, Tenant
from web.app import create_app
from web.services.gates import gates
from web.services.installation import Installation


class Site:
    """An opened installation, served as it is in use."""

    def __init__(self, inst: Installation) -> None:
        self._server = waitress.create_server(create_app(inst), host="127.0.0.1", port=0, threads=2)
        self.url = f"http://127.0.0.1:{self._server.effective_port}"
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._server.run()
        except OSError:  # its socket was closed
            return

    def close(self) -> None:
        self._server.trigger.pull_trigger(self._server.close)
        self._thread.join(5)


class Wire(httpx.HTTPTransport):
    """Hands each answer to `hand`, which may put another in its place; `seen` counts the requests by path."""

    hand: Callable[[str, bytes], bytes | None] = staticmethod(lambda path, body: None)

    def __init__(self) -> None:
        super().__init__(verify=False)
        self.seen: list[str] = []
        self.sent: list[tuple[str, bytes]] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path.rpartition("/")[2]
        self.seen.append(path)
        request.headers["accept-encoding"] = "identity"
        response = super().handle_request(request)
        body = response.read()
        self.sent.append((path, body))
        changed = self.hand(path, body)
        return httpx.Response(response.status_code, content=body if changed is None else changed)


class GateOnTheWire:
    """One gate; `beats` is a heartbeat and all it calls for."""

    def __init__(
        self, inst: Installation, park: Tenant, site: Site, home: Path, clock: SettableClock
    ) -> None:
        self._time = clock
        self.wire = Wire()
        self._began_ms = clock.ms
        machine = Machine(lambda: clock.ms, lambda: 1_000_000 + clock.ms - self._began_ms, "boot-1")
        self._clock = GateClock(machine)
        key = parsed_enrolment(gates.new_enrolment(inst, park.staff, park.entrance).text).bundle_key
        entrance = Entrance(park.entrance, "North gate", park.venue, "Park Ltd site")
        self.trust = Trust(home, key, entrance, self._clock)
        self.trust.load()
        self._spool = SpoolThread(lambda: Spool(home, lambda: clock.ms))
        self._portal = Portal(site.url, park.credential, "test", time.monotonic, self.wire)
        self._register = Register(
            park.gate.id, Direction.IN, self.trust, self._spool, self._clock, lambda n: bytes(n)
        )
        seconds = self._seconds
        self.witness = Witness(home, lambda: self.trust.rules.log, self._clock.now_ms, seconds)
        self.chosen = 0.0
        checks = SpotChecks(self._spool, self.witness, self._register.sealing, seconds, lambda: self.chosen)
        self.delivery = Delivery(
            self._portal, self._spool, self._clock.now_ms, seconds, lambda: 1.0, self.witness, checks
        )
        self.uplink = Uplink(
            self._portal,
            self.delivery,
            self.trust,
            self._clock,
            self._vitals,
            lambda: 1.0,
            _nothing,
            _nothing,
        )

    def beats(self) -> None:
        """Let time pass until the next heartbeat, and do what is due at once."""
        self._time.pass_s(BEAT_EVERY_S)
        for _ in range(30):
            if self.uplink.step() > 0:
                return

    def passes(self, text: str) -> int:
        """Somebody shows a code: decided, kept and delivered; how many entries wait then."""
        self._time.pass_s(1)  # entries are told apart by their time
        with self._register.turn:
            judged = self._register.judged(text, Presence.ROTATING)
            self._register.kept(judged, NOTHING, Way.KIOSK, "")
        self.syncs()
        return self.waiting

    def syncs(self) -> None:
        """Deliver what waits, once."""
        self.delivery.hurry()
        self.delivery.look()
        self.delivery.step()

    @property
    def waiting(self) -> int:
        """How many entries the server has not taken."""
        return self._spool.counts().waiting

    def hangs_up(self) -> None:
        """Let go of the connections, so that the site can be taken down at once."""
        self.wire.close()

    def moves_to(self, site: Site) -> None:
        """The same server on another socket."""
        self._portal._client.base_url = httpx.URL(f"{site.url}/api/v1/kiosks")

    def judges(self, text: str) -> Decision:
        return self._register.judged(text, Presence.ROTATING).decision

    def close(self) -> None:
        self.trust.close()
        self._portal.close()
        self._spool.close()

    def _seconds(self) -> float:
        return self._clock.boot_ms() / 1000

    def _vitals(self) -> Vitals:
        return Vitals("ok", 30.0, 0, self.trust.least_seq, 0, self._time.ms)


def _nothing() -> None:
    return
