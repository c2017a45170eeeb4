"""What the staff are told of a test sheet: its measures, from how far it is read, and what to change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from domain.wording import Sentence
from kiosk.print_test.text_kind import TextKind
from reader.inspection.findings import Flaw
from reader.inspection.limits import LEAST_SYMBOL_CONTRAST, MARGIN, QUIET_ZONE, Camera
from reader.inspection.verdict import LEAST_PIXELS, Goal, Inspected, photo_findings

NOTHING_SEEN: Final = Sentence(
    "Hold the sheet flat to the camera, the whole code and its white border in the picture.",
    "请将样张平整地对准摄像头，使二维码及四周白边完整入画。",
)
HARDLY_READ: Final = Sentence(
    "A code is here, but it is only read after much image work: come nearer, hold it still and flat. "
    "If that does not help, print it larger or with more contrast.",
    "有二维码，但须反复处理图像才能读出：请靠近、拿稳、拉平；仍不行时请放大或提高反差重新打印。",
)


@dataclass(frozen=True, slots=True)
class Measure:
    """One line of the report: what was measured, its value, and whether that is enough."""

    name: Sentence
    value: Sentence
    is_good: bool


@dataclass(frozen=True, slots=True)
class SheetReport:
    """One code that was held up; one of this site without changes passes."""

    kind: TextKind
    measures: tuple[Measure, ...]
    changes: tuple[Sentence, ...]

    @property
    def passes(self) -> bool:
        """Whether it can be put up or handed out as it is."""
        return self.kind.is_ours and not self.changes


def sheet_report(code: Inspected, kind: TextKind, width_mm: float | None) -> SheetReport:
    """The report on a code; `width_mm` is its printed width without the border, if somebody measured it."""
    module_mm = width_mm / code.symbol.size if width_mm else None
    known = replace(code, module_mm=module_mm)
    findings = photo_findings(known, Goal(Camera.KIOSK))
    flaws = {finding.code for finding in findings if finding.fails}
    return SheetReport(
        kind,
        tuple(_measures(known, flaws)),
        tuple(finding.sentence for finding in findings if finding.fails),
    )


def _measures(code: Inspected, flaws: set[StrEnum]) -> Iterator[Measure]:
    seen, symbol = code.measures, code.symbol
    least = f"{LEAST_PIXELS * MARGIN:.0f}"
    yield Measure(
        Sentence("Pixels a module", "每模块像素"),
        Sentence(f"{seen.module:.1f} (at least {least})", f"{seen.module:.1f}（不少于 {least}）"),
        Flaw.TOO_FEW_PIXELS not in flaws,
    )
    contrast, least = f"{seen.against_paper:.0%}", f"{LEAST_SYMBOL_CONTRAST:.0%}"
    yield Measure(
        Sentence("Contrast", "反差"),
        Sentence(f"{contrast} (at least {least})", f"{contrast}（不低于 {least}）"),
        Flaw.CONTRAST not in flaws,
    )
    yield Measure(
        Sentence("Quiet zone", "空白区"),
        Sentence(f"{seen.quiet} of {QUIET_ZONE} modules", f"{seen.quiet}/{QUIET_ZONE} 个模块"),
        Flaw.QUIET_ZONE not in flaws,
    )
    yield Measure(
        Sentence("Light and sharpness", "光照与清晰度"),
        Sentence(
            f"{seen.evenness:.0%} · {1 - seen.unclear:.0%}", f"{seen.evenness:.0%} · {1 - seen.unclear:.0%}"
        ),
        not flaws & {Flaw.UNEVEN_LIGHT, Flaw.UNCLEAR},
    )
    yield Measure(
        Sentence("Error correction", "纠错等级"),
        Sentence(
            f"{symbol.level}, version {code.version}, {symbol.size} modules",
            f"{symbol.level}，版本 {code.version}，{symbol.size} 个模块",
        ),
        Flaw.LEVEL_TOO_LOW not in flaws,
    )
    yield _reach(code, flaws)


def _reach(code: Inspected, flaws: set[StrEnum]) -> Measure:
    """From how far it is read: in metres when the print was measured, else from what this camera sees."""
    name = Sentence("Is read from", "可识读距离")
    phone, kiosk = code.distance(Camera.PHONE), code.distance(Camera.KIOSK)
    if phone is None or kiosk is None:
        times = f"{code.measures.module / (LEAST_PIXELS * MARGIN):.1f}"
        value = Sentence(f"{times} × the distance it has now", f"当前距离的 {times} 倍")
        return Measure(name, value, Flaw.TOO_FEW_PIXELS not in flaws)
    value = Sentence(f"phone {phone:.2f} m, kiosk {kiosk:.2f} m", f"手机 {phone:.2f} 米，终端 {kiosk:.2f} 米")
    return Measure(name, value, Flaw.MODULE_TOO_SMALL not in flaws)
