"""The register on paper for an outage: numbered rows that can be keyed in later, column by column."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from domain.wording import Sentence
from printables.drawing import Drawing, Line, Rect, Weight
from printables.fonts import default_face
from printables.grid import Grid
from printables.kinds.kind import Direction, Kind, Look
from printables.kinds.register_table import COLUMNS, ruled_table
from printables.layout import Cell, Field, Row, Stack
from printables.look import ACCENT, SOFT, Style
from printables.papers import PAPERS
from printables.wording import languages_of

__all__ = ["COLUMNS", "DAY_SHEET", "DaySheetContent", "day_sheet"]

_TITLE_TEXT = Sentence("Visitor register", "人员登记表")
_FIELDS = (
    Sentence("Venue", "场所"),
    Sentence("Entrance", "出入口"),
    Sentence("Date", "日期"),
    Sentence("Sheet", "第几张"),
)
_HOW = Sentence(
    "Staff fill in one row per person, tick the direction and the decision, and keep the sheet out of sight. "
    "Key it in under its sheet and row number as soon as the kiosk works again, then destroy it.",
    "由工作人员每人填一行，勾选方向和判定，勿让他人看到表中内容。终端恢复后按张号和行号补录，随后销毁。",
)
_KEPT = Sentence("Personal details are deleted after {days} days.", "个人信息保留 {days} 天后删除。")
_FILLED_BY = Sentence("Filled in by (signature)", "填表人（签名）")


# Designed on A4 held across.
_WIDTH, _HEIGHT = 297.0, 210.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 13.0, 284.0, 11.0, 200.0
_RULE = (16.0, 1.6, 2.6)
_HAIR = 0.2
_LINE_COLOUR = "#6b7280"

_TITLE = Style(8.0, 5.0, weight=Weight.BOLD, leading=1.2, one_line_from=0.5)
_LABEL = Style(3.2, 2.4, SOFT, one_line_from=0.7)
_VALUE = Style(4.2, 2.4, weight=Weight.BOLD, one_line_from=0.6)
_SMALL = Style(2.9, 2.2, SOFT)


@dataclass(frozen=True, slots=True)
class DaySheetContent:
    """What the sheets of one day say at their head; what is empty is a line to write on.

    `sheets` are numbered from 1 and their rows run on, so that sheet and row name one entry of the day.
    """

    venue_name: str = ""
    entrance_name: str = ""
    day: date | None = None
    sheets: int = 1
    retention_days: int = 28


def day_sheet(content: DaySheetContent, look: Look, number: int) -> Drawing:
    """Sheet `number` (from 1) on A4 or A3 held across."""
    height, width = PAPERS[look.size]
    unit = width / _WIDTH
    grid = Grid(
        look.face or default_face(),
        languages_of(look.languages),
        unit,
        _LEFT,
        _RIGHT - _LEFT,
        (_LEFT + _RIGHT) / 2,
    )
    head, foot = _head(grid, content, number), _foot(grid, content)
    top, foot_top = _TOP * unit, _BOTTOM * unit - foot.height
    table = ruled_table(grid, number, top + head.height + 3.0 * unit, foot_top - 2.0 * unit)
    blanks = _lines_to_write_on(grid, content, top + head.height)
    rule = Rect(_LEFT * unit, top, _RULE[0] * unit, _RULE[1] * unit, ACCENT)
    return Drawing(
        width,
        height,
        f"{grid.both(_TITLE_TEXT)} {number}",
        grid.languages[0].tag,
        grid.face,
        (
            rule,
            *head.at(top),
            *blanks,
            *table,
            *foot.at(foot_top),
        ),
        (*head.findings, *foot.findings),
    )


def _head(grid: Grid, content: DaySheetContent, number: int) -> Stack:
    """The title, and below it which venue, entrance, day and sheet."""
    day = content.day.isoformat() if content.day else ""
    values = (content.venue_name, content.entrance_name, day, f"{number} / {content.sheets}")
    cells = []
    for (left, width), called, value in zip(_field_places(), _FIELDS, values, strict=True):
        label = grid.own(grid.both(called), _LABEL, width)
        # An empty one keeps its height: it is written on by hand.
        written = grid.set(Field(called, value), _VALUE, width, _VALUE.most * _VALUE.leading * grid.unit)
        cells.append(Cell(left * grid.unit, (label, written)))
    title = grid.own(grid.both(_TITLE_TEXT), _TITLE, grid.width)
    return Stack(
        (
            Row((grid.first_cell(title),), (_RULE[1] + _RULE[2]) * grid.unit),
            Row(tuple(cells), 1.5 * grid.unit),
        )
    )


def _field_places() -> tuple[tuple[float, float], ...]:
    """Left edge and width of the four fields, in designed mm."""
    shares, gap, left = (0.42, 0.26, 0.16, 0.16), 4.0, _LEFT
    places = []
    for share in shares:
        across = (_RIGHT - _LEFT) * share
        places.append((left, across - gap))
        left += across
    return tuple(places)


def _lines_to_write_on(grid: Grid, content: DaySheetContent, y: float) -> tuple[Line, ...]:
    empty = (not content.venue_name.strip(), not content.entrance_name.strip(), content.day is None, False)
    return tuple(
        Line(left * grid.unit, y, (left + width) * grid.unit, y, _HAIR * grid.unit, _LINE_COLOUR)
        for (left, width), blank in zip(_field_places(), empty, strict=True)
        if blank
    )


def _foot(grid: Grid, content: DaySheetContent) -> Stack:
    kept = _KEPT.filled(days=content.retention_days)
    how = Sentence(f"{_HOW.en} {kept.en}", f"{_HOW.zh}{kept.zh}")
    signature = grid.own(f"{grid.both(_FILLED_BY)} ____________________", _LABEL, grid.width)
    return Stack((Row((grid.last_cell(signature),)), grid.stacked(how, _SMALL, 1.0)))


def _draw(content: DaySheetContent, look: Look) -> tuple[Drawing, ...]:
    return tuple(day_sheet(content, look, number) for number in range(1, max(content.sheets, 1) + 1))


DAY_SHEET = Kind(
    "day-sheet",
    Sentence("Paper register", "纸质登记表"),
    Sentence(
        "Kept in a drawer at the entrance for the day when nothing works; keyed in afterwards.",
        "备在出入口抽屉里，断电断网时使用，事后补录。",
    ),
    DaySheetContent,
    ("A4", "A3"),
    (Direction.LANDSCAPE,),
    _draw,
    DaySheetContent("云杉科技园 · Spruce Science Park", "南门 South gate", None, 1, 28),
)
