"""The venue poster: what to do, the code, where one stands, what else helps, and who asks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from domain.errors import InputError
from domain.venue import SHORT_LENGTH, shown_short_number
from domain.wording import Sentence
from printables import wording
from printables.characters import printable
from printables.drawing import Camera, Drawing, Rect, SymbolAt, Use, Weight
from printables.fonts import Face, default_face
from printables.grid import Grid
from printables.kinds.identity import identity_stack
from printables.layout import Align, Field, Row, Stack
from printables.look import ACCENT, PRINTER_DOT, SOFT, Style
from printables.symbol import QUIET_ZONE, qr
from printables.wording import languages_of

LEVEL = "Q"


@dataclass(frozen=True, slots=True)
class PosterContent:
    """What one poster says; `url` is the code's text, `host` the site's name for people to read.

    Only the URL and the venue's name are required: what is empty is left out.
    """

    url: str
    short_number: str
    venue_name: str
    entrance_name: str
    address: str
    host: str
    serial: str
    issued_on: date
    operator: str
    retention_days: int


@dataclass(frozen=True, slots=True)
class _Paper:
    """A sheet: width and height (mm), module (printer dots), distance it is read from (mm)."""

    width: float
    height: float
    dots: int
    distance: float


# At twice the module that a phone needs from that far (Camera.PHONE).
_PAPERS = {
    "A3": _Paper(297, 420, 56, 1400),
    "A4": _Paper(210, 297, 40, 1000),
    "A5": _Paper(148, 210, 28, 700),
    "A6": _Paper(105, 148, 20, 500),
}
SIZES = tuple(_PAPERS)

# Every length and style below is that of an A4 sheet; `Grid.unit` makes it fit the others.
_A4_WIDTH = 210.0
_LEFT, _WIDTH, _SECOND = 20.0, 170.0, 107.0
_TOP, _BOTTOM = 15.0, 285.0
# White that keeps a long name from the number below it.
_APART = 3.0
_RULE_WIDTH, _RULE_HEIGHT, _RULE_GAP = 18.0, 2.0, 5.0

_HEADLINE = Style(15.4, 8, weight=Weight.BOLD, leading=1.2)
# Latin words are longer: at this size they fill their column as the Chinese ones fill theirs.
_HEADLINE_EN = Style(11.2, 6, weight=Weight.BOLD, leading=1.2)
_HOW = Style(4.4, 3, SOFT, one_line_from=0.85)
_NUMBER = Style(10.5, 6, weight=Weight.BOLD, leading=1.2)
_HELP = Style(3.9, 2.6)
_HOST = Style(3.9, 2, weight=Weight.BOLD, one_line_from=0.72)
_SMALL = Style(3.4, 2.4, SOFT, one_line_from=0.85)


def poster(
    content: PosterContent,
    *,
    languages: tuple[str, ...] = ("zh", "en"),
    size: str = "A4",
    face: Face | None = None,
) -> Drawing:
    """The poster on A3, A4, A5 or A6 portrait; of two languages the first has the first column.

    InputError for an unknown size or language and a code that is empty or too long; PrintRefused
    when the venue's name has nothing to print or cannot be printed legibly.
    """
    paper = _paper(size)
    unit = paper.width / _A4_WIDTH
    grid = Grid(face or default_face(), languages_of(languages), unit, _LEFT, _WIDTH, _SECOND)
    head, foot = _head(grid), _foot(grid, content)
    top, foot_top = _TOP * unit, _BOTTOM * unit - foot.height
    symbol = _symbol(content.url, paper, _LEFT * unit, top + head.height)
    below = symbol.y + symbol.side
    names = (content.venue_name, content.entrance_name, content.address)
    identity = identity_stack(grid, names, foot_top - below - _APART * unit)
    rule = Rect(_LEFT * unit, top, _RULE_WIDTH * unit, _RULE_HEIGHT * unit, ACCENT)
    return Drawing(
        paper.width,
        paper.height,
        _title(content, grid),
        grid.languages[0].tag,
        grid.face,
        (rule, *head.at(top), symbol, *identity.at(below), *foot.at(foot_top)),
        (*head.findings, *identity.findings, *foot.findings),
    )


def _paper(size: str) -> _Paper:
    paper = _PAPERS.get(size.upper())
    if paper is None:
        raise InputError(
            "size",
            f"Posters come in {', '.join(SIZES)}, not “{size}”.",
            f"海报尺寸应为 {'、'.join(SIZES)}，而不是“{size}”。",
        )
    return paper


def _title(content: PosterContent, grid: Grid) -> str:
    kind = " ".join(language.of(wording.POSTER_TITLE) for language in grid.languages)
    place = printable(f"{content.venue_name} {content.entrance_name}", grid.face).text
    return f"{kind}: {place}"


def _symbol(url: str, paper: _Paper, text_left: float, top: float) -> SymbolAt:
    """The code with its dark modules on the text's left edge, at the paper's module size."""
    module = paper.dots * PRINTER_DOT
    use = Use(Camera.PHONE, paper.distance, LEVEL)
    return SymbolAt(qr(url, LEVEL), text_left - QUIET_ZONE * module, top, module, use)


def _head(grid: Grid) -> Stack:
    """The accent rule's room, what this is for and how to do it."""
    room = _RULE_HEIGHT + _RULE_GAP
    headline = grid.headline(wording.POSTER_PURPOSE, _HEADLINE, _HEADLINE_EN, room)
    return Stack((headline, grid.said(wording.POSTER_HOW, _HOW, gap=1.0)))


