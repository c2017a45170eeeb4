"""The venue poster: what to do, the code, where one stands, what else helps, and who asks."""

from __future__ import annotations

from datetime import date

from domain.wording import Sentence
from printables import wording
from printables.drawing import Box, Drawing, Picture, Rect, SymbolAt
from printables.fonts import Face, default_face
from printables.grid import Grid
from printables.kinds.identity import identity_stack
from printables.kinds.kind import Direction, Kind, Look
from printables.kinds.poster_across import poster_across
from printables.kinds.poster_parts import (
    APART,
    HEADLINE,
    HEADLINE_EN,
    HELP,
    HOW,
    LEVEL,
    MARGIN,
    POSTER_PAPERS,
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
from printables.layout import Stack
from printables.logo.placing import placed_logo
from printables.look import ACCENT, PRINTER_DOT
from printables.papers import checked_size
from printables.symbol import QUIET_ZONE, qr
from printables.wording import languages_of

__all__ = ["LEVEL", "POSTER", "SIZES", "PosterContent", "poster"]

SIZES = tuple(POSTER_PAPERS)

# Every length is that of an A4 sheet; `Paper.unit` makes it fit the others.
_WIDTH, _SECOND, _BOTTOM = 170.0, 107.0, 285.0
_MOST_LOGO = 40.0


def poster(
    content: PosterContent,
    *,
    languages: tuple[str, ...] = ("zh", "en"),
    size: str = "A4",
    direction: Direction = Direction.PORTRAIT,
    logo: Picture | None = None,
    face: Face | None = None,
) -> Drawing:
    """The poster on A3 to A6 or a letter; of two languages the first leads.

    InputError for an unknown size or language and a code that is empty or too long; PrintRefused
    when the venue's name has nothing to print or cannot be printed legibly.
    """
    paper = POSTER_PAPERS[checked_size(size, SIZES)]
    speaks, face = languages_of(languages), face or default_face()
    symbol = qr(content.url, LEVEL)
    if direction is Direction.LANDSCAPE:
        return poster_across(content, symbol, paper, speaks, face, logo)
    margin = MARGIN + paper.spare
    grid = Grid(face, speaks, paper.unit, margin, _WIDTH, _SECOND + paper.spare)
    left, top = margin * paper.unit, TOP * paper.unit
    head, foot = _head(grid), _foot(grid, content)
    foot_top = _BOTTOM * paper.unit - foot.height
    # The code's dark modules begin at the text's left edge.
    inset = QUIET_ZONE * paper.dots * PRINTER_DOT
    placed = symbol_at(symbol, paper, paper.dots, left - inset, top + head.height)
    below = placed.y + placed.side
    identity = identity_stack(grid, content.names, foot_top - below - APART * paper.unit)
    rule = Rect(left, top, RULE_WIDTH * paper.unit, RULE_HEIGHT * paper.unit, ACCENT)
    pictures, said = placed_logo(logo, _beside(placed, grid, paper))
    return Drawing(
        paper.width,
        paper.height,
        title_of(content, grid),
        grid.languages[0].tag,
        grid.face,
        (rule, *head.at(top), placed, *pictures, *identity.at(below), *foot.at(foot_top)),
        (*head.findings, *identity.findings, *foot.findings, *said),
    )


def _beside(placed: SymbolAt, grid: Grid, paper: Paper) -> Box:
    """The room right of the code, its top that of the dark modules."""
    most, right = _MOST_LOGO * paper.unit, grid.right
    left = max(placed.x + placed.side + 1.0, right - most)
    top = placed.y + placed.inset
    return Box(left, top, max(right, left), top + most)


def _head(grid: Grid) -> Stack:
    """The accent rule's room, what this is for and how to do it."""
    room = RULE_HEIGHT + RULE_GAP
    headline = grid.headline(wording.POSTER_PURPOSE, HEADLINE, HEADLINE_EN, room)
    return Stack((headline, grid.said(wording.POSTER_HOW, HOW, gap=1.0)))


def _foot(grid: Grid, content: PosterContent) -> Stack:
    """What helps without scanning or phone, who runs this, and what the code may open."""
    return Stack(
        (
            number_row(grid, content),
            grid.said(wording.POSTER_NO_PHONE, HELP, gap=2.5),
            grid.said(run_by(content), SMALL, gap=2.5),
            *imprint(grid, content),
        )
    )


def _draw(content: PosterContent, look: Look) -> tuple[Drawing, ...]:
    direction = look.direction or Direction.PORTRAIT
    return (
        poster(
            content,
            languages=look.languages,
            size=look.size,
            direction=direction,
            logo=look.logo,
            face=look.face,
        ),
    )


POSTER = Kind(
    "poster",
    Sentence("Venue poster", "场所码海报"),
    Sentence(
        "Hangs inside, left of the door, its top at 130 cm; phones read A4 from 1 m.",
        "贴在门内左侧，上沿高约 130 厘米；A4 海报手机可在 1 米外识读。",
    ),
    PosterContent,
    ("A4", "A3", "A5", "A6", "Letter"),
    (Direction.PORTRAIT, Direction.LANDSCAPE),
    _draw,
    PosterContent(
        url="HTTPS://CHECKIN.SPRUCE.EXAMPLE/V/CI5XYQNE6DLJHUZ2WVTM4GKA7R",
        short_number="K7M49QXR",
        venue_name="云杉科技园 · Spruce Science Park",
        entrance_name="南门 South gate",
        address="上海市浦东新区银杉路 88 号 · 88 Yinshan Road, Pudong, Shanghai",
        host="checkin.spruce.example",
        serial="0007-02",
        issued_on=date(2026, 3, 1),
        operator="云杉科技园物业管理处",
        retention_days=28,
    ),
)
