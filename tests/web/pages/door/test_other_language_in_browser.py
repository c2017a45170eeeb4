"""Whoever changes the language while typing finds all as it was, and the phone keeps nothing of it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web.pages.site import Site, becomes_true, poster_path, set_policy
from tests.web.tenants import Tenant
from web.services.desk.filtering.filters import Filter
from web.services.desk.searching import search
from web.services.places import places
from web.services.visits import invitations
from web.services.visits.announcing_times import When
from web.store.scope import PROGRAM

OTHER, COME, LEAVE = "a.other-language", "button[value=in]", "button[value=out]"
NOTHING_KEPT = "localStorage.length === 0 && sessionStorage.length === 0"


def changed_to(page: Page, language: str) -> None:
    page.click(OTHER)
    expect(page.locator("html")).to_have_attribute("lang", language)


def open_poster(served: Site, page: Page, there: Tenant, query: str = "") -> None:
    page.goto(f"{served.url}{poster_path(served, there)}{query}")


def ways(served: Site, there: Tenant) -> list[tuple[str, str]]:
    rows = search(served.inst, PROGRAM, Filter(venue_id=there.venue)).rows
    return [(row.direction, row.outcome) for row in reversed(rows)]


def test_all_that_was_typed_goes_along_there_and_back_and_checks_in(
    served: Site, phone: Page, there: Tenant
) -> None:
    set_policy(
        served, there, temperature="ask", vehicle_complete=True, listed_areas=["East", "West"],
        credentials=[{"kind": "test", "max_age_hours": 48}],
    )  # fmt: skip
    open_poster(served, phone, there)
    typed = {"#name": "Ann Lee", "#phone": "138 0013 8000", "#temperature": "36.6", "#area_day": "2026-11-19"}
    for field, value in typed.items():
        phone.fill(field, value)
    phone.check("text=West")
    phone.click("summary")
    phone.fill("#companions", "2")
    phone.check("#in_vehicle")
    phone.fill("#plate", "苏A12345")
    phone.fill("#phones", "13900001111\n13900002222")
    shown = {**typed, "#companions": "2", "#plate": "苏A12345", "#phones": "13900001111\n13900002222"}
    for language in ("zh-CN", "en", "zh-CN"):
        changed_to(phone, language)
        for field, value in shown.items():
            expect(phone.locator(field)).to_have_value(value)
        expect(phone.locator("#companions")).to_be_visible()
        expect(phone.locator("#plate")).to_be_visible()
        expect(phone.locator("[value=West]")).to_be_checked()
        expect(phone.locator("[value=East]")).not_to_be_checked()
        becomes_true(phone, NOTHING_KEPT)
    phone.fill("#others", "2")
    phone.click(COME)
    phone.wait_for_url("**/checked-in/*")
    assert [way for way, _ in ways(served, there)] == ["in"]


def test_what_was_typed_is_shown_once_and_at_its_own_poster_alone(
    served: Site, phone: Page, there: Tenant
) -> None:
    open_poster(served, phone, there)
    phone.fill("#name", "Ann Lee")
    changed_to(phone, "zh-CN")
    expect(phone.locator("#name")).to_have_value("Ann Lee")
    open_poster(served, phone, there)
    expect(phone.locator("#name")).to_have_value("")
    # The other language never came: the next page of this tab shows nothing of it, and drops it.
    phone.fill("#name", "Ann Lee")
    phone.route("**/V/*?lang=en", lambda route: route.abort())
    phone.click(OTHER)
    phone.goto(f"{served.url}/n")
    becomes_true(phone, NOTHING_KEPT)
    open_poster(served, phone, there)
    expect(phone.locator("#name")).to_have_value("")


def test_somebody_else_typed_over_the_remembered_visitor_stays_in_the_other_language(
    served: Site, phone: Page, there: Tenant
) -> None:
    open_poster(served, phone, there)
    phone.fill("#name", "Ann Lee")
    phone.fill("#phone", "138 0013 8000")
    phone.click(COME)
    phone.wait_for_url("**/checked-in/*")
    open_poster(served, phone, there)
    expect(phone.locator("#name")).to_have_value("Ann Lee")
    phone.fill("#name", "Ben Wu")
    phone.fill("#phone", "")
    changed_to(phone, "zh-CN")
    expect(phone.locator("#name")).to_have_value("Ben Wu")
    expect(phone.locator("#phone")).to_have_value("")
    phone.fill("#name", "")
    changed_to(phone, "en")
    expect(phone.locator("#name")).to_have_value("")
    expect(phone.locator("#forget")).to_be_visible()
    phone.click("#forget")
    becomes_true(phone, NOTHING_KEPT)


def test_a_confidential_venue_carries_a_number_over_and_leaves_nothing(
    served: Site, phone: Page, there: Tenant
) -> None:
    set_policy(served, there, confidential=True)
    open_poster(served, phone, there)
    phone.click("summary")
    phone.fill("#companions", "3")
    changed_to(phone, "zh-CN")
    expect(phone.locator("#companions")).to_have_value("3")
    becomes_true(phone, NOTHING_KEPT)
    phone.click(COME)
    phone.wait_for_url("**/checked-in/*")
    becomes_true(phone, NOTHING_KEPT)


def test_whoever_is_leaving_a_paused_venue_stays_on_the_way_out(
    served: Site, phone: Page, there: Tenant
) -> None:
    places.set_venue_state(served.inst, PROGRAM, there.venue, "paused")
    open_poster(served, phone, there, "?way=out")
    phone.fill("#name", "Ann Lee")
    changed_to(phone, "zh-CN")
    expect(phone.locator(COME)).to_have_count(0)
    expect(phone.locator("#name")).to_have_value("Ann Lee")


def test_a_mistake_that_was_told_goes_along_as_it_was_typed(served: Site, phone: Page, there: Tenant) -> None:
    open_poster(served, phone, there)
    phone.fill("#name", "Ann Lee")
    phone.fill("#phone", "12")
    phone.click(LEAVE)
    expect(phone.locator("#phone-error")).to_be_visible()
    changed_to(phone, "zh-CN")
    expect(phone.locator("#name")).to_have_value("Ann Lee")
    expect(phone.locator("#phone")).to_have_value("12")


def test_the_number_below_the_code_goes_along(served: Site, phone: Page) -> None:
    phone.goto(f"{served.url}/n")
    phone.fill("#number", "BCDF 23")
    changed_to(phone, "zh-CN")
    expect(phone.locator("#number")).to_have_value("BCDF 23")
    becomes_true(phone, NOTHING_KEPT)


def test_an_invitation_is_filled_in_in_either_language(served: Site, phone: Page, there: Tenant) -> None:
    given = invitations.Given("Chen Hong", When("2026-11-21", "09:00", "18:00"))
    invitation = invitations.create(served.inst, there.staff, "ann", there.enterprise, given)
    phone.goto(invitations.link(served.inst, there.staff, invitation))
    typed = {"#name": "Ann Lee", "#phone": "138 0013 8000", "#plate": "苏A12345"}
    for field, value in typed.items():
        phone.fill(field, value)
    for language in ("zh-CN", "en"):
        changed_to(phone, language)
        for field, value in typed.items():
            expect(phone.locator(field)).to_have_value(value)
        becomes_true(phone, NOTHING_KEPT)
    phone.click("text=Get my code")
    expect(phone.locator("h1")).to_have_text("You are expected")


@pytest.mark.parametrize("refused", ["sessionStorage", "localStorage"])
def test_a_browser_that_refuses_to_keep_anything_changes_the_language_all_the_same(
    served: Site, phone: Page, there: Tenant, refused: str
) -> None:
    told: list[str] = []
    phone.on("pageerror", lambda error: told.append(error.message))
    refuse = "{ get() { throw new DOMException('no', 'SecurityError'); } }"
    phone.add_init_script(f"Object.defineProperty(window, '{refused}', {refuse})")
    open_poster(served, phone, there)
    phone.fill("#name", "Ann Lee")
    changed_to(phone, "zh-CN")
    expect(phone.locator("#name")).to_have_value("" if refused == "sessionStorage" else "Ann Lee")
    phone.fill("#name", "Ann Lee")
    phone.fill("#phone", "138 0013 8000")
    phone.click(COME)
    phone.wait_for_url("**/checked-in/*")
    assert told == []
    assert ways(served, there) == [("in", "admitted")]


def test_without_script_the_link_opens_the_other_language(
    served: Site, browser: Browser, there: Tenant
) -> None:
    plain = browser.new_context(java_script_enabled=False, locale="en-GB")
    page = plain.new_page()
    open_poster(served, page, there)
    changed_to(page, "zh-CN")
    expect(page.locator("#name")).to_be_visible()
    plain.close()
