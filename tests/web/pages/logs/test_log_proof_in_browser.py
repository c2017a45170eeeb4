"""The proof of an entry in a real browser: both languages, phone and desk, nothing cramped or unreachable."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from pypdfium2 import PdfDocument

from domain.evidence import checked_evidence
from tests.web.log.tampering import fill, unguarded
from tests.web.pages.looking import DESK, PHONE, WIDE, accessible, too_small
from tests.web.pages.site import Site, in_browser
from tests.web.tenants import tenant
from web.services.logs import log_head
from web.services.passing import checkin
from web.services.passing.checkin import CheckIn


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_staff_take_a_proof_and_see_when_the_log_stands_still(
    served: Site, browser: Browser, tmp_path: Path, language: str, size
):
    there = tenant(served.inst, "East Area", "Park Ltd")
    given = CheckIn(checkin.new_entry_id(served.inst), "王小明", "13800138000")
    entry = checkin.check_in(served.inst, there.poster, given).entry_id
    fill(served.inst, there, 1, 2)
    context = browser.new_context(
        locale="en-GB" if language == "en" else "zh-CN", viewport=size, accept_downloads=True
    )
    try:
        page = in_browser(served, context)
        page.goto(f"{served.url}/entries/{entry}/proof")
        expect(page.locator("#record")).to_be_visible()
        log_head.path_of(served.inst).write_bytes(b"not ours")
        page.reload()
        expect(page.get_by_role("alert")).to_contain_text(
            "The log signs nothing" if language == "en" else "日志已停止签署"
        )
        assert page.evaluate(WIDE) == []
        assert too_small(page) == []
        accessible(page, language)
        page.select_option("#purpose", "dispute")
        with page.expect_download() as taken:
            page.locator("form[action$=evidence] button").click()
        shown = checked_evidence(Path(taken.value.path()).read_bytes())
        assert shown.private is not None
        assert taken.value.suggested_filename == f"evidence-{entry}.json"
    finally:
        context.close()


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_an_entry_that_was_changed_in_the_database_says_what_and_proves_nothing(
    served: Site, browser: Browser, language: str, size
):
    there = tenant(served.inst, "East Area", "Park Ltd")
    given = CheckIn(checkin.new_entry_id(served.inst), "王小明", "13800138000")
    entry = checkin.check_in(served.inst, there.poster, given).entry_id
    fill(served.inst, there, 1, 2)
    context = browser.new_context(locale="en-GB" if language == "en" else "zh-CN", viewport=size)
    try:
        page = in_browser(served, context)
        page.goto(f"{served.url}/desk/entries/{entry}")
        expect(page.locator(".checked")).to_contain_text("all its 3" if language == "en" else "全部 3 条")
        unguarded(served.inst, "UPDATE entries SET outcome = 'refused' WHERE id = :id", id=entry)
        page.reload()
        altered = page.locator(".altered")
        apart = (
            "here refused, in the log admitted" if language == "en" else "此处为 refused，日志中为 admitted"
        )
        expect(altered).to_contain_text(apart)
        assert page.evaluate(WIDE) == []
        accessible(page, language)
        # The leaf is still what was signed: the evidence tells the truth. Without it there is none.
        assert page.request.get(f"{served.url}/entries/{entry}/evidence.json").ok
        unguarded(served.inst, "UPDATE leaves SET body = :junk WHERE ref = :id", id=entry, junk=b"{}")
        page.goto(f"{served.url}/entries/{entry}/proof")
        page.get_by_role("link", name="Take the evidence" if language == "en" else "下载存证").click()
        expect(altered).to_contain_text("not what was hashed" if language == "en" else "与其哈希值不符")
        assert page.url.endswith("/proof")
    finally:
        context.close()


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_the_sheet_for_a_court_says_what_the_leaf_says_and_fits_one_page(
    served: Site, browser: Browser, language: str, size
):
    there = tenant(served.inst, "East Area", "Park Ltd")
    given = CheckIn(checkin.new_entry_id(served.inst), "王小明", "13800138000")
    entry = checkin.check_in(served.inst, there.poster, given).entry_id
    fill(served.inst, there, *range(1, 300))
    context = browser.new_context(locale="en-GB" if language == "en" else "zh-CN", viewport=size)
    try:
        page = in_browser(served, context)
        page.goto(f"{served.url}/entries/{entry}/proof")
        page.get_by_role("link", name="Sheet to print" if language == "en" else "可打印的存证单").click()
        sheet = page.locator(".evidence")
        expect(sheet).to_contain_text(entry)
        expect(sheet).to_contain_text("Admitted" if language == "en" else "放行")
        expect(sheet).to_contain_text("c2sp.org/tlog-proof@v1")
        assert "王" not in sheet.inner_text()
        assert page.evaluate(WIDE) == []
        accessible(page, language)
        assert len(PdfDocument(page.pdf(format="A4"))) == 1
        # Who changes the row does not change what is printed.
        unguarded(served.inst, "UPDATE entries SET outcome = 'refused' WHERE id = :id", id=entry)
        page.reload()
        expect(sheet).to_contain_text("Admitted" if language == "en" else "放行")
        unguarded(served.inst, "UPDATE leaves SET body = :junk WHERE ref = :id", id=entry, junk=b"{}")
        page.reload()
        expect(page.locator(".altered")).to_be_visible()
    finally:
        context.close()
