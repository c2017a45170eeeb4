"""Tables as XLSX: read as a person sees them, with row numbers, and never unpacked without limits."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import date, datetime
from io import BytesIO

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import InputError
from printables.batch.table import records_of
from printables.batch.venues import venue_table

SITE = "https://park.example"
SHEET = "xl/worksheets/sheet1.xml"
STRINGS, STYLES = "xl/sharedStrings.xml", "xl/styles.xml"
MAIN = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def workbook(*rows: list[object], hidden_first: bool = False) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    if hidden_first:
        sheet.append(["nothing", "here"])
        sheet.sheet_state = "hidden"
        sheet = book.create_sheet("Venues")
    for row in rows:
        sheet.append(row)
    output = BytesIO()
    book.save(output)
    return output.getvalue()


def repacked(data: bytes, changes: dict[str, bytes]) -> bytes:
    """A workbook with some of its parts replaced or added."""
    output = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, changes.get(name, old.read(name)))
        for name in changes.keys() - set(old.namelist()):
            new.writestr(name, changes[name])
    return output.getvalue()


def test_a_workbook_is_read_like_a_table_of_text() -> None:
    table = venue_table(
        workbook(
            ["场所", "Entrance 出入口", "序号", "address"],
            ["云杉科技园", "南门", 7.0, "银杉路 88 号"],
            [],
            [None, "x", None, None],
            ["北园", None, 12, 88],
        ),
        SITE,
    )

    assert [(row.number, row.venue, row.serial, row.address) for row in table.rows] == [
        (2, "云杉科技园", "7", "银杉路 88 号"),
        (5, "北园", "12", "88"),
    ]
    assert [finding.number for finding in table.findings] == [4]


def test_cells_are_as_a_person_reads_them() -> None:
    data = workbook([1.5, 3.0, True, date(2026, 3, 1), datetime(2026, 3, 1, 8, 30), "=1+1", None])
    (record,) = records_of(data)

    # A formula that no spreadsheet ever calculated has no value.
    assert record.cells == ("1.5", "3", "TRUE", "2026-03-01", "2026-03-01T08:30:00")


def test_the_first_sheet_that_is_shown_counts() -> None:
    table = venue_table(workbook(["venue"], ["Park"], hidden_first=True), SITE)

    assert [row.venue for row in table.rows] == ["Park"]


def test_a_workbook_and_the_same_table_as_csv_give_the_same_rows() -> None:
    rows = [["venue", "entrance", "address"], ["云杉, 园", 'the "south" gate', "a\nb"], ["B", "", "c"]]
    text = '"venue","entrance","address"\n"云杉, 园","the ""south"" gate","a\nb"\nB,,c\n'

    assert venue_table(workbook(*rows), SITE) == venue_table(text.encode(), SITE)


def _many(element: bytes, count: int) -> bytes:
    """A part of an archive that is small when it is packed and takes minutes and gigabytes to read."""
    return b"<sst " + MAIN + b">" + element * count + b"</sst>"


def _rows_at(*numbers: int) -> bytes:
    rows = (f'<row r="{at}"><c r="A{at}" t="str"><v>venue</v></c></row>' for at in numbers)
    return b"<worksheet " + MAIN + b"><sheetData>" + "".join(rows).encode() + b"</sheetData></worksheet>"


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (lambda: b"PK\x03\x04 and no more", "damaged"),
        (lambda: workbook(["venue"], ["Park"])[:-400], "damaged"),
        (lambda: repacked(workbook(["venue"]), {SHEET: b"<worksheet><sheetData><row"}), "damaged"),
        (lambda: repacked(workbook(["venue"]), {"xl/media/image1.png": bytes(200_000_001)}), "too much"),
        (lambda: repacked(workbook(["venue"]), {f"xl/{n}": b"" for n in range(2_100)}), "too much"),
        (lambda: repacked(workbook(["venue"]), {STRINGS: _many(b"<si/>", 3_000_000)}), "too many cells"),
        (
            lambda: repacked(workbook(["venue"]), {STYLES: _many(b"<xf a='' b='' c=''/>", 900_000)}),
            "too many",
        ),
        (lambda: repacked(workbook(["venue"]), {SHEET: _rows_at(1, 500_000)}), "empty rows"),
        (lambda: repacked(workbook(["venue"]), {SHEET: _rows_at(1, 150_000, 290_000)}), "empty rows"),
        (lambda: b"\xd0\xcf\x11\xe0" + bytes(600), "password"),
        (workbook, "is empty"),
    ],
    ids=[
        "no zip",
        "cut",
        "broken sheet",
        "bomb",
        "many parts",
        "many texts",
        "many styles",
        "far",
        "far twice",
        "xls",
        "empty",
    ],
)
def test_a_workbook_that_cannot_be_used_is_refused_in_a_sentence(
    made: Callable[[], bytes], said: str
) -> None:
    data = made()
    with pytest.raises(InputError) as refused:
        venue_table(data, SITE)
    assert said in refused.value.sentence.en
    assert refused.value.sentence.zh


def test_an_archive_that_is_no_workbook_says_so() -> None:
    output = BytesIO()
    with zipfile.ZipFile(output, "w") as archive:
        archive.writestr("content.xml", "<office/>")
    with pytest.raises(InputError, match="no XLSX"):
        venue_table(output.getvalue(), SITE)


def test_a_far_away_cell_does_not_take_the_memory_of_all_between() -> None:
    sheet = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        b'<row r="1"><c r="A1" t="str"><v>venue</v></c></row>'
        b'<row r="150000"><c r="A150000" t="str"><v>Park</v></c>'
        b'<c r="XFD150000" t="str"><v>far</v></c></row></sheetData></worksheet>'
    )
    table = venue_table(repacked(workbook(["venue"]), {SHEET: sheet}), SITE)

    assert [(row.number, row.venue) for row in table.rows] == [(150_000, "Park")]


@settings(max_examples=80, deadline=None)
@given(st.binary(max_size=200), st.integers(0, 5000))
def test_any_damage_is_a_table_or_a_sentence(noise: bytes, at: int) -> None:
    whole = workbook(["venue", "entrance"], ["云杉", "南门"])
    damaged = whole[: at % len(whole)] + noise + whole[at % len(whole) + len(noise) :]
    try:
        found = [row.venue for row in venue_table(damaged, SITE).rows]
    except InputError as refused:
        found = [refused.field]

    assert all(isinstance(text, str) for text in found)


def test_a_large_table_of_one_word_is_no_bomb() -> None:
    """What packs best of all that people send."""
    rows = [["venue", "entrance"], *(["云杉科技园", "南门"] for _ in range(20_000))]
    assert sum(1 for _ in records_of(workbook(*rows))) == 20_001
