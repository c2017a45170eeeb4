from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest

from demo.kiosk_stand import Stand
from kiosk.camera.camera import Camera
from kiosk.camera.source import Source, SourceKind
from kiosk.decoder.decoder import Decoder
from kiosk.gate.answer import Answer
from kiosk.running.loop import Loop
from kiosk.sightings.recognition import Recognition
from kiosk.sightings.sightings import Sightings


@pytest.fixture
def stand() -> Iterator[Stand]:
    made = Stand()
    yield made
    made.close()


def loop_of(stand: Stand, answered: list[Answer]) -> Loop:
    """A loop whose camera and reader were never started: only the hand scanner gives codes."""
    camera = Camera(Source(SourceKind.FILE, "unused.avi"), clock=time.monotonic)
    return Loop(
        camera,
        Decoder(clock=time.monotonic),
        Recognition(stand.clock.now_ms),
        Sightings(),
        stand.trust,
        stand.gate,
        stand.board,
        stand.staff.sheets,
        answered.append,
        time.monotonic,
    )


def test_a_scanned_code_is_answered_without_camera_and_reader(stand: Stand) -> None:
    answered: list[Answer] = []
    loop = loop_of(stand, answered)
    assert loop.scanned(stand.code(2))
    loop.step()
    assert [(answer.card, answer.entry_seq) for answer in answered] == [("admitted", 1)]
    state: Any = stand.board.state()
    assert state["answer"]["name"] == "A*** L***"


def test_a_scanned_text_that_is_no_code_of_ours_is_told_and_not_kept(stand: Stand) -> None:
    answered: list[Answer] = []
    loop = loop_of(stand, answered)
    loop.scanned("https://pay.example/m/8XK2P4")
    loop.step()
    assert [(answer.card, answer.entry_seq) for answer in answered] == [("foreign", None)]


def test_scans_do_not_pile_up(stand: Stand) -> None:
    loop = loop_of(stand, [])
    taken = [loop.scanned(stand.code(1)) for _ in range(50)]
    assert taken[0]
    assert not taken[-1]
