"""The test of a print: while it runs, what is held to the camera is measured and nobody is registered."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from domain.wording import Sentence
from kiosk.print_test.report import HARDLY_READ, NOTHING_SEEN, SheetReport, sheet_report
from kiosk.print_test.text_kind import TextKind
from reader.inspection.verdict import Inspected

# The gate serves nobody meanwhile: it ends by itself, also when the staff's page was closed or went away.
MOST_MS: Final = 180_000
UNASKED_MS: Final = 3_000
# A frame in which it is blurred must not make the report flicker.
_STAYS_MS: Final = 1_200
# What was tested and is still being taken down is not shown by a visitor.
_GONE_MS: Final = 2_000


@dataclass(frozen=True, slots=True)
class _Sight:
    at_ms: int
    shown: Inspected | None


class SheetTest:
    """Begun and ended by the staff, fed by the loop. Any thread may use it."""

    def __init__(self, boot_ms: Callable[[], int], kind_of: Callable[[str | None], TextKind]) -> None:
        """`boot_ms` never goes back; `kind_of` says what a code's text is."""
        self._boot_ms = boot_ms
        self._kind_of = kind_of
        self._lock = threading.Lock()
        self._began_ms: int | None = None
        self._asked_ms = 0
        self._sight: _Sight | None = None
        self._tested: dict[str, int] = {}

    @property
    def running(self) -> bool:
        """Whether what is held up is a test, and no visitor's code."""
        with self._lock:
            return self._runs(self._boot_ms())

    def begin(self) -> None:
        """Begin, or begin anew: three minutes from now at most."""
        with self._lock:
            self._began_ms = self._asked_ms = self._boot_ms()
            self._sight = None

    def end(self) -> None:
        """Register visitors again."""
        with self._lock:
            self._began_ms = self._sight = None

    def keep(self) -> bool:
        """Keep it going, as whoever looks at the report does all the time; False when it is over."""
        with self._lock:
            now_ms = self._boot_ms()
            if not self._runs(now_ms):
                return False
            self._asked_ms = now_ms
            return True

    def saw(self, texts: Sequence[str], shown: Inspected | None) -> None:
        """Take what was read in one frame, and the code that is held up as it was measured."""
        with self._lock:
            now_ms = self._boot_ms()
            self._tested.update(dict.fromkeys(texts, now_ms))
            if shown is not None or (texts and not self._measured(now_ms)):
                self._sight = _Sight(now_ms, shown)

    def of_visitors(self, texts: Sequence[str]) -> list[str]:
        """The texts of a frame without those that were tested and have been in view ever since."""
        with self._lock:
            now_ms = self._boot_ms()
            self._tested = {text: at for text, at in self._tested.items() if now_ms - at < _GONE_MS}
            left = self._tested.keys() & set(texts)
            self._tested.update(dict.fromkeys(left, now_ms))
            return [text for text in texts if text not in left]

    def report(self, width_mm: float | None) -> SheetReport | Sentence:
        """What there is to say now: of the code that is held up, or why there is none to speak of."""
        with self._lock:
            sight = self._fresh(self._boot_ms())
        if sight is None:
            return NOTHING_SEEN
        if sight.shown is None:
            return HARDLY_READ
        return sheet_report(sight.shown, self._kind_of(sight.shown.symbol.text), width_mm)

    def _runs(self, now_ms: int) -> bool:
        began_ms = self._began_ms
        return began_ms is not None and now_ms - began_ms < MOST_MS and now_ms - self._asked_ms < UNASKED_MS

    def _fresh(self, now_ms: int) -> _Sight | None:
        return self._sight if self._sight and now_ms - self._sight.at_ms < _STAYS_MS else None

    def _measured(self, now_ms: int) -> bool:
        sight = self._fresh(now_ms)
        return sight is not None and sight.shown is not None
