"""The visitor's code in a real browser: sharp, renewed in time, alive without network, honest at its end."""

from __future__ import annotations

import io
import re

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Error, Page, expect

from domain.code import VisitorCode, verified
from reader.reading import Effort, read
from tests.web.pages.site import Site, becomes_true
from tests.web.tenants import Tenant
from web.db.tables import visitors
from web.services.people.visitors import Registration, register
from web.services.signing_keys import issuing

STRETCHES = 3  # requests until an hour is there


def link_of(served: Site, there: Tenant) -> str:
    given = Registration(there.enterprise, "王小明", "13800138000", "visitor")
    return register(served.inst, there.staff, given).link


def opened_with_an_hour(phone: Page, link: str) -> None:
    """Open the page and wait until it holds all the codes it wants."""
    answers: list[int] = []
    phone.on("response", lambda answer: answers.append(answer.status) if "strip" in answer.url else None)
    phone.clock.install()
    phone.goto(link)
    expect(phone.locator("#canvas")).to_be_visible()
    while len(answers) < STRETCHES:
        phone.wait_for_timeout(50)
    assert answers == [200] * STRETCHES


def until_kept(phone: Page) -> None:
    """Wait until the page can be opened without network."""
    becomes_true(phone, "navigator.serviceWorker.controller && caches.match('/me').then(Boolean)")


NO_PAGE_KEPT = (
    "Promise.all([caches.keys(), navigator.serviceWorker.getRegistrations()])"
    ".then(([kept, workers]) => !kept.length && !workers.length)"
)
NOTHING_KEPT = f"{NO_PAGE_KEPT}.then(isGone => isGone && !localStorage.length)"


