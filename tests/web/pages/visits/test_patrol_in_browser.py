"""A liaison's round in a real browser, with a camera before which posters are held."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
import segno
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from demo.browser import chromium_path
from tests.conftest import ARGUMENTS
from tests.web.pages.site import Site, becomes_true, in_browser
from tests.web.tenants import Tenant
from web.services.findings import alerts
from web.services.places.posters import posters
from web.services.visits.rounds import rounds
from web.store.scope import PROGRAM

STICKER = "https://pay.evil.example/x?to=8"
# A look at ten pictures, each searched as long as it takes.
_LOOK_MS = 60_000


@pytest.fixture
def view(tmp_path: Path) -> Path:
    """What the camera sees: Chromium plays this file again each time the camera is opened."""
    return tmp_path / "camera.mjpeg"


@pytest.fixture
def page(browser: Browser, served: Site, view: Path) -> Iterator[Page]:
    held(view, Image.new("RGB", (1, 1)))
    camera = [
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={view}",
    ]
    launched = browser.browser_type.launch(executable_path=chromium_path(), args=[*ARGUMENTS, *camera])
    context = launched.new_context(viewport={"width": 390, "height": 844}, locale="en-GB")
    opened = in_browser(served, context)
    opened.goto(f"{served.url}/patrol")
    yield opened
    launched.close()


def held(view: Path, *things: Image.Image) -> None:
    """Hold something before the camera, side by side."""
    wall = Image.new("RGB", (1280, 720), (176, 172, 164))
    for nth, thing in enumerate(things):
        thing.thumbnail((600, 690))
        wall.paste(thing, (30 + nth * 640, 15))
    body = io.BytesIO()
    wall.save(body, "JPEG", quality=85)
    view.write_bytes(body.getvalue() * 4)


def poster(served: Site, poster_id: str) -> Image.Image:
    """The poster as it is printed."""
    made = posters.artefact(served.inst, PROGRAM, poster_id, kind="png", languages=("zh", "en"), size="A5")
    return Image.open(io.BytesIO(made.body)).convert("RGB")


def sticker() -> Image.Image:
    body = io.BytesIO()
    segno.make(STICKER).save(body, kind="png", scale=12)
    return Image.open(io.BytesIO(body.getvalue())).convert("RGB")


def scanned(page: Page, entrance: str, told: str) -> None:
    """Hold the camera at a door, and wait until the scanner says so."""
    page.locator(f"#door-{entrance} .scan").click()
    expect(page.locator("#scan-again")).to_be_visible(timeout=_LOOK_MS)
    expect(page.locator("#scan-state")).to_contain_text(told)
    page.click("#scan-close")


def test_posters_are_scanned_on_a_round(served: Site, page: Page, view: Path, there: Tenant) -> None:
    other = posters.issue(served.inst, PROGRAM, there.side_entrance)
    page.reload()
    expect(page.locator("#round")).to_contain_text("0 / 2")
    assert Axe().run(page).violations_count == 0

    held(view, poster(served, there.poster))
    scanned(page, there.entrance, "Genuine. This is poster No. 1")
    expect(page.locator("#done")).to_have_text("1")
    becomes_true(page, "document.getElementById('video').srcObject === null")  # the camera is off again

    held(view, poster(served, there.poster))
    scanned(page, there.side_entrance, "Wrong door.")
    held(view, sticker())
    scanned(page, there.side_entrance, "leads to pay.evil.example")
    held(view, poster(served, other), sticker())
    scanned(page, there.side_entrance, "Several codes. 2 codes hang here; one leads to")
    open_alerts = alerts.listed(served.inst, PROGRAM, alerts.Wanted()).rows
    assert [row.kind for row in open_alerts] == ["foreign_sticker"]

    # Whose poster is this? The page finds the door, and one tap says that one stands there.
    held(view, poster(served, other))
    page.click("#scan-any")
    page.click("#scan-here", timeout=_LOOK_MS)
    expect(page.locator(f"#door-{there.side_entrance} .verdict-word")).to_contain_text("Genuine")
    page.click("#scan-close")

    # Without network a picture waits on the phone, through a reload, and is one look when it is sent.
    page.context.set_offline(True)
    held(view, poster(served, there.poster))
    page.locator(f"#door-{there.entrance} .scan").click()
    page.click("#scan-keep", timeout=_LOOK_MS)
    expect(page.locator("#waiting")).to_contain_text("1 not sent yet")
    becomes_true(page, "Object.keys(localStorage).length === 1")
    looks = len(rounds.history(served.inst, PROGRAM, rounds.this_day(served.inst)))
    page.context.set_offline(False)
    page.reload()
    becomes_true(page, "Object.keys(localStorage).length === 0")  # it was sent
    expect(page.locator("#waiting")).to_be_hidden()
    expect(page.locator(f"#door-{there.entrance} .verdict-word")).to_contain_text("Genuine")
    assert len(rounds.history(served.inst, PROGRAM, rounds.this_day(served.inst))) == looks + 1

    page.locator(f"#door-{there.entrance} .take-back button").click()
    expect(page.locator(f"#door-{there.entrance} .verdict-word")).to_have_text("due ")
    expect(page.locator("#done")).to_have_text("1")
