"""The pages of figures: tables say what was counted, charts are pictures, the sheet can be sent."""

from __future__ import annotations

import csv
import re
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient

from tests.web.pages.site import Site, opened, seen
from tests.web.services.desk.figures_made import TODAY, counted, kept, spread_kept, stay_kept
from tests.web.tenants import Tenant, tenant
from web.views.desk.figures.desk_figures_words import Shown

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def busy(site: Site, there: Tenant) -> Tenant:
    """A venue with figures of two days."""
    kept(
        site.inst,
        counted(there),
        counted(there, direction="out", reason="goodbye", people=2, vehicles=0),
        counted(there, hour=10, outcome="refused", reason="temperature_high", people=1, way="poster"),
        counted(there, hour=10, people=1200, entries=400, vehicles=0, visitor_class="employee"),
        counted(there, day=TODAY - 1, people=7),
    )
    spread_kept(site.inst, there, "pace", "kiosk", (2, 10), (9, 1))
    spread_kept(site.inst, there, "dwell", "", (45, 8), (500, 2))
    stay_kept(site.inst, there, "one", 44)
    return there


def table(html: str, heading: str) -> list[list[str]]:
    """The cells of the rows of the first table after a heading."""
    part = html[html.index(f'id="{heading}"') :]
    rows = re.findall(r"<tr>(.*?)</tr>", part[part.index("<tbody>") : part.index("</tbody>")], re.S)
    return [[seen(cell) for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.S)] for row in rows]


def test_the_tables_say_what_was_counted(site: Site, staff: FlaskClient, busy: Tenant):
    html = opened(site, staff, "/desk/figures?period=week").text
    text = seen(html)
    assert "people checked 1,213" in text
    assert "abnormal temperatures 1" in text
    assert "inside now 44" in text
    assert "Compared with 2026-11-07 – 2026-11-13 until 11:00." in text
    assert table(html, "days") == [
        ["2026-11-19 Thu", "7", "0", "0", "0", "1", "0"],
        ["2026-11-20 Fri", "1,203", "2", "1", "0", "2", "1"],
    ]
    assert table(html, "hours") == [
        ["09:00", "10", "2", "0", "0"],
        ["10:00", "1,200", "0", "1", "0"],
    ]
    assert table(html, "heat")[0][-2:] == ["7", "5"]
    assert table(html, "decisions") == [["Refused Abnormal temperature", "", "1"]]
    assert [row[0] for row in table(html, "classes")] == ["Employee", "Visitor"]
    assert [row[0] for row in table(html, "ways")] == ["Kiosk", "Phone"]
    by_venue = opened(site, staff, f"/desk/figures?period=week&venue={busy.venue}").text
    assert table(by_venue, "places")[0][:4] == ["North gate", "1,210", "2", "1"]


def test_one_day_has_no_chart_of_days(site: Site, staff: FlaskClient, busy: Tenant):
    html = opened(site, staff, "/desk/figures").text
    assert "hours.svg" in html
    assert "days.svg" not in html
    assert "people checked 1,206" in seen(html)


def test_a_chart_is_a_picture_that_loads_nothing(site: Site, staff: FlaskClient, busy: Tenant):
    for name in ("hours", "days", "pace", "dwell"):
        for query in ("?period=week", "?period=week&size=narrow"):
            answer = opened(site, staff, f"/desk/figures/{name}.svg{query}")
            assert answer.mimetype == "image/svg+xml"
            assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
            assert ElementTree.fromstring(answer.data).tag == f"{SVG}svg"
    assert opened(site, staff, "/desk/figures/else.svg").status_code == 404


def test_times_are_told_with_how_they_are_measured(site: Site, staff: FlaskClient, busy: Tenant):
    text = seen(opened(site, staff, "/desk/figures/times").text)
    assert "Kiosk 2 2 11" in text
    assert "median 45" in text
    assert "from one person to the next" in text
    assert "from opening the page to the answer" in text


@pytest.mark.parametrize(
    ("value", "before", "told"),
    [
        (112, 100, "+12 %"),
        (88, 100, "−12 %"),
        (1002, 1000, "±0 %"),
        (7, 7, "±0 %"),
        (5, 0, ""),
        (5, None, ""),
    ],
)
def test_a_change_says_by_how_much_and_which_way(value: int, before: int | None, told: str):
    assert Shown("in", value, before).change == told


def test_yesterdays_report_is_one_press_away_and_keeps_whose_it_is(
    site: Site, staff: FlaskClient, busy: Tenant
):
    text = opened(site, staff, f"/desk/sheet?enterprise={busy.enterprise}").text
    path = f"/desk/sheet?enterprise={busy.enterprise}&amp;day=2026-11-19"
    assert path in text
    assert "2026-11-19 Thu" in seen(opened(site, staff, path.replace("&amp;", "&")).text)


