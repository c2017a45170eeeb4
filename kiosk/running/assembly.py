"""The running kiosk: every part made and joined, started in order and stopped in less than two seconds."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable
from random import SystemRandom
from urllib.parse import urlsplit

from domain.errors import UnavailableError
from domain.venue import Direction
from domain.wording import Sentence
from kiosk.camera.camera import CameraState, open_source
from kiosk.camera.picture import LivePicture
from kiosk.decoder.decoder import Decoder
from kiosk.desk.staff import joined_staff
from kiosk.facts.trust import Trust
from kiosk.gate.answer import Answer
from kiosk.gate.direction import keep_direction
from kiosk.gate.gate import Gate
from kiosk.host import machine
from kiosk.host.clock import GateClock
from kiosk.host.identity import VERSION, Identity, state_folder
from kiosk.host.systemd import Pulse
from kiosk.log.spot_checks import SpotChecks
from kiosk.log.witnessing import Witness
from kiosk.running.loop import Loop
from kiosk.running.orders import Console, Orders
from kiosk.running.recalling import recalled_register
from kiosk.screen.board import Board, Parts
from kiosk.screen.page import create_page
from kiosk.screen.server import HOST, ScreenServer, taken_port
from kiosk.sightings.recognition import Recognition
from kiosk.sightings.sightings import Patience, Sightings
from kiosk.spool.file import SpoolError
from kiosk.spool.spool import Spool
from kiosk.spool.thread import SpoolThread
from kiosk.uplink.credentials import Credentials
from kiosk.uplink.delivery import Delivery
from kiosk.uplink.heartbeat import Vitals, vitals_of
from kiosk.uplink.neighbours import Neighbours
from kiosk.uplink.portal import Portal
from kiosk.uplink.uplink import LinkState, Uplink

_WATCH_EVERY_S = 0.25
_FIRST_RULES_S = 3.0
_PART_ENDED = Sentence(
    "A part of this kiosk has stopped. Start it again.", "本终端的一个部件已停止，请重新启动。"
)


class Kiosk:
    """All parts of one kiosk. Making it takes the port, the source and the spool, or says why not."""

    def __init__(self, identity: Identity, orders: Orders, console: Console) -> None:
        self._orders, self._console = orders, console
        self._kiosk_id = identity.kiosk_id
        self._stopping = threading.Event()
        seconds = time.monotonic
        folder = state_folder(orders.home, identity.kiosk_id)
        self._camera = open_source(orders.source, clock=seconds, loop=orders.loop)
        taken = taken_port(orders.port)
        self._spool = SpoolThread(lambda: Spool(folder, machine.wall_ms))
        self._clock = GateClock(machine.this_machine(folder), machine.kept_anchor(folder))
        self._folder = folder
        self._trust = Trust(folder, identity.bundle_key, identity.entrance, self._clock, identity.kiosk_id)
        self._trust.load()
        self._witness = Witness(folder, lambda: self._trust.rules.log, self._clock.now_ms, self._seconds)
        self._register = recalled_register(
            identity.kiosk_id, orders, folder, self._trust, self._spool, self._clock
        )
        gate = Gate(self._register)
        self._uplink = self._joined_uplink(identity)
        self._board = Board(self._parts(), self._clock)
        self._staff = joined_staff(
            self._register, gate, self._shown, self._keep_direction, orders.thermometer,
            urlsplit(identity.server).netloc,
        )  # fmt: skip
        self._loop = Loop(
            self._camera,
            Decoder(clock=seconds),
            Recognition(self._clock.now_ms),
            Sightings(Patience(again_within_s=orders.again_within_s)),
            self._trust,
            gate,
            self._board,
            self._staff.sheets,
            self._answered,
            seconds,
        )
        page = create_page(
            self._board,
            LivePicture(lambda: self._camera.newest, seconds),
            self._staff,
            self._loop.scanned,
            lambda: self._trust.rules.settings.notices,
            self._stopping,
        )
        self._screen = ScreenServer(page, taken)
        self._threads = (
            threading.Thread(
                target=self._loop.run, args=(self._stopping, self._failed), name="loop", daemon=True
            ),
            threading.Thread(target=self._uplink.run, args=(self._failed,), name="uplink", daemon=True),
        )

    def run(self, stop: threading.Event) -> None:
        """Work until `stop`; returns after everything was given back.

        UnavailableError when a part ended by itself, so that whoever started the kiosk starts it again.
        """
        pulse = Pulse(self._orders.notify_socket, self._orders.watchdog_us, time.monotonic)
        try:
            self._start(stop)
            pulse.ready()
            told = CameraState.OPENING
            while not stop.wait(_WATCH_EVERY_S):
                told = self._watch(told)
                if self._screen.is_alive:
                    pulse.beat(self._loop.steps)
                if not all(thread.is_alive() for thread in self._threads):
                    raise UnavailableError(_PART_ENDED)
        finally:
            pulse.stopping()
            self._stop()

    def _start(self, stop: threading.Event) -> None:
        for notice in self._notices():
            self._console.warn(notice)
        loop, uplink = self._threads
        uplink.start()
        self._await(stop, _FIRST_RULES_S, self._has_rules)
        self._screen.start()
        self._staff.start()
        loop.start()
        self._await(stop, 30.0, self._loop.started.is_set)
        self._console.say(f"kiosk ready http://{HOST}:{self._orders.port}")

    def _has_rules(self) -> bool:
        # The very first start needs the server once; later ones decide with what is here.
        rules = self._trust.rules
        return (rules.seq > 0 and rules.known.has(rules.facts_place)) or self._uplink.link.state in (
            LinkState.OFFLINE,
            LinkState.NOT_ALLOWED,
        )

    def _await(self, stop: threading.Event, patience_s: float, done: Callable[[], bool]) -> None:
        ends_s = time.monotonic() + patience_s
        while not done() and time.monotonic() < ends_s and not stop.wait(0.02):
            pass

    def _stop(self) -> None:
        self._stopping.set()
        self._board.touch()
        self._uplink.stop()
        for thread in self._threads:
            if thread.is_alive():
                thread.join(0.7)
        self._staff.stop()
        self._camera.stop()
        self._screen.close()
        self._trust.close()
        with contextlib.suppress(SpoolError):
            self._spool.close()

    def _watch(self, told: CameraState) -> CameraState:
        """Tell the operator when the camera's state turns, and try a spool that could not be written."""
        camera = self._camera.status()
        if camera.state is not told:
            if camera.state is not CameraState.OK or told is not CameraState.OPENING:
                self._console.warn(camera.sentence)
            self._board.touch()
        if not self._board.writable:
            with contextlib.suppress(SpoolError):
                self._spool.do(Spool.probe, 1.0)
                self._board.set_writable(True)
        return camera.state

    def _keep_direction(self, direction: Direction) -> None:
        keep_direction(self._folder, self._orders.direction, direction)

    def _shown(self, answer: Answer) -> None:
        self._board.show(answer)
        self._answered(answer)

    def _answered(self, answer: Answer) -> None:
        if answer.entry_seq is not None:
            self._uplink.wake()
        outcome = answer.outcome or answer.card
        kept = f"entry {answer.entry_seq}" if answer.entry_seq is not None else "no entry"
        self._console.say(f"{outcome} {answer.reason} {answer.presence or '-'} {kept}")

    def _failed(self, error: Exception) -> None:
        name = f"{type(error).__name__}: {error}"
        self._console.warn(Sentence(f"Unforeseen error, going on: {name}", f"意外错误，继续运行：{name}"))

    def _joined_uplink(self, identity: Identity) -> Uplink:
        portal = Portal(identity.server, identity.credential, VERSION, time.monotonic)
        random = SystemRandom().random
        checks = SpotChecks(self._spool, self._witness, self._register.sealing, self._seconds, random)
        self._delivery = Delivery(
            portal, self._spool, self._clock.now_ms, self._seconds, random, self._witness, checks
        )
        neighbours = Neighbours(portal, self._register, self._is_online, self._seconds)
        self._register.look = neighbours.look
        return Uplink(
            portal, self._delivery, self._trust, self._clock, self._vitals, random,
            lambda: self._board.touch(), self._upkeep, neighbours,
            Credentials(self._orders.home, identity, portal),
        )  # fmt: skip

    def _parts(self) -> Parts:
        return Parts(
            link=lambda: self._uplink.link,
            counts=self._spool.counts,
            camera=self._camera.status,
            rules=lambda: self._trust.rules,
            rules_age_ms=self._trust.age_ms,
            has_gap=lambda: bool(self._delivery.lost),
            notices=self._notices,
            direction=lambda: self._register.direction,
            kiosk_id=self._kiosk_id,
            testing=lambda: self._staff.sheets.running,
            log_is_refused=lambda: self._witness.refused is not None,
        )

    def _is_online(self) -> bool:
        return self._uplink.link.state is LinkState.ONLINE

    def _seconds(self) -> float:
        return self._clock.boot_ms() / 1000

    def _notices(self) -> tuple[Sentence, ...]:
        return tuple(
            notice for notice in (self._witness.notice, self._spool.notice(), self._trust.notice) if notice
        )

    def _vitals(self) -> Vitals:
        waiting = self._spool.counts().waiting
        return vitals_of(self._camera.status(), self._clock, self._trust, waiting, self._board.foreign)

    def _upkeep(self) -> None:
        now_ms, anchor = self._clock.now_ms(), self._clock.anchor
        self._spool.do(lambda spool: spool.prune(now_ms))
        if anchor is not None:
            with contextlib.suppress(OSError):  # only a restart without network would miss it
                machine.keep_anchor(self._folder, anchor)
