"""The venue poster on paper held across: the code on the left, what it is and where on the right."""

from __future__ import annotations

from dataclasses import replace

from printables import wording
from printables.drawing import Box, Drawing, Picture, Rect, SymbolAt
from printables.findings import FindingCode, PrintRefused, print_refused
from printables.fonts import Face
from printables.grid import Grid
from printables.kinds.identity import identity_stack
from printables.kinds.poster_parts import (
    APART,
    HEADLINE,
    HEADLINE_EN,
    HELP,
    HOW,
    MARGIN,
    RULE_GAP,
    RULE_HEIGHT,
    RULE_WIDTH,
    SMALL,
    TOP,
    Paper,
    PosterContent,
    imprint,
    number_row,
    run_by,
    symbol_at,
    title_of,
)
from printables.layout import Row, Stack
from printables.logo.placing import placed_logo
from printables.look import ACCENT, PRINTER_DOT
from printables.symbol import QUIET_ZONE, Symbol
from printables.wording import Language

# Lengths are those of an A4 sheet.
_RIGHT, _BOTTOM = 277.0, 197.0
# The code may take this much of the width, the right column needs that much.
_MOST_SIDE, _LEAST_COLUMN = 152.0, 88.0
_COLUMN_GAP, _FOOT_GAP = 1.5, 4.0
_LOGO_WIDTH, _LOGO_HEIGHT = 34.0, 20.0


def poster_across(
    content: PosterContent,
    symbol: Symbol,
    paper: Paper,
    languages: tuple[Language, ...],
    face: Face,
    logo: Picture | None,
) -> Drawing:
    """The landscape poster; PrintRefused when the code is too large for it or the name for the room."""
    unit = paper.unit
    modules = symbol.size + 2 * QUIET_ZONE
    dots = max(paper.dots, int(_MOST_SIDE * unit / modules / PRINTER_DOT))
    x = MARGIN * unit - QUIET_ZONE * dots * PRINTER_DOT
    left = (x + modules * dots * PRINTER_DOT) / unit + _COLUMN_GAP
    if left > _RIGHT - _LEAST_COLUMN:
        raise _too_large()
    whole = Grid(face, languages, unit, MARGIN, _RIGHT - MARGIN, left)
    foot = Stack((whole.said(run_by(content), SMALL, gap=0.0), *imprint(whole, content)))
    top, foot_top = (TOP + paper.spare) * unit, (_BOTTOM + paper.spare) * unit - foot.height
    placed = _in_the_middle(symbol_at(symbol, paper, dots, x, 0.0), top, foot_top - _FOOT_GAP * unit)
    grid = Grid(face, languages, unit, left, _RIGHT - left, left + (_RIGHT - left) * 0.5)
    head = _head(grid, _LOGO_WIDTH + 3.0 if logo else 0.0)
    help_ = Stack((number_row(grid, content), grid.said(wording.POSTER_NO_PHONE, HELP, gap=2.5)))
    help_top = foot_top - _FOOT_GAP * unit - help_.height
    below = top + head.height + 2 * APART * unit
    identity = identity_stack(grid, content.names, help_top - below - APART * unit)
    rule = Rect(left * unit, top, RULE_WIDTH * unit, RULE_HEIGHT * unit, ACCENT)
    pictures, said = placed_logo(logo, _corner(grid, top))
    stacks = ((head, top), (identity, below), (help_, help_top), (foot, foot_top))
    return Drawing(
        paper.height,
        paper.width,
        title_of(content, grid),
        languages[0].tag,
        face,
        (rule, placed, *pictures, *(line for stack, at in stacks for line in stack.at(at))),
        (*(found for stack, _ in stacks for found in stack.findings), *said),
    )


def _in_the_middle(placed: SymbolAt, rule: float, bottom: float) -> SymbolAt:
    """The code between the rule's height and `bottom`, as low as the middle of what is to spare."""
    top = max(rule - placed.inset, 0.0)
    if top + placed.side > bottom:
        raise _too_large()
    return replace(placed, y=top + (bottom - top - placed.side) / 2)


def _too_large() -> PrintRefused:
    return print_refused(FindingCode.NO_ROOM, wording.POSTER_CODE_TOO_LARGE)


def _head(grid: Grid, beside: float) -> Stack:
    """What this is for in each language, leaving room for a logo, and how to do it."""
    styles = {Language.ZH: HEADLINE, Language.EN: HEADLINE_EN}
    rows = (
        Row(
            (
                grid.first_cell(
                    grid.own(language.of(wording.POSTER_PURPOSE), styles[language], grid.width - beside)
                ),
            )
        )
        for language in grid.languages
    )
    first, *others = rows
    room = (RULE_HEIGHT + RULE_GAP) * grid.unit
    return Stack((Row(first.cells, room), *others, grid.stacked(wording.POSTER_HOW, HOW, gap=1.5)))


def _corner(grid: Grid, top: float) -> Box:
    """The logo's room: the upper right corner of the column."""
    return Box(grid.right - _LOGO_WIDTH * grid.unit, top, grid.right, top + _LOGO_HEIGHT * grid.unit)
