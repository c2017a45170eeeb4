"""When to draw: at once as a rule, and a few seconds later while gates send what they kept for long.

A gate waits for the answer to its batch, and nobody for a page to be half a second newer. So drawing lets
batches go first, and never for longer than `LATE_MOST_MS`: then everything is drawn, whoever waits. Until
when pages are true, `store.projecting.drawn_upto_ms` tells.
"""

from __future__ import annotations

from dataclasses import dataclass

from web.services.desk.projecting import projecting
from web.services.installation import Installation
from web.store.drawn import projecting as store
from web.store.logs import log

LATE_MOST_MS = 5_000
# More new leaves from one look to the next (half a second) than phones and single entries make.
RUSH = 800


@dataclass(slots=True)
class Pace:
    """What the last look found: how long the log was, and since when something waits."""

    size: int = 0
    behind_since_ms: int | None = None

    def gives_way(self, size: int, drawn: int, now_ms: int) -> bool:
        """Whether to leave it for now, with `drawn` of `size` leaves of the log drawn."""
        grown, self.size = size - self.size, size
        if size <= drawn:
            self.behind_since_ms = None
            return False
        if self.behind_since_ms is None:
            self.behind_since_ms = now_ms
        waited_ms = now_ms - self.behind_since_ms
        return grown > RUSH and 0 <= waited_ms < LATE_MOST_MS


def due(inst: Installation, pace: Pace, most: int = projecting.AT_ONCE) -> int:
    """As `projecting.caught_up`, unless drawing gives way now: then 0."""
    size, drawn = inst.read(lambda connection: (log.size(connection), store.drawn(connection)))
    if pace.gives_way(size, drawn, inst.now_ms()) or size <= drawn:
        return 0
    return projecting.caught_up(inst, most)
