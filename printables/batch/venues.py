"""A table of venues as rows that can be printed, and what is wrong with the others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from domain.errors import InputError
from domain.venue import parsed_short_number, poster_id
from domain.visitor import cleaned
from domain.wording import Sentence
from printables.batch.columns import Column, columns_of
from printables.batch.table import Record, records_of, refusal

MOST_ROWS = 100_000

_Value = TypeVar("_Value")

# A spreadsheet takes what begins so for a formula (a Chinese one wide signs as well), unless an
# apostrophe stands before it, which is not part of the text.
FORMULA_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r")


@dataclass(frozen=True, slots=True)
class VenueRow:
    """One poster to print; `number` is the row in the spreadsheet (the column names are row 1).

    Without `code` (16 bytes) or `short_number` new ones are needed; other texts may be empty, only
    the venue's name is there.
    """

    number: int
    venue: str
    entrance: str
    address: str
    operator: str
    serial: str
    code: bytes | None
    short_number: str | None


@dataclass(frozen=True, slots=True)
class RowFinding:
    """What is wrong with a row, and in which column when it is one."""

    number: int
    column: Column | None
    sentence: Sentence


@dataclass(frozen=True, slots=True)
class VenueTable:
    """The good rows and the findings that keep others from being printed, both in the file's order."""

    rows: tuple[VenueRow, ...]
    findings: tuple[RowFinding, ...]


def venue_table(data: bytes, site: str) -> VenueTable:
    """The venues in a CSV or XLSX file; codes given as addresses must be those of `site` (`https://host`).

    InputError, one sentence, when nothing in the file can be used: see `records_of` and `columns_of`;
    and when there is no row or too many.
    """
    records = records_of(data)
    header = next(records, None)
    if header is None:
        raise refusal("is empty; it needs column names and rows.", "是空的，需要列名和数据行。")
    reading = _Reading(columns_of(header), site.lower())
    for record in records:
        reading.take(record)
        if reading.taken > MOST_ROWS:
            raise refusal(f"has more than {MOST_ROWS:,} rows; split it.", f"超过 {MOST_ROWS:,} 行，请拆分。")
    if not reading.taken:
        raise refusal("has column names and no rows below them.", "只有列名，没有数据行。")
    return VenueTable(tuple(reading.rows), tuple(reading.findings))


class _Reading:
    """What was read so far, and which row had each code and number."""

    def __init__(self, columns: tuple[Column | None, ...], site: str) -> None:
        self.rows: list[VenueRow] = []
        self.findings: list[RowFinding] = []
        self.taken = 0
        self._columns = columns
        self._site = site
        self._row_with: dict[bytes | str, int] = {}

    def take(self, record: Record) -> None:
        """Read one row: it becomes a row, or a finding for each thing that is wrong with it."""
        self.taken += 1
        before = len(self.findings)
        cells = self._cells(record)
        row = VenueRow(
            record.number,
            self._parsed(record.number, cells, Column.VENUE, _text) or "",
            self._parsed(record.number, cells, Column.ENTRANCE, _text) or "",
            self._parsed(record.number, cells, Column.ADDRESS, _text) or "",
            self._parsed(record.number, cells, Column.OPERATOR, _text) or "",
            self._parsed(record.number, cells, Column.SERIAL, _text) or "",
            self._parsed(record.number, cells, Column.CODE, partial(_code, site=self._site)),
            self._parsed(record.number, cells, Column.SHORT_NUMBER, _short_number),
        )
        self._only_once(row.number, Column.CODE, row.code)
        self._only_once(row.number, Column.SHORT_NUMBER, row.short_number)
        if len(self.findings) == before:
            self.rows.append(row)

    def _cells(self, record: Record) -> dict[Column, str]:
        """The cells by their columns; a cell with text below no name is one too many."""
        cells: dict[Column, str] = {}
        for at, cell in enumerate(record.cells):
            column = self._columns[at] if at < len(self._columns) else None
            if column is not None:
                cells[column] = _unguarded(cell)
            elif cell.strip():
                self._find(record.number, None, _too_many(at))
        return cells

    def _parsed(
        self, number: int, cells: dict[Column, str], column: Column, parse: Callable[[str], _Value]
    ) -> _Value | None:
        """What a cell says; None when it is empty, or wrong, which becomes a finding."""
        typed = cells.get(column, "")
        if not typed.strip() and column is not Column.VENUE:
            return None
        try:
            return parse(typed)
        except InputError as wrong:
            self._find(number, column, wrong.sentence)
            return None

    def _only_once(self, number: int, column: Column, name: bytes | str | None) -> None:
        """Two posters with one name would be one poster: the second is refused."""
        if name is not None and self._row_with.setdefault(name, number) != number:
            self._find(number, column, _repeated(self._row_with[name]))

    def _find(self, number: int, column: Column | None, sentence: Sentence) -> None:
        self.findings.append(RowFinding(number, column, sentence))


def _unguarded(cell: str) -> str:
    """A cell without the apostrophe that keeps a spreadsheet from taking it for a formula."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA_STARTS) else cell


def _text(typed: str) -> str:
    return cleaned(typed, "text")


def _code(typed: str, site: str) -> bytes:
    """The poster's id from its 26 symbols or from the whole address."""
    before, address, symbols = typed.strip().upper().rpartition("/V/")
    if address and before.lower() not in (site, site.partition("://")[2]):
        raise InputError(
            "code",
            f"This code does not open {site}; correct it or the base address.",
            f"此码打开的不是 {site}，请更正此码或网站地址。",
        )
    code = poster_id(symbols)
    if code is None:
        raise InputError(
            "code",
            "This is no venue code: give its 26 letters and digits or the whole address that it opens, "
            "or leave it empty for a new one.",
            "不是场所码：请填 26 位字母数字或二维码打开的完整网址，留空则生成新码。",
        )
    return code


def _short_number(typed: str) -> str:
    number = parsed_short_number(typed)
    if number is None:
        raise InputError(
            "short number",
            "This is no short number or one symbol of it is wrong; "
            "correct it, or leave it empty for a new one.",
            "不是有效编号，或有一位写错，请更正；留空则生成新编号。",
        )
    return number


def _repeated(number: int) -> Sentence:
    return Sentence(
        f"Row {number} has the same one; two posters must not share it.",
        f"与第 {number} 行重复，两张海报不能共用。",
    )


def _too_many(at: int) -> Sentence:
    letters = _letters(at)
    return Sentence(
        f"There is text in column {letters}, which has no name in the first row.",
        f"{letters} 列有内容，但首行没有列名。",
    )


def _letters(at: int) -> str:
    """How a spreadsheet calls the column `at` (from 0): A … Z, AA …"""
    before, last = divmod(at, 26)
    return (_letters(before - 1) if before else "") + chr(ord("A") + last)
