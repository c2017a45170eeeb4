"""Tables of places: 164 venues and 256 codes from one file, tried first, done once, and taken back."""

from __future__ import annotations

import io
from itertools import cycle, islice

import openpyxl
import pytest

from domain.errors import InputError
from tests.web.tenants import SettableClock, Tenant
from web.db.connecting.connection import Record
from web.services.errors import NotFoundError
from web.services.installation import Installation
from web.services.places import enterprises_details, liaisons, places
from web.services.places.importing import places_import
from web.services.places.importing.places_import_columns import Column
from web.services.places.importing.places_import_rows import Line, table_of
from web.services.places.posters import posters
from web.store.printing import printing
from web.store.scope import Scope

HEADER = "单位名称,Credit code 统一社会信用代码,联络员,联络员电话,场所名称,地址,场所类型,容纳人数,出入口\n"


def lines(rows: str, header: str = HEADER) -> tuple[Line, ...]:
    return table_of((header + rows).encode()).lines


def many() -> str:
    """The development zone of the report: 146 enterprises and 18 sites, 256 codes, 103 liaisons."""
    doors = [2] * 92 + [1] * 72  # 164 venues, 256 entrances
    made = []
    people = cycle(range(103))
    for at, (count, who) in enumerate(zip(doors, people, strict=False)):
        kind = "工厂" if at < 146 else "建筑工地"
        for door in range(count):
            made.append(
                f"企业{at},,联络员{who},139001{who:05d},场所{at},滨海路{at}号,{kind},100,{door + 1}号门\n"
            )
    return "".join(made)


def doors_of(inst: Installation, scope: Scope, identities: list[str]) -> list[Record]:
    return list(inst.read(lambda connection: printing.doors_called(connection, scope, identities)))


def test_the_whole_zone_comes_from_one_file_and_goes_within_the_hour(inst: Installation, park: Tenant):
    table = lines(many())
    assert len(table) == 256
    plan = places_import.planned(inst, park.area, table)
    counts = {name: plan.made(name) for name in plan.drafts}
    assert counts == {"liaisons": 103, "enterprises": 164, "venues": 164, "entrances": 256}
    assert (plan.bad, plan.changed) == (0, 0)
    assert len(places.venues(inst, park.area)) == 1
    places_import.apply(inst, park.area, "clerk", table, issue=True)
    assert len(places.venues(inst, park.area)) == 165
    assert sum(row.entrances for row in places.venues(inst, park.area)) == 258
    assert len(liaisons.board(inst, park.area).liaisons) == 103
    assert [one.name for one in liaisons.board(inst, park.area).unassigned] == ["Park Ltd"]
    again = places_import.apply(inst, park.area, "clerk", table, issue=True)
    assert again.is_empty
    [done] = places_import.done(inst, "clerk")
    assert (sum(done.of.values()), done.changed, done.waiting) == (103 + 164 + 164 + 256 + 256, 0, 0)
    assert done.of["entrances"] == 256
    made = places_import.entrances_made(inst, park.area, "clerk", done.id)
    names = {row.entrance_id: f"{row.venue_name} {row.name}" for row in doors_of(inst, park.area, made)}
    assert [names[one] for one in made] == [
        f"{row.cells[Column.VENUE]} {row.cells[Column.ENTRANCE]}" for row in table
    ]
    for scope, account in ((park.staff, "clerk"), (park.area, "another"), (Scope(), "clerk")):
        with pytest.raises(NotFoundError):
            places_import.entrances_made(inst, scope, account, done.id)
    undone = places_import.undo(inst, "clerk", done.id)
    assert undone == places_import.Undone(sum(done.of.values()), ())
    assert [row.name for row in places.venues(inst, park.area)] == ["Park Ltd site"]
    assert places_import.done(inst, "clerk") == []


