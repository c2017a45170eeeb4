"""What a venue's poster says, and those parts of it that look the same upright and across."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from domain.venue import shown_short_number
from domain.wording import Sentence
from printables import wording
from printables.characters import printable
from printables.drawing import Camera, SymbolAt, Use, Weight
from printables.grid import Grid
from printables.layout import Align, Field, Row
from printables.look import PRINTER_DOT, SOFT, Style
from printables.papers import PAPERS
from printables.symbol import Symbol

# Paper on a door wears: a quarter of the modules may be lost.
LEVEL = "Q"
SHORT_NUMBER = Sentence("short number", "编号")


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

    @property
    def names(self) -> tuple[str, str, str]:
        """Where one stands: venue, entrance, address."""
        return self.venue_name, self.entrance_name, self.address


@dataclass(frozen=True, slots=True)
class Paper:
    """An upright sheet: width, height (mm), least module (printer dots), reading distance (mm)."""

    width: float
    height: float
    dots: int
    distance: float

    @property
    def unit(self) -> float:
        """How many mm of this paper one designed millimetre takes: lengths are those of A4."""
        return min(self.width / 210.0, self.height / 296.0)  # A6 is a hair shorter than half of A4

    @property
    def spare(self) -> float:
        """The designed mm of white that a paper wider than an A sheet of its height has on either side."""
        return (self.width / self.unit - 210.0) / 2


# At twice the module that a phone needs from that far (Camera.PHONE).
POSTER_PAPERS = {
    "A3": Paper(297, 420, 56, 1400),
    "A4": Paper(210, 297, 40, 1000),
    "A5": Paper(148, 210, 28, 700),
    "A6": Paper(105, 148, 20, 500),
    "Letter": Paper(*PAPERS["LETTER"], 37, 925),
}

MARGIN, TOP = 20.0, 15.0
# White that keeps a long name from the number below it.
APART = 3.0
RULE_WIDTH, RULE_HEIGHT, RULE_GAP = 18.0, 2.0, 5.0

HEADLINE = Style(15.4, 8, weight=Weight.BOLD, leading=1.2)
# Latin words are longer: at this size they fill their column as the Chinese ones fill theirs.
HEADLINE_EN = Style(11.2, 6, weight=Weight.BOLD, leading=1.2)
HOW = Style(4.4, 3, SOFT, one_line_from=0.85)
HELP = Style(3.9, 2.6)
SMALL = Style(3.4, 2.4, SOFT, one_line_from=0.85)
_NUMBER = Style(10.5, 6, weight=Weight.BOLD, leading=1.2)
_HOST = Style(3.9, 2, weight=Weight.BOLD, one_line_from=0.72)


def title_of(content: PosterContent, grid: Grid) -> str:
    """What the file calls itself."""
    place = printable(f"{content.venue_name} {content.entrance_name}", grid.face).text
    return f"{grid.both(wording.POSTER_TITLE)}: {place}"


def symbol_at(symbol: Symbol, paper: Paper, dots: int, x: float, y: float) -> SymbolAt:
    """The code with modules of so many printer dots, to be read from the paper's distance."""
    return SymbolAt(symbol, x, y, dots * PRINTER_DOT, Use(Camera.PHONE, paper.distance, LEVEL))


def number_row(grid: Grid, content: PosterContent, gap: float = 3.0) -> Row:
    """The short number, and beside it what it is good for and where to enter it."""
    number, host = content.short_number.strip(), content.host.strip()
    if not number:
        return Row(())
    label = wording.POSTER_NUMBER if host else wording.POSTER_NUMBER_ALONE
    lines = (*((language.of(label), HELP) for language in grid.languages), (host, _HOST))
    beside = (grid.own(text, style, grid.left + grid.width - grid.second) for text, style in lines)
    field = Field(SHORT_NUMBER, shown_short_number(number))
    room = grid.second - grid.left - 5.0
    big = grid.set(field, _NUMBER, room, _NUMBER.most * _NUMBER.leading * grid.unit)
    cells = (grid.first_cell(big), grid.second_cell(*beside))
    return Row(cells, gap * grid.unit, Align.MIDDLE)


def run_by(content: PosterContent) -> Sentence:
    """Who runs this and how long details are kept."""
    kept = wording.POSTER_KEPT.filled(days=content.retention_days)
    # “… Co., Ltd.” ends the English sentence by itself.
    name = content.operator.strip().rstrip(".")
    if not name:
        return kept
    operator = wording.POSTER_RUN_BY.filled(operator=name)
    return Sentence(operator.en + kept.en, operator.zh + kept.zh)


def imprint(grid: Grid, content: PosterContent) -> tuple[Row, ...]:
    """The host in words, the serial and the issue date."""
    host = wording.POSTER_HOST.filled(host=content.host.strip())
    serial = wording.POSTER_SERIAL.filled(serial=content.serial.strip())
    made = wording.POSTER_ISSUED.filled(date=content.issued_on.isoformat())
    if content.serial.strip():
        made = Sentence(f"{serial.en} · {made.en}", f"{serial.zh} · {made.zh}")
    sentences = (host, made) if content.host.strip() else (made,)
    return tuple(grid.said(sentence, SMALL, gap=0.0) for sentence in sentences)
