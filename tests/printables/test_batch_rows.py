"""Rows that cannot be printed: named with number, column and reason, and the others kept."""

from __future__ import annotations

import pytest

from domain.venue import SHORT_ALPHABET, parsed_short_number, poster_id, poster_url, short_number
from printables.batch.columns import Column
from printables.batch.venues import VenueTable, venue_table

SITE = "https://park.example"
CODE = "CI5XYQNE6DLJHUZ2WVTM4GKA7Q"
OTHER = "AAAQEAYEAUDAOCAJBIFQYDIOB4"
NUMBER = short_number(bytes(range(8)))


def read(*rows: str, header: str = "venue,entrance,code,short number") -> VenueTable:
    return venue_table("\n".join((header, *rows)).encode(), SITE)


def only_finding(row: str) -> tuple[Column | None, str]:
    table = read("Park,South,,", row, "Park,North,,")
    (finding,) = table.findings
    assert finding.number == 3
    assert finding.sentence.zh
    assert [good.number for good in table.rows] == [2, 4]
    return finding.column, finding.sentence.en


def test_a_code_is_its_26_symbols_or_the_whole_address_in_any_case() -> None:
    url = poster_url(SITE, bytes(16))
    table = read(
        f"Park,1,{CODE},",
        f"Park,2,{OTHER.lower()},",
        f"Park,3,{url},",
        f"Park,4,park.example/v/{'MFRGGZDFMZTWQ2LKNNWG23TPOA'.lower()},",
    )

    assert table.findings == ()
    assert [row.code for row in table.rows] == [
        poster_id(CODE),
        poster_id(OTHER),
        bytes(16),
        b"abcdefghijklmnop",
    ]


def test_a_short_number_may_be_typed_with_spaces_and_in_lower_case() -> None:
    table = read(f"Park,South,,{NUMBER[:4].lower()} {NUMBER[4:]}")

    assert [row.short_number for row in table.rows] == [NUMBER]


@pytest.mark.parametrize("venue", ["", "  ", "\u200b", "\u3000"])
def test_a_row_without_a_venue_is_named(venue: str) -> None:
    column, said = only_finding(f"{venue},South,,")

    assert (column, said) == (Column.VENUE, "Please fill this in.")


@pytest.mark.parametrize(
    ("row", "column"), [("园" * 201 + ",,,", "VENUE"), ("x," + "y" * 10_000, "ENTRANCE")]
)
def test_a_text_that_is_too_long_is_named(row: str, column: str) -> None:
    found, said = only_finding(row)

    assert found is Column[column]
    assert "200 is the most" in said


@pytest.mark.parametrize(
    "code",
    ["X", CODE + "A", CODE[:-1] + "R", CODE.replace("Q", "9"), f"{SITE}/V/", f"{SITE}/V/{CODE}/", "场所码"],
)
def test_a_text_that_is_no_code_is_named(code: str) -> None:
    column, said = only_finding(f"Park,South,{code},")

    assert column is Column.CODE
    assert "no venue code" in said


@pytest.mark.parametrize(
    "site", ["https://other.example", "http://park.example", "https://park.example.evil"]
)
def test_a_code_of_another_site_is_named(site: str) -> None:
    column, said = only_finding(f"Park,South,{site}/V/{CODE},")

    assert column is Column.CODE
    assert f"does not open {SITE}" in said


def test_every_single_wrong_symbol_of_a_short_number_is_found() -> None:
    for at, right in enumerate(NUMBER):
        for wrong in SHORT_ALPHABET.replace(right, ""):
            typed = NUMBER[:at] + wrong + NUMBER[at + 1 :]
            (finding,) = read(f"Park,South,,{typed}").findings
            assert finding.column is Column.SHORT_NUMBER


def test_the_second_row_with_the_same_code_is_refused_and_the_first_is_named() -> None:
    table = read(f"Park,South,{CODE},", "Park,East,,", f"Park,North,{SITE.upper()}/V/{CODE.lower()},")

    (finding,) = table.findings
    assert (finding.number, finding.column) == (4, Column.CODE)
    assert "Row 2 has the same one" in finding.sentence.en
    assert "第 2 行" in finding.sentence.zh
    assert [row.number for row in table.rows] == [2, 3]


def test_the_second_row_with_the_same_short_number_is_refused() -> None:
    assert parsed_short_number(NUMBER) == NUMBER
    (finding,) = read(f"Park,South,,{NUMBER}", f"Park,North,,{NUMBER.lower()}").findings

    assert (finding.number, finding.column) == (3, Column.SHORT_NUMBER)


def test_text_where_no_column_is_named_is_not_ignored() -> None:
    column, said = only_finding("Park,South,,,,more")

    assert column is None
    assert "column F" in said


def test_a_spreadsheets_27th_column_is_called_aa() -> None:
    (finding,) = read("Park" + "," * 26 + "more").findings

    assert "column AA" in finding.sentence.en


def test_everything_that_is_wrong_with_a_row_is_told_at_once() -> None:
    table = read(",South,X,Y")

    assert [finding.column for finding in table.findings] == [Column.VENUE, Column.CODE, Column.SHORT_NUMBER]
    assert table.rows == ()
