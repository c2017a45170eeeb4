"""The rows of a table of places: each as checked values, or as everything that has to be mended in it."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

from domain.errors import InputError
from domain.visitor import cleaned, normalised_phone
from domain.wording import Sentence
from web.services.places.enterprises_details import ENTERPRISE_KINDS, SIZE_CLASSES
from web.services.places.importing.places_import_columns import YES_OR_NO, Column, columns_of, value_of
from web.services.places.places import VENUE_KINDS, checked_credit_code, checked_zone
from web.services.tables import table_cells
from web.services.tables.table_cells import CellReader, table_below

ROWS_MOST = 1_000
_CELL_MOST = 300
_CAPACITY_MOST = 1_000_000

Line = table_cells.Line[Column]
Table = table_cells.Table[Column]
Problem = table_cells.Problem[Column]


@dataclass(frozen=True, slots=True)
class Row:
    """What a row says, checked; a column that is not there was empty, and `problems` are what to mend."""

    number: int
    values: Mapping[Column, str | int]
    problems: tuple[Problem, ...] = field(default=())

    def text(self, column: Column) -> str:
        """The value of a column as text, "" when it was empty."""
        return str(self.values.get(column, ""))


def table_of(data: bytes) -> Table:
    """The rows of a CSV or XLSX file; InputError, one sentence, when nothing in it can be used."""
    return table_below(data, columns_of, rows_most=ROWS_MOST, cell_most=_CELL_MOST)


def row_of(line: Line) -> Row:
    """A row with every cell checked on its own."""
    reader = CellReader(line.cells)
    values: dict[Column, str | int] = {}
    for column in Column:
        if column in line.cells or column is Column.ENTERPRISE:
            nothing: str | int = ""
            values[column] = reader.read(column, partial(_value, column), nothing)
    given = line.cells.keys()
    for column, other in _TOGETHER.items():
        if other in given and column not in given:
            reader.problems.append(Problem(column, _missing(other)))
    return Row(line.number, values, tuple(reader.problems))


# Each needs the other one to its right.
_TOGETHER = {
    Column.VENUE: Column.ENTRANCE,
    Column.LIAISON: Column.LIAISON_PHONE,
    Column.LIAISON_PHONE: Column.LIAISON,
}
_PHONES = (Column.CONTACT_PHONE, Column.LIAISON_PHONE)
_CHOICES = {
    Column.ENTERPRISE_KIND: ENTERPRISE_KINDS,
    Column.SIZE: SIZE_CLASSES,
    Column.VENUE_KIND: VENUE_KINDS,
    Column.SURROUNDS: YES_OR_NO,
}


def _value(column: Column, text: str) -> str | int:
    if column in _PHONES:
        return normalised_phone(text)
    if column in _CHOICES:
        written = _choice(column, text)
        return int(written) if column is Column.SURROUNDS else written
    if column is Column.CREDIT_CODE:
        return checked_credit_code(text)
    if column is Column.ZONE:
        return checked_zone(text)
    return _capacity(text) if column is Column.CAPACITY else cleaned(text, "name")


def _choice(column: Column, text: str) -> str:
    value, names = value_of(column, text), _CHOICES[column]
    if value not in names:
        en, zh = ", ".join(name.en for name in names.values()), "、".join(name.zh for name in names.values())
        raise InputError("kind", f"Write one of these: {en}.", f"请填写其中之一：{zh}。")
    return value


def _capacity(text: str) -> int:
    digits = unicodedata.normalize("NFKC", text).removesuffix(".0").replace(",", "")
    if not digits.isdecimal() or not 1 <= int(digits[:9]) <= _CAPACITY_MOST:
        raise InputError(
            "capacity",
            "Give a whole number from 1 to 1,000,000, or nothing.",
            "请填写 1 至 1000000 的整数，或留空。",
        )
    return int(digits)


def _missing(other: Column) -> Sentence:
    return Sentence(
        f"Fill this in, or leave “{other.value.en}” empty as well.",
        f"请填写此项，或同时将“{other.value.zh}”留空。",
    )
