"""The ruled table of the paper register: its columns, which a later import asks for, and numbered rows."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from domain.wording import Sentence
from printables.drawing import Line, Rect, Text, Weight
from printables.grid import Grid
from printables.layout import Cell
from printables.look import SOFT, Style


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

_HEADER, _LEAST_ROW = 9.5, 7.0
_HAIR, _BOX = 0.2, 2.8
_LINE_COLOUR = "#6b7280"
_SHADE = "#f3f4f6"
_ABOVE = Style(3.1, 2.2, weight=Weight.BOLD, leading=1.2, one_line_from=0.7)
_NUMBER = Style(3.6, 2.6, SOFT)
_TICK = Style(3.1, 2.0, SOFT, one_line_from=0.6)


def ruled_table(grid: Grid, number: int, top: float, bottom: float) -> tuple[Rect | Line | Text, ...]:
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
    whole, x = sum(column.share for column in COLUMNS), grid.left
    edges = [x]
    for column in COLUMNS:
        x += grid.width * column.share / whole
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
        parts = tuple(grid.own(text, _ABOVE, width) for text in said)
        texts += Cell(left + 1.5 * grid.unit, parts).amid(top, height)
    return texts


def _row(grid: Grid, edges: list[float], number: int, top: float, height: float) -> list[Line | Text]:
    """The number of a row and what can be ticked in it."""
    items: list[Line | Text] = []
    items += Cell(edges[0] + 1.5 * grid.unit, (grid.own(str(number), _NUMBER, 10.0),)).amid(top, height)
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
    return [*box, *Cell(beside, (word,)).amid(top, height)]
