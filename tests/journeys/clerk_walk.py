"""A clerk's way from an invitation link to a poster on paper, as it is pressed; whoever walks it counts."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

PASSWORD = "seven lazy herons count the tide"
# By the language of the browser.
VENUE = {"zh-CN": ("滨江大厦", "滨江路 1 号"), "en-GB": ("Harbour Tower", "1 Quay Road")}


@dataclass
class Walk:
    """One browser page of a clerk, and what they pressed and typed so far."""

    page: Page
    speaks: str
    pages: list[str] = field(default_factory=list)
    clicks: int = 0
    typed: int = 0
    begun_s: float = field(default_factory=time.monotonic)

    def sees(self, what: str, there: Locator) -> str:
        """A page more, once it shows what it is for; its name."""
        expect(there).to_be_visible()
        assert self.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), what
        assert self.page.locator("html").get_attribute("lang") in (self.speaks, self.speaks[:2]), what
        self.pages.append(what)
        return what

    def press(self, what: str) -> None:
        self.clicks += 1
        self.page.locator(what).click()

    def types(self, name: str, value: str) -> None:
        self.typed += 1
        self.page.locator(f"main [name={name}]").fill(value)

    def figures(self) -> str:
        """What the walk cost a person."""
        spent_s = time.monotonic() - self.begun_s
        return f"{len(self.pages)} pages, {self.clicks} clicks, {self.typed} fields, {spent_s:.0f} s"


def to_the_application(walk: Walk, link: str) -> Iterator[str]:
    """Each page by its name, from the link to the venue that waits for the office."""
    page = walk.page
    page.goto(link)
    yield walk.sees("joining", page.locator("[name=login]"))
    walk.types("login", "gate-clerk")
    walk.types("password", PASSWORD)
    walk.press("main button.btn-primary")
    yield walk.sees("home", page.locator("main .group"))
    walk.press("main a.btn-primary")
    yield walk.sees("venue", page.locator("#address"))
    name, address = VENUE[walk.speaks]
    walk.types("name", name)
    walk.types("address", address)
    walk.press("main button.btn-primary")
    yield walk.sees("entrance", page.locator("main .step"))
    walk.press("main button.btn-primary")  # the door is called something already
    expect(page.locator("main section.panel").first).to_be_visible()
    yield walk.sees("waiting", page.locator("#application"))


def to_an_open_door(walk: Walk, file: Path) -> Iterator[str]:
    """Each page once the office approved it: the poster becomes a file, is hung up, and the venue opens."""
    page = walk.page
    page.goto(page.url.split("/venues/")[0])
    yield walk.sees("approved", page.locator("main .notice a"))
    walk.press("main .notice a")
    yield walk.sees("poster", page.locator("figure.paper img"))
    with page.expect_download() as downloading:
        walk.press("main .downloads .btn-primary")
    downloading.value.save_as(file)
    walk.press("main a.onward")
    yield walk.sees("hung", page.locator("main ul.items"))
    walk.press("main .page-head form button")
    yield walk.sees("open", page.locator("main .page-head .btn-primary"))
