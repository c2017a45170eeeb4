"""Keying in a paper register: told row by row first, recorded once, taken back within the hour."""

from __future__ import annotations

import io
from datetime import time
from typing import Any

import pytest
from flask.testing import FlaskClient
from openpyxl import Workbook
from werkzeug.test import TestResponse

from tests.web.pages.site import Site, hidden_fields, opened, seen, set_policy
from tests.web.services.desk.passing import came
from tests.web.tenants import Tenant
from web.services.desk import searching
from web.services.desk.filtering.filters import Filter
from web.services.desk.searching import Row
from web.services.people import visitors
from web.services.people.visitors import Registration
from web.store.scope import PROGRAM

HEADER = "序号,时间,方向,姓名,电话,类别,车牌,体温 °C,判定,备注"
LEILEI = "1,09:10,进,李雷,139 0000 1111,快递外卖,苏A·12345,36.6,,"
MEIMEI = "2,9:15,in,韩梅梅,137 0000 2222,,,,放行,"
DAY = "2026-11-20"


def log(site: Site, there: Tenant) -> tuple[Row, ...]:
    return searching.search(site.inst, PROGRAM, Filter(venue_id=there.venue)).rows


def tried(site: Site, staff: FlaskClient, there: Tenant, table: str | bytes, **changes: Any) -> TestResponse:
    """The page that tells what would become of a table."""
    path = f"/venues/{there.venue}/paper"
    data = table.encode() if isinstance(table, str) else table
    form = {**hidden_fields(opened(site, staff, path).text), "entrance": there.entrance, "day": DAY}
    upload = {"table": (io.BytesIO(data), "sheet.csv")}
    return staff.post(path, base_url=site.url, data={**form, **changes, **upload})


def kept(site: Site, staff: FlaskClient, there: Tenant, *rows: str) -> str:
    """Try a table, then press the button; the page after it."""
    report = tried(site, staff, there, "\n".join((HEADER, *rows)))
    assert report.status_code == 200, seen(report.text)
    form = hidden_fields(report.text)
    answer = staff.post(f"/venues/{there.venue}/paper/keep", base_url=site.url, data=form)
    return seen(opened(site, staff, answer.location).text)


def test_a_sheet_is_told_first_and_recorded_after(site: Site, staff: FlaskClient, there: Tenant) -> None:
    page = seen(tried(site, staff, there, "\n".join((HEADER, LEILEI, MEIMEI))).text)
    for said in ("will be recorded 2", "09:10:00 In", "李*", "韩**", "Nothing is recorded yet."):
        assert said in page
    assert log(site, there) == ()
    assert visitors.listed(site.inst, PROGRAM) == []
    assert "2 entries were recorded." in kept(site, staff, there, LEILEI, MEIMEI)
    assert [(r.masked_name, r.visitor_class, r.way, r.presence, r.outcome) for r in log(site, there)] == [
        ("韩**", "visitor", "paper", "paper", "admitted"),
        ("李*", "courier", "paper", "paper", "admitted"),
    ]
    assert site.clock() - log(site, there)[0].at_ms == 45 * 60_000


def test_a_row_keyed_in_twice_is_one_entry(site: Site, staff: FlaskClient, there: Tenant) -> None:
    kept(site, staff, there, LEILEI, MEIMEI)
    again = "7,9:10:00,入,李雷,+86 139-0000-1111,,苏A12345,,,typed by somebody else"
    report = tried(site, staff, there, "\n".join((HEADER, again, MEIMEI, MEIMEI)))
    assert "will be recorded 0 are here already 3" in seen(report.text)
    assert "Record 0 rows" not in seen(report.text)
    assert len(log(site, there)) == 2
    new = "8,09:11,进,李雷,13900001111,,,,,"
    kept(site, staff, there, new, new)
    assert len(log(site, there)) == 3


def test_a_passage_that_a_gate_or_a_phone_has_already_is_pointed_at(
    site: Site, staff: FlaskClient, there: Tenant
) -> None:
    came(site.inst, there, "李雷", "13900001111")
    rows = [f"{nth},{at},{way},李雷,13900001111,,,,," for nth, (at, way) in enumerate(
        (("09:58", "in"), ("09:50", "in"), ("09:58", "out")), start=1
    )]  # fmt: skip
    page = seen(tried(site, staff, there, "\n".join((HEADER, *rows))).text)
    assert "1 row may be in the log already." in page
    assert page.count("The log has this person at 10:00:00 already, the same way.") == 1


