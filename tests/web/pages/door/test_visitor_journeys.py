"""Whole ways to the door at the size of a phone: a newcomer, a family, no phone at all, and wrong posters."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from domain.venue import shown_short_number
from tests.web.pages.site import Site, in_browser, poster_path, set_policy
from tests.web.tenants import Tenant
from web.db.tables import entries, entry_people
from web.services.passing.recording import record_place
from web.services.places import places
from web.services.places.posters import posters
from web.store.scope import PROGRAM


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN", has_touch=True)
    yield made
    made.close()


@pytest.fixture
def phone(context: BrowserContext) -> Page:
    return context.new_page()


def kept(served: Site) -> list[tuple[str, str, str, int]]:
    """How each entry was made: way, presence, outcome, and how many came with them."""
    rows = served.inst.read(lambda c: c.execute(entries.select().order_by(entries.c.true_ms)).all())
    told = served.inst.read(lambda c: c.execute(entry_people.select()).all())
    people = {
        row.entry_id: json.loads(served.inst.cipher.opened(row.record_sealed, record_place(row.entry_id)))
        for row in told
    }
    return [(row.way, row.presence, row.outcome, people[row.id].get("companions", 0)) for row in rows]


def test_a_newcomer_with_a_declaration_comes_in_and_a_family_of_five_is_one_entry(
    served: Site, phone: Page, there: Tenant
) -> None:
    set_policy(served, there, temperature="require")
    phone.goto(f"{served.url}{poster_path(served, there)}?utm_source=wechat")
    expect(phone.locator("h1")).to_have_text("Park Ltd site")
    expect(phone.locator(".where")).to_have_text("您是否就在这里？")
    phone.fill("#name", "李雷")
    phone.fill("#phone", "138 0013 8000")
    phone.fill("#temperature", "３６．６")  # full-width, as some keyboards type it
    phone.tap("summary")
    phone.fill("#companions", "4")
    phone.tap("button[value=in]")
    expect(phone.locator("body.answer.admitted h1")).to_contain_text("放行")
    assert kept(served) == [("poster", "poster_static", "admitted", 4)]
    served.clock.pass_s(3600)
    # Back with one tap: everything but today's temperature is there already.
    phone.goto(f"{served.url}{poster_path(served, there)}")
    expect(phone.locator("#name")).to_have_value("李雷")
    phone.tap("button[value=out]")
    expect(phone.locator("body.answer.admitted")).to_be_visible()
    assert len(kept(served)) == 2


def test_who_has_no_phone_is_registered_by_the_guard_at_the_gate(
    served: Site, phone: Page, there: Tenant
) -> None:
    in_browser(served, phone.context).close()
    phone.goto(f"{served.url}/entrances/{there.entrance}/passages")
    phone.locator("summary", has_text="新访客").or_(phone.locator("details.extra summary").last).first.tap()
    phone.fill("#name", "王奶奶")
    phone.fill("#phone", "13900139000")
    phone.fill("#companions", "1")
    phone.tap("#passage > .btn-wide")
    expect(phone.locator(".told.admitted")).to_be_visible()
    assert kept(served) == [("staff", "staff", "admitted", 1)]


def test_who_cannot_scan_types_the_number_of_the_poster(served: Site, phone: Page, there: Tenant) -> None:
    [door] = [
        one for one in places.venue(served.inst, PROGRAM, there.venue).entrances if one.id == there.entrance
    ]
    number = shown_short_number(door.posters[0].short_number)
    phone.goto(f"{served.url}/n")
    wrong = number[:-1] + ("B" if number[-1] != "B" else "C")
    phone.fill("#number", wrong)
    phone.tap("main button")
    expect(phone.locator("#number-error")).to_be_visible()
    phone.fill("#number", number.lower())
    phone.tap("main button")
    expect(phone.locator("h1")).to_have_text("Park Ltd site")


def test_wrong_and_revoked_posters_say_what_to_do_and_ask_for_nothing(
    served: Site, phone: Page, there: Tenant
) -> None:
    symbols = poster_path(served, there).removeprefix("/V/")
    mistyped = symbols[:-1] + ("A" if symbols[-1] != "A" else "E")
    phone.goto(f"{served.url}/V/{mistyped}")
    expect(phone.locator("main")).to_contain_text("场所码")
    expect(phone.locator("input")).to_have_count(0)
    open_before = poster_path(served, there)
    phone.goto(f"{served.url}{open_before}")
    phone.fill("#name", "李雷")
    phone.fill("#phone", "13800138000")
    posters.revoke(served.inst, PROGRAM, there.poster)
    phone.tap("button[value=in]")  # the poster was withdrawn while its page was open
    expect(
        phone.locator("h2", has_text="此场所码已作废").or_(phone.locator("h1", has_text="作废"))
    ).to_be_visible()
    for path in (open_before, open_before.lower() + "/"):
        phone.goto(f"{served.url}{path}")
        expect(phone.locator("main")).to_contain_text("请在入口处寻找新的场所码")
        expect(phone.locator("input")).to_have_count(0)
    assert kept(served) == []
