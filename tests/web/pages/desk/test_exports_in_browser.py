"""The page of a file that is made, in a real browser: it counts, then says how far it is, then is ready."""

from __future__ import annotations

from playwright.sync_api import Browser, expect

from tests.web.pages.looking import PHONE, quiet
from tests.web.pages.site import Site, in_browser
from tests.web.tenants import Tenant
from web.db.tables import exports
from web.services.desk.exporting import exporting_work


def test_a_file_counts_then_says_how_far_it_is_then_is_ready(
    served: Site, there: Tenant, browser: Browser
) -> None:
    context = browser.new_context(locale="en-GB", viewport=PHONE)
    with quiet(context):
        page = in_browser(served, context)
        page.goto(f"{served.url}/desk/exports?venue={there.venue}")
        page.get_by_role("button", name="Make the file").click()
        bar, said = page.get_by_role("progressbar"), page.get_by_role("status")
        expect(said).to_have_text("Counting the entries of the filter…")
        with page.expect_response("**/state"):
            pass
        assert bar.evaluate("bar => bar.matches(':indeterminate')")
        changed(served, row_total=200_000)
        expect(said).to_have_text("0 / 200,000")
        changed(served, row_count=120_000)
        expect(said).to_have_text("120,000 / 200,000")
        assert bar.evaluate("bar => bar.position") == 0.6
        exporting_work.work_off(served.inst)
        expect(page.get_by_role("heading", name="Ready")).to_be_visible()
        context.close()


def changed(served: Site, **values: int) -> None:
    served.inst.write(lambda c: c.execute(exports.update().values(**values)).rowcount)
