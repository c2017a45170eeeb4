"""What a marshal does at a roll call: begin, open, tick; and the page that stays without network."""

from __future__ import annotations

from playwright.sync_api import BrowserContext, Page, expect

from tests.web.pages.looking import PHONE, accessible, covered, too_small
from tests.web.pages.site import Site, in_browser, width_of
from tests.web.tenants import Tenant


def marshal_of(served: Site, context: BrowserContext) -> Page:
    """A phone on which somebody who may call the roll is signed in."""
    page = in_browser(served, context)
    page.goto(f"{served.url}/")
    return page


def begin(served: Site, page: Page, there: Tenant) -> None:
    """Begin a drill on the page of who is inside, and wait until its page opens without network."""
    page.goto(f"{served.url}/desk/inside?venue={there.venue}")
    page.get_by_role("button", name="Hold a drill").click()
    expect(page.locator("#net")).to_have_text("Everything is sent.")
    kept(page)


def tick(page: Page, name: str, act: str) -> None:
    """Press what a row offers."""
    page.locator("[data-entry]", has_text=name).locator(f"[data-act={act}]").click()


def kept(page: Page) -> None:
    """Wait until the page opens without network: its worker answers for it."""
    page.wait_for_function(
        "async () => (await navigator.serviceWorker.ready) && caches.has('codeplace-roll')"
        " && Boolean(await (await caches.open('codeplace-roll')).match(location.pathname))"
    )


def end(page: Page) -> None:
    """End the roll call, with the question before it."""
    page.click("summary:has-text('End the roll call')")
    page.click(".ask-body button")


def fits(page: Page) -> None:
    """Nothing is wider than the screens, too small, under a bar with the focus, or wrong for a reader."""
    for width in (320, 1366, PHONE["width"]):
        page.set_viewport_size({"width": width, "height": 844})
        assert width_of(page) <= width
        assert too_small(page) == []
        assert covered(page) == []
    accessible(page, "roll call")
