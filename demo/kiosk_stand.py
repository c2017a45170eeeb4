"""A kiosk without camera and network: the real gate, desk, board and page over rules that are made here."""

from __future__ import annotations

import json
import secrets
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from numpy.typing import NDArray

from domain import sealed_entry
from domain.bundle import Bundle, sealed_bundle
from domain.code import CodeClass, VerifyingKey
from domain.decision import VisitorFacts
from domain.facts_page import FactsPage, FactsPlace, KnownVisitor, line_of, sealed_page
from domain.gate_settings import GateSettings
from domain.hold import Hold
from domain.minting import minted
from domain.note import NoteKey
from domain.policy import Policy
from domain.venue import Direction, Entrance, short_number
from domain.visitor import VisitorClass
from domain.wording import Sentence
from kiosk.camera.camera import CameraState, CameraStatus, Frame
from kiosk.camera.picture import LivePicture
from kiosk.camera.watch import SENTENCES as CAMERA_SENTENCES
from kiosk.desk.staff import joined_staff
from kiosk.facts.trust import Trust
from kiosk.gate.answer import Answer
from kiosk.gate.gate import Gate
from kiosk.gate.register import Register
from kiosk.host.clock import GateClock, Machine
from kiosk.screen.board import Board, Parts
from kiosk.screen.page import create_page
from kiosk.screen.server import ScreenServer, taken_port
from kiosk.sightings.recognition import Recognition
from kiosk.sightings.sightings import Event, EventKind
from kiosk.spool.spool import Spool
from kiosk.spool.thread import SpoolThread
from kiosk.spool.values import Counts
from kiosk.uplink.uplink import Link, LinkState

_NOTE_NAME, _KID = "stand.example/bundle", b"\x00\x01"
_DAY_S = 86_400
HOST = "spruce.example"
_GATE = Entrance("south", "南门 South gate", "park", "云杉科技园 Spruce Science Park")
_PEOPLE = ("张*", "A*** L***", "王*")


def now_ms() -> int:
    """The wall clock, Unix milliseconds."""
    return time.time_ns() // 1_000_000


def _boot_ms() -> int:
    return time.monotonic_ns() // 1_000_000


