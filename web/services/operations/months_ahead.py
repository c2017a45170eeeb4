"""Keeps tables ready for the months to come, where months have tables of their own."""

from __future__ import annotations

from dataclasses import dataclass

import structlog

from web.db import months
from web.db.connection import Connection
from web.services.installation import Installation

_COUNTED_MOST = 1_000


@dataclass(frozen=True, slots=True)
class Months:
    """How many whole months after this one have their table (-1: not even this one), and what none has.

    `outside` are entries after the last month, counted up to 1,000: of clocks that are far ahead, or of now,
    when nobody made months.
    """

    ahead: int
    outside: int


def kept(inst: Installation) -> None:
    """Have the tables of the months to come, if this database has such; each is told in the journal."""

    def work(connection: Connection) -> tuple[int, int]:
        outside = months.outside(connection, _COUNTED_MOST)
        return months.made(connection, inst.now_ms()), outside

    made, outside = inst.write(work)
    if made:
        structlog.get_logger().info("months_made", tables=made, entries_waited=outside)


def looked_at(connection: Connection, now_ms: int) -> Months | None:
    """How it stands with the months; None where they have no tables of their own."""
    there = months.listed(connection)
    if not there:
        return None
    return Months(months.ahead(there, now_ms), months.outside(connection, _COUNTED_MOST))
