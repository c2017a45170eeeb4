"""The rows of a table by their columns; reads the cells of one and gathers what has to be mended in it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from domain.errors import InputError
from domain.wording import Sentence
from printables.batch.table import Record, records_of, refusal
from web.services.tables.table_headers import shown

_C = TypeVar("_C")
_T = TypeVar("_T")


@dataclass(frozen=True)  # no slots: a generic class with them cannot be made by its alias
class Line(Generic[_C]):
    """One row as it was typed: its number as a spreadsheet shows it, and its cells that are not empty."""

    number: int
    cells: Mapping[_C, str]


@dataclass(frozen=True)
class Problem(Generic[_C]):
    """What to mend: the column it lies in, and how."""

    column: _C
    sentence: Sentence


@dataclass(frozen=True)
class Table(Generic[_C]):
    """All rows, and the names of columns that were left out, short and on one line."""

    lines: tuple[Line[_C], ...]
    ignored: tuple[str, ...]


class CellReader(Generic[_C]):
    """Reads cells by their columns; `problems` is what was wrong with them."""

    def __init__(self, cells: Mapping[_C, str]) -> None:
        self._cells = cells
        self.problems: list[Problem[_C]] = []

    def read(self, column: _C, reader: Callable[[str], _T], otherwise: _T) -> _T:
        """A cell as `reader` understands it; what is wrong with it is noted."""
        try:
            return reader(self._cells.get(column, ""))
        except InputError as error:
            self.problems.append(Problem(column, error.sentence))
            return otherwise

    def optional(self, column: _C, reader: Callable[[str], _T], otherwise: _T) -> _T:
        """A cell that may be empty."""
        return self.read(column, reader, otherwise) if self._cells.get(column) else otherwise


def table_below(
    data: bytes, columns_of: Callable[[Record], Sequence[_C | None]], *, rows_most: int, cell_most: int
) -> Table[_C]:
    """The rows of a CSV or XLSX file; InputError, one sentence, when nothing in it can be used.

    `columns_of` says what the names in the first row mean, None for one that is left out.
    """
    records = records_of(data)
    header = next(records, None)
    if header is None:
        raise refusal("is empty.", "是空的。")
    columns = columns_of(header)
    lines = lines_below(records, columns, rows_most=rows_most, cell_most=cell_most)
    if not lines:
        raise refusal("has column names and no rows below them.", "只有列名，没有数据行。")
    pairs = zip(header.cells, columns, strict=True)
    return Table(lines, tuple(shown(cell) for cell, column in pairs if cell.strip() and column is None))


def lines_below(
    records: Iterator[Record],
    columns: Sequence[_C | None],
    *,
    rows_most: int,
    cell_most: int,
    printed: Collection[_C] = (),
) -> tuple[Line[_C], ...]:
    """The rows below the column names; one with nothing but `printed` columns was not used.

    Cells are cut after `cell_most` characters. InputError for more than `rows_most` rows.
    """
    lines: list[Line[_C]] = []
    for record in records:
        pairs = zip(columns, record.cells, strict=False)
        cells = {column: cell.strip()[:cell_most] for column, cell in pairs if column and cell.strip()}
        if printed and not cells.keys() - set(printed):
            continue
        if len(lines) == rows_most:
            raise refusal(f"has more than {rows_most:,} rows; split it.", f"超过 {rows_most:,} 行，请拆分。")
        lines.append(Line(record.number, cells))
    return tuple(lines)
