"""A table of what to print: rows matched to one's own entrances, told one by one, printed on one press."""

from __future__ import annotations

import pytest

from domain.errors import InputError
from printables.batch.columns import Column as CommandColumn
from printables.batch.columns import columns_of
from printables.batch.table import Record
from tests.web.tenants import Tenant, tenant
from web.services.errors import NotFoundError
from web.services.installation import Installation
from web.services.places import places
from web.services.places.posters import posters
from web.services.printing import printing_jobs, printing_working
from web.services.printing.printing_folder import Stage
from web.services.printing.printing_jobs import OWN_MOST
from web.services.printing.printing_options import Options
from web.services.printing.tables import printing_matching, printing_missing
from web.services.printing.tables.printing_matching import Match
from web.services.printing.tables.printing_table import Column, table_of
from web.store.scope import PROGRAM, Scope


def found(inst: Installation, scope: Scope, text: str) -> tuple[Match, ...]:
    return printing_matching.matched(inst, scope, table_of(text.encode()).lines)


def reasons(matches: tuple[Match, ...]) -> list[str]:
    return [match.why.en if match.why else "" for match in matches]


def numbers(inst: Installation, park: Tenant) -> dict[str, str]:
    doors = places.venue(inst, PROGRAM, park.venue).entrances
    return {poster.id: poster.short_number for door in doors for poster in door.posters}


def test_a_row_names_a_venue_one_of_its_entrances_or_the_number_of_a_code(inst: Installation, park: Tenant):
    other = places.create_venue(inst, park.staff, park.enterprise, name="Hall", address="2 Road")
    hall = places.create_entrance(inst, park.staff, other, "Door")
    number = numbers(inst, park)[park.poster]
    text = f"场所,出入口,编号\nHall,,\nPARK ltd  site,south GATE,\n,,{number.lower()}\n"
    matches = found(inst, park.staff, text)
    assert reasons(matches) == ["", "", ""]
    assert [match.number for match in matches] == [2, 3, 4]
    doors = [door for match in matches for door in match.doors]
    assert [door.id for door in doors] == [hall, park.side_entrance, park.entrance]
    assert [door.has_code for door in doors] == [False, False, True]


def test_a_venue_without_an_entrance_named_means_all_of_them(inst: Installation, park: Tenant):
    [match] = found(inst, park.staff, "venue\nPark Ltd site\n")
    assert {door.id for door in match.doors} == {park.entrance, park.side_entrance}


def test_a_row_that_cannot_be_printed_says_why_and_what_to_do(inst: Installation, park: Tenant, mill: Tenant):
    older, newer = park.poster, posters.issue(inst, park.staff, park.entrance)
    shut, applied, _bare = (
        places.create_venue(inst, park.staff, park.enterprise, name=name, address="x", applies=applies)
        for name, applies in (("Shut", False), ("Applied", True), ("Bare", False))
    )
    for venue in (shut, applied):
        places.create_entrance(inst, park.staff, venue, "Door")
    places.set_venue_state(inst, park.staff, shut, "closed")
    number = numbers(inst, park)
    theirs = numbers(inst, mill)[mill.poster]
    rows = [
        "Nowhere,,,", "Park Ltd site,West gate,,", "Bare,,,", "Shut,,,", "Applied,,,", ",North gate,,",
        f",,{number[older]},", f",,{theirs},", ",,ABC,", "Mill Ltd site,,,", f",,{number[newer]},",
        "Park Ltd site,North gate,,",
    ]  # fmt: skip
    matches = found(inst, park.staff, "venue,entrance,short number,colour\n" + "\n".join(rows))
    told = [
        "no venue of this name", "no such entrance", "no such entrance", "closed", "waits for review",
        "Give the name of the venue", f"newer code, {number[newer]}", "none of yours", "none of yours",
        "no venue of this name", "", "Row 12 names the same",
    ]  # fmt: skip
    assert len(matches) == len(told)
    for sentence, part in zip(reasons(matches), told, strict=True):
        assert part in sentence
        assert bool(part) == bool(sentence)
    missing = [match.number for match in matches if match.missing]
    assert missing == [2, 3, 4, 11]


def test_two_venues_of_one_name_are_told_apart_by_their_enterprise(inst: Installation, park: Tenant):
    town = Scope(area_path=park.area.area_path)
    other = places.create_enterprise(inst, town, "Ferry Ltd")
    venue = places.create_venue(inst, town, other, name="Park Ltd site", address="9 Quay")
    door = places.create_entrance(inst, town, venue, "Pier")
    rows = "venue,company,address\nPark Ltd site,,\nPark Ltd site,Ferry Ltd,\nPark Ltd site,,9 quay\n"
    first, by_enterprise, by_address = found(inst, town, rows)
    assert "Several venues" in reasons((first,))[0]
    assert [one.id for one in by_enterprise.doors] == [door]
    assert "Row 3 names the same" in reasons((by_address,))[0]


