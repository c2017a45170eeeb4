"""`python -m demo.kiosk_screens`: photographs every state of the kiosk's screen, in both languages."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from demo.clip import render
from demo.kiosk_stand import Stand, now_ms
from demo.scene import script
from domain.decision import Decision, Outcome, Presence, VisitorFacts
from domain.errors import UnavailableError
from domain.gate_settings import PIN_SALT_BYTES, GateSettings, Notice, sealed_pin
from domain.policy import Asked, Policy
from domain.reason import Reason
from domain.venue import Direction
from domain.visitor import VisitorClass
from domain.wording import Sentence
from kiosk.answer import Answer, again, crowd, decided, foreign, not_written
from kiosk.camera import CameraState
from kiosk.hint.hinting import Hint
from kiosk.spool import Counts
from kiosk.uplink import Link, LinkState

_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_HOUR_MS = 3_600_000
_PIN = "2580"
_HELD_S = 3.0
_ARGUMENTS = ("--no-sandbox", "--autoplay-policy=no-user-gesture-required")
_SETTLED_MS = 700
_VISITOR = VisitorFacts("v1", VisitorClass.VISITOR, masked_name="张*")


@dataclass(frozen=True, slots=True)
class Shot:
    """One state: how the stand and the page come to it."""

    name: str
    arrange: Callable[[Stand, Page], None]


@click.command()
@click.option("--out", default=Path("docs/kiosk"), type=click.Path(path_type=Path), show_default=True)
@click.option("--width", default=1280, show_default=True)
@click.option("--height", default=720, show_default=True)
@click.option("--only", default="", help="Make only the states whose name begins so.")
def kiosk_screens(out: Path, width: int, height: int, only: str) -> None:
    """Photograph every state of the kiosk's screen, in both languages. 拍摄终端的每一种画面。"""
    out.mkdir(parents=True, exist_ok=True)
    size: ViewportSize = {"width": width, "height": height}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_browser(), args=list(_ARGUMENTS))
        for language in ("zh", "en"):
            for shot in _SHOTS:
                if shot.name.startswith(only):
                    click.echo(str(_photographed(browser, shot, language, size, out)))
        browser.close()


def _photographed(browser: Browser, shot: Shot, language: str, size: ViewportSize, out: Path) -> Path:
    frame = _frame()
    stand = Stand(picture_of=lambda number: frame)
    context = browser.new_context(viewport=size, reduced_motion="reduce")
    try:
        stand.rule(settings=GateSettings(pin=sealed_pin(_PIN, bytes(PIN_SALT_BYTES))))
        page = context.new_page()
        page.goto(f"{stand.url}/?lang={language}")
        page.locator("body:not([data-view=starting])").wait_for()
        shot.arrange(stand, page)
        stand.board.touch()
        page.wait_for_timeout(_SETTLED_MS)
        return _kept(page.screenshot(), out / f"{shot.name}-{language}")
    finally:
        context.close()
        stand.close()


def _kept(picture: bytes, path: Path) -> Path:
    """Write the picture small: few colours suffice for words, the camera's picture needs JPEG."""
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    few = image.quantize(64, dither=Image.Dither.NONE)
    png, jpeg = io.BytesIO(), io.BytesIO()
    few.save(png, "PNG", optimize=True)
    image.save(jpeg, "JPEG", quality=72, optimize=True)
    has_picture = (
        np.asarray(image).reshape(-1, 3)[::97].std(axis=0).max() > 0
        and len(np.unique(np.asarray(image).reshape(-1, 3)[::97], axis=0)) > 1_000
    )
    kept, ending = (jpeg, ".jpg") if has_picture else (png, ".png")
    target = path.with_suffix(ending)
    target.write_bytes(kept.getvalue())
    return target


_FRAMES: list[NDArray[np.uint8]] = []


def _frame() -> NDArray[np.uint8]:
    """What the camera sees while a visitor holds up a phone."""
    if not _FRAMES:
        visits = script([("phone", "CP1:" + "6BF-F5K8E" * 19, "plain")])
        _FRAMES.extend(frame for frame in render(visits, _HELD_S, fps=5))
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
    Image.fromarray(_frame()[60:500, 200:900, ::-1]).save(picture, "JPEG", quality=80)
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
    page.fill("#pin-pin", _PIN)
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


def _shots() -> Iterator[Shot]:
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


_SHOTS = tuple(_shots())


def _browser() -> str:
    found = next((path for name in _BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        raise UnavailableError(
            Sentence("Chromium is needed; scripts/system-packages test installs it.", "需要安装 Chromium。")
        )
    return found


if __name__ == "__main__":
    kiosk_screens()
