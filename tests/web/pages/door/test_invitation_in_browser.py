"""From an invitation through the door, on a phone: fill in, get a code, be let in by appointment."""

from __future__ import annotations

import io
from collections.abc import Iterator

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from domain.outcome import Outcome
from domain.reason import Reason
from reader.reading import Effort, read
from tests.web.pages.site import Site, in_browser, set_policy, width_of
from tests.web.tenants import Tenant
from web.services.passing import passages
from web.services.passing.checkin import new_entry_id
from web.services.passing.own_entries import Recorded
from web.services.passing.passage_typing import Typed
from web.services.visits import announcing_expected
from web.services.visits.announcing_expected import Standing

BY_APPOINTMENT = {
    "kind": "appointment",
    "max_age_hours": None,
    "classes": ["visitor"],
    "otherwise": "refuse",
    "verified": True,
}
WIDTHS = (320, 390, 1366)


@pytest.fixture
def desk(browser: Browser, served: Site) -> Iterator[Page]:
    """A clerk's screen, signed in."""
    context = browser.new_context(viewport={"width": 1366, "height": 800}, locale="en-GB")
    page = in_browser(served, context)
    yield page
    context.close()


def fits(page: Page) -> None:
    """Nothing sticks out at any width, and nothing stands in a reader's way."""
    before = page.viewport_size
    assert before is not None
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        assert width_of(page) <= width, (page.url, width)
    page.set_viewport_size(before)
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def link_made(served: Site, desk: Page, there: Tenant) -> str:
    desk.goto(f"{served.url}/enterprises/{there.enterprise}/invitations/new")
    fits(desk)
    desk.fill("#host", "Chen Hong")
    desk.select_option("#venue_id", there.venue)
    desk.click("text=Make the link")
    expect(desk.locator("#link")).to_be_visible()
    fits(desk)
    return desk.input_value("#link")


def at_the_door(served: Site, there: Tenant, code: str) -> tuple[Outcome, Reason]:
    typed = Typed(new_entry_id(served.inst), who=code)
    done = passages.record(served.inst, there.staff, there.entrance, typed)
    assert isinstance(done, Recorded)
    return done.decision.outcome, done.decision.reason


def shown_code(phone: Page) -> str:
    expect(phone.locator("#canvas")).to_be_visible()
    picture = np.asarray(Image.open(io.BytesIO(phone.screenshot())).convert("L"))
    (found,) = read(picture, effort=Effort.THOROUGH)
    return found.text or ""


def test_from_the_invitation_through_the_door(served: Site, desk: Page, phone: Page, there: Tenant) -> None:
    set_policy(served, there, credentials=[BY_APPOINTMENT])
    asked: list[str] = []
    phone.on("request", lambda request: asked.append(request.url))
    phone.goto(link_made(served, desk, there))
    expect(phone.locator("h1")).to_have_text("Park Ltd")
    fits(phone)
    phone.fill("#name", "Ann Lee")
    phone.fill("#phone", "138 0013 8000")
    phone.click("text=Get my code")
    expect(phone.locator("h1")).to_have_text("You are expected")
    fits(phone)
    phone.click("text=Open my code")
    code = shown_code(phone)
    assert not [url for url in asked if "Ann" in url or "8000" in url.replace(served.url, "")]
    assert at_the_door(served, there, code) == (Outcome.ADMITTED, Reason.WELCOME)
    desk.goto(f"{served.url}/enterprises/{there.enterprise}/visits")
    expect(desk.locator("table")).to_contain_text("A*** L***")
    expect(desk.locator("table")).to_contain_text("Inside")
    fits(desk)
    (visit,) = announcing_expected.of_day(served.inst, there.staff, there.enterprise).visits
    assert visit.standing is Standing.INSIDE
    desk.click("text=A*** L***")
    desk.click("summary:has-text('Withdraw this visit')")
    desk.click("button:has-text('Withdraw this visit')")
    expect(desk.locator("main")).to_contain_text("The visit was withdrawn")
    served.clock.pass_s(1)
    refused = at_the_door(served, there, code)
    assert refused == (Outcome.REFUSED, Reason.CREDENTIAL_MISSING)


def test_the_pages_of_the_clerk_fit_and_can_be_used_by_everybody(
    served: Site, desk: Page, there: Tenant
) -> None:
    own = f"{served.url}/enterprises/{there.enterprise}"
    desk.goto(f"{own}/visits/new")
    desk.fill("#name", "王小明")
    desk.fill("#phone", "138 0013 8000")
    desk.fill("#host", "陈红")
    desk.click("summary:has-text('On several days')")
    desk.fill("#last_day", "2026-12-04")
    desk.check("text=Mon")
    fits(desk)
    desk.click("button:has-text('Announce')")
    expect(desk.locator("main")).to_contain_text("Announced for 2 days")
    fits(desk)
    for path in ("", "/visits?day=2026-11-23", "/visits/import"):
        desk.goto(f"{own}{path}")
        fits(desk)
