"""What a first view weighs, as a browser without anything kept loads it; nothing is compressed on the way."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Response, sync_playwright

from demo.browser import chromium_path

_PHONE = {"width": 390, "height": 844}
_SETTLED_MS = 1500


@dataclass(frozen=True, slots=True)
class Part:
    """One answer: its path, and its bytes with headers."""

    path: str
    size: int


def weighed(pages: dict[str, str]) -> dict[str, tuple[Part, ...]]:
    """The parts of each page's first view on a phone, in the order they were asked for."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=["--no-sandbox"])
        found = {name: _parts(browser, address) for name, address in pages.items()}
        browser.close()
    return found


def _parts(browser: Browser, address: str) -> tuple[Part, ...]:
    context = browser.new_context(
        viewport={"width": _PHONE["width"], "height": _PHONE["height"]}, service_workers="block"
    )
    page = context.new_page()
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))
    page.goto(address)
    page.wait_for_timeout(_SETTLED_MS)
    parts = tuple(Part(urlsplit(answer.url).path, _size(answer)) for answer in answers)
    context.close()
    return parts


def _size(answer: Response) -> int:
    sizes = answer.request.sizes()
    return sizes["responseBodySize"] + sizes["responseHeadersSize"]
