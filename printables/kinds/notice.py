"""A notice: a title, a text that fills the sheet as large as it can, and a code if there is one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from domain.wording import Sentence
from printables.drawing import Box, Camera, Drawing, SymbolAt, Use, Weight
from printables.findings import FindingCode, print_refused
from printables.fonts import default_face
from printables.grid import Grid
from printables.kinds.corners import lower_code, upper_marks
from printables.kinds.kind import Direction, Kind, Look
from printables.layout import Field, Paragraph, Row, Stack
from printables.look import SOFT, Style
from printables.papers import PAPERS
from printables.wording import languages_of

LEVEL = "Q"
_SCAN = Sentence("Scan to read more", "扫码了解详情")

# How far away (mm) a phone reads the code.
_DISTANCES = {"A4": 500.0, "A3": 700.0, "A5": 350.0}
# Designed on A4 upright.
_WIDTH, _HEIGHT = 210.0, 297.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 20.0, 190.0, 20.0, 280.0
_RULE = (18.0, 2.0, 7.0)
_LOGO = (44.0, 18.0)
_CODE_SIDE = 62.0
_PARAGRAPH_GAP = 0.55  # of the letters' size

_TITLE = Style(17.0, 8.0, weight=Weight.BOLD, leading=1.2, one_line_from=0.6)
_TEXT = Style(9.5, 4.0, leading=1.45, even=False)
_SIGNED = Style(5.5, 3.4, one_line_from=0.7)
_HINT = Style(5.0, 3.4, SOFT)
_SHRINK = 0.95
_MOST_PARAGRAPHS = 40


@dataclass(frozen=True, slots=True)
class NoticeContent:
    """What one notice says; each line of `text` is a paragraph. Only the title is required."""

    title: str
    text: str = ""
    signed: str = ""
    dated: date | None = None
    url: str = ""


def notice(content: NoticeContent, look: Look) -> Drawing:
    """The notice on A5, A4 or A3 upright; PrintRefused when the text does not fit legibly."""
    width, height = PAPERS[look.size]
    unit = width / _WIDTH
    speaks = languages_of(look.languages)
    grid = Grid(
        look.face or default_face(), speaks, unit, _LEFT, _RIGHT - _LEFT, _LEFT + (_RIGHT - _LEFT) / 2
    )
    top = _TOP * unit
    area = Box(_LEFT * unit, top, _RIGHT * unit, height - (_HEIGHT - _BOTTOM) * unit)
    use = Use(Camera.PHONE, _DISTANCES[look.size], LEVEL)
    placed = lower_code(content.url, use, area, _CODE_SIDE * unit)
    head, foot = _head(grid, content, bool(look.logo)), _foot(grid, content, placed)
    foot_top = _BOTTOM * unit - foot.height
    below = top + head.height + 9.0 * unit
    bottom = min(foot_top, placed.y + placed.inset / 2) if placed else foot_top
    text = _text(grid, content.text, bottom - 6.0 * unit - below)
    marks, said = upper_marks(area, look.logo, _LOGO, _RULE, unit)
    code = (placed,) if placed else ()
    return Drawing(
        width,
        height,
        head.at(0)[0].text,
        speaks[0].tag,
        grid.face,
        (*marks, *head.at(top), *text.at(below), *code, *foot.at(foot_top)),
        (*head.findings, *text.findings, *foot.findings, *said),
    )


def _head(grid: Grid, content: NoticeContent, logo: bool) -> Stack:
    title = Field(Sentence("title", "标题"), content.title)
    # A logo stands above the title's right end: the title begins below it.
    room = _LOGO[1] + 3.0 if logo else _RULE[1] + _RULE[2]
    heading = grid.set(title, _TITLE, grid.width, 3 * _TITLE.most * _TITLE.leading * grid.unit)
    if not heading.block.lines:
        raise print_refused(FindingCode.EMPTY_FIELD, _NO_TITLE)
    if heading.block.cut:
        raise print_refused(FindingCode.TEXT_TOO_LONG, _LONG_TITLE)
    return Stack((Row((grid.first_cell(heading),), room * grid.unit),))


def _text(grid: Grid, text: str, room: float) -> Stack:
    """All paragraphs in one size, the largest with which they fit into `room` mm."""
    paragraphs = [line for line in text.splitlines() if line.strip()]
    if len(paragraphs) > _MOST_PARAGRAPHS or room <= 0:
        raise print_refused(FindingCode.TEXT_TOO_LONG, _LONG_TEXT)
    size = _TEXT.most
    while size >= _TEXT.least:
        parts, stack = _at_size(grid, paragraphs, size, room)
        if stack.height <= room and not any(part.block.cut for part in parts):
            return stack
        size *= _SHRINK
    raise print_refused(FindingCode.TEXT_TOO_LONG, _LONG_TEXT)


def _at_size(grid: Grid, paragraphs: list[str], size: float, room: float) -> tuple[list[Paragraph], Stack]:
    style = replace(_TEXT, most=size, least=size)
    height, called = max(room, 2 * size * grid.unit), Sentence("text", "正文")
    parts = [grid.set(Field(called, line), style, grid.width, height) for line in paragraphs]
    gap = size * _PARAGRAPH_GAP * grid.unit
    rows = (Row((grid.first_cell(part),), gap if at else 0.0) for at, part in enumerate(parts))
    return parts, Stack(tuple(rows))


def _foot(grid: Grid, content: NoticeContent, placed: SymbolAt | None) -> Stack:
    """Who says so and when; what the code is for, left of it."""
    width = (placed.x / grid.unit - grid.left) if placed else grid.width
    room = Grid(grid.face, grid.languages, grid.unit, grid.left, width, grid.left + width / 2)
    rows = [room.stacked(_SCAN, _HINT, 0.0)] if placed else []
    rows.append(room.line(Field(Sentence("signature", "落款"), content.signed), _SIGNED, 6.0, 15.0))
    if content.dated:
        day = content.dated.isoformat()
        rows.append(room.line(Field(Sentence("date", "日期"), day), _SIGNED, 0.8, 8.0))
    return Stack(tuple(rows))


_NO_TITLE = Sentence("The notice has no title; give one.", "通知没有标题，请填写。")
_LONG_TITLE = Sentence(
    "The title is too long to print legibly; shorten it.", "标题过长，无法清晰打印，请缩短。"
)
_LONG_TEXT = Sentence(
    "The text does not fit legibly; shorten it or use larger paper.",
    "正文过长，无法清晰打印，请缩短或用更大的纸张。",
)


def _draw(content: NoticeContent, look: Look) -> tuple[Drawing, ...]:
    return (notice(content, look),)


NOTICE = Kind(
    "notice",
    Sentence("Notice sheet", "告示"),
    Sentence(
        "At a door or on a board: what changed, from when, where to read more. Read from two metres.",
        "贴在门口或公告栏：什么变了、何时起、到哪里看详情。两米外可读。",
    ),
    NoticeContent,
    tuple(_DISTANCES),
    (Direction.PORTRAIT,),
    _draw,
    NoticeContent(
        title="南门临时关闭 South gate closed",
        text=(
            "3 月 8 日至 3 月 12 日，南门因道路施工关闭，请从东门进出。东门每日 6:00 至 23:00 开放，可扫码、"
            "出示访客卡或由工作人员代为登记。\n"
            "From 8 to 12 March the south gate is closed for road works. Please use the east gate, open from "
            "6:00 to 23:00 every day. Scan the code there, show your visitor card, or ask our staff."
        ),
        signed="云杉科技园物业管理处",
        dated=date(2026, 3, 1),
        url="HTTPS://CHECKIN.SPRUCE.EXAMPLE/NEWS/12",
    ),
)
