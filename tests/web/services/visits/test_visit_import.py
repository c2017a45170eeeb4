"""A table of expected visitors: every row is announced or says what to mend, and all can go back."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from itertools import count

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.errors import InputError
from tests.web.tenants import Tenant
from web.services.errors import NotFoundError
from web.services.installation import Installation
from web.services.places import places
from web.services.visits import announcing_ends, announcing_expected, visit_import
from web.services.visits.visit_import import Fate
from web.services.visits.visit_import_columns import Column
from web.services.visits.visit_import_rows import Line, table_of, weekdays_of

CHINESE = (
    "姓名,手机号,受访人,来访日期,开始时间,结束时间,截止日期,星期,场所,人员类别,备用\n"
    "王伟,13800138000,陈红,2026-11-20,9:00,12点,,,,访客,x\n"
    "李雷,139 0013 9000,陈红,2026/11/23,08：30,17:30,2026/12/4,周一至周五,,施工人员,\n"
    "韩梅梅,1380013,陈红,2026-11-31,9:00,25:00,,每周八,东门,员工,\n"
)


def planned(inst: Installation, there: Tenant, data: bytes) -> visit_import.Report:
    return visit_import.planned(inst, there.staff, there.enterprise, table_of(data).lines)


def applied(inst: Installation, there: Tenant, data: bytes) -> visit_import.Report:
    return visit_import.apply(inst, there.staff, "ann", there.enterprise, table_of(data).lines)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_chinese_table_in_either_encoding_is_read_and_told_row_by_row(
    inst: Installation, park: Tenant, encoding: str
):
    report = planned(inst, park, CHINESE.encode(encoding))
    wang, li, han = report.rows
    assert (wang.fate, wang.visits, wang.is_new_person) == (Fate.ADD, 1, True)
    assert (li.fate, li.visits) == (Fate.ADD, 10)
    assert {problem.column for problem in han.problems} == {Column.PHONE, Column.WEEKDAYS, Column.VENUE}
    assert han.number == 4
    assert table_of(CHINESE.encode(encoding)).ignored == ("备用",)
    assert announcing_expected.of_day(inst, park.staff, park.enterprise).count == 0, "nothing is written"


def test_an_english_workbook_with_moments_is_read(inst: Installation, park: Tenant):
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Visitor", "Mobile", "Host", "From", "Until", "Venue", "Purpose"])
    sheet.append(
        [
            "Ann Lee",
            "+44 20 7946 0018",
            "Bob",
            "2026-11-20 22:00",
            "2026-11-22 06:00",
            "park ltd SITE",
            "Audit",
        ]
    )
    sheet.append(["Ann Lee", "+44 20 7946 0018", "Bob", "2026-11-19 09:00", "17:00", "", ""])
    data = BytesIO()
    book.save(data)
    stays, over = planned(inst, park, data.getvalue()).rows
    assert stays.first is not None
    assert stays.first.until_ms - stays.first.from_ms == 32 * 3_600_000
    assert [problem.column for problem in over.problems] == [Column.FROM], "yesterday"


def test_applied_twice_it_is_announced_once_and_taken_back_as_one(inst: Installation, park: Tenant):
    data = CHINESE.encode()
    first, again = applied(inst, park, data), applied(inst, park, data)
    assert (first.visits, first.new_people, first.refused) == (11, 2, 1)
    assert [row.fate for row in again.rows] == [Fate.THERE, Fate.THERE, Fate.REFUSED]
    (batch,) = announcing_ends.batches(inst, park.staff, "ann", park.enterprise)
    assert (batch.visits, batch.people) == (11, 2)
    assert announcing_ends.undo(inst, park.staff, "ann", batch.id).count == 11
    assert announcing_ends.batches(inst, park.staff, "ann", park.enterprise) == []
    assert [row.fate for row in planned(inst, park, data).rows][:2] == [Fate.ADD, Fate.ADD]


def test_a_row_that_is_there_twice_is_announced_once(inst: Installation, park: Tenant):
    head, row, *_ = CHINESE.splitlines(keepends=True)
    report = planned(inst, park, (head + row + row).encode())
    assert [told.fate for told in report.rows] == [Fate.ADD, Fate.THERE]
    assert report.new_people == 1
    mixed = "name,phone,host,day\nann lee,13800138000,Bo,2026-11-21\nAnn Lee,13800138000,Bo,2026-11-21\n"
    for told in (planned(inst, park, mixed.encode()), applied(inst, park, mixed.encode())):
        assert [row.fate for row in told.rows] == [Fate.ADD, Fate.THERE]
        assert told.new_people == 1


def test_venues_of_the_same_name_and_of_others_are_told(inst: Installation, park: Tenant, mill: Tenant):
    places.create_venue(inst, park.staff, park.enterprise, name="Hall", address="1")
    places.create_venue(inst, park.staff, park.enterprise, name="hall", address="2")
    head = "name,phone,host,day,venue\n"
    rows = "Ann,13800138000,Bob,2026-11-21,HALL\nAnn,13800138000,Bob,2026-11-21,Mill Ltd site\n"
    report = planned(inst, park, (head + rows).encode())
    assert [[problem.column for problem in row.problems] for row in report.rows] == [[Column.VENUE]] * 2


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "empty"),
        ("name,phone,host,day\n", "no rows"),
        ("name,phone\nAnn,1\n", "“host”, “day”"),
        ("name,姓名,phone,host,day\nA,B,1,C,2026-11-21\n", "twice"),
    ],
)
def test_a_file_of_no_use_says_why_in_one_sentence(text: str, says: str):
    with pytest.raises(InputError) as told:
        table_of(text.encode())
    assert says in told.value.sentence.en


@pytest.mark.parametrize(
    ("typed", "days"),
    [
        ("", ()),
        ("Mon, Wed", (0, 2)),
        ("mon-fri", (0, 1, 2, 3, 4)),
        ("周五至周一", (0, 4, 5, 6)),
        ("每周一三五", (0, 2, 4)),
        ("星期日、星期六", (5, 6)),
        ("工作日", (0, 1, 2, 3, 4)),
        ("1,3,7", (0, 2, 6)),
        ("每天", tuple(range(7))),
    ],
)
def test_weekdays_are_read_as_people_write_them(typed: str, days: tuple[int, ...]):
    assert weekdays_of(typed) == frozenset(days)


def test_another_tenants_enterprise_is_not_found(inst: Installation, park: Tenant, mill: Tenant):
    lines = table_of(CHINESE.encode()).lines
    with pytest.raises(NotFoundError):
        visit_import.planned(inst, mill.staff, park.enterprise, lines)
    with pytest.raises(NotFoundError):
        visit_import.apply(inst, mill.staff, "eve", park.enterprise, lines)


def test_a_table_is_kept_in_parts_and_done_again_goes_on(
    inst: Installation, park: Tenant, monkeypatch: pytest.MonkeyPatch
):
    # Others write between two parts; here the power goes in the third or so.
    monkeypatch.setattr(visit_import, "_AT_ONCE", 2)
    looks = count(1)

    def failing() -> int:
        if next(looks) > 20:
            raise OSError("the power is gone")
        return inst.now_ms()

    rows = [f"访客,1380013800{n},陈红,2026-11-20,9:00,12:00\n" for n in range(8)]
    lines = table_of(("姓名,手机号,受访人,来访日期,开始时间,结束时间\n" + "".join(rows)).encode()).lines
    with pytest.raises(OSError, match="power"):
        visit_import.apply(replace(inst, now_ms=failing), park.staff, "ann", park.enterprise, lines)
    done = visit_import.apply(inst, park.staff, "ann", park.enterprise, lines)
    there = [row.fate for row in done.rows].count(Fate.THERE)
    assert there in (2, 4, 6)
    assert [row.fate for row in done.rows] == [Fate.THERE] * there + [Fate.ADD] * (8 - there)
    assert visit_import.planned(inst, park.staff, park.enterprise, lines).visits == 0


CELLS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(["王伟", "13800138000", "1.38E+10", "visitor", "Park Ltd site", "周一至周五", "=1+1"]),
    st.sampled_from(["2026-11-20", "2026-11-20 23:59", "2026-12-31", "0000-00-00", "2199-12-31"]),
    st.sampled_from(["09:00", "9点", "24:00", "25:00"]),
)
LINES = st.lists(st.dictionaries(st.sampled_from(Column), CELLS.map(str.strip), max_size=12), max_size=4)


@given(LINES)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_rows_are_announced_or_named_with_what_to_mend(
    embedded_park: tuple[Installation, Tenant], rows: list[dict[Column, str]]
):
    inst, there = embedded_park
    lines = [
        Line(number, {c: cell for c, cell in cells.items() if cell}) for number, cells in enumerate(rows, 2)
    ]
    report = visit_import.planned(inst, there.staff, there.enterprise, lines)
    assert [row.number for row in report.rows] == [line.number for line in lines]
    for row in report.rows:
        assert bool(row.problems) == (row.fate is Fate.REFUSED)
        assert (row.visits > 0) == (row.fate is Fate.ADD)
    done = visit_import.apply(inst, there.staff, "ann", there.enterprise, lines)
    assert [(row.fate, row.visits) for row in done.rows] == [(row.fate, row.visits) for row in report.rows]
    again = visit_import.planned(inst, there.staff, there.enterprise, lines)
    assert again.visits == 0
