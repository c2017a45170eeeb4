"""Codes and short numbers for rows that came without them, and the file that tells them."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from io import StringIO

from domain.venue import POSTER_ID_BYTES, poster_url, short_number
from printables.batch.columns import Column
from printables.batch.venues import FORMULA_STARTS, VenueRow

Randomness = Callable[[int], bytes]


@dataclass(frozen=True, slots=True)
class CodedRow:
    """A row with the code (16 bytes) and the short number of its poster, given or new."""

    row: VenueRow
    code: bytes
    short_number: str

    @property
    def is_new(self) -> bool:
        """Whether code or number are new, so that the site does not know them yet."""
        return self.row.code is None or self.row.short_number is None


def coded(rows: Iterable[VenueRow], random: Randomness) -> Iterator[CodedRow]:
    """Every row with a code and a number, no two the same; `random` gives that many random bytes."""
    rows = tuple(rows)
    taken = {row.short_number for row in rows if row.short_number}
    for row in rows:
        number = row.short_number or _unused(taken, random)
        yield CodedRow(row, row.code or random(POSTER_ID_BYTES), number)


def _unused(taken: set[str], random: Randomness) -> str:
    """A new number. Of 22⁷, two in ten thousand are the same in every fiftieth run: so it is looked up."""
    while (number := short_number(random(8))) in taken:
        pass
    taken.add(number)
    return number


def codes_header() -> bytes:
    """The first line of the file of new codes: UTF-8 with a mark, so that spreadsheets know it."""
    return b"\xef\xbb\xbf" + _line([column.header for column in Column])


def codes_line(coded: CodedRow, site: str) -> bytes:
    """One poster in the file of new codes, which can be given as input to print it again."""
    row = coded.row
    cells = {
        Column.VENUE: row.venue,
        Column.ENTRANCE: row.entrance,
        Column.ADDRESS: row.address,
        Column.OPERATOR: row.operator,
        Column.CODE: poster_url(site, coded.code),
        Column.SHORT_NUMBER: coded.short_number,
        Column.SERIAL: row.serial,
    }
    return _line([_guarded(cells[column]) for column in Column])


def _guarded(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return "'" + cell if cell.startswith(FORMULA_STARTS) else cell


def _line(cells: list[str]) -> bytes:
    text = StringIO()
    csv.writer(text).writerow(cells)
    return text.getvalue().encode("utf-8")
