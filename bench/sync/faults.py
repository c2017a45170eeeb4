"""What the proxy between gates and server does to requests, and how often."""

from __future__ import annotations

import random
from enum import StrEnum
from typing import Final


class Fault(StrEnum):
    """One thing that can happen to a request; the first takes it through unharmed."""

    NONE = "none"
    DROP_BEFORE = "drop_before"  # the server never hears of it
    DROP_AFTER = "drop_after"  # the server has committed, the answer is lost
    DELAY = "delay"
    LATE = "late"  # the kiosk hears nothing; the server gets it after newer ones
    TWICE = "twice"
    PARALLEL = "parallel"
    HALF_REQUEST = "half_request"
    HALF_ANSWER = "half_answer"
    HALF_JSON = "half_json"  # complete to HTTP, cut in the middle
    OLD_ANSWER = "old_answer"  # the answer to an earlier batch
    EMPTY_RECEIPT = "empty_receipt"
    PORTAL = "portal"  # 200 and a page to accept terms on
    REDIRECT = "redirect"
    GZIP_JUNK = "gzip_junk"
    STATUS = "status"  # one of `STATUSES`, the server untouched
    STATUS_AFTER = "status_after"  # the server has committed, a gateway says 502


class BadBundle(StrEnum):
    """A bundle that no gate may take."""

    REPLAYED = "replayed"
    FLIPPED = "flipped"
    OTHER_ENTRANCE = "other_entrance"
    OTHER_KEY = "other_key"
    UNSIGNED = "unsigned"
    CUT = "cut"


# A page of visitors names no entrance, and an old one may be asked for again: these are bad in any case.
ONLY_FORGED: Final = (BadBundle.FLIPPED, BadBundle.OTHER_KEY, BadBundle.UNSIGNED, BadBundle.CUT)
STATUSES: Final = (400, 401, 403, 404, 413, 429, 500, 503)
_QUIET: Final = 0.6  # of all requests pass unharmed
_BAD_BUNDLES: Final = 0.4

_HARM: Final = (*(fault for fault in Fault if fault is not Fault.NONE), *[Fault.STATUS] * 7)  # one of eight


class Chance:
    """Rolls the dice; used by one thread at a time."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311

    def fault(self) -> Fault:
        """What happens to the next request."""
        if self._random.random() < _QUIET:
            return Fault.NONE
        return self._random.choice(_HARM)

    def bad_bundle(self) -> BadBundle | None:
        """What is put in the place of the next bundle, if anything."""
        return self._random.choice(list(BadBundle)) if self._random.random() < _BAD_BUNDLES else None

    def status(self) -> int:
        """The status of an answer that the server never gave."""
        return self._random.choice(STATUSES)

    def below(self, most: float) -> float:
        """A number from nothing to `most`."""
        return self._random.uniform(0, most)

    def happens(self, share: float) -> bool:
        """Whether something that happens this often happens now."""
        return self._random.random() < share
