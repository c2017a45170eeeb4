"""What is good or bad about a printed code that was measured, in sentences that say what to change."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from domain.wording import Sentence
from reader.inspection.findings import Finding, Flaw
from reader.inspection.limits import LEAST_SYMBOL_CONTRAST, MARGIN, QUIET_ZONE, Camera
from reader.inspection.measuring import Measures
from reader.reading import PYZBAR, ZXING, Anatomy

# Smaller than this a code is hard to read even in the hand (QR code guides for print).
LEAST_MODULE_MM: Final = 0.4
# What both readers need in 95 of 100 simulated pictures (field notes, c2), and twice as much to be sure.
LEAST_PIXELS: Final = 2.5
# From here on a module that is one pixel wider than its neighbour is near enough the same.
_ENOUGH_PIXELS: Final = 8
_MOST_UNCLEAR: Final = 0.05
_LEAST_EVENNESS: Final = 0.5
_LEAST_UNUSED: Final = 0.5


@dataclass(frozen=True, slots=True)
class Inspected:
    """One code that was found: how it is made, what was measured, who read it, and millimetres if known.

    `in_whole_pixels` is only asked of picture files: anything else has no pixels until it is printed.
    Small and without pixels, so that it can be sent from one process to another.
    """

    symbol: Anatomy
    measures: Measures
    by: tuple[str, ...]
    module_mm: float | None
    in_whole_pixels: bool = True

    @property
    def version(self) -> int:
        """1 to 40."""
        return (self.symbol.size - 17) // 4

    def distance(self, camera: Camera) -> float | None:
        """From how far (m) a camera reads it with a margin of two; None without millimetres."""
        return None if self.module_mm is None else self.module_mm * camera.value / MARGIN / 1000


@dataclass(frozen=True, slots=True)
class Goal:
    """How a code is meant to be read: by what, and from how far (m) when that is said."""

    camera: Camera = Camera.PHONE
    distance: float | None = None


def file_findings(found: Inspected, goal: Goal) -> tuple[Finding, ...]:
    """What to change about a code in a file before it is printed; () is good."""
    contrast = found.measures.contrast
    return (
        *_readers(found),
        *_quiet(found.measures),
        *_contrast(contrast, LEAST_SYMBOL_CONTRAST),
        *_level(found.symbol),
        *_whole_pixels(found),
        *_size(found, goal),
    )


def photo_findings(found: Inspected, goal: Goal) -> tuple[Finding, ...]:
    """What to change about a print, or about the photograph of it; () is good."""
    measures = found.measures
    return (
        *_readers(found),
        *_quiet(measures),
        *_contrast(measures.against_paper, LEAST_SYMBOL_CONTRAST),
        *_level(found.symbol),
        *_light(measures),
        *_sharpness(found),
        *_pixels(measures),
        *_size(found, goal),
    )


def _readers(found: Inspected) -> Iterator[Finding]:
    for reader in (ZXING, PYZBAR):
        if reader not in found.by:
            yield _failing(
                Flaw.NOT_READ_BACK,
                f"The reader {reader} cannot read this code; other phones may not either.",
                f"识读器 {reader} 读不出此码，部分手机也可能读不出。",
            )


def _quiet(measures: Measures) -> Iterator[Finding]:
    if measures.quiet >= QUIET_ZONE:
        return
    if measures.cut_off:
        yield _failing(
            Flaw.QUIET_ZONE,
            f"The page or picture ends {measures.quiet} modules beside the code; keep 4 modules white.",
            f"距二维码 {measures.quiet} 个模块处即为页面或画面边缘，四周须留 4 个模块的空白。",
        )
    else:
        yield _failing(
            Flaw.QUIET_ZONE,
            f"Only {measures.quiet} modules around the code are free; keep 4 modules white on every side.",
            f"二维码四周只有 {measures.quiet} 个模块的空白，每侧须留 4 个模块。",
        )


def _contrast(contrast: float, least: float) -> Iterator[Finding]:
    if contrast < least:
        yield _failing(
            Flaw.CONTRAST,
            f"The contrast is {contrast:.0%} and should be {least:.0%} or more; print black on white, matt.",
            f"反差为 {contrast:.0%}，应不低于 {least:.0%}；请用白底黑码、哑光纸。",
        )


def _level(symbol: Anatomy) -> Iterator[Finding]:
    if symbol.level == "L":
        yield _failing(
            Flaw.LEVEL_TOO_LOW,
            "The error correction is L: a scratch makes the code unreadable. "
            "Make it again with M, or Q for a door.",
            "纠错等级为 L，稍有污损即无法识读；请以 M 级重新生成，门上张贴用 Q 级。",
        )


def _size(found: Inspected, goal: Goal) -> Iterator[Finding]:
    module = found.module_mm
    if module is None:
        return
    needed = LEAST_MODULE_MM
    if goal.distance is not None:
        needed = max(needed, MARGIN * goal.distance * 1000 / goal.camera.value)
    if module < needed - 5e-3:
        times = f"{needed / module:.1f}"
        yield _failing(
            Flaw.MODULE_TOO_SMALL,
            f"A module is {module:.2f} mm and should be {needed:.2f} mm; "
            f"print the code {times} times as large or shorten its text.",
            f"模块为 {module:.2f} 毫米，应为 {needed:.2f} 毫米；请将二维码放大到 {times} 倍，或缩短内容。",
        )


def _light(measures: Measures) -> Iterator[Finding]:
    least = f"{measures.evenness:.0%}"
    if measures.evenness < _LEAST_EVENNESS:
        yield _failing(
            Flaw.UNEVEN_LIGHT,
            f"One part of the code gets {least} of the light of another: shade or glare. "
            "Use matt paper, or move it away from the lamp or window.",
            f"二维码最暗处的亮度仅为最亮处的 {least}，有阴影或反光；请用哑光纸，或避开灯光和窗户。",
        )


def _sharpness(found: Inspected) -> Iterator[Finding]:
    unclear, used = f"{found.measures.unclear:.0%}", f"{1 - found.symbol.unused:.0%}"
    if found.measures.unclear > _MOST_UNCLEAR or found.symbol.unused < _LEAST_UNUSED:
        yield _failing(
            Flaw.UNCLEAR,
            f"{unclear} of the modules are neither light nor dark, {used} of the error correction is used "
            "up; hold still, wipe the lens, or print with less ink spread.",
            f"{unclear} 的模块明暗不清，纠错余量已用去 {used}；请拿稳、擦净镜头，或减少油墨扩散。",
        )


def _pixels(measures: Measures) -> Iterator[Finding]:
    needed = LEAST_PIXELS * MARGIN
    if measures.module < needed:
        times, nearer = f"{needed / measures.module:.1f}", f"{measures.module / needed:.0%}"
        yield _failing(
            Flaw.TOO_FEW_PIXELS,
            f"A module is {measures.module:.1f} pixels wide here and should be {needed:.0f}: from this place "
            f"the code must be {times} times as large, or read from {nearer} of the distance.",
            f"此处每个模块仅 {measures.module:.1f} 像素，应有 {needed:.0f} 像素："
            f"在此位置二维码须放大到 {times} 倍，或将距离缩短到 {nearer}。",
        )


def _whole_pixels(found: Inspected) -> Iterator[Finding]:
    if found.in_whole_pixels:
        return
    pixels = found.measures.module
    whole = max(round(pixels), math.ceil(LEAST_PIXELS))
    yield Finding(
        Flaw.PARTED_PIXELS,
        Sentence(
            f"Modules are {pixels:.2f} pixels wide, some more, some less: the picture was resized or turned. "
            f"Make it again with {whole} whole pixels a module, or as PDF or SVG.",
            f"模块平均 {pixels:.2f} 像素、宽窄不一，图片曾被缩放或旋转；"
            f"请按每模块 {whole} 个整像素重新生成，或使用 PDF、SVG。",
        ),
        fails=pixels < _ENOUGH_PIXELS,
    )


def _failing(code: Flaw, en: str, zh: str) -> Finding:
    return Finding(code, Sentence(en, zh))