@pytest.mark.parametrize("text", ["", "venue\n", "colour,size\nred,A4\n", "venue,场所\na,b\n"])
def test_a_table_of_which_nothing_can_be_used_is_refused_with_a_sentence(text: str):
    with pytest.raises(InputError) as refused:
        table_of(text.encode())
    assert refused.value.sentence.en.startswith("The file ")
    assert refused.value.sentence.zh.startswith("文件")


@pytest.mark.parametrize("column", [one for one in CommandColumn if one is not CommandColumn.SERIAL])
def test_columns_are_called_as_in_the_command(column: CommandColumn):
    for name in (column.value.en, column.value.zh, column.header):
        assert (
            columns_of(Record(1, (name, "venue" if column is not CommandColumn.VENUE else "")))[0] is column
        )
        other = "venue" if column is not CommandColumn.VENUE else "number"
        [line] = table_of(f"{name},{other}\nx,y\n".encode()).lines
        assert line.cells[Column[column.name]] == "x"


def test_another_tenants_table_is_neither_seen_nor_confirmed_and_prints_nothing_of_theirs(
    inst: Installation, park: Tenant, mill: Tenant
):
    job_id = printing_jobs.propose(
        inst, park.staff, found(inst, park.staff, "venue\nPark Ltd site\n"), Options(), "pdf"
    )
    for ask in (printing_jobs.proposed, printing_jobs.confirm):
        with pytest.raises(NotFoundError):
            ask(inst, mill.staff, job_id)
    stolen = found(inst, park.staff, "venue,entrance\nPark Ltd site,North gate\n")
    theirs = printing_jobs.propose(inst, mill.staff, stolen, Options(), "pdf")
    printing_jobs.confirm(inst, mill.staff, theirs)
    printing_working.work_off(inst)
    assert printing_jobs.job(inst, mill.staff, theirs).progress.printed == 0


def test_nothing_happens_before_a_table_is_confirmed_and_bad_rows_are_named_in_the_end(
    embedded_park: tuple[Installation, Tenant],
):
    inst, park = embedded_park
    matches = found(inst, park.staff, "venue,entrance\nNowhere,Door\nPark Ltd site,South gate\n")
    job_id = printing_jobs.propose(inst, park.staff, matches, Options(), "pdf")
    assert printing_jobs.proposed(inst, park.staff, job_id) == matches
    assert printing_working.work_off(inst) == 0
    assert len(numbers(inst, park)) == 1
    for _ in range(2):  # pressed twice
        printing_jobs.confirm(inst, park.staff, job_id)
    assert printing_working.work_off(inst) == 1
    done = printing_jobs.job(inst, park.staff, job_id).progress
    assert (done.stage, done.done, done.printed, done.pages) == (Stage.DONE, 2, 1, 1)
    assert done.problems == (
        (
            "Nowhere · Door",
            "Row 2: There is no venue of this name here.",
            "第 2 行：没有此名称的场所。",
        ),
    )
    assert len(numbers(inst, park)) == 2
    printing_jobs.confirm(inst, park.staff, job_id)
    assert printing_working.work_off(inst) == 0
    with pytest.raises(NotFoundError):
        printing_jobs.proposed(inst, park.staff, job_id)


def test_a_table_without_a_good_row_cannot_be_confirmed_and_old_ones_make_room(
    embedded_park: tuple[Installation, Tenant],
):
    inst, park = embedded_park
    matches = found(inst, park.staff, "venue\nNowhere\n")
    made = [printing_jobs.propose(inst, park.staff, matches, Options(), "pdf") for _ in range(OWN_MOST + 2)]
    with pytest.raises(NotFoundError):
        printing_jobs.confirm(inst, park.staff, made[-1])
    assert {job.id for job in printing_jobs.jobs(inst, park.staff)} == set(made[2:])


def test_what_is_missing_becomes_rows_of_the_import_of_places(embedded_park: tuple[Installation, Tenant]):
    inst, park = embedded_park
    text = "venue,entrance,address,operator\nAnnex,Door,3 Road,\nPark Ltd site,,,\nBarn,,,Somebody\n"
    first, second = printing_missing.lines(inst, park.staff, found(inst, park.staff, text))
    assert (first.number, second.number) == (2, 4)
    assert [cell for _, cell in sorted((one.name, cell) for one, cell in first.cells.items())] == [
        "3 Road", "Park Ltd", "Door", "Annex",
    ]  # fmt: skip
    tenant(inst, "West Area", "Mill Ltd")
    assert "Somebody" in printing_missing.lines(inst, PROGRAM, found(inst, PROGRAM, text))[1].cells.values()
    assert not any(
        one.name == "ENTERPRISE"
        for one in printing_missing.lines(inst, PROGRAM, found(inst, PROGRAM, text))[0].cells
    )
