"""A roll call on two phones, one of which loses its network: nothing is lost, nothing counts twice."""

from __future__ import annotations

import re

from playwright.sync_api import BrowserContext, expect

from tests.web.pages.cable import Cable
from tests.web.pages.marshals import begin, end, fits, kept, marshal_of, tick
from tests.web.pages.site import Site
from tests.web.services.desk.passing import came, drawn, left
from tests.web.tenants import Tenant


def test_a_roll_call_goes_on_without_network_and_counts_everything_once(
    served: Site, there: Tenant, cable: Cable, phones: list[BrowserContext]
):
    for nth, name in enumerate(("李雷", "韩梅梅", "王伟", "赵敏", "孙立")):
        came(served.inst, there, name, f"1390013900{nth}", companions="1" if name == "韩梅梅" else "")
    drawn(served.inst)
    marshal, other = (marshal_of(served, context) for context in phones)
    marshal.goto(f"{served.url}/desk/inside?venue={there.venue}")
    fits(marshal)
    marshal.get_by_role("button", name="This is real").click()
    expect(marshal.locator("#net")).to_have_text("Everything is sent.")
    other.goto(marshal.url)
    for page in (marshal, other):
        expect(page.locator("#count-missing")).to_have_text("6")

    kept(marshal)
    cable.cut()
    tick(marshal, "李雷", "safe")
    tick(marshal, "韩梅梅", "safe")
    tick(marshal, "王伟", "not_here")
    marshal.fill("#who", "Fitter in blue")
    marshal.click("#add button")
    expect(marshal.locator("#net")).to_have_text(
        "No network. Marks waiting on this phone: 4. They are sent by themselves."
    )
    marshal.reload()
    expect(marshal.locator("#count-missing")).to_have_text("2")
    expect(marshal.locator("#unlisted")).to_contain_text("Fitter in blue")
    expect(marshal.locator("#net")).to_contain_text("No network.")

    # How many there are has to be a number, in whatever digits a keyboard has.
    other.fill("#how-many", "二")
    other.click("#add button")
    assert other.evaluate("document.getElementById('how-many').validationMessage")
    expect(other.locator("#count-unlisted")).to_have_text("0")
    other.fill("#how-many", "２")
    other.click("#add button")
    expect(other.locator("#count-unlisted")).to_have_text("2")
    other.click("#unlisted [data-act=undo]")
    expect(other.locator("#count-unlisted")).to_have_text("0")

    # A glove taps twice, and the second tap would meet whoever comes next.
    other.check("#only-missing")
    other.evaluate(
        "() => { for (const _ of '12') document.querySelector('li:not([hidden]) [data-act=safe]').click(); }"
    )
    expect(other.locator("#count-safe")).to_have_text("1")
    other.uncheck("#only-missing")
    # At its edge: in the middle, the tap that follows would be the second one of a glove.
    other.locator("[data-entry]", has_text="李雷").locator("[data-act=undo]").click(
        position={"x": 4, "y": 24}
    )
    expect(other.locator("#count-safe")).to_have_text("0")

    # Meanwhile the other marshal sees one of the same people, and one walks out through a gate.
    tick(other, "李雷", "safe")
    served.clock.pass_s(5)
    left(served.inst, there, "赵敏", "13900139003")
    drawn(served.inst)
    expect(other.locator("#count-out")).to_have_text("1")
    expect(other.locator("#count-missing")).to_have_text("4")

    cable.mend()
    for page in (marshal, other):
        expect(page.locator("#net")).to_have_text("Everything is sent.")
        expect(page.locator("#count-missing")).to_have_text("1")
        expect(page.locator("#count-unlisted")).to_have_text("1")
    tick(other, "王伟", "undo")
    expect(marshal.locator("#count-missing")).to_have_text("2")

    end(marshal)
    expect(marshal.locator("main")).to_contain_text("On the list 6, counted 4, not found 2.")
    expect(other.locator("#over")).to_be_visible()
    fits(other)
    fits(marshal)
    # Nobody's name stays on the phone.
    marshal.wait_for_function("async () => !localStorage.length && !(await caches.has('codeplace-roll'))")
    expect(marshal.locator("tbody tr", has_text="李雷")).to_contain_text(re.compile("Safe.*admin@park"))


def test_without_network_the_list_takes_the_order_of_names_and_keeps_it(
    served: Site, there: Tenant, cable: Cable, phones: list[BrowserContext]
):
    for nth, name in enumerate(("王伟", "李雷", "阿宝")):
        came(served.inst, there, name, f"1390013900{nth}")
    drawn(served.inst)
    marshal = marshal_of(served, phones[0])
    begin(served, marshal, there)
    names = marshal.locator("[data-entry] strong")
    expect(names).to_have_text(["王伟", "李雷", "阿宝"])
    cable.cut()
    tick(marshal, "王伟", "safe")
    marshal.get_by_role("link", name="By name").click()
    expect(names).to_have_text(["阿宝", "李雷", "王伟"])
    fits(marshal)
    marshal.reload()
    expect(names).to_have_text(["阿宝", "李雷", "王伟"])
    expect(marshal.locator("#count-safe")).to_have_text("1")
    expect(marshal.locator("#net")).to_contain_text("No network.")
    marshal.get_by_role("link", name="By time in").click()
    expect(names).to_have_text(["王伟", "李雷", "阿宝"])
    marshal.get_by_role("link", name="By name").click()

    # What leads on from the page knows the order that was chosen on the phone.
    cable.mend()
    expect(marshal.locator("#net")).to_have_text("Everything is sent.")
    expect(marshal.get_by_role("link", name="List as PDF")).to_have_attribute(
        "href", re.compile(r"/sheet\.pdf\?by=name$")
    )
    end(marshal)
    expect(marshal.locator("tbody th")).to_have_text(["阿宝", "李雷", "王伟"])
    fits(marshal)


def test_a_press_counts_although_the_list_is_drawn_anew_under_the_finger(
    served: Site, there: Tenant, phones: list[BrowserContext]
):
    came(served.inst, there, "王伟", "13900139001")
    drawn(served.inst)
    marshal = marshal_of(served, phones[0])
    begin(served, marshal, there)
    for name in ("Fitter in blue", "Cook"):
        marshal.fill("#who", name)
        marshal.click("#add button")
    expect(marshal.locator("#unlisted strong")).to_have_text(["Fitter in blue", "Cook"])
    expect(marshal.locator("#net")).to_have_text("Everything is sent.")
    marshal.locator("#unlisted li", has_text="Fitter").locator("[data-act=undo]").hover()
    marshal.mouse.down()
    # Whatever comes meanwhile: an answer of the server, a lost network, a mark of somebody else.
    marshal.evaluate("window.dispatchEvent(new Event('offline'))")
    marshal.mouse.up()
    expect(marshal.locator("#unlisted strong")).to_have_text(["Cook"])
    expect(marshal.locator("#count-unlisted")).to_have_text("1")