def test_what_is_there_is_changed_only_where_the_table_says_otherwise(inst: Installation, park: Tenant):
    given = enterprises_details.Given("Park Ltd", contact_name="陈静", contact_phone="13800138000")
    enterprises_details.change(inst, park.area, park.enterprise, given)
    header = "enterprise,venue,address,capacity,entrance,contact,credit code\n"
    table = lines(
        "Park Ltd,Park Ltd site,2 New Road,80,North gate,王敏,91350100M000100Y43\n"
        "Park Ltd,Park Ltd site,,,West gate,,\n",
        header,
    )
    plan = places_import.planned(inst, park.area, table)
    assert plan.rows[0].makes == ()
    assert {*plan.rows[0].changes} == {Column.ADDRESS, Column.CAPACITY, Column.CONTACT, Column.CREDIT_CODE}
    assert plan.rows[1].makes == ("entrance",)
    assert plan.changed == 2
    places_import.apply(inst, park.area, "clerk", table, issue=False)
    detail = places.venue(inst, park.area, park.venue)
    assert (detail.row.address, detail.capacity, len(detail.entrances)) == ("2 New Road", 80, 3)
    now = enterprises_details.detail(inst, park.area, park.enterprise).given
    assert (now.contact_name, now.contact_phone) == ("王敏", "+8613800138000")
    [done] = places_import.done(inst, "clerk")
    assert places_import.undo(inst, "clerk", done.id) == places_import.Undone(3, ())
    detail = places.venue(inst, park.area, park.venue)
    assert (detail.row.address, detail.capacity, len(detail.entrances)) == ("1 Park Ltd Road", None, 2)
    assert enterprises_details.detail(inst, park.area, park.enterprise).given.contact_name == "陈静"


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (",,,,V,A,,,D", Column.ENTERPRISE),
        ("E,91350100M000100Y44,,,V,A,,,D", Column.CREDIT_CODE),
        ("E,,李强,12,V,A,,,D", Column.LIAISON_PHONE),
        ("E,,李强,,V,A,,,D", Column.LIAISON_PHONE),
        ("E,,,,V,A,castle,,D", Column.VENUE_KIND),
        ("E,,,,V,A,,0,D", Column.CAPACITY),
        ("E,,,,V,A,,many,D", Column.CAPACITY),
        ("E,,,,V,,,,D", Column.ADDRESS),
        ("E,,,,,A,,,D", Column.VENUE),
        (f"E,,,,{'V' * 290},A,,,D", Column.VENUE),
    ],
)
def test_a_bad_row_names_its_column_and_leaves_the_others_alone(
    embedded_park: tuple[Installation, Tenant], row: str, column: Column
):
    inst, park = embedded_park
    table = lines(f"{row}\nGood,,,,Hall,1 Road,,,Door\n")
    plan = places_import.apply(inst, park.area, "clerk", table, issue=False)
    assert column in {problem.column for problem in plan.rows[0].problems}
    assert plan.rows[0].number == 2
    assert plan.rows[1].makes == ("enterprise", "venue", "entrance")
    assert {venue.name for venue in places.venues(inst, park.area)} == {"Park Ltd site", "Hall"}


def test_a_table_says_which_venue_surrounds_its_area(inst: Installation, park: Tenant):
    header = "enterprise,venue,address,entrance,Surrounds its area 围合本区域\n"
    table = lines(
        "Park Ltd,Park Ltd site,,,是\nPark Ltd,Hall,2 Road,Door,no\nPark Ltd,Yard,3 Road,Door,\n"
        "Park Ltd,Mill,4 Road,Door,perhaps\n",
        header,
    )
    plan = places_import.apply(inst, park.area, "clerk", table, issue=False)
    assert [{*row.changes} for row in plan.rows] == [{Column.SURROUNDS}, {*()}, {*()}, {*()}]
    assert [problem.sentence.en for problem in plan.rows[3].problems] == ["Write one of these: yes, no."]
    made = {
        row.name: places.venue(inst, park.area, row.id).surrounds for row in places.venues(inst, park.area)
    }
    assert made == {"Park Ltd site": True, "Hall": False, "Yard": False}
    [done] = places_import.done(inst, "clerk")
    places_import.undo(inst, "clerk", done.id)
    assert not places.venue(inst, park.area, park.venue).surrounds


def test_two_rows_that_contradict_each_other_name_one_another(inst: Installation, park: Tenant):
    table = lines("E,,,,V,1 Road,,,North\nE,,,,V,2 Road,,,South\nE,,,,V,1 Road,,,North\n")
    plan = places_import.planned(inst, park.area, table)
    assert [len(row.problems) for row in plan.rows] == [0, 1, 0]
    assert "Row 2" in plan.rows[1].problems[0].sentence.en
    assert plan.rows[2].makes == ()


