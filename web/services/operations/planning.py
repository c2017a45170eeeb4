"""Keeps what the database knows of its rows up to date, so that queries stay fast as they become many."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from web.db.months.planning import analysed
from web.services.installation import Installation
from web.store.logs import log

_DAY_MS: Final = 86_400_000
# Fewer new rows than that change no plan.
_ROWS_LEAST: Final = 1_000


@dataclass(slots=True)
class Looked:
    """How long the log was when the database last looked at its rows, and when that was; before: None."""

    size: int = 0
    at_ms: int | None = None

    def is_due(self, size: int, now_ms: int) -> bool:
        """Whether to look again: after a day, after a clock that went back, and when the rows doubled.

        What is known of tables that were empty is nothing: a site's first thousand entries, or an import,
        would be joined row by row with all others until the day is over.
        """
        if self.at_ms is None or not 0 <= now_ms - self.at_ms < _DAY_MS:
            return True
        return size >= 2 * self.size + _ROWS_LEAST


def due(inst: Installation, looked: Looked) -> bool:
    """Let the database look at its rows when it is time; whether it was."""
    size, now_ms = inst.ask(log.size), inst.now_ms()
    if not looked.is_due(size, now_ms):
        return False
    renewed(inst)
    looked.size, looked.at_ms = size, now_ms
    return True


def renewed(inst: Installation) -> None:
    """Let the database look at its rows; connections that read begin anew, for they know what was before."""
    if inst.write(analysed):
        inst.reading.dispose()