def shown(served: Site, phone: Page, at_ms: int) -> VisitorCode:
    """The code on the screen, read from a picture of the page and verified as a gate would."""
    picture = np.asarray(Image.open(io.BytesIO(phone.screenshot())).convert("L"))
    (found,) = read(picture, effort=Effort.THOROUGH)
    trusted = served.inst.read(lambda c: issuing.verifying(c, served.inst.now_ms()))
    code = verified(found.text or "", trusted, at_ms // 1000)
    assert isinstance(code, VisitorCode), code
    return code


def test_the_code_is_sharp_and_verifies(served: Site, phone: Page, there: Tenant) -> None:
    opened_with_an_hour(phone, link_of(served, there))
    code = shown(served, phone, served.clock())
    assert code.issued == served.clock() // 30_000 * 30
    side, drawn = phone.locator("#canvas").evaluate("c => [c.width, c.getBoundingClientRect().width]")
    assert side % 53 == 0  # whole pixels for 45 modules and a quiet zone of 4 on either side
    assert drawn * 3 == pytest.approx(side, abs=0.01)
    greys = phone.locator("#canvas").evaluate(
        "c => { const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data, seen = new Set();"
        " for (let i = 0; i < d.length; i += 4) seen.add(d[i]); return [...seen].sort(); }"
    )
    assert sorted(greys) == [0, 255]


def test_the_secret_leaves_the_address_and_survives_a_reload(
    served: Site, phone: Page, there: Tenant
) -> None:
    asked: list[str] = []
    phone.on("request", lambda request: asked.append(request.url))
    link = link_of(served, there)
    phone.goto(link)
    expect(phone.locator("#name")).to_have_text("王小明")
    assert phone.url == f"{served.url}/me"
    phone.reload()
    expect(phone.locator("#name")).to_have_text("王小明")
    phone.click("text=中文")
    expect(phone.locator("#class")).to_have_text("访客")
    assert not any(link.partition("#")[2] in url.partition("#")[0] for url in asked)


def test_the_code_renews_itself_by_the_servers_clock(served: Site, phone: Page, there: Tenant) -> None:
    # The page's clock goes on: a code has just begun, so that a slow machine does not miss its time.
    served.clock.ms = served.clock.ms // 30_000 * 30_000 + 1_000
    opened_with_an_hour(phone, link_of(served, there))
    before = shown(served, phone, served.clock())
    phone.clock.fast_forward(30_000)
    expect(phone.locator("#me")).to_have_attribute("data-shown", str(before.issued // 30 + 1))
    after = shown(served, phone, served.clock() + 30_000)
    assert (after.issued, after.cti) == (before.issued + 30, before.cti)


def test_the_code_lives_without_network_and_says_when_it_ran_out(
    served: Site, phone: Page, there: Tenant
) -> None:
    opened_with_an_hour(phone, link_of(served, there))
    first = shown(served, phone, served.clock())
    phone.context.set_offline(True)
    expect(phone.locator("#state")).to_contain_text("No network. The code keeps working until")
    phone.clock.fast_forward(10 * 60_000)
    # Where the machine is slow the next step comes meanwhile.
    steps = range(first.issued // 30 + 20, first.issued // 30 + 22)
    expect(phone.locator("#me")).to_have_attribute("data-shown", re.compile("|".join(map(str, steps))))
    assert shown(served, phone, served.clock() + 10 * 60_000).issued // 30 in steps
    phone.clock.fast_forward(60 * 60_000)
    expect(phone.locator("#state")).to_contain_text("ran out without network")
    expect(phone.locator("#canvas")).to_be_hidden()
    expect(phone.locator("#number")).to_be_visible()
    served.clock.pass_s(70 * 60)
    phone.context.set_offline(False)
    expect(phone.locator("#state")).to_have_text("Ready to scan")
    assert shown(served, phone, served.clock()).issued == served.clock() // 30_000 * 30


def test_the_page_opens_again_without_network_and_shows_the_code_of_the_moment(
    served: Site, phone: Page, there: Tenant
) -> None:
    opened_with_an_hour(phone, link_of(served, there))
    until_kept(phone)
    phone.context.set_offline(True)
    phone.clock.fast_forward(10 * 60_000)
    phone.reload()
    expect(phone.locator("#canvas")).to_be_visible()
    expect(phone.locator("#name")).to_have_text("王小明")
    expect(phone.locator("#state")).to_contain_text("No network. The code keeps working until")
    now_ms = served.clock() + 10 * 60_000
    assert shown(served, phone, now_ms).issued == now_ms // 30_000 * 30
    # Another page of the site is not this worker's business.
    with pytest.raises(Error):
        phone.goto(f"{served.url}/n")


def test_forgetting_leaves_no_code_no_page_and_no_worker_on_the_phone(
    served: Site, phone: Page, there: Tenant
) -> None:
    phone.goto(link_of(served, there))
    expect(phone.locator("#canvas")).to_be_visible()
    until_kept(phone)
    kept = phone.evaluate(
        "caches.open('codeplace.me').then(c => c.keys().then(ks => Promise.all(ks.map(k => c.match(k)))))"
        ".then(found => Promise.all(found.map(one => one.text()))).then(texts => texts.join())"
    )
    assert "王小明" not in kept
    assert "CP1:" not in kept
    phone.evaluate("localStorage.setItem('codeplace.visitor', '{}')")
    phone.click("#forget")
    becomes_true(phone, NOTHING_KEPT)
    phone.context.set_offline(True)
    with pytest.raises(Error):
        phone.reload()


def test_a_card_is_made_for_who_would_rather_carry_paper(served: Site, phone: Page, there: Tenant) -> None:
    phone.goto(link_of(served, there))
    phone.click("text=Make a card to print")
    with phone.expect_download() as download:
        phone.click("text=Make the card")
    assert download.value.suggested_filename == "card.pdf"
    assert download.value.path().read_bytes().startswith(b"%PDF")


def test_who_corrects_their_name_sees_it_and_who_withdraws_has_nothing_left_on_the_phone(
    served: Site, phone: Page, there: Tenant
) -> None:
    phone.goto(link_of(served, there))
    until_kept(phone)
    phone.click("text=Correct my name or phone")
    phone.fill("#own-name", "王晓明")
    phone.click("#own button:has-text('Correct')")
    expect(phone.locator("#own details[open]")).to_have_count(0)
    phone.reload()
    expect(phone.locator(".holder .name")).to_have_text("王晓明")
    phone.click("summary:has-text('Withdraw my data')")
    phone.click("#own button:has-text('Withdraw my data')")
    expect(phone.locator("#state")).to_contain_text("Withdrawn. Your code does not work any more")
    expect(phone.locator("#canvas")).to_be_hidden()
    becomes_true(phone, NOTHING_KEPT)


def test_a_link_that_ended_takes_what_was_kept_with_it(served: Site, phone: Page, there: Tenant) -> None:
    phone.goto(link_of(served, there))
    until_kept(phone)
    served.inst.write(lambda connection: connection.execute(visitors.update().values(link_hash=b"ended")))
    phone.reload()
    # Where the page had asked once more just before the reload, it knows of no link any more.
    expect(phone.locator("#state")).to_contain_text(re.compile("not valid any more|private link"))
    becomes_true(phone, NOTHING_KEPT)


def test_a_page_that_was_closed_before_it_had_forgotten_leaves_the_rest_to_the_next(
    served: Site, phone: Page, there: Tenant
) -> None:
    phone.goto(link_of(served, there))
    until_kept(phone)
    phone.evaluate("localStorage.setItem('codeplace.visits', '[]')")
    # The link goes at once; its page and worker take a moment that a page has not got which is reloaded.
    phone.add_init_script("localStorage.removeItem('codeplace.link')")
    phone.reload()
    expect(phone.locator("#state")).to_have_text("Open this page with the private link that you were given.")
    becomes_true(phone, NO_PAGE_KEPT)
    assert phone.evaluate("Object.keys(localStorage)") == ["codeplace.visits"]


def test_a_link_forgotten_in_one_tab_is_forgotten_in_every_tab(
    served: Site, phone: Page, there: Tenant
) -> None:
    link = link_of(served, there)
    phone.goto(link)
    until_kept(phone)
    other = phone.context.new_page()
    other.goto(link)
    expect(other.locator("#canvas")).to_be_visible()
    phone.click("#forget")
    expect(other.locator("#state")).to_have_text("Open this page with the private link that you were given.")
    expect(other.locator("#canvas")).to_be_hidden()
    becomes_true(other, NOTHING_KEPT)


def test_a_link_opened_in_one_tab_is_the_one_of_every_tab(served: Site, phone: Page, there: Tenant) -> None:
    phone.goto(link_of(served, there))
    expect(phone.locator("#name")).to_have_text("王小明")
    other = phone.context.new_page()
    given = Registration(there.enterprise, "李雷", "13900139000", "visitor")
    other.goto(register(served.inst, there.staff, given).link)
    expect(other.locator("#name")).to_have_text("李雷")
    expect(phone.locator("#name")).to_have_text("李雷")


def test_a_phone_whose_clock_is_hours_off_shows_the_right_code(
    served: Site, phone: Page, there: Tenant
) -> None:
    phone.clock.install(time=served.clock() / 1000 - 5 * 3600)
    phone.goto(link_of(served, there))
    expect(phone.locator("#canvas")).to_be_visible()
    assert shown(served, phone, served.clock()).issued == served.clock() // 30_000 * 30


def test_a_page_without_a_good_link_says_what_to_do(served: Site, phone: Page, there: Tenant) -> None:
    phone.goto(f"{served.url}/me")
    expect(phone.locator("#state")).to_have_text("Open this page with the private link that you were given.")
    expect(phone.locator("#next li")).to_contain_text(
        ["message", "ask the desk", "scan the code on its poster"]
    )
    phone.goto(f"{served.url}/me?x#not-a-link")
    expect(phone.locator("#state")).to_contain_text("not valid any more")
    expect(phone.locator("#next")).to_be_visible()
    expect(phone.locator("#canvas")).to_be_hidden()
    phone.goto(link_of(served, there))
    expect(phone.locator("#canvas")).to_be_visible()
    expect(phone.locator("#next")).to_be_hidden()


def test_the_code_is_forgotten_when_asked(served: Site, phone: Page, there: Tenant) -> None:
    phone.goto(link_of(served, there))
    phone.click("#forget")
    expect(phone.locator("#canvas")).to_be_hidden()
    phone.reload()
    expect(phone.locator("#state")).to_contain_text("Open this page with the private link")
