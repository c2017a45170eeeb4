"""How long to wait after a failure: 1 s, doubled up to 5 minutes, with jitter (design §6)."""

from __future__ import annotations

from collections.abc import Callable

FIRST_S = 1.0
LONGEST_S = 300.0


class Backoff:
    """Counts failures in a row. `random` gives numbers from 0 to 1, so that kiosks do not call in step."""

    def __init__(self, random: Callable[[], float]) -> None:
        self._random = random
        self._failures = 0

    def failed(self, asked_s: float | None = None) -> float:
        """Seconds to wait now; what the server asked for is never undercut."""
        wait_s: float = min(LONGEST_S, FIRST_S * 2 ** min(self._failures, 20))
        self._failures += 1
        return max(wait_s * (0.5 + self._random() / 2), asked_s or 0.0)

    def succeeded(self) -> None:
        """Begin again at the first step after the next failure."""
        self._failures = 0