def _foot(grid: Grid, content: PosterContent) -> Stack:
    """What helps without scanning or phone, who runs this, and what the code may open."""
    run_by = wording.POSTER_KEPT.filled(days=content.retention_days)
    # “… Co., Ltd.” ends the English sentence by itself.
    name = content.operator.strip().rstrip(".")
    if name:
        operator = wording.POSTER_RUN_BY.filled(operator=name)
        run_by = Sentence(operator.en + run_by.en, operator.zh + run_by.zh)
    return Stack(
        (
            _number(grid, content),
            grid.said(wording.POSTER_NO_PHONE, _HELP, gap=2.5),
            grid.said(run_by, _SMALL, gap=2.5),
            *_imprint(grid, content),
        )
    )


def _number(grid: Grid, content: PosterContent) -> Row:
    """The short number, and beside it what it is good for and where to enter it."""
    number, host = content.short_number.strip(), content.host.strip()
    if not number:
        return Row(())
    shown = shown_short_number(number) if len(number) == SHORT_LENGTH else number
    label = wording.POSTER_NUMBER if host else wording.POSTER_NUMBER_ALONE
    lines = (*((language.of(label), _HELP) for language in grid.languages), (host, _HOST))
    beside = (grid.own(text, style, _WIDTH + _LEFT - _SECOND) for text, style in lines)
    field = Field(Sentence("short number", "编号"), shown)
    big = grid.set(field, _NUMBER, 82, _NUMBER.most * _NUMBER.leading * grid.unit)
    cells = (grid.first_cell(big), grid.second_cell(*beside))
    return Row(cells, 3.0 * grid.unit, Align.MIDDLE)


def _imprint(grid: Grid, content: PosterContent) -> tuple[Row, ...]:
    """The host in words, the serial and the issue date."""
    host = wording.POSTER_HOST.filled(host=content.host.strip())
    serial = wording.POSTER_SERIAL.filled(serial=content.serial.strip())
    made = wording.POSTER_ISSUED.filled(date=content.issued_on.isoformat())
    if content.serial.strip():
        made = Sentence(f"{serial.en} · {made.en}", f"{serial.zh} · {made.zh}")
    sentences = (host, made) if content.host.strip() else (made,)
    return tuple(grid.said(sentence, _SMALL, gap=0.0) for sentence in sentences)
