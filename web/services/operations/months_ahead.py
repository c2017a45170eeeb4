"""Keeps tables ready for the months to come, where months have tables of their own."""

from __future__ import annotations

from dataclasses import dataclass

import structlog

from web.db.connecting.connection import Connection
from web.db.months import log_months, months
from web.services.installation import Installation

_COUNTED_MOST = 1_000


@dataclass(frozen=True, slots=True)
class Months:
    """How many whole months after this one have their tables (-1: not even this one), and what none has.

    `outside` are entries after the last month, counted up to 1,000: of clocks that are far ahead, or of now,
    when nobody made months.
    """

    ahead: int
    outside: int


def kept(inst: Installation) -> None:
    """Have the tables of the months to come, if this database has such; each is told in the journal.

    At the turn of a month the log's numbers go on in its own tables. Each step is a transaction of its own:
    one that would keep others waiting for too long is tried again the next time, and keeps no other back.
    """

    def work(connection: Connection) -> tuple[int, int]:
        outside = months.outside(connection, _COUNTED_MOST)
        return months.made(connection, inst.now_ms()), outside

    journal = structlog.get_logger()
    made, outside = inst.write(work)
    if made:
        journal.info("months_made", tables=made, entries_waited=outside)
    if of_log := inst.write(lambda connection: log_months.made(connection, inst.now_ms())):
        journal.info("log_months_made", tables=of_log)
    if inst.write(lambda connection: log_months.turned(connection, inst.now_ms())):
        journal.info("log_month_turned")
    inst.write(log_months.noted)
    inst.write(log_months.checked)


def looked_over(inst: Installation) -> None:
    """Let the database look at a month that has just begun, until it does so often enough by itself."""
    if inst.settings.database_url:
        inst.write(lambda connection: months.looked_over(connection, inst.now_ms()))


def looked_at(connection: Connection, now_ms: int) -> Months | None:
    """How it stands with the months; None where they have no tables of their own."""
    there = months.listed(connection)
    if not there:
        return None
    of_log = log_months.ahead(log_months.listed(connection), now_ms)
    return Months(min(months.ahead(there, now_ms), of_log), months.outside(connection, _COUNTED_MOST))
