"""What the check of the whole log found, on the pages of those who answer for it, and on their screens."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from domain.log import Checkpoint, signed_checkpoint
from tests.web.log.tampering import entry_ids, fill, unguarded
from tests.web.pages.looking import DESK, PHONE, WIDE, accessible, too_small
from tests.web.pages.metrics import read, watched
from tests.web.pages.site import Site, in_browser
from tests.web.tenants import tenant
from web.services.logs import log_head
from web.services.logs.checking import nightly
from web.services.signing_keys import keys

DAY_MS = 24 * 3_600_000


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_whoever_looks_after_everything_reads_that_the_log_is_whole_and_in_red_when_it_is_not(
    served: Site, browser: Browser, language: str, size, tmp_path: Path
):
    english = language == "en"
    there = tenant(served.inst, "East Area", "Park Ltd")
    fill(served.inst, there, 1, 2, 3)
    context = browser.new_context(locale="en-GB" if english else "zh-CN", viewport=size)
    try:
        page = in_browser(served, context)
        page.goto(f"{served.url}/desk")
        coming = "the first check is still to come" if english else "首次核对尚未进行"
        expect(page.locator("main")).to_contain_text(coming)
        a_night_later(served)
        page = in_browser(served, context)
        page.goto(f"{served.url}/desk")
        expect(page.locator(".checked")).to_contain_text("all its 3 leaves" if english else "全部 3 条")
        page.goto(served.url)
        expect(page.locator(".altered")).to_have_count(0)
        changed = entry_ids(served.inst)[1]
        unguarded(served.inst, "UPDATE entries SET outcome = 'refused' WHERE id = :id", id=changed)
        a_night_later(served)
        page = in_browser(served, context)
        for path in ("", "/desk", f"/entries/{changed}/proof"):
            page.goto(f"{served.url}{path}")
            told = page.locator(".altered")
            expect(told).to_have_count(1)
            log, entry = (
                ("The log is not as", "This entry is not") if english else ("签署内容不符", "与日志不符")
            )
            expect(told).to_contain_text(entry if "proof" in path else log)
            expect(told).to_contain_text("found 1 place" if english else "1 处")
            expect(told).to_contain_text(f"leaf 1, entry {changed}")
            expect(told).to_contain_text("python -m web log fsck")
            assert page.evaluate(WIDE) == []
            assert too_small(page) == []
            accessible(page, language)
            page.screenshot(path=tmp_path / f"{path.count('/')}.png", full_page=True)
    finally:
        context.close()


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_nobody_is_told_that_all_is_well_when_nothing_looked_for_days(
    served: Site, browser: Browser, language: str, size, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    english = language == "en"
    fill(served.inst, tenant(served.inst, "East Area", "Park Ltd"), 1, 2, 3)
    context = browser.new_context(locale="en-GB" if english else "zh-CN", viewport=size)
    try:
        never, since = ("Nothing ever checked", "since 2") if english else ("从未全量核对", "起未再全量核对")
        none, failed = ("none began", "exit status 1") if english else ("没有开始过", "exit status 1")
        for said, why in ((never, none), (since, none), (since, failed)):
            served.clock.ms += 4 * DAY_MS
            if why is failed:
                with monkeypatch.context() as broken:
                    broken.setattr(nightly, "_CHILD", "no_such_program")
                    assert not nightly.due(served.inst)
            page = in_browser(served, context)
            for path in ("", "/desk"):
                page.goto(f"{served.url}{path}")
                told = page.locator(".notice", has_text="log fsck")
                expect(told).to_contain_text(said)
                expect(told).to_contain_text(why)
                expect(told).to_contain_text("python -m web log fsck")
                assert page.locator(".checked").count() == 0
                assert page.evaluate(WIDE) == []
                accessible(page, language)
                page.screenshot(path=tmp_path / f"{path.count('/')}.png", full_page=True)
            a_night_later(served)
    finally:
        context.close()


def altered_leaf(site: Site) -> None:
    unguarded(site.inst, "UPDATE leaves SET body = :body WHERE id = 2", body=b"{}")


def altered_row(site: Site) -> None:
    changed = entry_ids(site.inst)[1]
    unguarded(site.inst, "UPDATE entries SET outcome = 'refused' WHERE id = :id", id=changed)


def lost_head(site: Site) -> None:
    log_head.path_of(site.inst).unlink()


def older_database(site: Site) -> None:
    """The head beside it is of a larger log, as after a restore."""
    key, _, private = site.inst.read(lambda c: keys.signing(c, site.inst, keys.LOG))
    log_head.write(site.inst, signed_checkpoint(Checkpoint(key.name, 9, bytes(32)), private))


@pytest.mark.parametrize(
    ("fault", "advice", "never"),
    [
        (altered_row, "log fsck", "Bring the newest database back"),
        (altered_leaf, "log fsck", "Bring the newest database back"),
        (lost_head, "Put the file back", "Change nothing"),
        (older_database, "Bring the newest database back", "Change nothing"),
    ],
)
def test_one_fault_is_one_red_box_with_one_advice(
    served: Site, browser: Browser, tmp_path: Path, fault: Callable[[Site], None], advice: str, never: str
):
    fill(served.inst, tenant(served.inst, "East Area", "Park Ltd"), 1, 2)
    fill(served.inst, tenant(served.inst, "West Area", "Mill Ltd"), 1)
    entry = entry_ids(served.inst)[1]
    fault(served)
    context = browser.new_context(locale="en-GB", viewport=PHONE)
    try:
        for is_checked in (False, True):
            if is_checked:
                a_night_later(served)
            page = in_browser(served, context)
            for path in ("", "/desk", f"/entries/{entry}/proof"):
                page.goto(f"{served.url}{path}")
                told = page.locator(".notice.wrong")
                if is_checked or fault not in (altered_row, altered_leaf):
                    expect(told).to_have_count(1)
                    expect(told).to_contain_text(advice)
                    expect(told).not_to_contain_text(never)
                for name, size in (("phone", PHONE), ("desk", DESK)):
                    page.set_viewport_size(size)
                    assert page.evaluate(WIDE) == []
                    page.screenshot(path=tmp_path / f"{path.count('/')}-{name}.png", full_page=True)
    finally:
        context.close()


def a_night_later(site: Site) -> None:
    site.clock.ms += DAY_MS // 2
    while not nightly.due(site.inst):
        site.clock.ms += DAY_MS // 24


def test_whoever_watches_the_site_is_told_how_the_last_check_went(
    site: Site, monkeypatch: pytest.MonkeyPatch
):
    there = watched(site)
    park = tenant(there.inst, "East Area", "Park Ltd")
    fill(there.inst, park, 1, 2, 3)
    assert "codeplace_log_findings" not in read(there)
    first = entry_ids(there.inst)[0]
    unguarded(there.inst, "UPDATE entries SET outcome = 'refused' WHERE id = :id", id=first)
    a_night_later(there)
    told = read(there)
    assert told["codeplace_log_findings"] == {("codeplace_log_findings",): 1.0}
    assert told["codeplace_log_checked_timestamp_seconds"]
    assert "codeplace_log_check_failed_timestamp_seconds" not in told
    monkeypatch.setattr(nightly, "_CHILD", "no_such_program")
    there.clock.ms += DAY_MS
    assert not nightly.due(there.inst)
    assert read(there)["codeplace_log_check_failed_timestamp_seconds"]