@dataclass
class Stand:
    """What the parts around would report is set from outside; `rule` and `show_code` work the gate."""

    link: Link = field(default_factory=lambda: Link(LinkState.ONLINE, now_ms() - 3_600_000))
    counts: Counts = field(default_factory=lambda: Counts(0, 0))
    camera: CameraState = CameraState.OK
    rules_age_ms: int = 20_000
    notices: tuple[Sentence, ...] = ()
    entrance: Entrance = _GATE
    people: tuple[str, ...] = _PEOPLE
    holds: tuple[Hold, ...] = ()  # of the first of them
    picture_of: Callable[[int], NDArray[np.uint8]] = lambda number: np.full(
        (720, 1280, 3), number % 255, dtype=np.uint8
    )
    frames: int = 0
    port: int = 0

    def __post_init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self._seq = 0
        self._note_key, self._code_key = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
        self._sealing = X25519PrivateKey.generate()
        self.clock = GateClock(Machine(now_ms, _boot_ms, "boot-1"))
        home = Path(self._folder.name)
        public = self._note_key.public_key().public_bytes_raw()
        self.trust = Trust(home, NoteKey(_NOTE_NAME, public), self.entrance, self.clock)
        self.rule()
        self.spool = SpoolThread(lambda: Spool(home, now_ms))
        self.register = Register(
            "kiosk-1", Direction.IN, self.trust, self.spool, self.clock, secrets.token_bytes
        )
        self.register.recall()
        self.gate = Gate(self.register)
        self.board = Board(self._parts(), self.clock)
        self.scanned: list[str] = []
        self.staff = joined_staff(
            self.register, self.gate, self.board.show, lambda direction: None, host=HOST
        )
        self._serve()

    def rule(self, policy: Policy | None = None, settings: GateSettings | None = None) -> None:
        """Put a policy and settings into force, as a new bundle from the server would."""
        self._seq += 1
        now_s = now_ms() // 1000
        public = self._code_key.public_key().public_bytes_raw()
        bundle = Bundle(
            seq=self._seq,
            issued_ms=now_s * 1000,
            entrance=self.entrance,
            policy=policy or self.trust.rules.policy,
            keys=(VerifyingKey(_KID, public, now_s - 400 * _DAY_S, now_s + 400 * _DAY_S),),
            facts=FactsPlace("stand", self._seq),
            settings=settings or self.trust.rules.settings,
            sealing=sealed_entry.SealingKey("01", self._sealing.public_key().public_bytes_raw()),
        )
        self.trust.accept(sealed_bundle(bundle, _NOTE_NAME, self._note_key))
        lines = tuple(line_of(self._known(number)) for number in range(1, len(self.people) + 1))
        page = FactsPage("stand", self._seq - 1, self._seq, self._seq, lines)
        self.trust.take_page(sealed_page(page, _NOTE_NAME, self._note_key))

    def _known(self, number: int) -> KnownVisitor:
        facts = VisitorFacts(
            f"v{number}",
            VisitorClass.VISITOR,
            holds=self.holds if number == 1 else (),
            masked_name=self.people[number - 1],
            short_number=self.short_number(number),
        )
        return KnownVisitor(facts, (_cti(number),))

    @staticmethod
    def short_number(number: int) -> str:
        """The short number of the visitor of this number."""
        return short_number((number * 7_919).to_bytes(8, "big"))

    def code(self, number: int) -> str:
        """A card's code of the visitor of this number, from 1."""
        now_s = now_ms() // 1000
        return minted(self._code_key, _KID, _cti(number), CodeClass.CARD, now_s, now_s + _DAY_S)

    def show_code(self, number: int) -> Answer:
        """Let this visitor show their code; the answer is on the screen."""
        (seen,) = Recognition(self.clock.now_ms).seen([self.code(number)], self.trust.rules)
        answer = self.gate.step(Event(EventKind.SHOWN, seen))
        self.board.show(answer)
        return answer

    def entries(self) -> list[dict[str, Any]]:
        """The entries in the spool, oldest first, as their server opens them."""
        secret = self._sealing.private_bytes_raw()
        bodies = self.spool.do(lambda spool: spool.bodies_since(0))
        return [sealed_entry.opened(json.loads(body), {"01": secret}.get) for body in bodies]

    def close(self) -> None:
        """Give port and files back; may be called twice."""
        if self.stopping.is_set():
            return
        self.stopping.set()
        self.board.touch()
        self.server.close()
        self.trust.close()
        self.spool.close()
        self._folder.cleanup()

    def _serve(self) -> None:
        self.picture = LivePicture(self._frame, time.monotonic)
        self.stopping = threading.Event()
        taken = taken_port(self.port)
        self.port = taken.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        page = create_page(
            self.board,
            self.picture,
            self.staff,
            self._scanned,
            lambda: self.trust.rules.settings.notices,
            self.stopping,
        )
        self.server = ScreenServer(page, taken)
        self.server.start()

    def _scanned(self, text: str) -> bool:
        self.scanned.append(text)
        return True

    def _parts(self) -> Parts:
        return Parts(
            link=lambda: self.link,
            counts=lambda: self.counts,
            camera=self._camera,
            rules=lambda: self.trust.rules,
            rules_age_ms=lambda: self.rules_age_ms,
            has_gap=lambda: False,
            notices=lambda: self.notices,
            direction=lambda: self.register.direction,
            kiosk_id="kiosk-1",
            testing=lambda: self.staff.sheets.running,
        )

    def _camera(self) -> CameraStatus:
        fps = 30.0 if self.camera is CameraState.OK else 0.0
        return CameraStatus(
            self.camera, 0.0, CAMERA_SENTENCES[self.camera], "0", (1280, 720), fps, 1, 0, 0, ""
        )

    def _frame(self) -> Frame:
        self.frames += 1
        return Frame(self.frames, time.monotonic(), self.picture_of(self.frames))


def _cti(number: int) -> bytes:
    return number.to_bytes(16, "big")
