"""The pages for visitors in letters twice as large, on a small phone: no word breaks, no number is cut."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web.pages.site import Site, poster_path, set_policy
from tests.web.tenants import Tenant
from web.services.visits import invitations
from web.services.visits.announcing_times import When

# What stands in two lines though it is one word, what lies outside of the page, and fields that hide a part.
_BROKEN = """() => {
    const found = [], width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth > width) found.push('scrolls');
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
        const text = walk.currentNode, holder = text.parentElement;
        if (!holder.offsetParent || holder.closest('.skip, .visually-hidden, noscript')) continue;
        for (const word of text.data.matchAll(/[A-Za-z0-9:]+/g)) {
            const range = document.createRange();
            range.setStart(text, word.index);
            range.setEnd(text, word.index + word[0].length);
            const lines = new Set([...range.getClientRects()].map(r => Math.round(r.top)));
            const box = range.getBoundingClientRect();
            if (lines.size > 1 || box.right > width + 1 || box.left < -1) found.push(word[0]);
        }
    }
    const other = document.querySelector('.other-language'), style = getComputedStyle(other);
    if (other.scrollHeight > 2 * parseFloat(style.lineHeight)) found.push(other.textContent);
    for (const field of document.querySelectorAll('input:not([type=hidden]):not([type=checkbox])')) {
        if (field.offsetParent && field.scrollWidth > field.clientWidth + 1) found.push(field.id);
    }
    return [...new Set(found)];
}"""


@pytest.fixture(params=["en-GB", "zh-CN"])
def small(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 320, "height": 568}, locale=request.param)
    yield context.new_page()
    context.close()


def fits(page: Page) -> None:
    page.wait_for_load_state()
    page.evaluate("document.documentElement.style.fontSize = '32px'")
    assert page.evaluate(_BROKEN) == [], page.url


def test_a_check_in_with_everything_asked_its_mistakes_and_its_answers(
    served: Site, small: Page, there: Tenant
) -> None:
    set_policy(
        served, there, temperature="ask", vehicle_complete=True, listed_areas=["East district", "West"],
        credentials=[{"kind": "test", "max_age_hours": 48}, {"kind": "induction", "max_age_hours": None}],
    )  # fmt: skip
    small.goto(f"{served.url}{poster_path(served, there)}")
    small.click("summary")
    small.check("#in_vehicle")
    small.fill("#phone", "12")
    small.click("button[value=in]")
    expect(small.locator("#phone-error")).to_be_visible()
    fits(small)
    small.fill("#name", "Ann Lee")
    small.fill("#phone", "13800138000")
    small.fill("#plate", "苏A12345")
    small.context.set_offline(True)
    small.click("button[value=in]")
    expect(small.locator("#lost")).to_be_visible()
    fits(small)
    small.context.set_offline(False)
    small.uncheck("#in_vehicle")
    for button, query in (("button[value=in]", ""), ("button[value=out]", "?way=out")):
        if query:
            small.goto(f"{served.url}{poster_path(served, there)}{query}")
            fits(small)
        small.click(button)
        small.wait_for_url("**/checked-in/*")
        fits(small)
        served.clock.pass_s(60)


def test_an_invitation_the_code_behind_it_and_the_pages_around(
    served: Site, small: Page, there: Tenant
) -> None:
    given = invitations.Given("Chen Hong", When("2026-11-21", "09:00", "18:00"))
    invitation = invitations.create(served.inst, there.staff, "ann", there.enterprise, given)
    link = invitations.link(served.inst, there.staff, invitation)
    for path in ("/me", "/n", "/v/unknown"):
        small.goto(f"{served.url}{path}")
        fits(small)
    small.goto(link)
    fits(small)
    small.fill("#name", "Ann Lee")
    small.fill("#phone", "13800138000")
    small.click("main button")
    small.wait_for_url("**/done/*")
    fits(small)
    small.click("main a.button")
    expect(small.locator("#canvas")).to_be_visible()
    expect(small.locator("#own")).to_be_visible()
    fits(small)
    small.goto(link)
    fits(small)
