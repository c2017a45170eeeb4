"""Counts how often something is asked for: here at once, and what other processes counted a second later.

Each limit is exact within a process. Over several, somebody may get through what they can ask of the others
in a second more than the limit; in return no request waits for a row that all requests would change.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Final

import structlog

from web.db.connecting.connection import DatabaseError
from web.services.installation import Installation
from web.store import shared_counts
from web.store.shared_counts import Name

_TOLD_EVERY_MS: Final = 1_000
_SWEPT_EVERY_MS: Final = 60_000
# Longer than any span is over: another machine's clock may still be in it.
_KEPT_MS: Final = 3_600_000


class Counts:
    """Counts in spans of time that begin at the same moment everywhere."""

    def __init__(self, inst: Installation) -> None:
        self._inst = inst
        self._own: dict[tuple[str, int], int] = {}
        self._others: dict[tuple[str, int], int] = {}
        self._new: dict[tuple[str, int], int] = {}
        self._counting = threading.Lock()
        self._telling = threading.Lock()
        self._told_ms = self._swept_ms = inst.now_ms()

    def added(self, name: str, span_s: int, more: int = 1) -> int:
        """How often it was asked for in the current span of so many seconds, with this time."""
        now_ms, key = self._inst.now_ms(), (name, self.until_ms(span_s))
        with self._counting:
            count = self._counted(key, more)
            is_due = self._is_due(now_ms)
        if is_due:
            self._begin_telling()
        return count

    def added_each(self, names: Sequence[str], span_s: int) -> list[int]:
        """As `added`, of several that are asked for at once."""
        now_ms, until_ms = self._inst.now_ms(), self.until_ms(span_s)
        with self._counting:
            counts = [self._counted((name, until_ms), 1) for name in names]
            is_due = self._is_due(now_ms)
        if is_due:
            self._begin_telling()
        return counts

    def so_far(self, name: str, span_s: int) -> int:
        """How often it was asked for in the current span."""
        key = (name, self.until_ms(span_s))
        with self._counting:
            return self._own.get(key, 0) + self._others.get(key, 0)

    def until_ms(self, span_s: int) -> int:
        """When the current span ends."""
        return (self._inst.now_ms() // (span_s * 1000) + 1) * span_s * 1000

    def tell(self) -> None:
        """Tell the other processes what was counted since the last time, and hear what they did."""
        if not self._telling.acquire(blocking=False):
            return
        try:
            with self._counting:
                new, self._new = self._new, {}
            names = {self._name(key): key for key in new}
            told = {name: new[key] for name, key in names.items()}
            totals = self._inst.write(lambda connection: shared_counts.added(connection, told))
            with self._counting:
                for name, key in names.items():
                    waiting = self._new.get(key, 0)
                    self._others[key] = max(0, totals[name] - self._own.get(key, 0) + waiting)
        except DatabaseError as error:
            # They stay counted here; a database that is away refuses the requests themselves.
            structlog.get_logger().warning("counts_not_told", kind=type(error).__name__)
        finally:
            self._telling.release()

    def clear(self) -> None:
        """Forget everything that was counted in this process."""
        with self._counting:
            for counted in (self._own, self._others, self._new):
                counted.clear()

    def _counted(self, key: tuple[str, int], more: int) -> int:
        count = self._own[key] = self._own.get(key, 0) + more
        if self._inst.is_shared:
            self._new[key] = self._new.get(key, 0) + more
        return count + self._others.get(key, 0)

    def _is_due(self, now_ms: int) -> bool:
        """Whether the others have to be told now; what is over is forgotten."""
        if abs(now_ms - self._swept_ms) > _SWEPT_EVERY_MS:
            self._sweep(now_ms)
        is_due = self._inst.is_shared and abs(now_ms - self._told_ms) > _TOLD_EVERY_MS
        if is_due:
            self._told_ms = now_ms
        return is_due

    def _begin_telling(self) -> None:
        threading.Thread(target=self.tell, name="counts", daemon=True).start()

    def _name(self, key: tuple[str, int]) -> Name:
        # A keyed digest: the names hold addresses.
        return self._inst.cipher.digest("asked", key[0]), key[1]

    def _sweep(self, now_ms: int) -> None:
        self._swept_ms = now_ms
        for counted in (self._own, self._others, self._new):
            for key in [key for key in counted if key[1] <= now_ms]:
                del counted[key]


def forget_old(inst: Installation) -> int:
    """Delete what was counted in spans that are over for everybody; how many counts."""
    before_ms = inst.now_ms() - _KEPT_MS
    return inst.write(lambda connection: shared_counts.forgotten(connection, before_ms))
