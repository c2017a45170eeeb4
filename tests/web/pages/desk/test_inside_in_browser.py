"""The page of who is inside in a browser: alive, with what is ticked kept, also through a lost network."""

from __future__ import annotations

from playwright.sync_api import Browser, expect

from tests.web.pages.site import Site, in_browser
from tests.web.services.desk.passing import came, drawn
from tests.web.tenants import Tenant


def test_what_is_ticked_stays_while_people_come_and_the_network_goes(
    served: Site, browser: Browser, there: Tenant
):
    came(served.inst, there, "李雷", "13900139000")
    drawn(served.inst)
    context = browser.new_context(locale="en")
    page = in_browser(served, context)
    page.clock.install()
    page.goto(f"{served.url}/desk/inside?venue={there.venue}")
    page.locator("input[name=gone]").check()
    came(served.inst, there, "韩梅梅", "13800138000")
    drawn(served.inst)
    page.clock.fast_forward(5_000)
    expect(page.locator("input[name=gone]")).to_have_count(2)
    expect(page.locator("input[name=gone]").first).to_be_checked()
    expect(page.locator("#ticked")).to_have_text("1")

    # Stopped, it stays as it is; started, it asks at once.
    live = page.get_by_role("button", name="Live")
    live.click()
    came(served.inst, there, "王伟", "13700137000")
    drawn(served.inst)
    page.clock.fast_forward(60_000)
    expect(page.locator("input[name=gone]")).to_have_count(2)
    live.click()
    expect(page.locator("input[name=gone]")).to_have_count(3)

    context.set_offline(True)
    for _ in range(2):
        with page.expect_event("requestfailed"):
            page.clock.fast_forward(30_000)
    expect(page.locator("#silent")).to_contain_text("The list is as it was when it was lost.")
    came(served.inst, there, "赵敏", "13600136000")
    drawn(served.inst)
    # With the network the list is there at once, and not only when it would have been asked again.
    context.set_offline(False)
    expect(page.locator("input[name=gone]")).to_have_count(4)
    expect(page.locator("#silent")).to_be_hidden()
    expect(page.locator("input[name=gone]").first).to_be_checked()
    context.close()


def test_a_press_counts_although_the_list_comes_anew_under_the_finger(
    served: Site, browser: Browser, there: Tenant
):
    came(served.inst, there, "李雷", "13900139000")
    drawn(served.inst)
    context = browser.new_context(locale="en")
    page = in_browser(served, context)
    page.clock.install()
    page.goto(f"{served.url}/desk/inside?venue={there.venue}")
    came(served.inst, there, "韩梅梅", "13800138000")
    drawn(served.inst)
    page.locator("input[name=gone]").hover()
    page.mouse.down()
    with page.expect_response(lambda answer: "inside" in answer.url) as heard:
        page.clock.fast_forward(5_000)
    heard.value.finished()
    page.clock.run_for(100)
    page.mouse.up()
    expect(page.locator("#ticked")).to_have_text("1")
    page.clock.fast_forward(5_000)
    expect(page.locator("input[name=gone]")).to_have_count(2)
    expect(page.locator("input[name=gone]").first).to_be_checked()
    context.close()
