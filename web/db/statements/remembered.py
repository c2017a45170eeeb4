"""What was read of the database and stays true as long as numbers that are read anew stay the same."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Generic, TypeVar

_T = TypeVar("_T")
_MOST = 4_096


class Remembered(Generic[_T]):
    """Things by a key, each as of some numbers; threads may share one."""

    def __init__(self) -> None:
        self._kept: dict[Hashable, tuple[Hashable, _T]] = {}

    def get(self, key: Hashable, as_of: Hashable) -> _T | None:
        """The thing, if it was kept as of just these numbers."""
        kept = self._kept.get(key)
        return kept[1] if kept is not None and kept[0] == as_of else None

    def keep(self, key: Hashable, as_of: Hashable, thing: _T) -> None:
        """Keep the thing in place of what was kept before."""
        if len(self._kept) >= _MOST:
            self._kept.clear()
        self._kept[key] = (as_of, thing)
