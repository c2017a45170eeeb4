"""The page of a poster at seven in the morning: mistakes, a slow network, one that is lost, "back"."""

from __future__ import annotations

from playwright.sync_api import Page, Route, expect

from tests.web.pages.site import Site, poster_path, set_policy
from tests.web.tenants import Tenant
from web.services.desk.filtering.filters import Filter
from web.services.desk.searching import search
from web.store.scope import PROGRAM

COME, LEAVE = "button[value=in]", "button[value=out]"


def press(phone: Page, button: str) -> None:
    phone.click(button)
    phone.wait_for_url("**/checked-in/*")


def entries(served: Site, there: Tenant) -> list[tuple[str, str]]:
    rows = search(served.inst, PROGRAM, Filter(venue_id=there.venue)).rows
    return [(row.direction, row.outcome) for row in reversed(rows)]


def test_what_is_wrong_with_the_form_as_a_whole_comes_into_sight(
    served: Site, phone: Page, there: Tenant
) -> None:
    def without_a_field(route: Route) -> None:
        if route.request.method == "POST":
            answer = route.fetch()
            body = answer.text().replace(' aria-invalid="true"', "")
            route.fulfill(response=answer, body=body)
        else:
            route.continue_()

    set_policy(served, there, listed_areas=[f"Area {n}" for n in range(20)])
    phone.goto(f"{served.url}{poster_path(served, there)}")
    phone.route("**/V/*", without_a_field)
    phone.fill("#name", "Ann Lee")
    phone.click(COME)
    expect(phone.locator("#check-in .wrong:visible").first).to_be_in_viewport()
    expect(phone.locator("#name")).to_have_value("Ann Lee")


def test_back_from_the_answer_shows_no_mistake_that_was_mended(
    served: Site, phone: Page, there: Tenant
) -> None:
    sent: list[str] = []
    phone.on("request", lambda request: sent.append(request.method))
    phone.goto(f"{served.url}{poster_path(served, there)}")
    phone.fill("#name", "Ann Lee")
    for mistake in ("12", "13"):
        phone.fill("#phone", mistake)
        phone.click(COME)
        expect(phone.locator("#phone-error")).to_be_visible()
    assert sent.count("POST") == 2
    phone.fill("#phone", "13800138000")
    press(phone, COME)
    phone.go_back()
    expect(phone.locator(COME)).to_be_enabled()
    expect(phone.locator("#phone")).to_have_value("13800138000")
    expect(phone.locator("#check-in .wrong:visible")).to_have_count(0)
    expect(phone.locator("[aria-invalid]")).to_have_count(0)
    served.clock.pass_s(60)
    press(phone, LEAVE)
    assert entries(served, there) == [("in", "admitted"), ("out", "admitted")]


def test_on_a_slow_network_the_answer_comes_once_and_after_one_entry(
    served: Site, phone: Page, there: Tenant
) -> None:
    asked: list[str] = []
    phone.on("request", lambda request: asked.append(f"{request.method} {request.url}"))
    phone.emulate_media(reduced_motion="reduce")
    phone.goto(f"{served.url}{poster_path(served, there)}")
    slow = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
    phone.context.new_cdp_session(phone).send("Network.emulateNetworkConditions", slow)
    phone.fill("#name", "Ann Lee")
    phone.fill("#phone", "138 0013 8000")
    phone.dblclick(COME)
    phone.wait_for_url("**/checked-in/*")
    assert len([one for one in asked if one.startswith("POST")]) == 1
    assert len([one for one in asked if "/checked-in/" in one]) == 1
    assert entries(served, there) == [("in", "admitted")]
