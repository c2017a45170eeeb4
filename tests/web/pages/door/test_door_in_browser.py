"""The page of a poster in a real browser: few taps, a bad network, large letters, no script."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Route, ViewportSize, expect

from tests.web.pages.looking import PHONE
from tests.web.pages.site import Site, becomes_true, poster_path, set_policy, width_of
from tests.web.tenants import Tenant
from web.db.tables import entry_people
from web.services.desk.filtering.filters import Filter
from web.services.desk.searching import search
from web.services.passing.recording import record_place
from web.services.places import places
from web.services.places.posters import posters
from web.store.scope import PROGRAM

SMALL: ViewportSize = {"width": 320, "height": 568}
COME, LEAVE = "button[value=in]", "button[value=out]"


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(viewport=PHONE, locale="en-GB")
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


def open_poster(served: Site, page: Page, there: Tenant) -> None:
    page.goto(f"{served.url}{poster_path(served, there)}")


def type_in(page: Page, name: str = "Ann Lee") -> None:
    page.fill("#name", name)
    page.fill("#phone", "138 0013 8000")


def press(page: Page, button: str) -> None:
    page.click(button)
    page.wait_for_url("**/checked-in/*")


def entries(served: Site, there: Tenant) -> list[tuple[str, str]]:
    rows = search(served.inst, PROGRAM, Filter(venue_id=there.venue)).rows
    return [(row.direction, row.outcome) for row in reversed(rows)]


def test_who_came_before_checks_in_with_one_tap_and_is_then_offered_to_leave(
    served: Site, page: Page, there: Tenant
) -> None:
    open_poster(served, page, there)
    expect(page.locator("#actions button").first).to_have_text("Check in")
    type_in(page)
    press(page, COME)
    served.clock.pass_s(60)
    # By another door of the same venue.
    other = replace(there, poster=posters.issue(served.inst, PROGRAM, there.side_entrance))
    open_poster(served, page, other)
    expect(page.locator("#here")).to_have_text("You checked in here today.")
    expect(page.locator("#actions button").first).to_have_text("I am leaving")
    press(page, LEAVE)
    expect(page.locator("h1")).to_contain_text("Checked out")
    served.clock.pass_s(60)
    open_poster(served, page, there)
    expect(page.locator("#here")).to_be_hidden()
    expect(page.locator("#actions button").first).to_have_text("Check in")
    press(page, COME)
    assert entries(served, there) == [("in", "admitted"), ("out", "admitted"), ("in", "admitted")]
    served.clock.pass_s(86_400)
    open_poster(served, page, there)
    expect(page.locator("#here")).to_be_hidden()


def test_the_plate_of_before_is_there_when_the_car_is_ticked_and_counts_only_then(
    served: Site, page: Page, there: Tenant
) -> None:
    set_policy(served, there, vehicle_complete=True)
    for is_by_car in (True, False, True):
        open_poster(served, page, there)
        expect(page.locator("#plate")).to_be_hidden()
        if is_by_car:
            page.check("#in_vehicle")
            expect(page.locator("#plate")).to_be_visible()
        if not page.input_value("#name"):
            type_in(page)
            page.fill("#plate", "苏A12345")
        expect(page.locator("#plate")).to_have_value("苏A12345")
        press(page, COME)
        served.clock.pass_s(60)
    kept = served.inst.read(lambda c: c.execute(entry_people.select().order_by(entry_people.c.at_ms)).all())
    records = [served.inst.cipher.opened(row.record_sealed, record_place(row.entry_id)) for row in kept]
    assert [json.loads(record)["plate"] for record in records] == ["苏A12345", "", "苏A12345"]


def test_forgetting_leaves_nothing_on_the_phone(served: Site, page: Page, there: Tenant) -> None:
    open_poster(served, page, there)
    type_in(page)
    press(page, COME)
    open_poster(served, page, there)
    kept = "codeplace.here,codeplace.visitor,codeplace.visits"
    becomes_true(page, f"Object.keys(localStorage).sort().join() === '{kept}'")
    page.click("#forget")
    becomes_true(page, "localStorage.length === 0 && sessionStorage.length === 0")


def test_the_phone_lists_its_visits_leads_out_and_forgets_them(
    served: Site, page: Page, there: Tenant
) -> None:
    open_poster(served, page, there)
    type_in(page)
    press(page, COME)
    page.reload()  # the same answer is one visit
    page.click("#visits-link")
    expect(page.locator("#visits-list li")).to_have_count(1)
    expect(page.locator("#visits-list")).to_contain_text("Park Ltd site")
    expect(page.locator("#visits-list")).to_contain_text("North gate · 2026-11-20")
    expect(page.locator("#visits-list .own-state")).to_have_text("In 10:00")
    page.clock.install(time=served.clock() / 1000 + 60)
    page.reload()
    served.clock.pass_s(60)
    page.click("text=I am leaving")
    press(page, LEAVE)
    page.click("#visits-link")
    expect(page.locator("#visits-list .own-state")).to_have_text("In 10:00 – Out 10:01")
    expect(page.locator("text=I am leaving")).to_have_count(0)
    page.set_viewport_size(SMALL)
    assert width_of(page) == SMALL["width"]
    assert Axe().run(page).violations_count == 0
    page.click("#forget")
    expect(page.locator("#visits")).to_be_hidden()
    becomes_true(page, "localStorage.length === 0")
    assert entries(served, there) == [("in", "admitted"), ("out", "admitted")]


def test_a_confidential_venue_leaves_nothing_on_the_phone(served: Site, page: Page, there: Tenant) -> None:
    set_policy(served, there, confidential=True)
    open_poster(served, page, there)
    press(page, COME)
    assert page.evaluate("localStorage.length") == 0
    served.clock.pass_s(60)
    open_poster(served, page, there)
    press(page, LEAVE)
    assert entries(served, there) == [("in", "admitted"), ("out", "admitted")]


def test_without_a_network_nothing_typed_is_lost_and_pressing_again_checks_in_once(
    served: Site, page: Page, context: BrowserContext, there: Tenant
) -> None:
    set_policy(served, there, temperature="ask", vehicle_complete=True)
    open_poster(served, page, there)
    type_in(page)
    page.fill("#temperature", "36.6")
    page.check("#in_vehicle")
    page.fill("#plate", "苏A12345")
    minted = page.input_value("#entry_id")
    context.set_offline(True)
    for _ in range(2):
        page.click(COME)
        expect(page.locator("#lost")).to_contain_text("No network.")
        expect(page.locator(COME)).to_be_enabled()
    expect(page.locator("#entry_id")).to_have_value(minted)
    expect(page.locator("#plate")).to_have_value("苏A12345")
    context.set_offline(False)
    press(page, COME)
    assert entries(served, there) == [("in", "admitted")]


def test_after_a_lost_reply_and_a_new_scan_the_first_answer_is_shown(
    served: Site, page: Page, there: Tenant
) -> None:
    def lose_the_reply(route: Route) -> None:
        if route.request.method == "POST":
            assert route.fetch(max_redirects=0).status == 201
            route.abort()
        else:
            route.continue_()

    set_policy(served, there, temperature="require", listed_areas=["East"])
    open_poster(served, page, there)
    type_in(page)
    page.fill("#temperature", "36.6")
    page.route("**/V/*", lose_the_reply)
    page.click(COME)
    expect(page.locator("#lost")).to_be_visible()
    page.unroute("**/V/*")
    served.clock.pass_s(120)
    open_poster(served, page, there)
    expect(page.locator("#temperature")).to_have_value("36.6")
    press(page, COME)
    expect(page.locator("#clock span")).to_have_text("2 min ago")
    assert entries(served, there) == [("in", "admitted")]


def test_a_form_that_was_never_answered_is_forgotten_after_ten_minutes(
    served: Site, page: Page, context: BrowserContext, there: Tenant
) -> None:
    page.clock.install()
    open_poster(served, page, there)
    page.click("summary")
    page.fill("#companions", "3")
    context.set_offline(True)
    page.click(COME)
    expect(page.locator("#lost")).to_be_visible()
    context.set_offline(False)
    open_poster(served, page, there)
    expect(page.locator("#companions")).to_have_value("3")
    page.clock.fast_forward(11 * 60_000)
    open_poster(served, page, there)
    expect(page.locator("#companions")).to_have_value("")
    becomes_true(page, "localStorage.length === 0")


def test_too_many_at_once_is_said_in_place_and_keeps_the_form(
    served: Site, page: Page, there: Tenant
) -> None:
    open_poster(served, page, there)
    type_in(page)
    page.route("**/V/*", lambda route: route.fulfill(status=429, body="later"))
    page.click(COME)
    expect(page.locator("#lost")).to_contain_text("Wait a minute")
    expect(page.locator("#name")).to_have_value("Ann Lee")
    page.unroute("**/V/*")
    press(page, COME)
    assert entries(served, there) == [("in", "admitted")]


def test_a_mistake_is_shown_beside_its_field_which_has_the_focus(
    served: Site, page: Page, there: Tenant
) -> None:
    open_poster(served, page, there)
    page.fill("#name", "Ann Lee")
    page.fill("#phone", "12")
    page.click(COME)
    expect(page.locator("#phone-error")).to_be_visible()
    expect(page.locator("#phone")).to_be_focused()
    page.fill("#phone", "13800138000")
    press(page, COME)


def test_a_phone_without_script_comes_in_and_leaves(served: Site, browser: Browser, there: Tenant) -> None:
    plain = browser.new_context(java_script_enabled=False, viewport=SMALL, locale="zh-CN")
    page = plain.new_page()
    set_policy(served, there, vehicle_complete=True)
    for button in (COME, LEAVE):
        open_poster(served, page, there)
        expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
        type_in(page, "李雷")
        page.check("#in_vehicle")
        page.fill("#plate", "苏A12345")
        press(page, button)
        served.clock.pass_s(60)
    plain.close()
    assert entries(served, there) == [("in", "admitted"), ("out", "admitted")]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(
    ("asks", "outcome"),
    [({}, "admitted"), ({"classes": ["employee"]}, "refused"), ({"temperature": "require"}, "referred")],
)
def test_every_answer_lives_and_fits_a_small_phone_with_large_letters(
    served: Site, browser: Browser, there: Tenant, asks: dict[str, object], outcome: str, language: str
) -> None:
    set_policy(served, there, **asks)
    context = browser.new_context(viewport=SMALL, locale={"en": "en-GB", "zh": "zh-CN"}[language])
    page = context.new_page()
    page.clock.install()
    open_poster(served, page, there)
    type_in(page)
    press(page, COME)
    expect(page.locator(f"body.answer.{outcome}")).to_be_visible()
    expect(page.locator(".venue")).to_contain_text("Park Ltd site")
    becomes_true(page, "document.querySelector('.moving').getAnimations().length === 1")
    # Who asked for rest gets it, and the running clock still tells this from a photograph.
    page.emulate_media(reduced_motion="reduce")
    becomes_true(page, "document.getAnimations().length === 0")
    before = page.text_content("#clock b") or ""
    page.clock.fast_forward(61_000)
    expect(page.locator("#clock b")).not_to_have_text(before)
    page.evaluate("document.documentElement.style.fontSize = '30px'")
    assert width_of(page) == SMALL["width"]
    one_line = "e => e.getBoundingClientRect().height < 1.5 * parseFloat(getComputedStyle(e).fontSize)"
    assert page.locator("#clock b").evaluate(one_line)
    assert page.locator(".verdict").evaluate("e => e.getBoundingClientRect().top") == 0
    context.close()


def test_axe_finds_nothing_where_everything_is_asked(served: Site, page: Page, there: Tenant) -> None:
    set_policy(
        served, there, temperature="require", vehicle_complete=True, listed_areas=["East", "West"],
        credentials=[
            {"kind": "test", "max_age_hours": 48}, {"kind": "induction", "max_age_hours": None},
        ],
    )  # fmt: skip
    page.emulate_media(reduced_motion="reduce")
    for path in ("", "?way=out"):
        page.goto(f"{served.url}{poster_path(served, there)}{path}")
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
    open_poster(served, page, there)
    type_in(page)
    page.fill("#temperature", "hot")
    page.check("#in_vehicle")
    page.locator("summary").click()
    page.click(COME)
    expect(page.locator("#temperature-error")).to_be_visible()
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    for screen in (SMALL, PHONE):
        page.set_viewport_size(screen)
        assert width_of(page) <= screen["width"]


def test_leaving_a_paused_venue_is_two_taps_from_its_poster(served: Site, page: Page, there: Tenant) -> None:
    open_poster(served, page, there)
    type_in(page)
    press(page, COME)
    served.clock.pass_s(60)
    places.set_venue_state(served.inst, PROGRAM, there.venue, "paused")
    open_poster(served, page, there)
    page.click("text=I am leaving")
    press(page, LEAVE)
    assert entries(served, there) == [("in", "admitted"), ("out", "admitted")]
