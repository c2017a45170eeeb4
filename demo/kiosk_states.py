"""The states of the kiosk's screen, and how a stand and its page come to each of them."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Page

from demo.clip import render
from demo.kiosk_sheets import FAR, NEAR, sheet_frame
from demo.kiosk_stand import Stand, now_ms
from demo.scene import script
from domain.decision import Decision, Outcome, Presence, VisitorFacts
from domain.gate_settings import GateSettings, Notice
from domain.policy import Asked, Policy
from domain.reason import Reason
from domain.venue import Direction
from domain.visitor import VisitorClass
from kiosk.camera.camera import CameraState
from kiosk.gate.answer import Answer, again, crowd, decided, foreign, not_written
from kiosk.hint.hinting import Hint
from kiosk.spool.values import Counts
from kiosk.uplink.uplink import Link, LinkState
from reader.inspection.inspecting import inspected_shown

PIN = "2580"
_HOUR_MS = 3_600_000
_HELD_S = 3.0
_VISITOR = VisitorFacts("v1", VisitorClass.VISITOR, masked_name="张*")
_FRAMES: list[NDArray[np.uint8]] = []


@dataclass(frozen=True, slots=True)
class Shot:
    """One state: its name, and what brings the stand and the page into it."""

    name: str
    arrange: Callable[[Stand, Page], None]


def frame() -> NDArray[np.uint8]:
    """What the camera sees while a visitor holds up a phone, BGR."""
    if not _FRAMES:
        visits = script([("phone", "CP1:" + "6BF-F5K8E" * 19, "plain")])
        _FRAMES.extend(render(visits, _HELD_S, fps=5))
    return _FRAMES[-1]


def _judged(outcome: Outcome, reason: Reason, **values: str) -> Decision:
    return Decision(outcome, reason, Presence.ROTATING, _VISITOR, values=values)


def _answer(outcome: Outcome, reason: Reason, **values: str) -> Answer:
    return decided(_judged(outcome, reason, **values), 1, named=True)


def _showing(answer: Answer) -> Callable[[Stand, Page], None]:
    def arrange(stand: Stand, page: Page) -> None:
        stand.board.show(answer)

    return arrange


def _hinting(hint: Hint) -> Callable[[Stand, Page], None]:
    def arrange(stand: Stand, page: Page) -> None:
        stand.board.give(hint)

    return arrange


def _waiting(stand: Stand, page: Page) -> None:
    page.wait_for_timeout(300)


def _noticed(stand: Stand, page: Page) -> None:
    picture = io.BytesIO()
    Image.fromarray(frame()[60:500, 200:900, ::-1]).save(picture, "JPEG", quality=80)
    notice = Notice(
        "本周六 9:00–12:00 东区停水，请提前储水。消防演练于当日 15:00 举行，请勿惊慌。",
        "No water in the east wing this Saturday, 9:00–12:00. A fire drill follows at 15:00.",
        picture.getvalue(),
    )
    stand.rule(settings=replace(stand.trust.rules.settings, notices=(notice,)))


def _offline(stand: Stand, page: Page) -> None:
    stand.link, stand.counts = Link(LinkState.OFFLINE, now_ms() - 2 * _HOUR_MS), Counts(37, 2)
    stand.rules_age_ms = 2 * _HOUR_MS
    stand.board.show(_answer(Outcome.ADMITTED, Reason.WELCOME))


def _offline_idle(stand: Stand, page: Page) -> None:
    stand.link, stand.counts = Link(LinkState.OFFLINE, now_ms() - 2 * _HOUR_MS), Counts(37, 0)
    stand.rules_age_ms = 2 * _HOUR_MS


def _blind(stand: Stand, page: Page) -> None:
    stand.camera = CameraState.LOST


def _unwritable(stand: Stand, page: Page) -> None:
    stand.board.set_writable(False)


def _no_pin(stand: Stand, page: Page) -> None:
    stand.rule(settings=GateSettings())
    page.wait_for_timeout(1_200)
    page.click("#staff-open")


def _at_the_door(stand: Stand, page: Page) -> None:
    page.click("#staff-open")


def _opened(page: Page) -> None:
    page.click("#staff-open")
    page.fill("#pin-pin", PIN)
    page.press("#pin-pin", "Enter")
    page.locator("[data-panel=menu]").wait_for()


def _menu(stand: Stand, page: Page) -> None:
    stand.show_code(2)
    stand.staff.desk.accompanied_next(2)
    stand.show_code(3)
    stand.rule(policy=Policy(temperature=Asked.REQUIRE))
    stand.show_code(1)
    _opened(page)


def _panel(panel: str, then: Callable[[Page], None] | None = None) -> Callable[[Stand, Page], None]:
    def arrange(stand: Stand, page: Page) -> None:
        stand.show_code(1)
        _opened(page)
        page.click(f".tile[data-to={panel}]")
        if then is not None:
            then(page)

    return arrange


def _incomplete(stand: Stand, page: Page) -> None:
    stand.rule(policy=Policy(vehicle_complete=True))
    _opened(page)
    page.click(".tile[data-to=vehicle]")
    page.fill("#vehicle-plate", "苏A·12345")
    page.fill("#vehicle-name", "李雷")
    page.fill("#vehicle-phone", "138 0013 8000")
    for _ in range(2):
        page.click("[data-panel=vehicle] [data-step='1']")
    page.fill("#vehicle-phone1", "139 1234 5678")
    page.click("[data-panel=vehicle] [type=submit]")
    page.locator("#vehicle-phone2-error:visible").wait_for()


def _testing(height: int, width_mm: str) -> Callable[[Stand, Page], None]:
    def arrange(stand: Stand, page: Page) -> None:
        sheet = sheet_frame(height)
        shown = inspected_shown(sheet)
        stand.picture_of = lambda number: sheet
        _opened(page)
        page.click("[data-to=sheet]")
        page.fill("#sheet-width", width_mm)
        page.locator("#staff-title").focus()
        while page.locator("#sheet-verdict").is_hidden():
            stand.staff.sheets.saw([], shown)
            page.wait_for_timeout(100)

    return arrange


def shots() -> Iterator[Shot]:
    """Every state, in the order of a visit."""
    yield Shot("waiting", _waiting)
    yield Shot("waiting-notice", _noticed)
    for hint in Hint:
        yield Shot(f"hint-{hint.value.replace('_', '-')}", _hinting(hint))
    admitted = _answer(Outcome.ADMITTED, Reason.WELCOME)
    yield Shot("admitted", _showing(admitted))
    closed = _answer(Outcome.REFUSED, Reason.OUTSIDE_HOURS, opens="08:00–12:00, 13:30–18:00")
    yield Shot("refused", _showing(closed))
    yield Shot("referred", _showing(_answer(Outcome.REFERRED, Reason.LISTED_AREA, days="14")))
    yield Shot("again", _showing(again(admitted, Direction.IN, 12)))
    yield Shot("not-a-visitor-code", _showing(foreign()))
    yield Shot("one-code-at-a-time", _showing(crowd()))
    yield Shot("temperature", _showing(_answer(Outcome.REFERRED, Reason.TEMPERATURE_NEEDED)))
    yield Shot("taken-back", _showing(_answer(Outcome.REFERRED, Reason.TAKEN_BACK)))
    yield Shot("not-written", _showing(not_written(_judged(Outcome.ADMITTED, Reason.WELCOME))))
    yield Shot("offline", _offline_idle)
    yield Shot("offline-admitted", _offline)
    yield Shot("camera-trouble", _blind)
    yield Shot("log-trouble", _unwritable)
    yield Shot("staff-no-pin", _no_pin)
    yield Shot("staff-pin", _at_the_door)
    yield Shot("staff-menu", _menu)
    for panel in ("temperature", "companions", "vehicle", "phoneless", "refusal", "undo"):
        yield Shot(f"staff-{panel}", _panel(panel))
    yield Shot("staff-vehicle-incomplete", _incomplete)
    yield Shot("staff-sheet", _testing(NEAR, "78"))
    yield Shot("staff-sheet-change", _testing(FAR, ""))
