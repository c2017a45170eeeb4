"""The rules of a good print, each a function from a drawing to what breaks it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from domain.wording import Sentence
from printables.drawing import WHITE, Camera, Drawing, Item, Line, PictureAt, Rect, SymbolAt, Text, box_of
from printables.findings import FindingCode
from printables.symbol import LEVELS
from reader.inspection.findings import Finding, Flaw
from reader.inspection.limits import LEAST_SYMBOL_CONTRAST, MARGIN

# WCAG 2.2, success criterion 1.4.3.
LEAST_TEXT_CONTRAST = 4.5

_CAMERA_NAMES = {
    Camera.PHONE: Sentence("phone", "手机"),
    Camera.KIOSK: Sentence("kiosk camera", "扫码终端摄像头"),
}


def quiet_zones(drawing: Drawing) -> Iterator[Finding]:
    """Nothing may reach into a symbol or its quiet zone (ISO/IEC 18004 §6.3.8)."""
    for placed in drawing.symbols:
        place = box_of(placed, drawing.face)
        if any(
            box_of(item, drawing.face).overlaps(place)
            for item in drawing.items
            if item is not placed and not _is_ground(item, placed)
        ):
            yield Finding(
                Flaw.QUIET_ZONE,
                Sentence(
                    "Something is printed inside the code's quiet zone of 4 modules; move it away.",
                    "二维码周围 4 个模块的空白区内印有其他内容，请移开。",
                ),
            )


def _is_ground(item: Item, placed: SymbolAt) -> bool:
    """Whether an item is no more than a ground of the symbol's light colour."""
    return isinstance(item, Rect) and item.colour.lower() == placed.light.lower()


def symbol_contrast(drawing: Drawing) -> Iterator[Finding]:
    """Dark modules on a light ground, far enough apart to survive copying and bad light."""
    for placed in drawing.symbols:
        if luminance(placed.light) - luminance(placed.dark) < LEAST_SYMBOL_CONTRAST:
            yield Finding(
                Flaw.CONTRAST,
                Sentence(
                    f"The code's colours {placed.dark} on {placed.light} are too close; "
                    "print black on white.",
                    f"二维码颜色 {placed.dark} 与底色 {placed.light} 反差不足，请用白底黑码。",
                ),
            )


def module_sizes(drawing: Drawing) -> Iterator[Finding]:
    """Modules must be large enough for the distance the code is meant to be read from."""
    for placed in drawing.symbols:
        use = placed.use
        needed = MARGIN * use.distance / use.camera.value
        if placed.module < needed - 1e-6:
            camera, distance = _CAMERA_NAMES[use.camera], use.distance / 1000
            yield Finding(
                Flaw.MODULE_TOO_SMALL,
                Sentence(
                    f"A module of {placed.module:.2f} mm is too small for a {camera.en} at "
                    f"{distance:.2f} m, which needs {needed:.2f} mm; use larger paper or a "
                    "shorter text in the code.",
                    f"模块 {placed.module:.2f} 毫米过小：{camera.zh}在 {distance:.2f} 米处"
                    f"需要 {needed:.2f} 毫米，请用更大的纸张或缩短码内容。",
                ),
            )


def levels(drawing: Drawing) -> Iterator[Finding]:
    """The error correction must be what the use asks for: paper on a door wears."""
    for placed in drawing.symbols:
        level, least = placed.symbol.level, placed.use.least_level
        if LEVELS.index(level) < LEVELS.index(least):
            yield Finding(
                Flaw.LEVEL_TOO_LOW,
                Sentence(
                    f"The code has error correction {level}; this use needs {least}.",
                    f"二维码纠错等级为 {level}，此用途至少需要 {least}。",
                ),
            )


def page_edges(drawing: Drawing) -> Iterator[Finding]:
    """Everything must lie on the page."""
    for item in drawing.items:
        if not box_of(item, drawing.face).within(drawing.page):
            yield Finding(
                FindingCode.OUTSIDE_PAGE,
                Sentence(
                    f"{_named(item).en} reaches beyond the edge of the page.",
                    f"{_named(item).zh}超出页面边缘。",
                ),
            )


def overlaps(drawing: Drawing) -> Iterator[Finding]:
    """No line of text may touch another, nor a picture."""
    told = [item for item in drawing.items if isinstance(item, Text | PictureAt)]
    boxes = [(item, box_of(item, drawing.face)) for item in told]
    for (one, place), (other, place_of_other) in combinations(boxes, 2):
        if place.overlaps(place_of_other):
            yield Finding(
                FindingCode.OVERLAP,
                Sentence(
                    f"{_named(one).en} and {_named(other).en} overlap.",
                    f"{_named(one).zh}与{_named(other).zh}重叠。",
                ),
            )


def text_contrast(drawing: Drawing) -> Iterator[Finding]:
    """Letters must stand out from what lies below them."""
    for at, item in enumerate(drawing.items):
        if not isinstance(item, Text):
            continue
        ground = _ground_below(drawing, at, item)
        if contrast_ratio(item.colour, ground) < LEAST_TEXT_CONTRAST:
            yield Finding(
                FindingCode.TEXT_CONTRAST,
                Sentence(
                    f"{_named(item).en} in {item.colour} on {ground} is too pale to read.",
                    f"{_named(item).zh}颜色 {item.colour} 与底色 {ground} 反差不足，难以阅读。",
                ),
            )


def _ground_below(drawing: Drawing, at: int, text: Text) -> str:
    """The colour of the topmost rectangle painted below the text, or of the paper."""
    place = box_of(text, drawing.face)
    for item in reversed(drawing.items[:at]):
        if isinstance(item, Rect) and box_of(item, drawing.face).overlaps(place):
            return item.colour
    return WHITE


def _named(item: Item) -> Sentence:
    match item:
        case Text():
            return Sentence(f"The text “{item.text[:20]}”", f"文字“{item.text[:20]}”")
        case SymbolAt():
            return Sentence("The code", "二维码")
        case PictureAt():
            return Sentence("The picture", "图片")
        case Rect() | Line():
            return Sentence("A line or area", "线条或色块")


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2) of a `#rrggbb` colour, 0 is black and 1 is white."""
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)


def contrast_ratio(one: str, other: str) -> float:
    """Contrast ratio (WCAG 2.2) of two `#rrggbb` colours, 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)
