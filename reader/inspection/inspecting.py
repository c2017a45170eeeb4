"""Finds every code on a page or in a photograph of a print, and says whether it will do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from domain.wording import Sentence
from reader.inspection.findings import Finding, Flaw
from reader.inspection.limits import MARGIN, Camera
from reader.inspection.measuring import measured
from reader.inspection.pixels import in_whole_pixels
from reader.inspection.verdict import (
    LEAST_PIXELS,
    Goal,
    Inspected,
    file_findings,
    photo_findings,
)
from reader.reading import PYZBAR, ZXING, Anatomy, Effort, dissect, read, read_with
from reader.views import as_gray

Gray = NDArray[np.uint8]

# A symbol and what lies around it: its quiet zone and some more, in modules.
_AROUND: Final = 6


@dataclass(frozen=True, slots=True)
class Page:
    """Grey pixels (h × w), and how many of them a printed millimetre has; None when nobody knows.

    `is_picture` tells a picture file, whose very pixels are printed, from a page drawn to look at it.
    """

    pixels: Gray
    per_mm: float | None
    is_picture: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """One code, or that there is none (`code` is None): what was found, what to say and what to change."""

    code: Inspected | None
    facts: tuple[Sentence, ...]
    findings: tuple[Finding, ...]

    @property
    def passes(self) -> bool:
        """Whether nothing must be changed."""
        return not any(finding.fails for finding in self.findings)


def inspect_page(page: Page, goal: Goal) -> tuple[Report, ...]:
    """A report on every code of a page, from top to bottom; one that says so when there is none."""
    found = inspected(page.pixels, page.per_mm)
    if not found:
        return (_none(page.pixels),)
    if page.is_picture:
        found = tuple(
            replace(code, in_whole_pixels=in_whole_pixels(page.pixels, code.symbol)) for code in found
        )
    return tuple(
        Report(code, tuple(_facts(code, code.measures.contrast)), file_findings(code, goal)) for code in found
    )


def check_photo(
    pixels: Gray, goal: Goal | None = None, *, module_mm: float | None = None, taken_from: float | None = None
) -> tuple[Report, ...]:
    """A report on every code in a photograph or a camera's frame of a print.

    `module_mm` is the printed module's size when it is known, and says from how far phones and kiosks will
    read it; `taken_from` is how far (m) the camera was, and says from how far this camera will.
    """
    found = inspected(pixels)
    if not found:
        return (_none(pixels),)
    known = (replace(code, module_mm=module_mm) for code in found)
    return tuple(
        Report(
            code,
            (*_facts(code, code.measures.against_paper), *_reach_of_this_camera(code, taken_from)),
            photo_findings(code, goal or Goal()),
        )
        for code in known
    )


def inspected(pixels: Gray, per_mm: float | None = None) -> tuple[Inspected, ...]:
    """Every code that is read at once in grey pixels (h × w), measured, from top to bottom."""
    return tuple(sorted(_codes(pixels, per_mm), key=lambda code: _top_left(code.symbol)))


def inspected_shown(image: NDArray[np.uint8]) -> Inspected | None:
    """The code that is held up in a camera's frame (grey or BGR), measured; of several the nearest one.

    None when there is none, or only one that needs more image work than a good print does.
    """
    gray = as_gray(image)
    if gray is None:
        return None
    return next((_measured(gray, symbol, None) for symbol in dissect(gray)[:1]), None)


def _codes(pixels: Gray, per_mm: float | None) -> Iterator[Inspected]:
    return (_measured(pixels, symbol, per_mm) for symbol in dissect(pixels))


def _measured(pixels: Gray, symbol: Anatomy, per_mm: float | None) -> Inspected:
    measures = measured(pixels, symbol)
    readers = [ZXING]
    if any(reading.text == symbol.text for reading in read_with(_around(pixels, symbol), PYZBAR)):
        readers.append(PYZBAR)
    return Inspected(symbol, measures, tuple(readers), measures.module / per_mm if per_mm else None)


def _around(pixels: Gray, symbol: Anatomy) -> Gray:
    """The part of the picture that holds a symbol and its quiet zone."""
    corners = np.array(symbol.corners)
    margin = int(np.ptp(corners, axis=0).max() / symbol.size * _AROUND) + 2
    left, top = np.maximum(corners.min(axis=0) - margin, 0)
    right, bottom = corners.max(axis=0) + margin
    return np.ascontiguousarray(pixels[top:bottom, left:right])


def _top_left(symbol: Anatomy) -> tuple[int, int]:
    return min(y for _, y in symbol.corners), min(x for x, _ in symbol.corners)


def _none(pixels: Gray) -> Report:
    """No code, or one that is only read by trying hard."""
    hard = read(pixels, effort=Effort.THOROUGH)
    if hard:
        sentence = Sentence(
            "There is a code that is only read after much image work; make it larger, sharper or of more "
            "contrast.",
            "有二维码，但须反复处理图像才能读出；请放大、拍清晰或提高反差。",
        )
    else:
        sentence = Sentence("No code was found here.", "未发现二维码。")
    return Report(None, (), (Finding(Flaw.NO_CODE, sentence),))


def _facts(code: Inspected, contrast: float) -> Iterator[Sentence]:
    symbol, measures = code.symbol, code.measures
    yield _text(symbol.text)
    yield Sentence(
        f"version {code.version}, {symbol.size} modules, error correction {symbol.level}",
        f"版本 {code.version}，{symbol.size} 个模块，纠错等级 {symbol.level}",
    )
    size, size_zh = f"{measures.module:.1f} px", f"{measures.module:.1f} 像素"
    if code.module_mm is not None:
        size, size_zh = f"{size} = {code.module_mm:.2f} mm", f"{size_zh} = {code.module_mm:.2f} 毫米"
    yield Sentence(
        f"module {size}, quiet zone {measures.quiet} of 4, contrast {contrast:.0%}",
        f"模块 {size_zh}，空白区 {measures.quiet}/4，反差 {contrast:.0%}",
    )
    yield from _reach(code)


def _text(text: str | None) -> Sentence:
    if text is None:
        return Sentence("The code holds bytes that are no text.", "码内容不是文本。")
    shown = "".join(character if character.isprintable() else "·" for character in text[:200])
    shown += "…" if len(text) > 200 else ""
    return Sentence(f"“{shown}”", f"“{shown}”")


def _reach(code: Inspected) -> Iterator[Sentence]:
    phone, kiosk = code.distance(Camera.PHONE), code.distance(Camera.KIOSK)
    if phone is None or kiosk is None:
        return
    yield Sentence(
        f"A phone reads it from up to {phone:.2f} m, a kiosk camera from up to {kiosk:.2f} m; "
        "twice as far in good light and held straight.",
        f"手机可在 {phone:.2f} 米内识读，扫码终端可在 {kiosk:.2f} 米内识读；光线好且正对时可远一倍。",
    )


def _reach_of_this_camera(code: Inspected, taken_from: float | None) -> Iterator[Sentence]:
    """How far away this very camera may be, which the photograph tells by itself."""
    times = code.measures.module / (LEAST_PIXELS * MARGIN)
    if taken_from is None:
        yield Sentence(
            f"This camera reads it from {times:.1f} times the distance it had here, with a margin of two.",
            f"此摄像头可在当前距离的 {times:.1f} 倍处识读（留有一倍余量）。",
        )
    else:
        yield Sentence(
            f"This camera reads it from up to {taken_from * times:.2f} m, with a margin of two.",
            f"此摄像头可在 {taken_from * times:.2f} 米内识读（留有一倍余量）。",
        )
