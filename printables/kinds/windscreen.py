"""A card behind a windscreen or on a clipboard: what it is for, the plate, until when, and a code."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from domain.wording import Sentence
from printables.drawing import Box, Camera, Drawing, SymbolAt, Use, Weight
from printables.findings import FindingCode, print_refused
from printables.fonts import default_face
from printables.grid import Grid
from printables.kinds.corners import upper_marks
from printables.kinds.kind import Direction, Kind, Look
from printables.kinds.visitor_card import VISITOR_CARD
from printables.layout import Field, Row, Stack
from printables.look import PRINTER_DOT, SOFT, Style
from printables.papers import PAPERS
from printables.symbol import QUIET_ZONE, qr
from printables.wording import languages_of

LEVEL = "M"
_PURPOSE = Sentence("Vehicle pass", "车辆通行证")
_VALID = Sentence("Valid until", "有效期至")
_NUMBER = Sentence("Number", "编号")

# From how far (mm) a kiosk or a phone held up to the glass must read it.
_DISTANCES = {"A5": 300.0, "A6": 200.0}
# Designed on A5 held across; the top stays free for the clip of a clipboard.
_WIDTH, _HEIGHT = 210.0, 148.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 14.0, 196.0, 19.0, 138.0
_CODE_EDGE = 3.0
_RULE = (14.0, 1.8, 3.5)
_LOGO = (40.0, 15.0)

_TITLE = Style(8.5, 5, weight=Weight.BOLD, leading=1.2, one_line_from=0.6)
_PLATE = Style(27, 9, weight=Weight.BOLD, leading=1.2, one_line_from=0.3)
_LABEL = Style(4.2, 3, SOFT, one_line_from=0.8)
_VALUE = Style(9.5, 5, weight=Weight.BOLD, leading=1.2, one_line_from=0.6)
_WHO = Style(5.2, 3, one_line_from=0.7)
_SMALL = Style(3.8, 2.6, SOFT, one_line_from=0.7)


@dataclass(frozen=True, slots=True)
class PassContent:
    """What one pass says; `subject` is what must be seen from outside, mostly the plate.

    `title` replaces “Vehicle pass”; a code that opens a page is as good as a visitor's. Only the subject
    and the code are required.
    """

    code: str
    subject: str
    valid_until: date
    title: str = ""
    holder: str = ""
    area: str = ""
    short_number: str = ""
    issuer: str = ""


def windscreen_card(content: PassContent, look: Look) -> Drawing:
    """The card on A5 or A6 held across; InputError for a language or code that cannot be printed."""
    height, width = PAPERS[look.size]
    unit = width / _WIDTH
    grid = Grid(look.face or default_face(), languages_of(look.languages), unit, _LEFT, _RIGHT - _LEFT, 0.0)
    head = _head(grid, content)
    top = _TOP * unit
    placed = _symbol(content.code, look.size, width, height)
    beside = Grid(grid.face, grid.languages, unit, _LEFT, placed.x / unit - _LEFT, 0.0)
    foot = _foot(beside, content, _BOTTOM * unit - top - head.height - 2.0 * unit)
    area = Box(_LEFT * unit, top, _RIGHT * unit, _BOTTOM * unit)
    marks, said = upper_marks(area, look.logo, _LOGO, _RULE, unit)
    foot_top = _BOTTOM * unit - foot.height
    return Drawing(
        width,
        height,
        grid.both(_PURPOSE),
        grid.languages[0].tag,
        grid.face,
        (*marks, *head.at(top), placed, *foot.at(foot_top)),
        (*head.findings, *foot.findings, *said),
    )


def _head(grid: Grid, content: PassContent) -> Stack:
    heading = grid.titled(content.title, _PURPOSE, _TITLE, grid.width - _LOGO[0] - 4.0, 10.2 * grid.unit)
    subject = Field(Sentence("subject", "车牌或事项"), content.subject)
    plate = grid.set(subject, _PLATE, grid.width, 32.4 * grid.unit)
    if not plate.block.lines:
        raise print_refused(FindingCode.EMPTY_FIELD, _NO_SUBJECT)
    room = (_RULE[1] + _RULE[2]) * grid.unit
    return Stack((Row((grid.first_cell(heading),), room), Row((grid.first_cell(plate),), 1.5 * grid.unit)))


def _foot(grid: Grid, content: PassContent, room: float) -> Stack:
    """Until when, whose, where and who gave it out, in the room beside the code (mm)."""
    names = (
        (Sentence("holder", "持有人"), content.holder, _WHO, 2.0),
        (Sentence("area", "区域"), content.area, _WHO, 0.8),
        (Sentence("issuer", "签发单位"), content.issuer, _SMALL, 2.0),
    )
    number = content.short_number.strip()
    shown = f"{number[:4]} {number[4:]}" if len(number) == 8 else number
    rows = [_labelled(grid, _VALID, content.valid_until.isoformat(), 0.0)]
    if shown:
        rows.append(_labelled(grid, _NUMBER, shown, 2.0))
    left = (room - sum(row.height for row in rows)) / grid.unit - sum(gap for *_, gap in names)
    share = max(left / 3, _SMALL.least * _SMALL.leading)
    rows += [
        grid.line(Field(name, text), style, gap, max(share, style.least * style.leading))
        for name, text, style, gap in names
    ]
    return Stack(tuple(rows))


def _labelled(grid: Grid, label: Sentence, value: str, gap: float) -> Row:
    parts = (
        grid.own(grid.both(label), _LABEL, grid.width),
        grid.set(Field(label, value), _VALUE, grid.width, _VALUE.most * _VALUE.leading * grid.unit),
    )
    return Row((grid.first_cell(*parts),), gap * grid.unit)


def _symbol(code: str, size: str, width: float, height: float) -> SymbolAt:
    """The code in the lower right corner, as large as its use asks and no larger than there is room."""
    symbol, unit = qr(code, LEVEL), width / _WIDTH
    camera = Camera.KIOSK if code.startswith("CP1:") else Camera.PHONE
    modules = symbol.size + 2 * QUIET_ZONE
    room = (_HEIGHT - 67.0 - _CODE_EDGE) * unit
    module = int(room / modules / PRINTER_DOT) * PRINTER_DOT
    side, edge = modules * module, _CODE_EDGE * unit
    use = Use(camera, _DISTANCES[size], LEVEL)
    return SymbolAt(symbol, width - edge - side, height - edge - side, module, use)


_NO_SUBJECT = Sentence(
    "The card has no plate or subject to be seen from outside; give one.", "牌上没有车牌或事项，请填写。"
)


def _draw(content: PassContent, look: Look) -> tuple[Drawing, ...]:
    return (windscreen_card(content, look),)


WINDSCREEN = Kind(
    "windscreen",
    Sentence("Windscreen or clipboard card", "车窗牌/夹板牌"),
    Sentence(
        "Behind the windscreen, or in a clipboard that is held to the car; the kiosk reads A5 from 0.3 m.",
        "放在挡风玻璃后，或夹在夹板上递到车窗；A5 扫码终端可在 0.3 米处识读。",
    ),
    PassContent,
    tuple(_DISTANCES),
    (Direction.LANDSCAPE,),
    _draw,
    PassContent(
        code=VISITOR_CARD.sample.code,
        subject="沪A·D12345",
        valid_until=date(2026, 12, 31),
        holder="李*强 · 银杉物流",
        area="云杉科技园 B 区装卸口 · Spruce Park, loading bay B",
        short_number="H4RT7WXC",
        issuer="云杉科技园物业管理处 021-5555 0100",
    ),
)
