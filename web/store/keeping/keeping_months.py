"""Months of which nothing is kept any more: looked at whole, and emptied whole instead of row by row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Select, exists, func, select

from web.db.connecting.connection import Record
from web.db.months import months
from web.db.months.months import Month
from web.db.tables import entries, entry_people, legal_holds, stays
from web.store.keeping.legal_holds import VISITOR, venue_is_held

# Less than that an empty table has in any case, with its indexes.
_ROOM = 1 << 20


def over(connection: Connection, before_ms: int) -> list[Month]:
    """The months in which all that is still known of people is from before a time.

    Or nothing is, and their tables take room on the disk nevertheless.
    """
    found: list[Month] = []
    for month in months.listed(connection):
        if month.until_ms is not None and (month.since_ms or 0) < before_ms:
            last_ms = newest(connection, month, before_ms)
            if 0 < last_ms < before_ms or (not last_ms and months.room(connection, month) > _ROOM):
                found.append(month)
    return found


def newest(connection: Connection, month: Month, before_ms: int) -> int:
    """When the last passage or stay of a month was that is still known; 0 when none is.

    One that is not before a time is enough: of stays there is no index over time alone.
    """
    query: Select[Any]
    found = 0
    for at, key in ((entry_people.c.at_ms, entry_people.c.entry_id), (stays.c.in_ms, stays.c.entry_id)):
        query = select(func.max(at)).where(months.of(month, key))
        found = max(found, int(connection.scalar(query) or 0))
        if found >= before_ms:
            break
    return found


def counted(connection: Connection, month: Month) -> Sequence[Record]:
    """`venue_id` and `records`: how many passages of a month still say who it was, by venue."""
    query = (
        select(entries.c.venue_id, func.count().label("records"))
        .join(entry_people, entry_people.c.entry_id == entries.c.id)
        .where(months.of(month, entries.c.id), months.of(month, entry_people.c.entry_id))
        .group_by(entries.c.venue_id)
        .order_by(entries.c.venue_id)
    )
    return connection.execute(query).all()


def people(connection: Connection, month: Month) -> list[tuple[str, str]]:
    """Whose passages of a month are known, each with a venue where they were."""
    query = (
        select(entry_people.c.visitor_id, func.min(entries.c.venue_id))
        .join(entries, entries.c.id == entry_people.c.entry_id)
        .where(months.of(month, entries.c.id), months.of(month, entry_people.c.entry_id))
        .where(entry_people.c.visitor_id != "")
        .group_by(entry_people.c.visitor_id)
        .order_by(entry_people.c.visitor_id)
    )
    return [(row[0], row[1]) for row in connection.execute(query)]


def is_held(connection: Connection, month: Month) -> bool:
    """Whether a legal hold in force is about anybody or any place in a month."""
    held = select(legal_holds.c.subject_id)
    held = held.where(legal_holds.c.subject == VISITOR, legal_holds.c.lifted_ms.is_(None))
    query = select(
        *(
            exists(select(table.c.entry_id).where(months.of(month, table.c.entry_id), who.in_(held)))
            for table, who in ((entry_people, entry_people.c.visitor_id), (stays, stays.c.visitor_id))
        ),
        exists(
            select(entry_people.c.entry_id)
            .join(entries, entries.c.id == entry_people.c.entry_id)
            .where(months.of(month, entries.c.id), months.of(month, entry_people.c.entry_id))
            .where(venue_is_held(entries.c.venue_id, entries.c.true_ms))
        ),
        exists(
            select(stays.c.entry_id).where(
                months.of(month, stays.c.entry_id), venue_is_held(stays.c.venue_id, stays.c.in_ms)
            )
        ),
    )
    return any(connection.execute(query).one())
