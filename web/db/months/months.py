"""On PostgreSQL, a table for each month of entries, who they were and stays; whoever asks meets one table.

Parted by the entry's id, which begins with the time it was made at and never changes. Two tables take what is
in no month: `…_before` all that was there when months began, and `…_after` what comes after the last of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final

from sqlalchemy import ColumnElement, Connection, and_, func, select, text, true

from web.db.tables import entries, entry_people, stays

PARTED: Final = (entries, entry_people, stays)
# What the worker keeps ready: this month and so many whole ones after it.
AHEAD: Final = 2
# Whoever changes a table for all waits no longer for others, who wait behind it meanwhile.
LOCK_PATIENCE: Final = "800ms"
PATIENCE: Final = f"SET LOCAL lock_timeout = '{LOCK_PATIENCE}'"
# Pages of 8 KB. Beyond so many PostgreSQL knows enough of a month, and looks by itself often enough.
_IS_NEW: Final = """
SELECT relpages < 20000 AND pg_relation_size(oid) / current_setting('block_size')::int > 2 * relpages + 8
FROM pg_class WHERE oid = to_regclass(:name)
"""
_BOUNDS = re.compile(r"FROM \((MINVALUE|'[-0-9a-f]+')\) TO \((MAXVALUE|'[-0-9a-f]+')\)")


@dataclass(frozen=True, slots=True)
class Month:
    """A table of each of PARTED, by what stands after its name, and from when to when its ids are.

    None: the first takes all ids before its end, the last all from its beginning on. Unix milliseconds.
    """

    part: str
    since_ms: int | None
    until_ms: int | None


def listed(connection: Connection) -> tuple[Month, ...]:
    """The tables there are in the order of their times; none where months are not kept apart."""
    if connection.dialect.name != "postgresql":
        return ()
    told = connection.execute(
        text(
            "SELECT relname, pg_get_expr(relpartbound, oid) AS bounds FROM pg_class "
            "JOIN pg_inherits ON inhrelid = oid WHERE inhparent = to_regclass('entries')"
        )
    )
    return tuple(
        sorted((_month(row.relname, row.bounds) for row in told), key=lambda month: month.since_ms or 0)
    )


def ahead(months: tuple[Month, ...], now_ms: int) -> int:
    """How many whole months after the one of now have their table; -1 when that of now has none."""
    until_ms = months[-1].since_ms or 0
    count = -1
    while count < AHEAD and until_ms >= begins_ms(first_day(now_ms, count + 2)):
        count += 1
    return count


def made(connection: Connection, now_ms: int) -> int:
    """Have a table for the month of now and for AHEAD months after it; how many were made.

    What was missed is one table of several months: nothing that is there already is moved.
    """
    months, count = listed(connection), 0
    if not months:
        return 0
    since_ms = months[-1].since_ms or 0
    connection.execute(text(PATIENCE))
    for nth in range(1, AHEAD + 2):
        until = first_day(now_ms, nth)
        if since_ms < begins_ms(until):
            first = datetime.fromtimestamp(since_ms / 1000, UTC).date()
            connection.execute(text("SELECT month_closed(:first, :until)"), {"first": first, "until": until})
            since_ms, count = begins_ms(until), count + 1
    return count


def looked_over(connection: Connection, now_ms: int) -> bool:
    """Let PostgreSQL look at the month of now while that is new and twice what it knew; whether so."""
    now = bound(now_ms)
    there = listed(connection)
    part = next(
        (one.part for one in reversed(there) if one.since_ms is None or bound(one.since_ms) <= now), ""
    )
    is_new = connection.scalar(text(_IS_NEW), {"name": f"{entry_people.name}{part}"}) if there else False
    if is_new:
        connection.execute(text("SELECT month_looked_over(:part)"), {"part": part})
    return bool(is_new)


def outside(connection: Connection, most: int) -> int:
    """How many entries lie after the last month; at most `most` are counted."""
    there = listed(connection)
    if not there:
        return 0
    some = select(entries.c.id).where(of(there[-1], entries.c.id)).limit(most).subquery()
    return int(connection.scalar(select(func.count()).select_from(some)) or 0)


def locked(connection: Connection, month: Month) -> None:
    """Let nobody write who was there in a month until the transaction ends."""
    connection.execute(text(PATIENCE))
    connection.execute(text("SELECT month_locked(:part)"), {"part": month.part})


def emptied(connection: Connection, month: Month) -> None:
    """Take every row of a month out of who was there and when; its entries stay."""
    connection.execute(text("SELECT month_emptied(:part)"), {"part": month.part})


def of(month: Month, entry_id: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether an entry is of a month: PostgreSQL then looks nowhere else."""
    since = [] if month.since_ms is None else [entry_id >= bound(month.since_ms)]
    until = [] if month.until_ms is None else [entry_id < bound(month.until_ms)]
    return and_(true(), *since, *until)


def room(connection: Connection, month: Month) -> int:
    """How many bytes on disk a month has of who was there and when."""
    names = [f"{table}{month.part}" for table in (entry_people, stays)]
    query = text(
        "SELECT sum(pg_total_relation_size(to_regclass(name))) FROM unnest(CAST(:names AS text[])) AS name"
    )
    return int(connection.scalar(query, {"names": names}) or 0)


def first_day(now_ms: int, months: int) -> date:
    """The first day of the month so many after that of now; months are those of UTC."""
    now = datetime.fromtimestamp(now_ms / 1000, UTC)
    years, month = divmod(now.month - 1 + months, 12)
    return date(now.year + years, month + 1, 1)


def begins_ms(day: date) -> int:
    """When a day begins, by UTC."""
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp() * 1000)


def database_now_ms(connection: Connection) -> int:
    """The time by the clock of a PostgreSQL, as its migrations know it."""
    return int(connection.scalar(text("SELECT (extract(epoch FROM now()) * 1000)::bigint")) or 0)


def bound(at_ms: int) -> str:
    """The text at which the ids of a time begin."""
    return f"{at_ms >> 16:08x}-{at_ms & 0xFFFF:04x}"


def _month(part: str, bounds: str) -> Month:
    told = _BOUNDS.fullmatch(bounds.removeprefix("FOR VALUES "))
    if told is None:
        raise ValueError(f"bounds of a month: {bounds}")
    since, until = (None if one.isupper() else _time(one.strip("'")) for one in told.groups())
    return Month(part.removeprefix(entries.name), since, until)


def _time(begins: str) -> int:
    return int(begins.replace("-", "")[:12], 16)
