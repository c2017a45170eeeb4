"""The visitor card: a bank-card sized paper with a code that stays the same until it expires."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from domain.venue import shown_short_number
from domain.wording import Sentence
from printables import wording
from printables.drawing import Box, Camera, Drawing, Picture, Rect, SymbolAt, Use, Weight
from printables.fonts import Face, default_face
from printables.grid import Grid
from printables.kinds.kind import Direction, Kind, Look
from printables.layout import Field, Paragraph, Row, Stack
from printables.logo.placing import placed_logo
from printables.look import ACCENT, PRINTER_DOT, SOFT, Style
from printables.symbol import QUIET_ZONE, qr
from printables.wording import languages_of

LEVEL = "M"

# ISO/IEC 7810 ID-1.
WIDTH, HEIGHT = 85.6, 54.0
# The least module (0.68 mm) that the kiosk's camera reads from 15 cm with a margin of two is 9
# dots; the card has room for 10. Without the margin that is a reach of 37 cm.
_DOTS = 10
_USE = Use(Camera.KIOSK, 150, LEVEL)
# From the code's dark modules to the card's right edge: quiet zone and what a cutter may miss.
_CUT = 1.2

_LEFT, _TOP = 5.0, 5.2
# White that keeps a long name and class from what stands below.
_APART = 1.5
_RULE_WIDTH, _RULE_HEIGHT, _RULE_GAP = 7.0, 0.9, 2.0

_PURPOSE = Style(3.0, 2.2, weight=Weight.BOLD, one_line_from=0.8)
_NAME = Style(6.2, 1.9, weight=Weight.BOLD, leading=1.2, one_line_from=0.6)
_CLASS = Style(3.0, 1.9, one_line_from=0.7)
_LABEL = Style(2.0, 1.7, SOFT, one_line_from=0.8)
_VALUE = Style(3.2, 2.2, weight=Weight.BOLD, leading=1.2, one_line_from=0.7)
# One language has the whole width to itself.
_BACK, _BACK_ALONE = Style(2.6, 1.7, SOFT), Style(3.2, 1.7, SOFT)
_LOGO_WIDTH, _LOGO_HEIGHT = 28.0, 7.0
_SMALL = Style(2.0, 1.6, SOFT, leading=1.25, one_line_from=0.8)


@dataclass(frozen=True, slots=True)
class CardContent:
    """What one card says; the name may have been masked before. Only the code is required."""

    code: str
    visitor_name: str
    class_zh: str
    class_en: str
    valid_until: date
    short_number: str
    issuer: str


def visitor_card(
    content: CardContent, *, languages: tuple[str, ...] = ("zh", "en"), face: Face | None = None
) -> Drawing:
    """The card's front at 85.6 × 54 mm: who and until when on the left, the code on the right.

    InputError for an unknown language and a code that is empty or too long.
    """
    symbol = _symbol(content.code)
    width = symbol.x - _LEFT
    grid = Grid(face or default_face(), languages_of(languages), 1.0, _LEFT, width, 0.0)
    foot = _foot(grid, content)
    foot_top = HEIGHT - _TOP - foot.height
    head = _head(grid, content, foot_top - _TOP - _APART)
    rule = Rect(_LEFT, _TOP, _RULE_WIDTH, _RULE_HEIGHT, ACCENT)
    return Drawing(
        WIDTH,
        HEIGHT,
        " ".join(language.of(wording.CARD_PURPOSE) for language in grid.languages),
        grid.languages[0].tag,
        grid.face,
        (rule, *head.at(_TOP), symbol, *foot.at(foot_top)),
        (*head.findings, *foot.findings),
    )


def card_back(
    content: CardContent,
    *,
    languages: tuple[str, ...] = ("zh", "en"),
    logo: Picture | None = None,
    face: Face | None = None,
) -> Drawing:
    """The card's back: how to use it, what its code holds and does not, whom to bring it to; the logo."""
    speaks = languages_of(languages)
    side_by_side = (WIDTH - 2 * _LEFT) / 2
    grid = Grid(face or default_face(), speaks, 1.0, _LEFT, WIDTH - 2 * _LEFT, _LEFT + side_by_side + 2.5)
    issuer = content.issuer.strip().rstrip(".")
    lost = wording.CARD_LOST.filled(issuer=issuer) if issuer else wording.CARD_LOST_ALONE
    room = _RULE_HEIGHT + _RULE_GAP
    back = _BACK if len(speaks) > 1 else _BACK_ALONE
    title = grid.own(grid.both(wording.CARD_HOW_TITLE), _PURPOSE, WIDTH - 3 * _LEFT - _LOGO_WIDTH)
    rows = [_row(grid, title, room)]
    rows += [
        grid.said(said, back, gap)
        for said, gap in ((wording.CARD_HOW, 1.2), (wording.CARD_HOLDS, 1.2), (lost, 1.2))
    ]
    stack = Stack(tuple(rows))
    corner = Box(WIDTH - _LEFT - _LOGO_WIDTH, _TOP, WIDTH - _LEFT, _TOP + _LOGO_HEIGHT)
    pictures, said_of_logo = placed_logo(logo, corner)
    rule = Rect(_LEFT, _TOP, _RULE_WIDTH, _RULE_HEIGHT, ACCENT)
    return Drawing(
        WIDTH,
        HEIGHT,
        grid.both(wording.CARD_PURPOSE),
        speaks[0].tag,
        grid.face,
        (rule, *stack.at(_TOP), *pictures),
        (*stack.findings, *said_of_logo),
    )


