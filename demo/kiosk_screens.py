"""`python -m demo.kiosk_screens`: photographs every state of the kiosk's screen, in both languages."""

from __future__ import annotations

import io
from pathlib import Path

import click
import numpy as np
from PIL import Image
from playwright.sync_api import Browser, ViewportSize, sync_playwright

from demo.browser import chromium_path
from demo.kiosk_stand import Stand
from demo.kiosk_states import PIN, Shot, frame, shots
from domain.gate_settings import PIN_SALT_BYTES, GateSettings, sealed_pin

_ARGUMENTS = ("--no-sandbox", "--autoplay-policy=no-user-gesture-required")
_SETTLED_MS = 700
_FEW_COLOURS = 1_000


@click.command()
@click.option("--out", default=Path("docs/kiosk"), type=click.Path(path_type=Path), show_default=True)
@click.option("--width", default=1280, show_default=True)
@click.option("--height", default=720, show_default=True)
@click.option("--only", default="", help="Make only the states whose name begins so.")
def kiosk_screens(out: Path, width: int, height: int, only: str) -> None:
    """Photograph every state of the kiosk's screen, in both languages. 拍摄终端的每一种画面。"""
    out.mkdir(parents=True, exist_ok=True)
    frame()  # drawn before any page waits for it
    size: ViewportSize = {"width": width, "height": height}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=list(_ARGUMENTS))
        for language in ("zh", "en"):
            for shot in shots():
                if shot.name.startswith(only):
                    click.echo(str(_photographed(browser, shot, language, size, out)))
        browser.close()


def _photographed(browser: Browser, shot: Shot, language: str, size: ViewportSize, out: Path) -> Path:
    stand = Stand(picture_of=lambda number: frame())
    context = browser.new_context(viewport=size, reduced_motion="reduce")
    try:
        stand.rule(settings=GateSettings(pin=sealed_pin(PIN, bytes(PIN_SALT_BYTES))))
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
    """Write the picture small: a few colours are enough for words, the camera's picture needs JPEG."""
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    colours = np.unique(np.asarray(image).reshape(-1, 3)[::97], axis=0)
    small = io.BytesIO()
    if len(colours) > _FEW_COLOURS:
        path = path.with_suffix(".jpg")
        image.save(small, "JPEG", quality=72, optimize=True)
    else:
        path = path.with_suffix(".png")
        image.quantize(64, dither=Image.Dither.NONE).save(small, "PNG", optimize=True)
    path.write_bytes(small.getvalue())
    return path


if __name__ == "__main__":
    kiosk_screens()