def test_a_row_means_the_venue_that_pages_would_not_make_twice(inst: Installation, park: Tenant):
    header = "enterprise,venue,address,entrance\n"
    made = [
        places.create_venue(inst, park.staff, park.enterprise, name="Hall", address=address)
        for address in ("1 Road", "2 Road")
    ]
    table = lines("Park Ltd,Hall,2 Road,East\nPark Ltd,Hall,3 Road,East\nPark Ltd,Hall,,West\n", header)
    plan = places_import.apply(inst, park.area, "clerk", table, issue=False)
    assert [row.makes for row in plan.rows] == [("entrance",), ("venue", "entrance"), ()]
    assert [problem.column for problem in plan.rows[2].problems] == [Column.ADDRESS]
    assert [len(places.venue(inst, park.area, one).entrances) for one in made] == [0, 1]
    for one in made:
        places.set_venue_state(inst, park.area, one, "closed")
    [third] = [row for row in places.venues(inst, park.area) if row.address == "3 Road"]
    again = places_import.apply(inst, park.area, "clerk", lines("Park Ltd,Hall,,West\n", header), issue=False)
    assert again.rows[0].makes == ("entrance",)
    assert len(places.venue(inst, park.area, third.id).entrances) == 2


def test_an_address_is_not_put_back_where_another_venue_of_the_name_is_now(inst: Installation, park: Tenant):
    header = "enterprise,venue,address,capacity\n"
    moved = places.create_venue(inst, park.staff, park.enterprise, name="Hall", address="1 Road")
    places_import.apply(inst, park.area, "clerk", lines("Park Ltd,Hall,2 Road,9\n", header), issue=False)
    places.create_venue(inst, park.staff, park.enterprise, name="Hall", address="1 Road")
    [done] = places_import.done(inst, "clerk")
    assert places_import.undo(inst, "clerk", done.id).kept == ("Hall",)
    assert places.venue(inst, park.area, moved).row.address == "2 Road"


def test_nothing_of_others_is_found_or_made(inst: Installation, park: Tenant, mill: Tenant):
    header = "enterprise,area,venue,address,entrance\n"
    theirs = lines("Mill Ltd,West Area,Mill Ltd site,3 Road,Door\n", header)
    plan = places_import.planned(inst, park.area, theirs)
    assert plan.rows[0].problems[0].column is Column.AREA
    own = lines("Mill Ltd,,Hall,3 Road,Door\nPark Ltd,,Hall,3 Road,Door\n", header)
    plan = places_import.apply(inst, park.staff, "clerk", own, issue=True)
    assert [bool(row.problems) for row in plan.rows] == [True, False]
    [hall] = [row for row in places.venues(inst, park.staff) if row.name == "Hall"]
    assert hall.state == "applied"
    assert places.venue(inst, park.staff, hall.id).entrances[0].posters == ()
    assert [row.name for row in places.venues(inst, mill.area)] == ["Mill Ltd site"]
    [done] = places_import.done(inst, "clerk")
    with pytest.raises(NotFoundError):
        places_import.undo(inst, "another clerk", done.id)


def test_what_was_used_since_stays_and_is_named(inst: Installation, park: Tenant, clock: SettableClock):
    table = lines("E,,,,V,1 Road,,,North\nE,,,,W,1 Road,,,Door\n")
    places_import.apply(inst, park.area, "clerk", table, issue=True)
    [used] = [row for row in places.venues(inst, park.area) if row.name == "V"]
    door = places.venue(inst, park.area, used.id).entrances[0]
    posters.issue(inst, park.area, door.id)
    [done] = places_import.done(inst, "clerk")
    undone = places_import.undo(inst, "clerk", done.id)
    assert undone.kept == ("North", "V", "E")
    assert {row.name for row in places.venues(inst, park.area)} == {"Park Ltd site", "V"}
    places_import.apply(inst, park.area, "clerk", lines("F,,,,V,1 Road,,,North\n"), issue=False)
    clock.pass_s(3600)
    assert places_import.done(inst, "clerk") == []


def test_a_workbook_and_gb18030_are_read_alike():
    rows = [["企业", "场所", "地址", "容纳人数", "备注"], ["甲厂", "一号楼", "一路", 30, "x"]]
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    text = "\n".join(",".join(str(cell) for cell in row) for row in rows)
    found = [table_of(data) for data in (file.getvalue(), text.encode("gb18030"), text.encode("utf-8-sig"))]
    assert found[0].lines == found[1].lines == found[2].lines
    assert found[0].ignored == ("备注",)


@pytest.mark.parametrize("data", [b"", b"a,b\n1,2\n", "企业,公司\nA,B\n".encode(), "企业\n".encode(), b"\0"])
def test_a_useless_file_is_refused_with_a_sentence(data: bytes):
    with pytest.raises(InputError):
        table_of(data)


def test_a_table_has_at_most_a_thousand_rows():
    with pytest.raises(InputError, match="1,000"):
        table_of(("企业\n" + "".join(islice(cycle(["甲\n"]), 1001))).encode())
