"""A plain list on A4: a title, what it is a list of, numbered rows, and on paper a box to tick."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from domain.wording import Sentence
from printables.drawing import Drawing, Line, Rect, Text, Weight
from printables.fonts import Face, default_face
from printables.grid import Grid
from printables.layout import Cell, Field
from printables.look import ACCENT, SOFT, Style
from printables.papers import PAPERS
from printables.wording import languages_of

_LEFT, _RIGHT, _TOP, _BOTTOM = 14.0, 196.0, 12.0, 285.0
_RULE = (16.0, 1.6, 2.6)
_HAIR, _BOX, _ROW, _HEADER = 0.2, 3.6, 9.0, 10.0
_LINE_COLOUR, _SHADE = "#9ca3af", "#f3f4f6"
_TITLE = Style(7.0, 4.5, weight=Weight.BOLD, leading=1.2, one_line_from=0.5)
_ABOUT = Style(3.5, 2.6, SOFT)
_NAME = Style(3.1, 2.2, SOFT, leading=1.2, one_line_from=0.7)
_CELL = Style(3.7, 2.2, leading=1.15, one_line_from=0.6)
_FOOT = Style(2.9, 2.2, SOFT)
_NUMBER = Sentence("No.", "序号")


@dataclass(frozen=True, slots=True)
class Column:
    """A column: what stands above it and its share of the width; `is_box` leaves a box to tick in it."""

    called: Sentence
    share: float
    is_box: bool = False


@dataclass(frozen=True, slots=True)
class ListContent:
    """What a list says; each row has a text for every column that is no box."""

    title: Sentence
    about: tuple[Sentence, ...]
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    foot: Sentence


def list_sheets(
    content: ListContent, languages: tuple[str, ...] = ("zh", "en"), face: Face | None = None
) -> tuple[Drawing, ...]:
    """As many pages as the rows take, at least one."""
    width, height = PAPERS["A4"]
    grid = Grid(
        face or default_face(), languages_of(languages), 1.0, _LEFT, _RIGHT - _LEFT, (_LEFT + _RIGHT) / 2
    )
    head = _head(grid, content)
    top = _TOP + head.height + _RULE[2] + 4.0
    fits = int((_BOTTOM - 8.0 - top - _HEADER) / _ROW)
    pages = max(1, -(-len(content.rows) // fits))
    return tuple(
        Drawing(
            width,
            height,
            grid.both(content.title),
            grid.languages[0].tag,
            grid.face,
            (
                Rect(_LEFT, _TOP, _RULE[0], _RULE[1], ACCENT),
                *head.at(_TOP + _RULE[2]),
                *_table(grid, content, top, page * fits, content.rows[page * fits : (page + 1) * fits]),
                *_foot(grid, content, page + 1, pages),
            ),
        )
        for page in range(pages)
    )


def _head(grid: Grid, content: ListContent) -> Cell:
    title = grid.own(grid.both(content.title), _TITLE, grid.width)
    about = [
        grid.own(language.of(line), _ABOUT, grid.width)
        for line in content.about
        for language in grid.languages
    ]
    return grid.first_cell(title, *about)


def _table(
    grid: Grid, content: ListContent, top: float, first: int, rows: tuple[tuple[str, ...], ...]
) -> list[Rect | Line | Text]:
    edges = _edges(content)
    bottom = top + _HEADER + len(rows) * _ROW
    items: list[Rect | Line | Text] = [Rect(_LEFT, top, _RIGHT - _LEFT, _HEADER, _SHADE)]
    ends = [top, *(top + _HEADER + nth * _ROW for nth in range(len(rows) + 1))]
    items += [Line(_LEFT, y, _RIGHT, y, _HAIR, _LINE_COLOUR) for y in ends]
    items += [Line(x, top, x, bottom, _HAIR, _LINE_COLOUR) for x in edges]
    names = [_NUMBER, *(column.called for column in content.columns)]
    for name, (left, right) in zip(names, pairwise(edges), strict=True):
        parts = tuple(grid.own(language.of(name), _NAME, right - left - 2.4) for language in grid.languages)
        items += Cell(left + 1.2, parts).amid(top, _HEADER)
    for nth, row in enumerate(rows):
        y = top + _HEADER + nth * _ROW
        number = grid.own(str(first + nth + 1), _CELL, edges[1] - edges[0] - 2.4)
        items += Cell(edges[0] + 1.2, (number,)).amid(y, _ROW)
        items += _row(grid, content, edges, row, y)
    return items


def _row(
    grid: Grid, content: ListContent, edges: list[float], row: tuple[str, ...], y: float
) -> list[Line | Text]:
    items: list[Line | Text] = []
    texts = iter(row)
    for column, (left, right) in zip(content.columns, pairwise(edges[1:]), strict=True):
        if column.is_box:
            items += _box((left + right - _BOX) / 2, y + (_ROW - _BOX) / 2)
            continue
        cell = grid.set(Field(column.called, next(texts)), _CELL, right - left - 2.4, _ROW - 1.0)
        items += Cell(left + 1.2, (cell,)).amid(y, _ROW)
    return items


def _edges(content: ListContent) -> list[float]:
    """Where the columns begin and the last one ends, in mm; the first one is for the number."""
    shares = [9.0, *(column.share for column in content.columns)]
    edges = [_LEFT]
    for share in shares:
        edges.append(edges[-1] + (_RIGHT - _LEFT) * share / sum(shares))
    return edges


def _box(x: float, y: float) -> list[Line]:
    corners = ((x, y), (x + _BOX, y), (x + _BOX, y + _BOX), (x, y + _BOX), (x, y))
    return [Line(*one, *other, _HAIR * 1.5, SOFT) for one, other in pairwise(corners)]


def _foot(grid: Grid, content: ListContent, page: int, pages: int) -> tuple[Text, ...]:
    said = grid.own(f"{grid.both(content.foot)} · {page} / {pages}", _FOOT, grid.width)
    return said.at(_LEFT, _BOTTOM)
