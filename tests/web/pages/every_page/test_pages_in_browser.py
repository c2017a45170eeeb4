"""The pages in a real browser: usable by everybody, right on every screen, live, and quiet in the console."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pypdfium2
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Route, ViewportSize, expect

from tests.web.pages.looking import PHONE, accessible, too_small
from tests.web.pages.site import LOGIN, PASSWORD, Site, becomes_true, next_code, poster_path, width_of
from tests.web.tenants import Tenant, entry_item
from web.services.desk.filtering.filters import Filter
from web.services.desk.searching import search
from web.services.gates import ingest
from web.store.scope import PROGRAM

SCREENS: tuple[ViewportSize, ...] = (
    {"width": 1920, "height": 1080},
    {"width": 1280, "height": 800},
    {"width": 320, "height": 640},
)


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(viewport=PHONE, locale="en-GB", timezone_id="America/New_York")
    yield made
    made.close()


@pytest.fixture
def faults(context: BrowserContext) -> Iterator[list[str]]:
    """What the console complained about; a page that breaks its own content policy says so there."""
    found: list[str] = []
    context.on("console", lambda said: found.append(said.text) if said.type == "error" else None)
    context.on("weberror", lambda error: found.append(str(error.error)))
    yield found
    # A page that answers 4xx is reported as well, and meant.
    assert [fault for fault in found if "Failed to load resource" not in fault] == []


@pytest.fixture
def page(context: BrowserContext, faults: list[str]) -> Page:
    return context.new_page()


def sign_in(served: Site, page: Page) -> None:
    """Through the pages, as a person does."""
    page.goto(f"{served.url}/sign-in")
    page.fill("#login", LOGIN)
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/sign-in/code**")
    page.fill("#code", next_code(served))
    page.keyboard.press("Enter")
    page.wait_for_url(f"{served.url}/")


def check_in(served: Site, page: Page, there: Tenant, name: str) -> None:
    page.goto(f"{served.url}{poster_path(served, there)}")
    page.fill("#name", name)
    page.fill("#phone", "138 0013 8000")
    page.click("#check-in button.button")
    page.wait_for_url("**/checked-in/*")


def every_page(served: Site, page: Page, there: Tenant) -> Iterator[str]:
    """Open every page once, with content and mistakes in it."""
    venue, enterprise = f"/venues/{there.venue}", f"/enterprises/{there.enterprise}"
    page.goto(f"{served.url}/sign-in")
    yield "sign-in"
    sign_in(served, page)
    check_in(served, page, there, "Ann Lee")
    yield "answer"
    for path in (
        "/", enterprise, f"{enterprise}/venues/new", venue, f"{venue}/posters/{there.poster}",
        "/staff", "/deeds", "/keys",
        f"{venue}/gates", "/desk", f"/desk?venue={there.venue}&outcome=refused", "/desk/exports", "/visitors",
        "/visitors?q=x", "/visitors/new", "/kiosks", "/account", "/account/sessions",
        "/account/second-factor",
        f"{venue}/paper",
        poster_path(served, there), "/V/x", "/n", "/me", "/nothing",
        "/patrol", f"{venue}/pictures", "/areas", f"{enterprise}/move", "/places/import",
        f"/keeping/venue/{there.venue}", "/keeping/holds", "/privacy",
    ):  # fmt: skip
        page.goto(f"{served.url}{path}")
        yield path
    page.goto(f"{served.url}/visitors/new")
    with page.expect_navigation():
        page.click("main button")
    yield "a form with mistakes"
    page.fill("#name", "王小明")
    page.fill("#phone", "13800138001")
    page.click("main button")
    expect(page.locator("#link")).to_be_visible()
    yield "a visitor with the link"
    yield from desk_pages(served, page, there)
    page.goto(f"{served.url}{venue}")
    page.click("text=Withdraw")
    yield "a question"
    page.locator("text=Add a kiosk").first.click()
    expect(page.locator(".countdown b")).to_be_visible()
    yield "an enrolment"


def desk_pages(served: Site, page: Page, there: Tenant) -> Iterator[str]:
    """A clerk with people waiting: each answer leaves the first field ready for the next one."""
    page.goto(f"{served.url}/entrances/{there.entrance}/passages")
    yield "the desk"
    for who in ("王小明", "https://example.org/pay", "Nobody"):
        page.keyboard.type(who)  # into whatever has the focus
        with page.expect_navigation():
            page.keyboard.press("Enter")
        yield f"the desk after {who}"
    assert len(search(served.inst, PROGRAM, Filter(venue_id=there.venue, text="王**")).rows) == 1
    page.goto(f"{served.url}/venues/{there.venue}/paper")
    rows = "time,direction,name,phone\n00:01,in,Ann,13800138002\n25:00,in,Bob,1\n"
    page.set_input_files("#table", {"name": "a.csv", "mimeType": "text/csv", "buffer": rows.encode()})
    page.click("main .btn-wide")
    expect(page.get_by_text("Write the time as hours and minutes")).to_be_visible()
    yield "a paper register that was tried"


def test_axe_finds_nothing_and_every_page_fits_its_screen_and_a_finger(
    served: Site, page: Page, there: Tenant
) -> None:
    axe = Axe()
    # Colours that fade in are measured when they have arrived.
    page.emulate_media(reduced_motion="reduce")
    for name in every_page(served, page, there):
        found = axe.run(page)
        assert found.violations_count == 0, f"{name}: {found.generate_report()}"
        for screen in SCREENS:
            page.set_viewport_size(screen)
            assert width_of(page) <= screen["width"], (name, screen)
            assert too_small(page) == [], (name, screen)


# Two hundred operations look like these few: one of each method, and a shape; all of them take 20 s.
FEW_OPERATIONS = """() => {
    const seen = new Set();
    for (const one of document.querySelectorAll('.operation')) {
        const method = one.querySelector('.method')?.textContent;
        one.open = true;
        if (seen.has(method)) one.remove();
        seen.add(method);
    }
    return [...seen];
}"""


def test_axe_finds_nothing_in_the_description_of_the_api(served: Site, page: Page) -> None:
    page.goto(f"{served.url}/api/docs")
    assert {"GET", "POST", "PUT", "DELETE"} <= set(page.evaluate(FEW_OPERATIONS))
    accessible(page, "the API")


def test_with_colours_of_the_readers_own_buttons_choices_and_answers_still_show(
    served: Site, page: Page, there: Tenant
) -> None:
    page.emulate_media(forced_colors="active")
    page.goto(f"{served.url}{poster_path(served, there)}")
    expect(page.locator("#check-in button.button").first).to_have_css("border-top-width", "1px")
    check_in(served, page, there, "Ann Lee")
    expect(page.locator(".verdict")).to_have_css("background-color", "rgb(21, 128, 61)")
    sign_in(served, page)
    page.goto(f"{served.url}/entrances/{there.entrance}/passages")
    ground = "span => getComputedStyle(span).backgroundColor"
    chosen, other = (
        page.locator(f".choice input{state} + span").first.evaluate(ground)
        for state in (":checked", ":not(:checked)")
    )
    assert chosen != other


def test_the_log_shows_new_entries_by_itself_each_once_and_in_order(
    served: Site, page: Page, context: BrowserContext, there: Tenant
) -> None:
    sign_in(served, page)
    page.goto(f"{served.url}/venues/{there.venue}/log")
    expect(page.get_by_text("No entry yet")).to_be_visible()
    check_in(served, context.new_page(), there, "Ann Lee")
    expect(page.locator("#rows tr")).to_have_count(1)
    expect(page.locator("#arrived")).to_have_text("1 new entry")
    served.clock.pass_s(600)
    late = entry_item(there.gate, 1, served.clock() - 3_600_000)
    soon = entry_item(there.gate, 2, served.clock() - 60_000)
    assert {done.status for done in ingest.ingest(served.inst, there.gate, [late, soon]).results} == {
        "stored"
    }
    expect(page.locator("#rows tr")).to_have_count(3)
    keys = page.locator("#rows tr").evaluate_all("rows => rows.map(row => row.dataset.key)")
    assert keys == sorted(keys, reverse=True)
    assert len(set(keys)) == 3
    page.reload()
    expect(page.locator("#rows tr")).to_have_count(3)
    assert page.locator("#rows tr").evaluate_all("rows => rows.map(row => row.dataset.key)") == keys


def test_the_log_can_be_stopped_and_catches_up_when_it_goes_on(
    served: Site, page: Page, context: BrowserContext, there: Tenant
) -> None:
    sign_in(served, page)
    page.goto(f"{served.url}/venues/{there.venue}/log")
    live = page.get_by_role("button", name="Live")
    live.click()
    expect(live).to_have_attribute("aria-pressed", "false")
    check_in(served, context.new_page(), there, "Ann Lee")
    expect(page.locator("#rows tr")).to_have_count(0)
    live.click()
    expect(page.locator("#rows tr")).to_have_count(1)


def test_the_log_says_when_it_lost_the_server_and_misses_nothing(
    served: Site, page: Page, browser: Browser, there: Tenant
) -> None:
    sign_in(served, page)
    page.goto(f"{served.url}/venues/{there.venue}/log")
    page.context.set_offline(True)
    expect(page.locator("#silent")).to_contain_text("No contact with the server")
    other = browser.new_context()
    check_in(served, other.new_page(), there, "Ann Lee")
    other.close()
    page.context.set_offline(False)
    expect(page.locator("#rows tr")).to_have_count(1)
    expect(page.locator("#silent")).to_be_hidden()


def test_times_are_the_venues_wherever_the_reader_is(served: Site, page: Page, there: Tenant) -> None:
    check_in(served, page, there, "Ann Lee")
    expect(page.locator("#clock b")).to_contain_text("10:00:")
    sign_in(served, page)
    page.goto(f"{served.url}/venues/{there.venue}/log")
    time = page.locator("#rows time").first
    expect(time).to_have_text("10:00:00")
    expect(time).to_have_attribute("title", "2026-11-20 10:00:00 Asia/Shanghai (UTC+08:00)")


def test_the_answer_moves_and_its_clock_runs(served: Site, page: Page, there: Tenant) -> None:
    page.clock.install()
    check_in(served, page, there, "Ann Lee")
    expect(page.locator("#clock span")).to_have_text(re.compile(r"^\d+ s ago$"))
    page.clock.fast_forward(5 * 60_000)
    expect(page.locator("#clock b")).to_contain_text("10:05:")
    expect(page.locator("#clock span")).to_have_text("5 min ago")
    becomes_true(page, "document.querySelector('.moving').getAnimations().length === 1")


def lose_the_reply(route: Route) -> None:
    """The request arrives, and its answer never does."""
    if route.request.method == "POST":
        assert route.fetch(max_redirects=0).status == 303
        route.abort()
    else:
        route.continue_()


def test_a_double_tap_and_a_lost_reply_are_one_entry(served: Site, page: Page, there: Tenant) -> None:
    page.goto(f"{served.url}{poster_path(served, there)}")
    page.fill("#name", "Ann Lee")
    page.fill("#phone", "13800138000")
    page.route("**/V/*", lose_the_reply)
    with page.expect_event("requestfailed"):
        page.dblclick("#check-in button.button", no_wait_after=True)
    page.unroute("**/V/*")
    page.goto(f"{served.url}{poster_path(served, there)}")
    expect(page.locator("#name")).to_have_value("Ann Lee")
    page.click("#check-in button.button")
    page.wait_for_url("**/checked-in/*")
    assert len(search(served.inst, PROGRAM, Filter(venue_id=there.venue)).rows) == 1


def test_this_phone_remembers_the_visitor_until_told_to_forget(
    served: Site, page: Page, there: Tenant
) -> None:
    check_in(served, page, there, "Ann Lee")
    page.goto(f"{served.url}{poster_path(served, there)}")
    expect(page.locator("#name")).to_have_value("Ann Lee")
    page.click("text=Forget me on this phone")
    expect(page.locator("#name")).to_have_value("")
    page.reload()
    expect(page.locator("#name")).to_have_value("")
    cookies = {cookie["name"] for cookie in page.context.cookies()}
    assert cookies == {"form"}


def test_a_number_that_was_refused_is_not_remembered_for_the_next_venue(
    served: Site, page: Page, there: Tenant
) -> None:
    remembered = "localStorage.getItem('codeplace.visitor')"
    page.goto(f"{served.url}{poster_path(served, there)}")
    page.fill("#name", "Ann Lee")
    page.fill("#phone", "1380")
    page.click("#check-in button.button")
    expect(page.locator("#phone")).to_have_attribute("aria-invalid", "true")
    assert page.evaluate(remembered) is None
    page.fill("#phone", "13800138000")
    page.click("#check-in button.button")
    page.wait_for_url("**/checked-in/*")
    assert "13800138000" in page.evaluate(remembered)


def test_the_whole_clerks_way_works_by_keyboard(served: Site, page: Page) -> None:
    sign_in(served, page)
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.get_by_role("link", name="Add an enterprise").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    for typed in (("Park Ltd",), ("Tower", "1 Quay")):
        page.locator("#name").focus()
        for word in typed:
            page.keyboard.type(word)
            page.keyboard.press("Tab")
        if len(typed) > 1:
            page.locator("main form button").focus()
        with page.expect_navigation():
            page.keyboard.press("Enter")
    page.get_by_role("button", name="Make the poster").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("The poster for Main entrance")
    expect(page.get_by_role("button", name="Download PDF for printing")).to_be_visible()


def test_arrows_go_through_the_choices_and_what_is_downloaded_is_what_was_chosen(
    served: Site, page: Page, there: Tenant
) -> None:
    sign_in(served, page)
    page.goto(f"{served.url}/venues/{there.venue}/posters/{there.poster}")
    page.evaluate("window.isThePageOfBefore = true")
    page.locator("[name=size]:checked").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("[name=size][value=A3]")).to_be_checked()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download PDF for printing").press("Enter")
    sheet = pypdfium2.PdfDocument(download.value.path())[0]
    assert [round(side / 72 * 25.4) for side in sheet.get_size()] == [297, 420]
    assert page.evaluate("window.isThePageOfBefore")
    page.get_by_role("button", name="Show", exact=True).press("Enter")
    page.wait_for_url("**size=A3**")
    expect(page.locator("figure.paper img")).to_have_attribute("src", re.compile("size=A3"))


def test_a_link_is_copied_with_one_press(served: Site, page: Page, there: Tenant) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=served.url)
    sign_in(served, page)
    page.goto(f"{served.url}/visitors/new")
    page.fill("#name", "Ann Lee")
    page.fill("#phone", "13800138000")
    with page.expect_navigation():  # with its script, which listens to the button
        page.click("main button")
    page.click("text=Copy")
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == page.input_value("#link")


def test_an_enrolment_counts_down_and_ends(served: Site, page: Page, there: Tenant) -> None:
    page.clock.install()
    sign_in(served, page)
    page.goto(f"{served.url}/venues/{there.venue}")
    page.locator("text=Add a kiosk").first.click()
    expect(page.locator(".countdown b")).to_have_text(re.compile(r"^9:\d\d$"))
    page.clock.fast_forward(10 * 60_000)
    expect(page.locator(".countdown")).to_have_text("This code is over. Make a new one.")
