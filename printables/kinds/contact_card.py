"""The contact card (明白卡): who is responsible for a person or household, and how to reach them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from domain.wording import Sentence
from printables.drawing import Anchor, Box, Camera, Drawing, Line, Text, Use, Weight
from printables.findings import FindingCode, print_refused
from printables.fonts import default_face
from printables.grid import Grid
from printables.kinds.corners import lower_code, upper_marks
from printables.kinds.kind import Direction, Kind, Look
from printables.layout import Field, Paragraph, Row, Stack
from printables.look import SOFT, Style
from printables.papers import PAPERS
from printables.symbol import QUIET_ZONE
from printables.wording import languages_of
from reader.inspection.findings import Finding

LEVEL = "M"
_TITLE_TEXT = Sentence("Who to call", "明白卡")
_INTRO = Sentence("These people are here for you. Call any of them.", "下列人员为您服务，有事请随时联系。")
_SCAN = Sentence("More information", "扫码了解更多")
_ISSUED = Sentence("Issued", "签发")

# Designed on A6; a code on it is read in the hand.
_WIDTH, _HEIGHT = 105.0, 148.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 9.0, 96.0, 9.0, 139.0
_USE = Use(Camera.PHONE, 150, LEVEL)
_CODE_SIDE = 30.0
_RULE = (9.0, 1.2, 2.6)
_LOGO = (26.0, 10.0)
_MOST_ROW, _LEAST_ROW = 10.0, 6.2
_HAIR = 0.2
_HAIRLINE = "#d1d5db"

_TITLE = Style(8.0, 4.5, weight=Weight.BOLD, leading=1.2, one_line_from=0.5)
_SAID = Style(3.2, 2.4, SOFT)
_HOUSEHOLD = Style(5.6, 3.2, weight=Weight.BOLD, leading=1.2, one_line_from=0.6)
_ADDRESS = Style(3.4, 2.4, SOFT, one_line_from=0.75)
_ROLE = Style(3.1, 2.0, SOFT, one_line_from=0.65)
_NAME = Style(4.0, 2.2, one_line_from=0.55)
_PHONE = Style(4.4, 2.4, weight=Weight.BOLD, one_line_from=0.5)
_HOTLINE = Style(4.2, 2.6, weight=Weight.BOLD, one_line_from=0.6)
_SMALL = Style(2.6, 2.0, SOFT, one_line_from=0.8)
# Where role, name and phone begin or end, and how wide they may be.
_COLUMNS = ((_LEFT, 25.0, _ROLE), (36.0, 25.0, _NAME), (_RIGHT, 34.0, _PHONE))


@dataclass(frozen=True, slots=True)
class Responsible:
    """One person who is responsible: as what, who, and under which number."""

    role: str
    name: str
    phone: str


@dataclass(frozen=True, slots=True)
class ContactContent:
    """What one card says; `household` is the person or household it is for, `title` replaces 明白卡.

    The household and at least one person are required. `url` becomes a code when there is one.
    """

    household: str
    people: tuple[Responsible, ...]
    address: str = ""
    hotline: str = ""
    note: str = ""
    issuer: str = ""
    issued_on: date | None = None
    url: str = ""
    title: str = ""


def contact_card(content: ContactContent, look: Look) -> Drawing:
    """The card on A6 or A5 upright; PrintRefused for no people, or more than fit legibly."""
    width, height = PAPERS[look.size]
    unit = width / _WIDTH
    speaks = languages_of(look.languages)
    grid = Grid(
        look.face or default_face(), speaks, unit, _LEFT, _RIGHT - _LEFT, _LEFT + (_RIGHT - _LEFT) / 2 + 2
    )
    head, foot, top = _head(grid, content), _foot(grid, content), _TOP * unit
    area = Box(_LEFT * unit, top, _RIGHT * unit, height - (_HEIGHT - _BOTTOM) * unit)
    placed = lower_code(content.url, _USE, area, _CODE_SIDE * unit, QUIET_ZONE)
    table_top = top + head.height + 3.0 * unit
    foot_top = _BOTTOM * unit - max(foot.height, placed.side - placed.inset if placed else 0.0)
    table = _table(grid, content.people, table_top, foot_top - 3.0 * unit)
    marks, said = upper_marks(area, look.logo, _LOGO, _RULE, unit)
    code = (placed,) if placed else ()
    return Drawing(
        width,
        height,
        grid.both(_TITLE_TEXT),
        speaks[0].tag,
        grid.face,
        (*marks, *head.at(top), *table[0], *code, *foot.at(foot_top)),
        (*head.findings, *table[1], *foot.findings, *said),
    )


def _head(grid: Grid, content: ContactContent) -> Stack:
    width, height = grid.width - _LOGO[0] - 3.0, 2 * 9.6 * grid.unit
    heading = grid.titled(content.title, _TITLE_TEXT, _TITLE, width, height)
    household = grid.line(Field(Sentence("household", "住户"), content.household), _HOUSEHOLD, 3.0, 13.5)
    if not household.height:
        raise print_refused(FindingCode.EMPTY_FIELD, _NO_HOUSEHOLD)
    return Stack(
        (
            Row((grid.first_cell(heading),), (_RULE[1] + _RULE[2]) * grid.unit),
            grid.stacked(_INTRO, _SAID, 0.8),
            household,
            grid.line(Field(Sentence("address", "地址"), content.address), _ADDRESS, 0.5, 9.0),
        )
    )


def _table(
    grid: Grid, people: tuple[Responsible, ...], top: float, bottom: float
) -> tuple[tuple[Line | Text, ...], tuple[Finding, ...]]:
    """A ruled row for each person between two heights (mm)."""
    if not people:
        raise print_refused(FindingCode.EMPTY_FIELD, _NOBODY)
    height = min(_MOST_ROW * grid.unit, (bottom - top) / len(people))
    if height < _LEAST_ROW * grid.unit:
        raise print_refused(FindingCode.NO_ROOM, _TOO_MANY.filled(number=len(people)))
    items: list[Line | Text] = []
    findings: list[Finding] = []
    for number, person in enumerate(people):
        y = top + number * height
        items.append(_hairline(grid, y))
        for paragraph, x, anchor in _cells(grid, person, height):
            items.extend(paragraph.at(x, y + (height - paragraph.height) / 2, anchor))
            findings.extend(paragraph.findings)
    items.append(_hairline(grid, top + len(people) * height))
    return tuple(items), tuple(findings)


def _cells(grid: Grid, person: Responsible, height: float) -> list[tuple[Paragraph, float, Anchor]]:
    texts = (
        (Sentence("role", "职责"), person.role, Anchor.START),
        (Sentence("name", "姓名"), person.name, Anchor.START),
        (Sentence("phone", "电话"), person.phone, Anchor.END),
    )
    return [
        (grid.set(Field(called, text), style, width, height * 0.98), x * grid.unit, anchor)
        for (called, text, anchor), (x, width, style) in zip(texts, _COLUMNS, strict=True)
    ]


def _hairline(grid: Grid, y: float) -> Line:
    return Line(_LEFT * grid.unit, y, grid.right, y, _HAIR * grid.unit, _HAIRLINE)


def _foot(grid: Grid, content: ContactContent) -> Stack:
    """Emergency numbers, a note, who gave the card out; as wide as a code beside it leaves."""
    width = grid.width - (_CODE_SIDE + 1.0 if content.url else 0.0)
    room = Grid(grid.face, grid.languages, grid.unit, grid.left, width, grid.left + width / 2)
    rows = [
        room.line(Field(Sentence("hotline", "热线"), content.hotline), _HOTLINE, 0.0, 12.0),
        room.line(Field(Sentence("note", "备注"), content.note), _SAID, 1.2, 13.0),
    ]
    if content.url:
        rows.append(
            Row((room.first_cell(room.own(f"{room.both(_SCAN)} →", _SMALL, width)),), 1.2 * grid.unit)
        )
    issued = f"{room.both(_ISSUED)} {content.issued_on.isoformat()}" if content.issued_on else ""
    signed = " · ".join(part for part in (content.issuer.strip(), issued) if part)
    rows.append(room.line(Field(Sentence("issuer", "签发单位"), signed), _SMALL, 1.2, 7.0))
    return Stack(tuple(rows))


_NO_HOUSEHOLD = Sentence(
    "The card does not say whom it is for; give a person or household.", "卡上未写明对象，请填写个人或住户。"
)
_NOBODY = Sentence("The card names nobody; give at least one person.", "卡上没有责任人，请至少填写一人。")
_TOO_MANY = Sentence(
    "{number} people do not fit on this card; use A5 or a second card.",
    "这张卡放不下 {number} 人，请用 A5 或另做一张。",
)


def _draw(content: ContactContent, look: Look) -> tuple[Drawing, ...]:
    return (contact_card(content, look),)


CONTACT_CARD = Kind(
    "contact-card",
    Sentence("Contact card", "明白卡"),
    Sentence(
        "Handed to a person or household, or put up at their door: who is responsible and how to call them.",
        "发给个人或住户，或贴在门口：谁负责、怎么联系，一看就明白。",
    ),
    ContactContent,
    ("A6", "A5"),
    (Direction.PORTRAIT,),
    _draw,
    ContactContent(
        household="银杉路 88 弄 3 号楼 402 室",
        address="浦东新区银杉街道云杉社区第 7 网格",
        people=(
            Responsible("社区干部 Community officer", "陈*华", "021-5555 0111"),
            Responsible("网格员 Grid worker", "周*敏", "139 0000 0112"),
            Responsible("社区医生 Doctor", "吴*医生", "021-5555 0113"),
            Responsible("社区民警 Police", "郑*警官", "021-5555 0114"),
            Responsible("志愿者 Volunteer", "林*", "139 0000 0115"),
        ),
        hotline="24 小时 24 h  021-5555 0100",
        note="送药、买菜、取快递均可联系。Medicine, shopping, parcels: just call.",
        issuer="云杉社区居委会",
        issued_on=date(2026, 3, 1),
        url="HTTPS://CHECKIN.SPRUCE.EXAMPLE/HELP",
    ),
)
