"""Importing credentials: a report of every row first, then exactly that, and twice is once."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor

import openpyxl
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from domain.errors import InputError
from domain.wording import Sentence
from tests.web.tenants import SettableClock, Tenant
from web.services.installation import Installation
from web.services.people import credential_import as importing
from web.services.people import credentials
from web.services.people.credential_columns import Column
from web.services.people.credential_import import Applied, Fate, Report
from web.services.people.credential_rows import ROWS_MOST
from web.services.people.credential_values import Given, State
from web.services.people.visitors import Registration, register, visitor
from web.store.scope import PROGRAM

ID_NUMBER = "11010519491231002X"
HEADER = "姓名,手机号,凭证种类,采样时间,有效期至"


def person(inst: Installation, tenant: Tenant, name: str, phone: str, id_number: str = "") -> str:
    filled = Registration(tenant.enterprise, name, phone, "visitor", id_number)
    return register(inst, tenant.staff, filled).visitor_id


def reported(inst: Installation, tenant: Tenant, table: str | bytes) -> Report:
    return importing.report(inst, tenant.staff, table if isinstance(table, bytes) else table.encode())


def applied(inst: Installation, tenant: Tenant, report: Report) -> Applied:
    return importing.apply(inst, tenant.staff, "ann", report.steps)


def fates(report: Report) -> list[tuple[int, Fate]]:
    return [(line.number, line.fate) for line in report.lines]


def kinds(inst: Installation, who: str) -> list[tuple[str, int | None, State, str]]:
    return [(row.kind, row.since_ms, row.state, row.source) for row in credentials.listed(inst, PROGRAM, who)]


def test_a_report_comes_first_and_then_exactly_that_happens_once(inst: Installation, park: Tenant) -> None:
    wang, li = (
        person(inst, park, "王小明", "13800138000"),
        person(inst, park, "Li Na", "13900139000", ID_NUMBER),
    )
    number = visitor(inst, park.staff, li).short_number
    table = (
        f"编号,Identity number,Name 姓名,phone,kind,since,until,备注\n"
        f",,王小明,138 0013 8000,检测阴性证明,2026-11-19 08:30,,x\n"
        f"{number[:4]} {number[4:]},,,,Entry permit,2026/1/1,2026-12-31,\n"
        f",{ID_NUMBER.lower()},,,Forklift licence,不详,,\n"
        f"\n"
        f",,王小明,13800138000,test,2026年11月19日 8:30,,\n"
    )
    report = reported(inst, park, table)
    assert fates(report) == [(2, Fate.ADD), (3, Fate.ADD), (4, Fate.ADD), (6, Fate.THERE)]
    assert report.ignored == ("备注",)
    assert report.lines[0].who.startswith("王**")
    assert kinds(inst, wang) == kinds(inst, li) == [], "a report writes nothing"
    assert applied(inst, park, report) == Applied(3, 0, 0, 0)
    assert kinds(inst, wang) == [("test", 1_795_048_200_000, State.VERIFIED, "import")]
    assert {kind for kind, *_ in kinds(inst, li)} == {"permit", "Forklift licence"}
    assert applied(inst, park, report) == Applied(0, 0, 3, 0), "pressed twice"
    again = reported(inst, park, table)
    assert {fate for _, fate in fates(again)} == {Fate.THERE}
    assert applied(inst, park, again) == Applied(0, 0, 0, 0)


def test_what_a_visitor_declared_becomes_verified(
    inst: Installation, park: Tenant, clock: SettableClock
) -> None:
    who = person(inst, park, "王小明", "13800138000")
    credentials.declare(inst, who, Given("test", "2026-11-19 08:30"))
    report = reported(inst, park, f"{HEADER}\n王小明,13800138000,test,2026-11-19 08:30,\n")
    assert fates(report) == [(2, Fate.VERIFY)]
    clock.pass_s(5)
    assert applied(inst, park, report) == Applied(0, 1, 0, 0)
    assert kinds(inst, who) == [("test", 1_795_048_200_000, State.VERIFIED, "import")]


def test_a_gb18030_table_and_a_workbook_say_the_same(inst: Installation, park: Tenant) -> None:
    person(inst, park, "欧阳娜娜", "13800138000")
    text = f"{HEADER}\n欧阳娜娜,13800138000,induction,2026-11-19,2027-11-18\n"
    book = openpyxl.Workbook()
    book.active.append(HEADER.split(","))
    book.active.append(["欧阳娜娜", 13800138000, "induction", "2026-11-19", "2027-11-18"])
    saved = io.BytesIO()
    book.save(saved)
    reports = [reported(inst, park, data) for data in (text, text.encode("gb18030"), saved.getvalue())]
    assert reports[0] == reports[1] == reports[2]
    assert fates(reports[0]) == [(2, Fate.ADD)]


@pytest.mark.parametrize(
    ("row", "column", "says"),
    [
        ("王小明,13800138001,test,,", Column.PHONE, "registered"),
        ("王大明,13800138000,test,,", Column.NAME, "registered"),
        ("李雷,13800138000,test,,", Column.NAME, "somebody else"),
        ("王小明,1380013,test,,", Column.PHONE, "complete phone"),
        ("王小明,1.38E+10,test,,", Column.PHONE, "rounded"),
        ("王小明,,test,,", Column.PHONE, "whom"),
        (",13800138000,test,,", Column.NAME, "whom"),
        (",,test,,", Column.NUMBER, "whom"),
        ("王小明,13800138000,,2026-11-19,", Column.KIND, "fill this in"),
        ("王小明,13800138000,test,19.11.,", Column.SINCE, "not a date"),
        ("王小明,13800138000,test,2026-11-29,", Column.SINCE, "not come yet"),
        ("王小明,13800138000,test,2026-11-19,2026-11-19", Column.UNTIL, "over already"),
        ("王小明,13800138000,permit,2026-01-01,2027-12-31", Column.UNTIL, "another end"),
    ],
)
def test_a_row_that_cannot_be_taken_names_its_column_and_the_fix(
    embedded_park: tuple[Installation, Tenant], row: str, column: Column, says: str
) -> None:
    inst, park = embedded_park
    who = person(inst, park, "王小明", "13800138000")
    person(inst, park, "李雷", "13900139000")
    credentials.add(inst, park.staff, "ann", who, Given("permit", "2026-01-01", "2026-12-31"))
    report = reported(inst, park, f"{HEADER}\n{row}\n王小明,13800138000,induction,,\n")
    bad, good = report.lines
    assert (bad.fate, good.fate) == (Fate.REFUSED, Fate.ADD)
    assert bad.problem is not None
    assert bad.problem.column is column
    assert says in bad.problem.sentence.en
    assert "小明" not in bad.who, "nobody is named in full"
    assert applied(inst, park, report) == Applied(1, 0, 0, 0)


def test_several_who_fit_need_the_short_number(embedded_park: tuple[Installation, Tenant]) -> None:
    inst, park = embedded_park
    first, _ = (person(inst, park, "王小明", "13800138000") for _ in range(2))
    number = visitor(inst, park.staff, first).short_number
    report = reported(
        inst, park, f"短号,{HEADER}\n,王小明,13800138000,test,,\n{number},王小明,13800138000,test,,\n"
    )
    assert fates(report) == [(2, Fate.REFUSED), (3, Fate.ADD)]
    assert report.steps[0].visitor_id == first


def test_rows_that_contradict_each_other_are_told(embedded_park: tuple[Installation, Tenant]) -> None:
    inst, park = embedded_park
    person(inst, park, "王小明", "13800138000")
    rows = [f"王小明,13800138000,permit,2026-01-01,{end}" for end in ("2026-12-31", "2027-12-31")]
    report = reported(inst, park, "\n".join([HEADER, *rows]))
    assert fates(report) == [(2, Fate.ADD), (3, Fate.REFUSED)]
    assert report.lines[1].problem is not None
    assert report.lines[1].problem.sentence.zh.startswith("第 2 行")


@pytest.mark.parametrize(
    ("table", "says"),
    [
        (b"", "is empty"),
        (b"name,phone,kind\n", "no rows"),
        (b"a,b\n1,2\n", "no column"),
        (b"name,kind\nx,test\n", "whom it is about"),
        (b"name,phone,mobile,kind\n1,2,3,4\n", "twice"),
        (b"\xff\xfea\0", "UTF-16"),
        (b"PK\x03\x04" + b"x" * 50, "damaged workbook"),
        (b"name,phone,kind\n" + b"a,b,c\n" * (ROWS_MOST + 1), "more than 2,000 rows"),
    ],
)
def test_a_useless_file_is_refused_in_one_sentence(
    embedded_park: tuple[Installation, Tenant], table: bytes, says: str
) -> None:
    inst, park = embedded_park
    with pytest.raises(InputError, match=says) as refused:
        reported(inst, park, table)
    assert refused.value.sentence.zh.startswith("文件")


def test_people_of_others_are_nobody_and_steps_for_them_are_lost(
    inst: Installation, park: Tenant, mill: Tenant
) -> None:
    who = person(inst, park, "王小明", "13800138000")
    table = f"{HEADER}\n王小明,13800138000,test,2026-11-19,\n"
    assert fates(reported(inst, mill, table)) == [(2, Fate.REFUSED)]
    stolen = reported(inst, park, table)
    assert applied(inst, mill, stolen) == Applied(0, 0, 0, 1)
    assert kinds(inst, who) == []


CELLS = st.sampled_from(
    [
        "王小明",
        "13800138000",
        "test",
        "2026-11-19",
        "不详",
        "",
        "=1+1",
        "x" * 300,
        "1e400",
        ID_NUMBER,
        '"',
        "\n",
        "²",
    ]
) | st.text(max_size=20)
TABLES = st.lists(st.lists(CELLS, max_size=7), max_size=5).map(
    lambda rows: "\n".join([f"短号,身份证号,{HEADER}", *(",".join(row) for row in rows)]).encode(
        "utf-8", "replace"
    )
)


@settings(
    max_examples=250,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@example(b"PK\x03\x04")
@example(f"{HEADER}\n王小明,13800138000,test,0001-01-01,9999-12-31\n".encode())
@example(f"{HEADER}\n王小明,13800138000,test,2026-11-19 00:00+99:99,\n".encode())
@given(data=st.binary(max_size=200) | TABLES)
def test_any_bytes_end_in_a_report_or_in_one_sentence(
    embedded_park: tuple[Installation, Tenant], data: bytes
) -> None:
    inst, park = embedded_park
    report = report_or_refusal(inst, park, data)
    if isinstance(report, Sentence):
        assert report.en.startswith("The file ")
        assert "\n" not in report.en + report.zh
        return
    assert all(line.problem is not None for line in report.lines if line.fate is Fate.REFUSED)
    assert len(report.steps) == report.counted(Fate.ADD) + report.counted(Fate.VERIFY)


def report_or_refusal(inst: Installation, tenant: Tenant, data: bytes) -> Report | Sentence:
    try:
        return reported(inst, tenant, data)
    except InputError as error:
        return error.sentence


def test_two_who_apply_one_report_at_once_keep_each_credential_once(inst: Installation, park: Tenant) -> None:
    people = [person(inst, park, f"王{number}", f"138001380{number:02}") for number in range(20)]
    rows = "".join(f"王{number},138001380{number:02},test,2026-11-19 08:30,\n" for number in range(20))
    report = reported(inst, park, f"{HEADER}\n{rows}")
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(lambda _: applied(inst, park, report), range(2)))
    assert sum(one.added for one in done) == sum(one.there for one in done) == 20
    assert {len(kinds(inst, who)) for who in people} == {1}
