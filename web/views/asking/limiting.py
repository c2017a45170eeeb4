"""The counts behind the rate limits, as Flask-Limiter asks for them."""
# mypy: disallow-subclassing-any=False

from __future__ import annotations

from collections.abc import Sequence
from weakref import WeakSet

from flask import current_app
from limits.storage import Storage

from web.services.operations.counting import Counts

SCHEME = "codeplace"
_KEY = "rate counts"
_MADE: WeakSet[Counts] = WeakSet()


class SharedCounts(Storage):
    """Fixed windows, counted by this process and told to the others (`operations.counting`)."""

    STORAGE_SCHEME = [SCHEME]  # noqa: RUF012 - an instance variable to the class above

    def __init__(self, uri: str | None = None, *, wrap_exceptions: bool = False) -> None:
        super().__init__(uri, wrap_exceptions)
        self._spans: dict[str, int] = {}

    @property
    def base_exceptions(self) -> tuple[type[Exception], ...]:
        """What a storage could raise: nothing here."""
        return ()

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count, and say how many there are in the window of `expiry` seconds."""
        self._spans[_rule(key)] = int(expiry)
        return _counts().added(key, int(expiry), amount)

    def get(self, key: str) -> int:
        """How many there are in the current window."""
        return _counts().so_far(key, self._spans.get(_rule(key), 60))

    def get_expiry(self, key: str) -> float:
        """When the current window ends, Unix seconds."""
        return _counts().until_ms(self._spans.get(_rule(key), 60)) / 1000

    def check(self) -> bool:
        """Always true: nothing here can be away."""
        return True

    def reset(self) -> int | None:
        """Forget all counts of this process."""
        for counts in _MADE:
            counts.clear()
        return None

    def clear(self, key: str) -> None:
        """Limits are never lifted for one."""


def counted(names: Sequence[str], span_s: int) -> list[int]:
    """How often each of these was asked for in the current span, with this time."""
    return _counts().added_each(names, span_s)


def _rule(key: str) -> str:
    """The limit at the end of a key, like 30/1/minute: what its span hangs on."""
    return "/".join(key.rsplit("/", 3)[1:])


def _counts() -> Counts:
    found = current_app.extensions.get(_KEY)
    if not isinstance(found, Counts):
        made = Counts(current_app.extensions["installation"])
        found = current_app.extensions.setdefault(_KEY, made)
        _MADE.add(found)
    return found
