"""The rows of a table of expected visitors, each on its own: what is said, and what has to be mended."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from domain.errors import InputError
from domain.visitor import (
    CLASS_NAMES,
    VisitorClass,
    cleaned,
    masked_name,
    masked_phone,
    normalised_phone,
    normalised_plate,
)
from domain.wording import Sentence
from web.services.people.recognising import Person
from web.services.tables import table_cells
from web.services.tables.table_cells import CellReader, Problem, table_below
from web.services.visits.announcing_times import Occasion, When, occasions, stretch
from web.services.visits.announcing_values import Said, checked_purpose
from web.services.visits.hosts import checked_host
from web.services.visits.visit_import_columns import Column, columns_of

ROWS_MOST = 1_000
_ROUNDED = re.compile(r"\d(\.\d+)?e\+?\d+", re.IGNORECASE)
_DATED = re.compile(r"(\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?)[ T]*(.*)", re.DOTALL)
_CELL_MOST = 300

_DAY_NAMES = (
    "mon monday 一 1",
    "tue tues tuesday 二 2",
    "wed wednesday 三 3",
    "thu thur thurs thursday 四 4",
    "fri friday 五 5",
    "sat saturday 六 6",
    "sun sunday 日 天 7 0",
)
_NUMBER_OF = {name: number for number, names in enumerate(_DAY_NAMES) for name in names.split()}
_ALL_OF = {
    **dict.fromkeys(("weekdays", "workdays", "working days", "工作日"), frozenset(range(5))),
    **dict.fromkeys(("daily", "every day", "all", "每天", "每日"), frozenset(range(7))),
}
_PREFIX = re.compile(r"周|星期|礼拜|每")
_COLUMN_OF_FIELD = {
    "day": Column.DAY,
    "from_time": Column.FROM,
    "until_time": Column.UNTIL,
    "last_day": Column.LAST_DAY,
    "weekdays": Column.WEEKDAYS,
}

Line = table_cells.Line[Column]
Table = table_cells.Table[Column]


@dataclass(frozen=True, slots=True)
class Row:
    """What one row asks for, or everything that has to be mended in it; `who` is masked."""

    number: int
    who: str
    person: Person | None
    said: Said
    occasions: tuple[Occasion, ...]
    problems: tuple[Problem[Column], ...]


def table_of(data: bytes) -> Table:
    """The rows of a CSV or XLSX file; InputError, one sentence, when nothing in it can be used."""
    return table_below(data, columns_of, rows_most=ROWS_MOST, cell_most=_CELL_MOST)


def row_of(line: Line, zone: str, now_ms: int) -> Row:
    """What a row says, its hours read in a zone."""
    cells = CellReader(line.cells)
    person = Person(
        cells.read(Column.NAME, lambda text: cleaned(text, "name"), ""),
        cells.read(Column.PHONE, _phone, ""),
        cells.optional(Column.CLASS, _class, VisitorClass.VISITOR),
        "",
        cells.optional(Column.PLATE, normalised_plate, ""),
    )
    said = Said(
        cells.read(Column.HOST, checked_host, ""), cells.optional(Column.PURPOSE, checked_purpose, "")
    )
    made, problem = _when(line.cells, zone, now_ms)
    problems = (*cells.problems, *((problem,) if problem else ()))
    return Row(line.number, _masked(line.cells), None if problems else person, said, made, problems)


def _when(
    cells: Mapping[Column, str], zone: str, now_ms: int
) -> tuple[tuple[Occasion, ...], Problem[Column] | None]:
    try:
        return _occasions(cells, zone, now_ms), None
    except InputError as error:
        column = _COLUMN_OF_FIELD[error.field]
        # A file may give the day in the column of the time, and no other.
        if column is Column.DAY and Column.DAY not in cells and Column.FROM in cells:
            column = Column.FROM
        return (), Problem(column, error.sentence)


def _occasions(cells: Mapping[Column, str], zone: str, now_ms: int) -> tuple[Occasion, ...]:
    day, opens = _divided(cells.get(Column.FROM, ""))
    day = cells.get(Column.DAY, "") or day
    last, closes = _divided(cells.get(Column.UNTIL, ""))
    last_day, days = cells.get(Column.LAST_DAY, ""), weekdays_of(cells.get(Column.WEEKDAYS, ""))
    if last and not last_day and not days:
        own_day, own_time = _divided(day)
        return stretch(f"{own_day or day} {opens or own_time}", f"{last} {closes}", zone, now_ms)
    own_day, own_time = _divided(day)
    when = When(own_day or day, opens or own_time, closes, last_day or last, days)
    return occasions(when, zone, now_ms)


def _divided(text: str) -> tuple[str, str]:
    """The day and the time of day in a cell that may hold either or both."""
    plain = unicodedata.normalize("NFKC", text).strip()
    found = _DATED.fullmatch(plain)
    return (found[1], found[2].strip()) if found else ("", plain)


def weekdays_of(typed: str) -> frozenset[int]:
    """The weekdays that a cell names, 0 for Monday; none for an empty one. InputError names `weekdays`."""
    text = " ".join(unicodedata.normalize("NFKC", typed).casefold().split())
    if text in _ALL_OF or not text:
        return _ALL_OF.get(text, frozenset())
    days: set[int] = set()
    for part in re.split(r"[,;、/+ ]+|和|及", _PREFIX.sub("", text)):
        ends = [_days(end) for end in re.split(r"[-~–—]|至|到", part)] if part else []
        if len(ends) == 1:
            days |= set(ends[0])
        elif len(ends) == 2 and len(ends[0]) == len(ends[1]) == 1:
            first, last = ends[0][0], ends[1][0]
            days |= {(first + nth) % 7 for nth in range((last - first) % 7 + 1)}
        elif ends:
            raise _no_weekdays()
    return frozenset(days)


def _days(text: str) -> list[int]:
    """“mon” is one day, “一三五” are three."""
    if text in _NUMBER_OF:
        return [_NUMBER_OF[text]]
    if text and all(mark in _NUMBER_OF for mark in text):
        return [_NUMBER_OF[mark] for mark in text]
    raise _no_weekdays()


def _no_weekdays() -> InputError:
    return InputError(
        "weekdays",
        "Write weekdays like Mon, Wed or Mon-Fri, or leave this empty for every day.",
        "请写成“周一、周三”或“周一至周五”的样子；留空表示每天。",
    )


def _phone(text: str) -> str:
    if _ROUNDED.fullmatch(text):
        raise InputError("phone", _SPOILT.en, _SPOILT.zh)
    return normalised_phone(text)


def _class(text: str) -> VisitorClass:
    plain = unicodedata.normalize("NFKC", text).casefold().strip()
    for value, name in CLASS_NAMES.items():
        if plain in (value.value, name.en.casefold(), name.zh):
            return value
    names_en = ", ".join(name.en for name in CLASS_NAMES.values())
    names_zh = "、".join(name.zh for name in CLASS_NAMES.values())
    raise InputError("visitor_class", f"Write one of: {names_en}.", f"请填写以下之一：{names_zh}。")


def _masked(cells: Mapping[Column, str]) -> str:
    name, phone = cells.get(Column.NAME, ""), cells.get(Column.PHONE, "")
    parts = (masked_name(name[:60]) if name else "", masked_phone(phone[:40]) if phone else "")
    return " · ".join(part for part in parts if part)


_SPOILT = Sentence(
    "The spreadsheet rounded this number. Format the column as text, and type it again.",
    "表格软件已将此号码取整。请将该列设为文本格式后重新填写。",
)
