"""A print is tested by the gate itself: camera thread, loop and reading child; no visitor meanwhile."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from demo.kiosk_stand import HOST, Stand
from domain.venue import poster_url
from kiosk.camera.camera import Camera
from kiosk.camera.source import Source, SourceKind
from kiosk.decoder.decoder import Decoder
from kiosk.gate.answer import Answer
from kiosk.print_test.report import SheetReport
from kiosk.running.loop import Loop
from kiosk.sightings.recognition import Recognition
from kiosk.sightings.sightings import Sightings
from tests.kiosk.prints import Frame, held_up, nobody

PATIENCE_S = 90.0


@dataclass
class Lens:
    """A camera's driver whose picture the test sets."""

    image: Frame = field(default_factory=nobody)
    size = (1280, 720)
    fps = 30.0
    finite = False

    def read(self) -> Frame:
        time.sleep(0.02)
        return self.image

    def skip(self) -> bool:
        return True

    def close(self) -> None:
        pass


@dataclass
class Running:
    stand: Stand
    lens: Lens
    answered: list[Answer]

    def until(self, holds: Callable[[], bool]) -> None:
        """Keep the test going, as the staff's page does, until something holds."""
        ends = time.monotonic() + PATIENCE_S
        while not holds():
            assert time.monotonic() < ends
            self.stand.staff.sheets.keep()
            time.sleep(0.02)

    def report(self) -> SheetReport:
        self.until(lambda: isinstance(self.stand.staff.sheets.report(None), SheetReport))
        told = self.stand.staff.sheets.report(None)
        assert isinstance(told, SheetReport)
        return told


@pytest.fixture
def running() -> Iterator[Running]:
    stand, lens, answered = Stand(), Lens(), list[Answer]()
    camera = Camera(Source(SourceKind.DEVICE, "0"), clock=time.monotonic, opener=lambda source: lens)
    decoder = Decoder(clock=time.monotonic)
    faults: list[Exception] = []
    loop = Loop(
        camera, decoder, Recognition(stand.clock.now_ms), Sightings(), stand.trust, stand.gate, stand.board,
        stand.staff.sheets, answered.append, time.monotonic,
    )  # fmt: skip
    stopping = threading.Event()
    thread = threading.Thread(target=loop.run, args=(stopping, faults.append), daemon=True)
    thread.start()
    assert loop.started.wait(PATIENCE_S)
    yield Running(stand, lens, answered)
    stopping.set()
    thread.join(PATIENCE_S)
    camera.stop()
    stand.close()
    assert faults == []


def test_sheets_are_measured_live_and_no_entry_is_made(running: Running) -> None:
    stand, lens, sheets = running.stand, running.lens, running.stand.staff.sheets
    sheets.begin()
    lens.image = held_up(poster_url(f"https://{HOST}", bytes(16)))
    poster = running.report()
    assert poster.passes
    assert HOST in poster.kind.sentence.en
    state: Any = stand.board.state()
    assert (state["testing"], state["hint"]) == (True, None)

    # A visitor's card under test is no visitor, not even while it is taken down again.
    card = stand.code(1)
    lens.image = held_up(card, level="M", module=6, quiet=2)
    running.until(lambda: running.report().kind.sentence.en.startswith("Visitor code of a card"))
    assert any("Only 2 modules" in change.en for change in running.report().changes)
    sheets.end()
    time.sleep(0.5)
    assert (running.answered, stand.entries()) == ([], [])

    # The next visitor is answered at once.
    lens.image = held_up(stand.code(2), level="M", module=6)
    running.until(lambda: bool(running.answered))
    assert [(answer.card, answer.name) for answer in running.answered] == [("admitted", "A*** L***")]
    assert len(stand.entries()) == 1
