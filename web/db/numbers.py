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
