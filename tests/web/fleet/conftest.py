"""Real kiosks' parts that speak to the real application, with clocks that the test moves."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from domain.decision import Outcome, Presence
from domain.enrolment import parsed_enrolment
from domain.entry import Entry
from domain.facts import VisitorFacts
from domain.venue import Direction
from domain.visitor import VisitorClass
from kiosk.facts.trust import Trust
from kiosk.gate.particulars import NOTHING, Particulars
from kiosk.gate.register import Register
from kiosk.host.clock import GateClock, Machine
from kiosk.host.identity import loaded_identity, state_folder
from kiosk.lifecycle.enrolling import enrolled
from kiosk.occupancy.heard import Heard
from kiosk.privacy.tags import Tags
from kiosk.spool.spool import Spool
from kiosk.spool.thread import SpoolThread
from kiosk.uplink.credentials import Credentials
from kiosk.uplink.delivery import Delivery
from kiosk.uplink.heartbeat import Vitals
from kiosk.uplink.neighbours import Neighbours
from kiosk.uplink.portal import Portal
from kiosk.uplink.uplink import LinkState, Uplink
from tests.web.lending import lent_app
from tests.web.tenants import SettableClock, Tenant
from web.services.gates import gates
from web.services.installation import Installation

_NEWS = ("next_s", "venue")


class Killed(BaseException):
    """The kiosk's process dies here; nothing of ours may catch it."""


@dataclass
class Network:
    """The way to the application: cut while `is_up` is false.

    `lacks` is a call that an older server does not know; `dies_before` and `dies_after` are calls at which
    the kiosk is killed. `tells` is put in place of what a heartbeat says of the next one and of news: an
    older server says neither.
    """

    app: httpx.BaseTransport
    is_up: bool = True
    lacks: str = ""
    dies_before: str = ""
    dies_after: str = ""
    tells: dict[str, object] | None = None
    asked: list[str] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path.rpartition("/")[2]
        if self.dies_before and path == self.dies_before:
            raise Killed
        if not self.is_up:
            raise httpx.ConnectError("cut")
        self.asked.append(path)
        if path == self.lacks:
            return httpx.Response(404, stream=httpx.ByteStream(b"{}"))
        answer = self.app.handle_request(request)
        assert isinstance(answer.stream, httpx.SyncByteStream)
        content = b"".join(answer.stream)  # as it travels: packed if it is
        if self.dies_after and path == self.dies_after:
            raise Killed
        if self.tells is not None and path == "heartbeat" and answer.status_code == httpx.codes.OK:
            said = {name: told for name, told in json.loads(content).items() if name not in _NEWS}
            return httpx.Response(200, stream=httpx.ByteStream(json.dumps({**said, **self.tells}).encode()))
        return httpx.Response(answer.status_code, headers=answer.headers, stream=httpx.ByteStream(content))


@dataclass
class Station:
    """One kiosk on its folder, as a process would start it; `step` is one round of its uplink."""

    home: Path
    network: Network
    clock: SettableClock
    boot_ms: int = 5_000_000
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        self.start()

    def start(self) -> None:
        identity = loaded_identity(self.home)
        folder = state_folder(self.home, identity.kiosk_id)
        machine = Machine(self.clock, lambda: self.boot_ms, "boot-1")
        self.gate_clock = GateClock(machine)
        self.spool = SpoolThread(lambda: Spool(folder, self.clock))
        self.trust = Trust(folder, identity.bundle_key, identity.entrance, self.gate_clock, identity.kiosk_id)
        self.trust.load()
        self.portal = Portal(
            identity.server, identity.credential, "1.0", self.seconds, httpx.MockTransport(self.network)
        )
        self.delivery = Delivery(self.portal, self.spool, self.gate_clock.now_ms, self.seconds, lambda: 0.5)
        self.register = Register(
            identity.kiosk_id, Direction.IN, self.trust, self.spool, self.gate_clock, self.random,
            Tags(bytes(32)),  # the machine runs on while the program starts again
            Heard(folder),
        )  # fmt: skip
        self.register.recall()
        neighbours = Neighbours(
            self.portal, self.register, lambda: self.is_online, self.seconds,
            haste_s=60.0,  # whatever else this machine does meanwhile
        )  # fmt: skip
        self.register.look = neighbours.look
        self.uplink = Uplink(
            self.portal, self.delivery, self.trust, self.gate_clock, self.vitals, lambda: 0.5,
            lambda: None, lambda: None, neighbours,
            Credentials(self.home, identity, self.portal),
        )  # fmt: skip

    def stop(self) -> None:
        self.spool.close()
        self.portal.close()

    def restart(self) -> None:
        self.stop()
        self.start()

    def seconds(self) -> float:
        return self.boot_ms / 1000

    def random(self, count: int) -> bytes:
        identity = loaded_identity(self.home).kiosk_id.encode()
        return identity[:4] + next(self.numbers).to_bytes(count - 4, "big")

    def vitals(self) -> Vitals:
        waiting = self.spool.counts().waiting
        return Vitals("ok", 29.97, waiting, self.trust.least_seq, 0, self.clock(), 1_250, 33)

    def syncs(self, rounds: int = 6) -> None:
        """A heartbeat with everything that follows on it."""
        self.boot_ms += 400_000
        for _ in range(rounds):
            self.delivery.look()
            self.uplink.step()

    def shows(
        self, visitor: str, direction: Direction = Direction.IN, particulars: Particulars = NOTHING
    ) -> Outcome:
        """Somebody passes whom the staff know; what the gate decided, and it was kept."""
        return self.entry(visitor, direction, particulars).outcome

    def entry(
        self, visitor: str, direction: Direction = Direction.IN, particulars: Particulars = NOTHING
    ) -> Entry:
        self.clock.pass_s(1)
        self.boot_ms += 1000
        self.register.direction = direction
        facts = VisitorFacts(visitor, VisitorClass.VISITOR)
        judged = self.register.judged(facts, Presence.STAFF, particulars)
        _, entry = self.register.kept(judged, particulars)
        assert entry is not None
        return entry

    @property
    def inside(self) -> int:
        return self.register.today.people(self.register.day()).inside

    @property
    def is_online(self) -> bool:
        return self.uplink.link.state is LinkState.ONLINE


class Stations:
    """Makes kiosks that enrol themselves at an entrance, and stops them."""

    def __init__(self, inst: Installation, clock: SettableClock, folder: Path) -> None:
        self._inst, self._clock, self._folder = inst, clock, folder
        self._lent = ExitStack()
        self._app = httpx.WSGITransport(app=self._lent.enter_context(lent_app(inst)))
        self._made: list[Station] = []

    def at(self, there: Tenant, entrance_id: str) -> Station:
        network = Network(self._app)
        home = self._folder / f"kiosk-{len(self._made)}"
        text = gates.new_enrolment(self._inst, there.staff, entrance_id).text
        assert parsed_enrolment(text).server == self._inst.settings.base_url

        def portal_of(server: str) -> Portal:
            return Portal(server, "", "1.0", lambda: 0.0, httpx.MockTransport(network))

        enrolled(text, home, f"kiosk {len(self._made)}", portal_of, self._clock)
        station = Station(home, network, self._clock)
        self._made.append(station)
        return station

    def stop(self) -> None:
        for station in self._made:
            station.stop()
        self._lent.close()


@pytest.fixture
def stations(inst: Installation, clock: SettableClock, tmp_path: Path) -> Iterator[Stations]:
    made = Stations(inst, clock, tmp_path)
    yield made
    made.stop()
