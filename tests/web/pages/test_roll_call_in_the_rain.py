"""A roll call as it goes wrong: phones that come back late, names that are nowhere, weak networks."""

from __future__ import annotations

from playwright.sync_api import BrowserContext, expect

from tests.web.pages.cable import Cable
from tests.web.pages.marshals import begin, end, kept, marshal_of, tick
from tests.web.pages.site import Site
from tests.web.services.desk.passing import came, drawn
from tests.web.tenants import Tenant


def test_a_phone_that_was_away_at_the_end_still_sends_what_it_ticked(
    served: Site, there: Tenant, cable: Cable, phones: list[BrowserContext]
):
    for nth, name in enumerate(("李雷", "韩梅梅", "王伟")):
        came(served.inst, there, name, f"1390013900{nth}")
    drawn(served.inst)
    marshal, other = (marshal_of(served, context) for context in phones)
    begin(served, marshal, there)
    path = marshal.url
    other.goto(path)
    cable.cut()
    tick(marshal, "李雷", "safe")
    tick(marshal, "韩梅梅", "not_here")
    expect(marshal.locator("#net")).to_contain_text("No network.")
    marshal.close()
    tick(other, "王伟", "safe")
    expect(other.locator("#net")).to_have_text("Everything is sent.")
    served.clock.pass_s(60)
    end(other)
    expect(other.locator("main")).to_contain_text("On the list 3, counted 1, not found 2.")

    # Its network comes back, and whoever holds the phone opens the page again.
    cable.mend()
    again = phones[0].new_page()
    again.goto(path)
    expect(again.locator("main")).to_contain_text("On the list 3, counted 2, not found 0.")
    expect(again.locator("tbody tr", has_text="韩梅梅")).to_contain_text("Had left unseen")
    expect(again.locator("#unsent")).to_be_hidden()
    again.wait_for_function("async () => !localStorage.length && !(await caches.has('codeplace-roll'))")


def test_a_drill_that_ends_leaves_the_real_roll_call_on_the_phone(
    served: Site, there: Tenant, cable: Cable, phones: list[BrowserContext]
):
    came(served.inst, there, "李雷", "13900139000")
    drawn(served.inst)
    drill = marshal_of(served, phones[0])
    begin(served, drill, there)
    real = phones[0].new_page()
    real.goto(f"{served.url}/desk/inside?venue={there.venue}")
    real.click("summary:has-text('This is real')")
    real.click(".ask-body button")
    expect(real.locator("#net")).to_have_text("Everything is sent.")
    kept(real)
    expect(drill.locator("#over")).to_be_visible()
    drill.wait_for_function(
        "async () => !(await (await caches.open('codeplace-roll')).match(location.pathname))"
    )
    cable.cut()
    tick(real, "李雷", "safe")
    real.reload()
    expect(real.locator("#count-safe")).to_have_text("1")
