"""Codes and numbers made for rows without them: all different, none lost, and safe in a spreadsheet."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import StringIO

from domain.venue import parsed_short_number, short_number
from printables.batch.minting import CodedRow, coded, codes_header, codes_line
from printables.batch.venues import VenueRow

SITE = "https://park.example"


def row(number: int, code: bytes | None = None, short: str | None = None, venue: str = "Park") -> VenueRow:
    return VenueRow(number, venue, "", "", "", "", code, short)


class Dice:
    """Randomness that says what it is told to, in this order."""

    def __init__(self, *throws: bytes) -> None:
        self._throws: Iterator[bytes] = iter(throws)

    def __call__(self, count: int) -> bytes:
        throw = next(self._throws)
        assert len(throw) == count
        return throw


def test_only_what_was_left_out_is_made() -> None:
    given = short_number(b"12345678")
    rows = (row(2, b"a" * 16, given), row(3, b"b" * 16), row(4, None, short_number(b"abcdefgh")), row(5))
    dice = Dice(b"87654321", b"c" * 16, b"hgfedcba", b"d" * 16)

    made = list(coded(rows, dice))

    assert [one.code for one in made] == [letter * 16 for letter in (b"a", b"b", b"c", b"d")]
    assert [one.short_number for one in made] == [
        given,
        short_number(b"87654321"),
        short_number(b"abcdefgh"),
        short_number(b"hgfedcba"),
    ]
    assert [one.is_new for one in made] == [False, True, True, True]


def test_a_number_that_any_row_has_is_not_made_again() -> None:
    dice = Dice(b"11111111", b"x" * 16, b"11111111", b"22222222", b"33333333", b"y" * 16)
    rows = (row(2), row(3), row(4, b"z" * 16, short_number(b"22222222")))

    made = list(coded(rows, dice))

    assert [one.short_number for one in made] == [
        short_number(b"11111111"),
        short_number(b"33333333"),
        short_number(b"22222222"),
    ]
    assert all(parsed_short_number(one.short_number) for one in made)


def test_the_file_of_new_codes_opens_in_a_spreadsheet_and_runs_nothing() -> None:
    rows = [
        CodedRow(row(2, venue=name), bytes(16), "BBBBBBBB")
        for name in ("=1+1", "@x", "-园,“东”", "＝1+1", "园")
    ]
    data = codes_header() + b"".join(codes_line(one, SITE) for one in rows)

    assert data.startswith(b"\xef\xbb\xbf")
    header, *lines = csv.reader(StringIO(data.decode("utf-8-sig"), newline=""))
    assert header[0] == "venue 场所"
    assert [line[0] for line in lines] == ["'=1+1", "'@x", "'-园,“东”", "'＝1+1", "园"]
    assert {line[4] for line in lines} == {"HTTPS://PARK.EXAMPLE/V/AAAAAAAAAAAAAAAAAAAAAAAAAA"}
