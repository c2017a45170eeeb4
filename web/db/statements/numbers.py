"""Numbers of a counter that processes share: each takes some at a time, so that none waits for another."""

from __future__ import annotations

import threading
from collections.abc import Callable

AT_ONCE = 64


class Numbers:
    """Gives out numbers of its own; those that it does not get to are never given out."""

    def __init__(self) -> None:
        self._next = self._end = 0
        self._giving = threading.Lock()

    def next(self, reserved: Callable[[int], int]) -> int:
        """A number nobody else gets; `reserved` commits that so many more are taken, and tells the last."""
        with self._giving:
            if self._next == self._end:
                last = reserved(AT_ONCE)
                self._next, self._end = last - AT_ONCE + 1, last + 1
            self._next += 1
            return self._next - 1


class Glance:
    """A number that may be a little old, so that it is not counted each time somebody asks."""

    def __init__(self) -> None:
        self._known: tuple[int, int] | None = None
        self._counting = threading.Lock()

    def glanced(self, now_ms: int, every_ms: int, counted: Callable[[], int]) -> int:
        """The number, counted less than `every_ms` ago; one thread counts, the others take what was."""
        known = self._known
        if known is not None and abs(now_ms - known[0]) < every_ms:
            return known[1]
        if not self._counting.acquire(blocking=known is None):
            assert known is not None
            return known[1]
        try:
            number = counted()
            self._known = (now_ms, number)
            return number
        finally:
            self._counting.release()
