"""The rows of a table of credentials: who is meant and what they have, each on its own."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from domain.errors import InputError
from domain.venue import parsed_short_number
from domain.visitor import (
    cleaned,
    masked_name,
    masked_phone,
    masked_tail,
    normalised_id_number,
    normalised_phone,
)
from domain.wording import Sentence
from web.services.people.credential_columns import Column, columns_of
from web.services.people.credential_values import Dated, Given, checked
from web.services.tables.table_cells import table_below

ROWS_MOST = 2_000
_CELL_MOST = 300
_COLUMN_OF_FIELD = {"kind": Column.KIND, "since": Column.SINCE, "until": Column.UNTIL}
_ROUNDED = re.compile(r"\d(\.\d+)?e\+?\d+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a row cannot be taken: the column it lies in, and what to do."""

    column: Column
    sentence: Sentence


@dataclass(frozen=True, slots=True)
class Row:
    """One row as read: its number as a spreadsheet shows it, and either values or the first problem.

    `typed` is what names the person, masked.
    """

    number: int
    names: dict[Column, str] = field(default_factory=dict)
    dated: Dated | None = None
    problem: Problem | None = None
    typed: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """All rows, and the names of columns that were left out."""

    rows: tuple[Row, ...]
    ignored: tuple[str, ...]


def table_of(data: bytes, now_ms: int) -> Table:
    """The rows of a CSV or XLSX file; InputError, one sentence, when nothing in it can be used."""
    table = table_below(data, columns_of, rows_most=ROWS_MOST, cell_most=_CELL_MOST)
    return Table(tuple(_row(line.number, line.cells, now_ms) for line in table.lines), table.ignored)


def _row(number: int, cells: Mapping[Column, str], now_ms: int) -> Row:
    typed = _masked(cells)
    try:
        names = dict(_names(cells))
    except _BadRowError as bad:
        return Row(number, problem=bad.problem, typed=typed)
    given = Given(cells.get(Column.KIND, ""), cells.get(Column.SINCE, ""), cells.get(Column.UNTIL, ""))
    try:
        return Row(number, names, checked(given, now_ms), typed=typed)
    except InputError as error:
        return Row(number, problem=Problem(_COLUMN_OF_FIELD[error.field], error.sentence), typed=typed)


class _BadRowError(Exception):
    def __init__(self, problem: Problem) -> None:
        super().__init__()
        self.problem = problem


def _names(cells: Mapping[Column, str]) -> Iterator[tuple[Column, str]]:
    """What names the person, in normal form."""
    readers: dict[Column, Callable[[str], str]] = {
        Column.NUMBER: _number,
        Column.ID_NUMBER: normalised_id_number,
        Column.PHONE: normalised_phone,
        Column.NAME: lambda text: cleaned(text, "name"),
    }
    given = [column for column in readers if cells.get(column)]
    if not given or given == [Column.NAME] or given == [Column.PHONE]:
        missing = Column.PHONE if given == [Column.NAME] else Column.NAME
        raise _BadRowError(Problem(missing if given else Column.NUMBER, _NOBODY))
    for column in given:
        text = cells[column]
        if column is not Column.NAME and _ROUNDED.fullmatch(text):
            raise _BadRowError(Problem(column, _SPOILT))
        try:
            yield column, readers[column](text)
        except InputError as error:
            raise _BadRowError(Problem(column, error.sentence)) from None


def _number(typed: str) -> str:
    if (number := parsed_short_number(typed)) is None:
        raise InputError(
            "number",
            "A visitor number has 8 letters and digits, like BCDF 2346. Please compare each one.",
            "访客编号为 8 位字母和数字，例如 BCDF 2346，请逐位核对。",
        )
    return number


def _masked(cells: Mapping[Column, str]) -> str:
    name, phone, number = (
        cells.get(Column.NAME, ""),
        cells.get(Column.PHONE, ""),
        cells.get(Column.NUMBER, ""),
    )
    identity = cells.get(Column.ID_NUMBER, "")
    masked = (
        number[:20],
        masked_name(name[:60]) if name else "",
        masked_phone(phone[:40]) if phone else "",
        masked_tail(identity[:40]) if identity else "",
    )
    return " · ".join(part for part in masked if part)


_NOBODY = Sentence(
    "The row does not say whom it is about. Give the visitor number, the identity number, or name and phone.",
    "此行未说明是哪位访客。请填写访客编号、证件号码，或姓名和电话。",
)
_SPOILT = Sentence(
    "The spreadsheet rounded this number. Format the column as text, and type it again.",
    "表格软件已将此号码取整。请将该列设为文本格式后重新填写。",
)