def _symbol(code: str) -> SymbolAt:
    """The code centred in the card's height, its quiet zone at the right edge."""
    symbol = qr(code, LEVEL)
    modules = symbol.size + 2 * QUIET_ZONE
    module = min(_DOTS, int(HEIGHT / modules / PRINTER_DOT)) * PRINTER_DOT
    side = modules * module
    return SymbolAt(symbol, WIDTH - _CUT - side, (HEIGHT - side) / 2, module, _USE)


def _head(grid: Grid, content: CardContent, height: float) -> Stack:
    """What this is and whose, in at most `height` mm: the name gets what the rest leaves."""
    purpose = _both(grid, wording.CARD_PURPOSE, _PURPOSE)
    kinds = Sentence(content.class_en, content.class_zh)
    kind = _field(grid, Sentence("class", "类别"), _joined(grid, kinds), _CLASS, height * 0.25)
    room, gap = _RULE_HEIGHT + _RULE_GAP, 0.8
    left = height - room - purpose.height - kind.height - 2.0 - gap
    name = _field(grid, Sentence("visitor name", "访客姓名"), content.visitor_name, _NAME, left)
    return Stack((_row(grid, purpose, room), _row(grid, name, 2.0), _row(grid, kind, gap)))


def _foot(grid: Grid, content: CardContent) -> Stack:
    """Until when it is valid, the number to type, who issued it and how to use it."""
    issuer = _field(grid, Sentence("issuer", "签发单位"), content.issuer, _SMALL, 6.0)
    fixed = (grid.own(language.of(wording.CARD_STATIC), _SMALL, grid.width) for language in grid.languages)
    return Stack(
        (
            _row(grid, _both(grid, wording.CARD_VALID, _LABEL), 0.0),
            _row(grid, grid.own(content.valid_until.isoformat(), _VALUE, grid.width), 0.0),
            *_number(grid, content.short_number.strip()),
            Row((grid.first_cell(issuer, *fixed),), 1.0),
        )
    )


def _number(grid: Grid, number: str) -> tuple[Row, ...]:
    """The number to type and its label, when there is one."""
    if not number:
        return ()
    return (
        _row(grid, _both(grid, wording.CARD_NUMBER, _LABEL), 1.0),
        _row(grid, _field(grid, wording.CARD_NUMBER, shown_short_number(number), _VALUE, 4.0), 0.0),
    )


def _joined(grid: Grid, sentence: Sentence) -> str:
    return " ".join(language.of(sentence) for language in grid.languages)


def _both(grid: Grid, sentence: Sentence, style: Style) -> Paragraph:
    return grid.own(_joined(grid, sentence), style, grid.width)


def _field(grid: Grid, name: Sentence, text: str, style: Style, height: float) -> Paragraph:
    return grid.set(Field(name, text), style, grid.width, height)


def _row(grid: Grid, part: Paragraph, gap: float) -> Row:
    return Row((grid.first_cell(part),), gap)


def _draw(content: CardContent, look: Look) -> tuple[Drawing, ...]:
    front = visitor_card(content, languages=look.languages, face=look.face)
    return front, card_back(content, languages=look.languages, logo=look.logo, face=look.face)


VISITOR_CARD = Kind(
    "card",
    Sentence("Visitor card", "访客卡"),
    Sentence(
        "Bank-card sized, for visitors without a phone; the kiosk reads it from 15 cm. Front and back.",
        "银行卡大小，供没有手机的访客使用，扫码终端在 15 厘米处识读；含正反面。",
    ),
    CardContent,
    ("CR80",),
    (Direction.LANDSCAPE,),
    _draw,
    CardContent(
        code=(
            "CP1:RRQN29P60AO0*Y18CK6Y4FN0+ODZQJWY0/FDWGGR-06VCP.C:8DIKD$VDB/DU9E4LE/E7V5010027BUVLB4UXUVC93RC"
            "1AD9$185KDCQ6+LT:GIFP9Y-F-A1+3J.P7$E38KS%VPLVTJXGGUANFN..16Z2*D0P*0GFP%TQXJGF+Q4KH"
        ),
        visitor_name="王*明",
        class_zh="访客",
        class_en="Visitor",
        valid_until=date(2026, 12, 31),
        short_number="H4RT7WXC",
        issuer="云杉科技园物业管理处",
    ),
)
