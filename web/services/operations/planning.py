"""Keeps what the database knows of its rows up to date, so that queries stay fast as they become many."""

from __future__ import annotations

from web.db.months.planning import analysed
from web.services.installation import Installation


def renewed(inst: Installation) -> None:
    """Let the database look at its rows; connections that read begin anew, for they know what was before."""
    if inst.write(analysed):
        inst.reading.dispose()