def test_each_bad_cell_is_named_and_the_good_rows_go_in(
    site: Site, staff: FlaskClient, there: Tenant
) -> None:
    bad = "3,25:00,up,,123,pilot,?,hot,maybe,"
    page = seen(tried(site, staff, there, "\n".join((HEADER, LEILEI, bad))).text)
    for said in (
        "will be recorded 1", "to mend 1", "Time: Write the time", "Direction: Write in or out.",
        "Name: Please fill this in.", "Phone: This is not a complete phone", "Class: Write resident",
        "Plate: A plate has", "Temp. °C: Give the temperature", "Decision: Write admit",
    ):  # fmt: skip
        assert said in page
    kept(site, staff, there, LEILEI, bad)
    assert [row.masked_name for row in log(site, there)] == ["李*"]


def test_rows_are_judged_in_the_order_of_their_times_by_what_was_known_then(
    site: Site, staff: FlaskClient, there: Tenant
) -> None:
    site.clock.pass_s(-7200)
    set_policy(site, there, reentry="refuse", temperature="require")
    site.clock.pass_s(7200)
    late = "2,09:30,in,Ann,13800138000,,,36.5,,"
    left = "3,09:20,out,Ann,13800138000,,,,,"
    early = "1,09:10,in,Ann,13800138000,,,36.4,,"
    hot = "4,09:40,in,Bob,13800138001,,,38.0,,"
    kept(site, staff, there, late, left, early, "5,9:35,in,Ann,13800138000,,,36.5,,", hot)
    assert [(row.outcome, row.reason.en[:20]) for row in reversed(log(site, there))] == [
        ("admitted", "Welcome, please come"),
        ("admitted", "You are checked out."),
        ("admitted", "Welcome, please come"),
        ("refused", "You are already chec"),
        ("referred", "Your temperature is "),
    ]


def test_what_was_decided_at_the_door_is_kept_and_a_difference_is_told(
    site: Site, staff: FlaskClient, there: Tenant
) -> None:
    given = Registration(there.enterprise, "Ann", "13800138000", "courier")
    visitors.register(site.inst, PROGRAM, given)
    site.clock.pass_s(-7200)
    set_policy(site, there, classes=["visitor"])
    site.clock.pass_s(7200)
    rows = ("1,09:10,in,Ann,13800138000,,,,放行,", "2,09:20,in,Bob,13800138001,,,,劝返,no badge")
    page = seen(tried(site, staff, there, "\n".join((HEADER, *rows))).text)
    assert "differ from the rules 2" in page
    assert "The rules say: Refused. This entrance is not for your visitor class." in page
    assert "The staff cannot let you in: no badge." in page
    kept(site, staff, there, *rows)
    assert [row.outcome for row in log(site, there)] == ["refused", "admitted"]


def test_what_was_keyed_in_is_taken_back_within_the_hour_and_can_be_keyed_in_again(
    site: Site, staff: FlaskClient, there: Tenant
) -> None:
    page = f"/venues/{there.venue}/paper"
    kept(site, staff, there, LEILEI, MEIMEI)
    site.clock.pass_s(60)
    undo = {**hidden_fields(opened(site, staff, page).text), "entrance": there.entrance}
    assert undo["received"]
    for said in ("2 entries were taken back.", "0 entries were taken back."):
        gone = staff.post(f"{page}/undo", base_url=site.url, data=undo)
        assert said in seen(opened(site, staff, gone.location).text)
    assert sum(row.is_correction for row in log(site, there)) == 2
    kept(site, staff, there, LEILEI)
    alive = [row for row in log(site, there) if not row.taken_back and not row.is_correction]
    assert [row.masked_name for row in alive] == ["李*"]
    undo = {**hidden_fields(opened(site, staff, page).text), "entrance": there.entrance}
    site.clock.pass_s(3600)
    late = staff.post(f"{page}/undo", base_url=site.url, data=undo)
    assert "more than an hour ago" in seen(opened(site, staff, late.location).text)