def test_without_figures_the_pages_say_what_to_do(site: Site, staff: FlaskClient):
    assert "Nobody was checked in this time" in seen(opened(site, staff, "/desk/figures").text)
    assert "Nothing was measured in this time." in seen(opened(site, staff, "/desk/figures/times").text)
    assert "Nothing to report" in seen(opened(site, staff, "/desk/sheet").text)


def test_what_is_too_much_is_not_counted(site: Site, staff: FlaskClient, busy: Tenant):
    for number in range(3):
        tenant(site.inst, f"Area {number}", f"Ltd {number}")
    asked = "/desk/figures?from=2025-01-01&class=courier"
    assert "Too much to count at once" in seen(opened(site, staff, asked).text)
    assert opened(site, staff, asked.replace("figures?", "figures/hours.svg?")).status_code == 200


def test_the_sheet_of_a_day_holds_what_parks_report(site: Site, staff: FlaskClient, busy: Tenant):
    text = seen(opened(site, staff, f"/desk/sheet?enterprise={busy.enterprise}").text)
    assert "Daily report of entry checks Park Ltd 2026-11-20 Fri" in text
    assert "Checkpoints in use 1 of 2" in text
    assert "People checked 1,206 1,213" in text
    assert "People turned back 1 1" in text
    assert "Vehicles checked 2 3" in text
    assert "Vehicles turned back 1 1" in text
    assert "All days so far: since 2026-11-19." in text
    assert "Turned back because: Abnormal temperature (1)" in text


def test_the_sheet_is_a_table_for_spreadsheets_too(site: Site, staff: FlaskClient, busy: Tenant):
    answer = opened(site, staff, "/desk/sheet.csv?day=2026-11-20")
    assert answer.data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(answer.data.decode("utf-8-sig").splitlines()))
    assert [row["venue"] for row in rows] == ["Park Ltd site", "Total"]
    for row in rows:
        assert (row["people checked"], row["people turned back"], row["vehicles checked"]) == (
            "1206",
            "1",
            "2",
        )
    chinese = opened(site, staff, "/desk/sheet.csv?lang=zh").data.decode("utf-8-sig")
    assert chinese.startswith("日期,区域,企业,场所,启用检查点（个）,检查人员（人次）")


def test_pages_with_figures_speak_one_language_and_hold_no_script_or_style_of_their_own(
    site: Site, staff: FlaskClient, busy: Tenant
):
    for path in ("/desk/figures?period=week", "/desk/figures/times?period=week", "/desk/sheet?period=week"):
        english = opened(site, staff, f"{path}&lang=en").text
        assert not re.search("[\u4e00-\u9fff]", seen(english).replace("中文", "")), path
        chinese = opened(site, staff, f"{path}&lang=zh").text
        words = seen(chinese).replace("Code & Place", "").replace("Pilot District", "")
        assert not re.search(
            r"[A-Za-z]{3,} [a-z]{3,}", re.sub(r"Park Ltd site|(North|South) gate|English|\S+@\S+", "", words)
        ), path
        assert not re.search(r"<style|<script>|\sstyle=|\son[a-z]+=", english), path


def test_any_days_are_a_table_by_venue(site: Site, staff: FlaskClient, busy: Tenant):
    answer = opened(site, staff, "/desk/figures.csv?period=week")
    assert answer.headers["Content-Disposition"] == (
        'attachment; filename="figures-2026-11-14-2026-11-20.csv"'
    )
    rows = list(csv.DictReader(answer.data.decode("utf-8-sig").splitlines()))
    assert [(row["venue"], row["people checked"]) for row in rows] == [
        ("Park Ltd site", "1213"),
        ("Total", "1213"),
    ]
    assert {row["counted until"] for row in rows} == {"2026-11-20T10:00:00+08:00"}


def test_a_chart_alone_says_of_which_days_it_is_and_until_when(site: Site, staff: FlaskClient, busy: Tenant):
    for name in ("days", "hours", "pace", "dwell"):
        svg = opened(site, staff, f"/desk/figures/{name}.svg?period=week").text
        assert "2026-11-14 – 2026-11-20 · as of 2026-11-20 10:00</text>" in svg, name


def test_a_day_that_is_none_is_told_and_other_peoples_places_are_not_found(
    site: Site, staff: FlaskClient, busy: Tenant
):
    answer = opened(site, staff, "/desk/sheet?day=yesterday")
    assert (answer.status_code, "Give a day like 2026-11-20." in seen(answer.text)) == (400, True)
    assert opened(site, staff, "/desk/sheet.csv?day=x").location == "/desk/sheet?day=x"
    for path in ("/desk/sheet?enterprise=x", "/desk/figures?venue=x", "/desk/figures/hours.svg?area=x"):
        assert opened(site, staff, path).status_code == 404
