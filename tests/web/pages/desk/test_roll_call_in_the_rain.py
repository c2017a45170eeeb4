"""A roll call as it goes wrong: phones that come back late, names that are nowhere, weak networks."""

from __future__ import annotations

from playwright.sync_api import BrowserContext, expect

from tests.web.pages.cable import Cable
from tests.web.pages.marshals import begin, end, fits, kept, marshal_of, tick
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


def test_a_name_is_found_by_a_part_of_it_and_one_that_is_nowhere_is_added(
    served: Site, there: Tenant, phones: list[BrowserContext]
):
    for nth, name in enumerate(("李雷", "韩梅梅", "王伟")):
        came(served.inst, there, name, f"1390013900{nth}")
    drawn(served.inst)
    marshal = marshal_of(served, phones[1])
    begin(served, marshal, there)
    tick(marshal, "李雷", "safe")
    shown = marshal.locator("[data-entry]:not([hidden]) strong")
    marshal.check("#only-missing")
    expect(shown).to_have_text(["韩梅梅", "王伟"])
    # Whoever is looked for is shown, also who was found already by somebody else.
    marshal.fill("#find", "雷 ")
    expect(shown).to_have_text(["李雷"])
    expect(marshal.locator("#nobody")).to_be_hidden()

    # From the middle of a long list to the field, where the next name takes the place of the last.
    marshal.locator("#jumps").get_by_role("link", name="Find").click()
    marshal.keyboard.type("赵敏")
    expect(marshal.locator("#nobody")).to_contain_text("Nobody of this name is on the list.")
    fits(marshal)
    marshal.locator("#nobody").get_by_role("link", name="Add").click()
    expect(marshal.locator("#who")).to_have_value("赵敏")
    expect(marshal.locator("#who")).to_be_focused()
    marshal.keyboard.press("Enter")
    expect(marshal.locator("#unlisted")).to_contain_text("赵敏")
    expect(marshal.get_by_role("button", name="Is the one on the list")).to_be_hidden()
    expect(shown).to_have_text(["韩梅梅", "王伟"])


def test_somebody_who_was_added_and_turns_out_to_be_listed_is_one_person(
    served: Site, there: Tenant, phones: list[BrowserContext]
):
    for nth, name in enumerate(("李雷", "王伟")):
        came(served.inst, there, name, f"1390013900{nth}", companions="1")
    drawn(served.inst)
    marshal = marshal_of(served, phones[1])
    begin(served, marshal, there)
    marshal.fill("#who", "王 伟")
    expect(marshal.locator("#known")).to_contain_text("王 伟 is on the list.")
    marshal.locator("#known").get_by_role("link", name="Show").click()
    expect(marshal.locator("[data-entry]:not([hidden]) strong")).to_have_text(["王伟"])
    marshal.fill("#find", "")

    # Nobody read that, and added him all the same.
    marshal.click("#add button")
    expect(marshal.locator("#count-unlisted")).to_have_text("1")
    fits(marshal)
    marshal.get_by_role("button", name="Is the one on the list 王 伟").click()
    expect(marshal.locator("#count-unlisted")).to_have_text("0")
    expect(marshal.locator("#count-safe")).to_have_text("2")
    expect(marshal.locator("#net")).to_have_text("Everything is sent.")
    end(marshal)
    expect(marshal.locator("main")).to_contain_text("On the list 4, counted 2, not found 2.")


def test_a_page_that_came_through_a_weak_network_is_kept_when_that_is_better(
    served: Site, there: Tenant, cable: Cable, phones: list[BrowserContext]
):
    came(served.inst, there, "李雷", "13900139000")
    drawn(served.inst)
    marshal = marshal_of(served, phones[0])
    phones[0].route("**/static/icon.svg*", lambda route: route.abort())
    marshal.goto(f"{served.url}/desk/inside?venue={there.venue}")
    marshal.get_by_role("button", name="Hold a drill").click()
    expect(marshal.locator("#net")).to_have_text("Everything is sent.")
    marshal.wait_for_timeout(1_000)
    assert marshal.evaluate("async () => (await navigator.serviceWorker.getRegistrations()).length") == 0
    phones[0].unroute("**/static/icon.svg*")
    kept(marshal)
    cable.cut()
    marshal.reload()
    expect(marshal.locator("[data-entry] strong")).to_have_text(["李雷"])


def test_names_that_were_kept_a_day_ago_are_gone_when_a_roll_call_is_opened(
    served: Site, there: Tenant, phones: list[BrowserContext]
):
    came(served.inst, there, "李雷", "13900139000")
    drawn(served.inst)
    marshal = marshal_of(served, phones[1])
    begin(served, marshal, there)
    marshal.evaluate(
        """async () => {
            const old = new Response("names", { headers: { Date: "Mon, 02 Feb 2026 08:00:00 GMT" } });
            await (await caches.open("codeplace-roll")).put("/desk/roll/old", old);
        }"""
    )
    marshal.reload()
    marshal.wait_for_function(
        "async () => !(await (await caches.open('codeplace-roll')).match('/desk/roll/old'))"
    )