def test_at_a_confidential_venue_rows_are_counted_without_names(
    site: Site, staff: FlaskClient, there: Tenant
) -> None:
    set_policy(site, there, confidential=True)
    site.clock.pass_s(1)
    kept(site, staff, there, "1,09:10,in,,,,,,,", "2,09:10,in,,,,,,,")
    assert [(row.masked_name, row.outcome) for row in log(site, there)] == [("", "admitted")] * 2


@pytest.mark.parametrize(
    ("table", "changes", "said"),
    [
        ("", {}, "The file is empty."),
        ("a,b\n1,2", {}, "has no column “Time”"),
        ("time,direction,time\n1,2,3", {}, "has the column “Time” twice"),
        (HEADER, {}, "has no row that was filled in"),
        (HEADER + "\n1,,,,,,,,,", {}, "has no row that was filled in"),
        (HEADER + "\n" + LEILEI * 1, {"day": "2026-11-21"}, "Give a day of the last 28 days"),
        (HEADER + "\n" + LEILEI, {"day": "2026-10-01"}, "Give a day of the last 28 days"),
        (HEADER + "\n" + LEILEI, {"day": "yesterday"}, "Give the date, like"),
        (HEADER + "\n" + LEILEI, {"entrance": "another"}, "Choose an entrance of this venue."),
        (b"\xd0\xcf\x11\xe0", {}, "XLS workbook"),
        (HEADER + ("\n" + LEILEI) * 251, {}, "more than 250 rows"),
    ],
)
def test_a_table_that_cannot_be_used_says_what_to_do(
    site: Site, staff: FlaskClient, there: Tenant, table: str | bytes, changes: dict[str, str], said: str
) -> None:
    answer = tried(site, staff, there, table, **changes)
    assert answer.status_code == 422
    assert said in seen(answer.text)


def test_the_rows_that_were_tried_come_back_unchanged_or_not_at_all(
    site: Site, staff: FlaskClient, there: Tenant
) -> None:
    report = tried(site, staff, there, f"{HEADER}\n{LEILEI}")
    assert "13900001111" not in report.text.replace(" ", "")
    form = hidden_fields(report.text)
    for rows in ("", form["rows"][:-9] + "AAAAAAAA="):
        answer = staff.post(
            f"/venues/{there.venue}/paper/keep", base_url=site.url, data={**form, "rows": rows}
        )
        assert "Choose the table again." in seen(opened(site, staff, answer.location).text)
    assert log(site, there) == ()


def test_the_same_row_at_another_entrance_is_another_entry(
    site: Site, staff: FlaskClient, there: Tenant
) -> None:
    kept(site, staff, there, LEILEI)
    report = tried(site, staff, there, f"{HEADER}\n{LEILEI}", entrance=there.side_entrance)
    assert "will be recorded 1" in seen(report.text)


def test_a_long_table_is_recorded_whole_and_taken_back_whole(
    site: Site, staff: FlaskClient, there: Tenant
) -> None:
    page = f"/venues/{there.venue}/paper"
    rows = [f"{n},08:{n:02d},in,Guest {n},138{n:08d},,,,," for n in range(1, 46)]
    assert "45 entries were recorded." in kept(site, staff, there, *rows)
    assert len({row.received_ms for row in log(site, there)}) == 1
    undo = {**hidden_fields(opened(site, staff, page).text), "entrance": there.entrance}
    gone = staff.post(f"{page}/undo", base_url=site.url, data=undo)
    assert "45 entries were taken back." in seen(opened(site, staff, gone.location).text)


def test_a_workbook_is_read_as_its_cells_are_shown(site: Site, staff: FlaskClient, there: Tenant) -> None:
    book = Workbook()
    book.active.append(HEADER.split(","))
    book.active.append([1, time(9, 10), "进", "李雷", 13900001111, "访客", None, 36.6, None, None])
    book.active.append([2, time(9, 12, 30), "出", "李雷", "139 0000 1111", None, None, None, "放行", None])
    book.active.append([3, None, None, None, None, None, None, None, None, None])
    data = io.BytesIO()
    book.save(data)
    page = seen(tried(site, staff, there, data.getvalue()).text)
    for said in ("will be recorded 2", "to mend 0", "09:10:00 In", "09:12:30 Out"):
        assert said in page
