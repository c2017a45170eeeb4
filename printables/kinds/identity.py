"""Where one stands: the venue's name, the entrance and the address, as large as there is room for."""

from __future__ import annotations

from dataclasses import replace

from domain.wording import Sentence
from printables.drawing import Weight
from printables.findings import FindingCode, PrintRefused, print_refused
from printables.grid import Grid
from printables.layout import Field, Paragraph, Row, Stack
from printables.look import SOFT, Style

# Venue, entrance, address; lengths and sizes are those of an A4 sheet.
_STYLES = (
    Style(12.4, 3.2, weight=Weight.BOLD, leading=1.2, one_line_from=0.72),
    Style(7, 2.2, weight=Weight.BOLD, one_line_from=0.72),
    Style(4.8, 2.2, SOFT, one_line_from=0.72),
)
VENUE_NAME = Sentence("venue name", "场所名称")
ENTRANCE_NAME = Sentence("entrance name", "出入口名称")
_CALLED = (VENUE_NAME, ENTRANCE_NAME, Sentence("address", "地址"))
_GAP = 1.2
# Long names shrink together, so that the venue's stays the largest.
_SHARES = (1.0, 0.93, 0.86, 0.8, 0.74, 0.68, 0.62, 0.56, 0.5, 0.44, 0.38, 0.32, 0.26)
# When even the smallest do not fit: what entrance and address may take of the height.
_ENTRANCE_SHARE, _ADDRESS_SHARE = 0.24, 0.26
# Below this not even one line of each can be printed.
_LEAST_HEIGHT = 16.0

NO_VENUE = Sentence(
    "The venue name has no printable character; please give one.", "场所名称没有可打印的字符，请填写。"
)

Names = tuple[str, str, str]


def identity_stack(grid: Grid, names: Names, height: float) -> Stack:
    """Venue, entrance and address over the grid's width in at most `height` mm.

    PrintRefused when the venue's name has nothing to print or cannot be printed whole: a poster
    that does not say where one stands must not hang anywhere. Entrance and address are shortened.
    """
    if height < _LEAST_HEIGHT * grid.unit:
        raise _refusal(
            FindingCode.NO_ROOM,
            "No room is left for the venue name; please shorten the URL, host or operator.",
            "没有余地印场所名称，请缩短网址、站点名或运营单位。",
        )
    stacks = (_at_share(grid, names, share, height) for share in _SHARES)
    fitting = (stack for stack in stacks if stack.height <= height)
    return next(fitting, None) or _crowded(grid, names, height)


def _at_share(grid: Grid, names: Names, share: float, height: float) -> Stack:
    """All three at the same share of their sizes, each as if it had the whole height."""
    venue, entrance, address = (
        grid.set(
            Field(called, name),
            replace(style, most=max(style.most * share, style.least)),
            grid.width,
            height,
        )
        for called, name, style in zip(_CALLED, names, _STYLES, strict=True)
    )
    return _stack(grid, venue, entrance, address)


def _crowded(grid: Grid, names: Names, height: float) -> Stack:
    """Entrance and address in their share of the height, if need be cut; the venue gets the rest."""
    entrance, address = (
        grid.set(Field(called, name), style, grid.width, height * share)
        for called, name, style, share in zip(
            _CALLED[1:], names[1:], _STYLES[1:], (_ENTRANCE_SHARE, _ADDRESS_SHARE), strict=True
        )
    )
    left = height - entrance.height - address.height - 2 * _GAP * grid.unit
    venue = grid.set(Field(_CALLED[0], names[0]), _STYLES[0], grid.width, left)
    return _stack(grid, venue, entrance, address)


def _stack(grid: Grid, venue: Paragraph, entrance: Paragraph, address: Paragraph) -> Stack:
    gap = _GAP * grid.unit
    return Stack(
        (
            Row((grid.first_cell(_whole(venue)),)),
            Row((grid.first_cell(entrance),), gap),
            Row((grid.first_cell(address),), gap),
        )
    )


def _whole(venue: Paragraph) -> Paragraph:
    """The venue's name, if it is there and not cut."""
    if not venue.block.lines:
        raise print_refused(FindingCode.EMPTY_FIELD, NO_VENUE)
    if venue.block.cut:
        raise _refusal(
            FindingCode.TEXT_TOO_LONG,
            "The venue name is too long to print legibly; please shorten it.",
            "场所名称过长，无法清晰打印，请缩短。",
        )
    return venue


def _refusal(code: FindingCode, en: str, zh: str) -> PrintRefused:
    return print_refused(code, Sentence(en, zh))
