"""The pages of prints in a real browser: by phone and at a desk, in both languages, to the finished file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.web.pages.looking import usable
from tests.web.pages.site import Site
from tests.web.tenants import Tenant, tenant
from web.background import Background
from web.services.people import visitors
from web.store.scope import PROGRAM


@pytest.fixture
def there(served: Site) -> Tenant:
    made = tenant(served.inst, "East Area", "Park Ltd")
    for name in ("138 0013 8000", "138 0013 8001"):
        visitors.register(
            served.inst, PROGRAM, visitors.Registration(made.enterprise, "Ann Lee", name, "contractor")
        )
    return made


@pytest.fixture
def working(served: Site) -> Iterator[None]:
    """What runs beside the requests of a real server."""
    background = Background(served.inst)
    yield
    background.stop()


def every_state(served: Site, page: Page, there: Tenant, folder: Path) -> Iterator[str]:
    """Each page once empty, filled, mistaken and answered."""
    door = f"{served.url}/entrances/{there.entrance}/print"
    page.goto(f"{served.url}/prints")
    yield "overview"
    for kind in ("poster", "label", "day-sheet"):
        page.goto(f"{door}?kind={kind}")
        yield kind
    page.goto(f"{door}?layout=a4")
    yield "a wrong layout"
    page.goto(f"{served.url}/entrances/{there.side_entrance}/print")
    yield "no code"
    page.goto(f"{served.url}/prints/notice")
    yield "notice"
    page.goto(f"{served.url}/prints/contact-card")
    with page.expect_navigation():
        page.click("[value=show]")
    expect(page.locator("#household-error")).to_be_visible()
    yield "contact card, mistaken"
    page.goto(f"{served.url}/prints/codes?kind=label")
    page.select_option("#labels", "grid")
    yield "codes"
    with page.expect_navigation():
        page.click(".printing-choices .btn-primary")
    expect(page.locator("[role=alert]")).to_be_visible()
    yield "codes, mistaken"
    page.goto(f"{served.url}/prints/codes")
    with page.expect_navigation():
        page.click(".printing-choices .btn-primary")
    page.wait_for_selector("[value=now]")
    yield "missing"
    with page.expect_navigation():
        page.click("[value=skip]")
    page.wait_for_selector("progress")
    yield "waiting"
    page.goto(f"{served.url}/prints/table")
    with page.expect_navigation():
        page.click(".printing-choices .btn-primary")
    expect(page.locator("#table-error")).to_be_visible()
    yield "table, mistaken"
    table = folder / "table.csv"
    table.write_text("venue,entrance\nPark Ltd site,\nNowhere,North gate\n", encoding="utf-8")
    page.set_input_files("#table", table)
    with page.expect_navigation():
        page.click(".printing-choices .btn-primary")
    page.wait_for_url("**/prints/table/*")
    yield "what a table means"
    page.goto(f"{served.url}/prints/cards")
    page.locator("[name=visitor]").first.check()
    yield "cards"
    page.goto(
        f"{served.url}/visitors/{page.locator('[name=visitor]').first.get_attribute('value')}/windscreen"
    )
    yield "windscreen"
    page.goto(f"{served.url}/enterprises/{there.enterprise}/logo")
    yield "logo"
    picture = folder / "poster.png"
    picture.write_bytes(page.request.get(f"{door}.png").body())
    page.goto(f"{served.url}/prints/check")
    yield "check"
    page.set_input_files("#file", picture)
    with page.expect_navigation():
        page.click("form[enctype] .btn-primary")
    page.wait_for_selector(".report")
    yield "checked"


@pytest.mark.parametrize("page", ["en-GB", "zh-CN"], indirect=True)
def test_axe_finds_nothing_and_every_page_fits_both_screens(
    served: Site, page: Page, there: Tenant, tmp_path: Path
) -> None:
    for name in every_state(served, page, there, tmp_path):
        usable(page, name)


def test_a_job_is_watched_until_its_file_is_there_and_the_page_may_be_left(
    served: Site, page: Page, there: Tenant, working: None
) -> None:
    page.goto(f"{served.url}/prints/codes")
    page.locator("[name=entrance]").first.check()
    expect(page.locator("[name=which][value=ticked]")).to_be_checked()
    page.locator("[name=entrance]").nth(1).check()
    page.click(".printing-choices .btn-primary")
    page.click("[value=now]")
    page.wait_for_url("**/prints/jobs/*")
    address = page.url
    page.goto(f"{served.url}/visitors")
    page.goto(address)
    page.wait_for_selector(f"a[href$='{address.rsplit('/', 1)[1]}/file']", timeout=60_000)
    with page.expect_download() as download:
        page.click(".job .btn-primary")
    assert download.value.path().read_bytes().startswith(b"%PDF")
