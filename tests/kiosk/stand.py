"""A screen without a kiosk behind it: the board is real, what it reports is set by the test."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field

import numpy as np

from domain.decision import Decision, Outcome, Presence, VisitorFacts
from domain.policy import Policy
from domain.reason import Reason
from domain.venue import Direction
from domain.visitor import VisitorClass
from domain.wording import Sentence
from kiosk.answer import Answer, Card, again, crowd, decided, foreign, not_written
from kiosk.board import Board, Parts
from kiosk.camera import CameraState, CameraStatus, Frame
from kiosk.camera_picture import LivePicture
from kiosk.camera_watch import SENTENCES as CAMERA_SENTENCES
from kiosk.clock import GateClock, Machine
from kiosk.screen.page import create_page
from kiosk.screen.server import ScreenServer, taken_port
from kiosk.spool import Counts
from kiosk.trust import Rules
from kiosk.uplink import Link, LinkState
from tests.kiosk.office import EAST

VISITOR = VisitorFacts("v1", VisitorClass.VISITOR, masked_name="王**")


def judged(outcome: Outcome, reason: Reason, **values: str) -> Decision:
    return Decision(outcome, reason, Presence.ROTATING, VISITOR, values=values)


ADMITTED = decided(judged(Outcome.ADMITTED, Reason.WELCOME), 1, named=True)
ANSWERS: dict[Card, Answer] = {
    Card.ADMITTED: ADMITTED,
    Card.REFUSED: decided(
        judged(Outcome.REFUSED, Reason.OUTSIDE_HOURS, opens="08:00–12:00, 13:30–18:00"), 2, named=True
    ),
    Card.REFERRED: decided(judged(Outcome.REFERRED, Reason.TEMPERATURE_HIGH, limit="37.3"), 3, named=True),
    Card.AGAIN: again(ADMITTED, Direction.IN, 12),
    Card.FOREIGN: foreign(),
    Card.CROWD: crowd(),
    Card.NOT_WRITABLE: not_written(judged(Outcome.ADMITTED, Reason.WELCOME)),
}


def now_ms() -> int:
    return int(time.time() * 1000)


@dataclass
class Stand:
    """What the kiosk's parts would report, and the screen that shows it on a port of its own."""

    link: Link = field(default_factory=lambda: Link(LinkState.ONLINE, now_ms() - 3_600_000))
    counts: Counts = field(default_factory=lambda: Counts(0, 0))
    camera: CameraState = CameraState.OK
    rules_age_ms: int = 20_000
    notices: tuple[Sentence, ...] = ()
    frames: int = 0
    port: int = 0

    def __post_init__(self) -> None:
        clock = GateClock(Machine(now_ms, lambda: int(time.monotonic() * 1000), "boot-1"))
        rules = Rules(EAST, 3, Policy(), (), {}, frozenset())
        parts = Parts(
            link=lambda: self.link,
            counts=lambda: self.counts,
            camera=self._camera,
            rules=lambda: rules,
            rules_age_ms=lambda: self.rules_age_ms,
            has_gap=lambda: False,
            notices=lambda: self.notices,
        )
        self.board = Board(parts, Direction.IN, clock)
        self.picture = LivePicture(self._frame, time.monotonic)
        self.stopping = threading.Event()
        taken = taken_port(self.port)
        self.port = taken.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.server = ScreenServer(create_page(self.board, self.picture, self.stopping), taken)
        self.server.start()

    def close(self) -> None:
        self.stopping.set()
        self.board.touch()
        self.server.close()

    def _camera(self) -> CameraStatus:
        fps = 30.0 if self.camera is CameraState.OK else 0.0
        return CameraStatus(
            self.camera, 0.0, CAMERA_SENTENCES[self.camera], "0", (1280, 720), fps, 1, 0, 0, ""
        )

    def _frame(self) -> Frame:
        self.frames += 1
        image = np.full((720, 1280, 3), self.frames % 255, dtype=np.uint8)
        return Frame(self.frames, time.monotonic(), image)
