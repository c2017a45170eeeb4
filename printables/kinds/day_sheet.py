"""The register on paper for an outage: numbered rows that can be keyed in later, column by column."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from domain.wording import Sentence
from printables.drawing import Drawing, Line, Rect, Text, Weight
from printables.fonts import default_face
from printables.grid import Grid
from printables.kinds.kind import Direction, Kind, Look
from printables.layout import Cell, Field, Paragraph, Row, Stack
from printables.look import ACCENT, SOFT, Style
from printables.papers import PAPERS
from printables.wording import languages_of

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


@dataclass(frozen=True, slots=True)
class Column:
    """A column: the key it has in an import, what stands above it, its share of the width, what to tick."""

    key: str
    called: Sentence
    share: float
    ticks: tuple[Sentence, ...] = ()


_DECISIONS = (Sentence("Admit", "放行"), Sentence("Refuse", "劝返"), Sentence("Refer", "转人工"))

# What is written here is what a later import asks for, in its order; `row` is the row's printed number.
COLUMNS = (
    Column("row", Sentence("No.", "序号"), 13),
    Column("time", Sentence("Time", "时间"), 20),
    Column("direction", Sentence("Direction", "方向"), 25, (Sentence("In", "进"), Sentence("Out", "出"))),
    Column("name", Sentence("Name", "姓名"), 33),
    Column("phone", Sentence("Phone", "电话"), 37),
    Column("class", Sentence("Class", "类别"), 24),
    Column("plate", Sentence("Plate", "车牌"), 26),
    Column("temperature", Sentence("Temp. °C", "体温 °C"), 19),
    Column("decision", Sentence("Decision", "判定"), 46, _DECISIONS),
    Column("note", Sentence("Note", "备注"), 33),
)

# Designed on A4 held across.
_WIDTH, _HEIGHT = 297.0, 210.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 13.0, 284.0, 11.0, 200.0
_RULE = (16.0, 1.6, 2.6)
_HEADER = 9.5
_LEAST_ROW = 7.0
_HAIR, _BOX = 0.2, 2.8
_LINE_COLOUR = "#6b7280"
_SHADE = "#f3f4f6"

_TITLE = Style(8.0, 5.0, weight=Weight.BOLD, leading=1.2, one_line_from=0.5)
_LABEL = Style(3.2, 2.4, SOFT, one_line_from=0.7)
_VALUE = Style(4.2, 2.4, weight=Weight.BOLD, one_line_from=0.6)
_ABOVE = Style(3.1, 2.2, weight=Weight.BOLD, leading=1.2, one_line_from=0.7)
_NUMBER = Style(3.6, 2.6, SOFT)
_TICK = Style(3.1, 2.0, SOFT, one_line_from=0.6)
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
    table = _table(grid, number, top + head.height + 3.0 * unit, foot_top - 2.0 * unit)
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


def _table(grid: Grid, number: int, top: float, bottom: float) -> tuple[Rect | Line | Text, ...]:
    """The ruled table between two heights (mm): names of the columns and as many rows as fit."""
    unit, edges = grid.unit, _edges(grid)
    header = _HEADER * unit
    rows = int((bottom - top - header) / (_LEAST_ROW * unit))
    height = (bottom - top - header) / rows
    shade = Rect(edges[0], top, edges[-1] - edges[0], header, _SHADE)
    lines = [Line(x, top, x, bottom, _HAIR * unit, _LINE_COLOUR) for x in edges]
    ends = [top, *(top + header + row * height for row in range(rows + 1))]
    lines += [Line(edges[0], y, edges[-1], y, _HAIR * unit, _LINE_COLOUR) for y in ends]
    texts: list[Line | Text] = [*_names(grid, edges, top, header)]
    for row in range(rows):
        first = (number - 1) * rows + row + 1
        texts += _row(grid, edges, first, top + header + row * height, height)
    return (shade, *lines, *texts)


def _edges(grid: Grid) -> list[float]:
    """Where the columns begin and the last one ends, in mm."""
    whole, x = sum(column.share for column in COLUMNS), _LEFT
    edges = [x]
    for column in COLUMNS:
        x += (_RIGHT - _LEFT) * column.share / whole
        edges.append(x)
    return [edge * grid.unit for edge in edges]


def _names(grid: Grid, edges: list[float], top: float, height: float) -> list[Text]:
    """What stands above the columns; the languages that do not lead say there what can be ticked."""
    texts: list[Text] = []
    for column, (left, right) in zip(COLUMNS, pairwise(edges), strict=True):
        width = (right - left) / grid.unit - 3.0
        said = [grid.languages[0].of(column.called)]
        for language in grid.languages[1:]:
            choices = "/".join(language.of(choice) for choice in column.ticks)
            said.append(f"{language.of(column.called)}: {choices}" if choices else language.of(column.called))
        parts = [grid.own(text, _ABOVE, width) for text in said]
        texts += _middle(parts, left + 1.5 * grid.unit, top, height)
    return texts


def _row(grid: Grid, edges: list[float], number: int, top: float, height: float) -> list[Line | Text]:
    """The number of a row and what can be ticked in it."""
    items: list[Line | Text] = []
    items += _middle([grid.own(str(number), _NUMBER, 10.0)], edges[0] + 1.5 * grid.unit, top, height)
    for column, (left, right) in zip(COLUMNS, pairwise(edges), strict=True):
        each = (right - left - 1.0 * grid.unit) / max(len(column.ticks), 1)
        for at, choice in enumerate(column.ticks):
            items += _tick(grid, choice, left + 1.2 * grid.unit + at * each, top, height, each)
    return items


def _tick(
    grid: Grid, choice: Sentence, x: float, top: float, height: float, width: float
) -> list[Line | Text]:
    """A box to tick and what it means, in the language that leads."""
    side = _BOX * grid.unit
    y = top + (height - side) / 2
    corners = ((x, y), (x + side, y), (x + side, y + side), (x, y + side), (x, y))
    box = [Line(*one, *other, _HAIR * grid.unit, _LINE_COLOUR) for one, other in pairwise(corners)]
    beside = x + side + 0.7 * grid.unit
    word = grid.own(grid.languages[0].of(choice), _TICK, (x + width - beside) / grid.unit - 0.4)
    return [*box, *_middle([word], beside, top, height)]


def _middle(parts: list[Paragraph], x: float, top: float, height: float) -> list[Text]:
    y = top + (height - sum(part.height for part in parts)) / 2
    texts: list[Text] = []
    for part in parts:
        texts += part.at(x, y)
        y += part.height
    return texts


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
