"""The rows of a keyed-in register: when, who and what was written, or what to mend in which column."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from domain.decision import Outcome
from domain.errors import InputError
from domain.venue import Direction
from domain.visitor import VisitorClass, cleaned, masked_name, normalised_phone, normalised_plate
from printables.batch.table import records_of, refusal
from web.services.passing.paper.paper_columns import Column, class_of, columns_of, decision_of, direction_of
from web.services.passing.paper.paper_times import time_of
from web.services.passing.passage_typing import parsed_temperature
from web.services.people.recognising import Person
from web.services.tables import table_cells
from web.services.tables.table_cells import CellReader, lines_below

# Others who write wait while a table is tried: some milliseconds a row.
ROWS_MOST = 250
_CELL_MOST = 200
_NOTE_MOST = 80
_CLOCKS_APART_MS = 300_000

Line = table_cells.Line[Column]
Problem = table_cells.Problem[Column]


@dataclass(frozen=True, slots=True)
class Row:
    """A row that can be used; `person` None stands for somebody whose name is not asked."""

    number: int
    printed: str
    at_ms: int
    direction: Direction
    person: Person | None
    temperature_tenths: int | None
    plate: str
    decision: Outcome | None
    note: str


@dataclass(frozen=True, slots=True)
class Unusable:
    """A row with everything that has to be mended in it."""

    number: int
    masked_name: str
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """Where and when the rows were written; no names are asked where the venue is `confidential`."""

    day: date
    zone: str
    now_ms: int
    confidential: bool


def lines_of(data: bytes) -> tuple[Line, ...]:
    """The rows of a CSV or XLSX file; InputError on `table`, one sentence, when it cannot be used."""
    try:
        return _lines(data)
    except InputError as error:
        raise InputError("table", error.sentence.en, error.sentence.zh) from None


def _lines(data: bytes) -> tuple[Line, ...]:
    records = records_of(data)
    header = next(records, None)
    if header is None:
        raise refusal("is empty.", "是空的。")
    # A printed number with nothing beside it is a row that was not used.
    lines = lines_below(
        records, columns_of(header), rows_most=ROWS_MOST, cell_most=_CELL_MOST, printed={Column.ROW}
    )
    if not lines:
        raise refusal("has no row that was filled in.", "没有填写过的行。")
    return lines


def row_of(line: Line, sheet: Sheet) -> Row | Unusable:
    """The row, or everything that has to be mended in it."""
    reader = CellReader(line.cells)
    at_ms = reader.read(Column.TIME, lambda text: _moment(text, sheet), 0)
    direction = reader.read(Column.DIRECTION, _direction, Direction.IN)
    person = None if sheet.confidential else _person(reader)
    row = Row(
        line.number,
        line.cells.get(Column.ROW, ""),
        at_ms,
        direction,
        person,
        reader.optional(Column.TEMPERATURE, parsed_temperature, None),
        reader.optional(Column.PLATE, normalised_plate, ""),
        reader.optional(Column.DECISION, _decision, None),
        reader.optional(Column.NOTE, lambda text: cleaned(text, "note", _NOTE_MOST), ""),
    )
    if reader.problems:
        return Unusable(line.number, _masked(line.cells.get(Column.NAME, "")), tuple(reader.problems))
    return row


def _person(reader: CellReader[Column]) -> Person:
    name = reader.read(Column.NAME, lambda text: cleaned(text, "name"), "")
    phone = reader.read(Column.PHONE, normalised_phone, "")
    return Person(name, phone, reader.optional(Column.CLASS, _class, VisitorClass.VISITOR), "", "")


def _masked(name: str) -> str:
    try:
        return masked_name(cleaned(name, "name"))
    except InputError:
        return ""


def _moment(text: str, sheet: Sheet) -> int:
    found = time_of(text)
    if found is None:
        raise InputError(
            "time", "Write the time as hours and minutes, like 08:30.", "请写明时和分，例如 08:30。"
        )
    zone = ZoneInfo(sheet.zone)
    here = datetime.combine(sheet.day, found, zone)
    # Of an hour that the clocks repeat it is the first; one that they leave out never was.
    if here.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != here.replace(tzinfo=None):
        raise InputError(
            "time",
            "The clocks went forward over this time that day. Please check it.",
            "当天因调整时钟没有这一时刻，请核对。",
        )
    at_ms = int(here.timestamp() * 1000)
    if at_ms > sheet.now_ms + _CLOCKS_APART_MS:
        raise InputError(
            "time", "This time has not come yet. Check it and the date.", "该时间尚未到来，请核对时间和日期。"
        )
    return at_ms


def _direction(text: str) -> Direction:
    found = direction_of(text)
    if found is None:
        raise InputError("direction", "Write in or out.", "请写“进”或“出”。")
    return found


def _decision(text: str) -> Outcome:
    found = decision_of(text)
    if found is None:
        raise InputError(
            "decision",
            "Write admit, refuse or refer, or leave it empty.",
            "请写放行、劝返或转人工，或留空。",
        )
    return found


def _class(text: str) -> VisitorClass:
    found = class_of(text)
    if found is None:
        raise InputError(
            "class",
            "Write resident, employee, contractor, visitor or courier.",
            "请写居民、员工、施工人员、访客或快递外卖。",
        )
    return found
