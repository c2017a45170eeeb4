"""A clerk's morning: from an invitation to a poster on the door; from one file to 256 codes on one PDF."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from domain.access import Role
from reader.reading import Effort, read
from tests.journeys.clerk_walk import VENUE, Walk, to_an_open_door, to_the_application
from tests.journeys.stage import Place, Process, administrator
from web.services import accounts
from web.services.access import granting, inviting
from web.services.places import places
from web.store.access import accounts as stored_accounts
from web.store.scope import PROGRAM

pytestmark = pytest.mark.journey

VENUES, CODES = 164, 256
_HEADER = "单位名称,联络员,联络员电话,场所名称,地址,场所类型,出入口"
# At 100 dots an inch a module of an A4 poster is seven dots wide.
_DPI = 100
_PHONE: ViewportSize = {"width": 390, "height": 844}
_DESK: ViewportSize = {"width": 1366, "height": 768}


def table() -> str:
    """A row for each entrance: the first 92 venues have two."""
    rows = [_HEADER]
    for at in range(VENUES):
        kind = "工厂" if at < 146 else "建筑工地"
        for door in range(2 if at < CODES - VENUES else 1):
            liaison = f"联络员{at % 103},139001{at % 103:05d}"
            rows.append(f"企业{at},{liaison},场所{at},滨海路{at}号,{kind},{door + 1}号门")
    return "\n".join(rows)


def codes_on(path: Path) -> list[str]:
    """The one code of every page, read from its picture."""
    document = pypdfium2.PdfDocument(path)
    found = []
    for at in range(len(document)):
        picture = np.ascontiguousarray(
            document[at].render(scale=_DPI / 72, grayscale=True).to_numpy().squeeze()
        )
        texts = {reading.text for reading in read(picture, effort=Effort.LIVE)}
        assert len(texts) == 1, f"page {at + 1}: {texts}"
        found.append(texts.pop())
    document.close()
    return found


def ordered(page: Page, place: Place, file: Path) -> None:
    """From the file to the print job, as it is pressed."""
    page.goto(f"{place.url}/places/import")
    page.set_input_files("input[name=table]", file)
    page.get_by_role("button", name="Check the table").click()
    expect(page.locator("dl.figures")).to_contain_text(re.compile(rf"new venues\s*{VENUES}"))
    expect(page.locator("dl.figures")).to_contain_text(re.compile(rf"new entrances\s*{CODES}"))
    expect(page.locator("dl.figures")).to_contain_text(re.compile(r"rows left out\s*0"))
    expect(page.locator("[name=issue]")).to_be_checked()
    page.get_by_role("button", name="Do this").click()
    page.get_by_role("button", name=f"Print {CODES} codes").click()


def test_256_codes_go_from_one_file_to_one_pdf(town: Place, browser: Browser, tmp_path: Path) -> None:
    file = tmp_path / "zone.csv"
    file.write_text(table(), encoding="gb18030")
    page = administrator(browser, town)
    ordered(page, town, file)
    expect(page.get_by_role("heading", name="Ready to print")).to_be_visible(timeout=240_000)
    expect(page.locator("main")).to_contain_text(f"{CODES} codes · {CODES} pages")
    with page.expect_download() as downloading:
        page.get_by_role("link", name="Download PDF").click()
    path = tmp_path / "codes.pdf"
    downloading.value.save_as(path)
    codes = codes_on(path)
    assert len(codes) == len(set(codes)) == CODES
    for code, name in ((codes[0], "场所0"), (codes[-1], f"场所{VENUES - 1}")):
        symbols = code.rpartition("/V/")[2]
        assert code.startswith(town.url.upper())
        assert name in page.request.get(f"{town.url}/V/{symbols}").text()
    page.context.close()


def invited(place: Place) -> str:
    """The link that the office sends to the clerk of a new enterprise."""
    inst = place.opened()
    try:
        enterprise = places.create_enterprise(inst, PROGRAM, "滨江置业有限公司 Harbour Estates")
        office = inst.read(lambda rows: stored_accounts.by_login(rows, place.first.admin_login))
        giver = accounts.account(inst, office.id) if office else None
        assert giver is not None
        wanted = granting.Wanted(Role.CLERK, f"enterprise:{enterprise}")
        return inviting.invite(inst, giver, wanted).link
    finally:
        inst.close()


def approve(browser: Browser, place: Place) -> None:
    """The office approves whatever waits."""
    office = administrator(browser, place)
    office.goto(f"{place.url}/applications")
    office.locator("main a[href^='/venues/']").first.click()
    office.get_by_role("button", name="Approve and issue the posters").click()
    expect(office.locator("main")).to_contain_text("1 poster was issued")
    office.context.close()


@pytest.mark.parametrize(("speaks", "screen"), [("zh-CN", _PHONE), ("en-GB", _DESK)])
def test_an_invitation_link_becomes_a_poster_on_an_open_door(
    place: Place,
    processes: Callable[..., Process],
    browser: Browser,
    tmp_path: Path,
    speaks: str,
    screen: ViewportSize,
) -> None:
    """What a person accepts: nine pages, eight presses, four fields. Whoever asks for more has to say why."""
    link = invited(place)
    processes("site", ["web", "serve", "--port", str(place.port)], "ready http://")
    context = browser.new_context(viewport=screen, locale=speaks, accept_downloads=True)
    walk = Walk(context.new_page(), speaks)
    list(to_the_application(walk, link))
    approve(browser, place)
    list(to_an_open_door(walk, tmp_path / "poster.pdf"))
    (code,) = codes_on(tmp_path / "poster.pdf")
    symbols = code.rpartition("/V/")[2]
    assert VENUE[speaks][0] in walk.page.request.get(f"{place.url}/V/{symbols}").text()
    print(walk.figures())  # for `pytest -s`
    assert len(walk.pages) <= 9, walk.figures()
    assert walk.clicks <= 8, walk.figures()
    assert walk.typed <= 4, walk.figures()
    context.close()
