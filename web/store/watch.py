"""What tells a silent or strange venue from a usual one: its days, its hours, and visitors at many doors."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, func, select

from web.db.connection import Record
from web.db.tables import alerts, day_counts, entrances, stays, venue_days, venues


def open_venues(connection: Connection) -> Sequence[Record]:
    """Every open venue that has an entrance: its id, zone, and since when it is open (`opened_ms`)."""
    opened = func.coalesce(venues.c.reviewed_ms, venues.c.created_ms).label("opened_ms")
    query = select(venues.c.id, venues.c.time_zone, opened).where(venues.c.state == "open")
    return connection.execute(query.where(venues.c.id.in_(select(entrances.c.venue_id)))).all()


def days_since(connection: Connection, first_day: int) -> Sequence[Record]:
    """The entries of each venue and local day from a day on."""
    query = select(venue_days.c.venue_id, venue_days.c.local_day, venue_days.c.entries)
    return connection.execute(
        query.where(venue_days.c.local_day >= first_day, venue_days.c.entries > 0)
    ).all()


def last_days(connection: Connection, venue_ids: Sequence[str]) -> dict[str, int]:
    """The last local day with an entry of each of these venues that ever had one."""
    last = func.max(venue_days.c.local_day)
    query = select(venue_days.c.venue_id, last).where(venue_days.c.venue_id.in_(venue_ids))
    query = query.where(venue_days.c.entries > 0).group_by(venue_days.c.venue_id)
    return {row[0]: int(row[1]) for row in connection.execute(query)}


def people_by_hour(
    connection: Connection, venue_ids: Sequence[str], first_day: int, last_day: int
) -> Sequence[Record]:
    """`venue_id`, `local_day`, `value` (the hour) and how many went in (`people_in`), where anybody did."""
    query = select(
        day_counts.c.venue_id, day_counts.c.local_day, day_counts.c.value, day_counts.c.people_in
    ).where(
        day_counts.c.venue_id.in_(venue_ids),
        day_counts.c.kind == "hour",
        day_counts.c.local_day.between(first_day, last_day),
        day_counts.c.people_in > 0,
    )
    return connection.execute(query).all()


def visitors_at_many(
    connection: Connection, venue_ids: Sequence[str], since_ms: int, least: int
) -> list[str]:
    """The visitors who came to at least so many of these venues since a time."""
    query = (
        select(stays.c.visitor_id)
        .where(stays.c.venue_id.in_(venue_ids), stays.c.in_ms >= since_ms, stays.c.visitor_id != "")
        .group_by(stays.c.visitor_id)
        .having(func.count(stays.c.venue_id.distinct()) >= least)
    )
    return list(connection.scalars(query))


def arrivals(connection: Connection, visitor_ids: Sequence[str], since_ms: int) -> Sequence[Record]:
    """When these visitors were let in where since a time, each visitor's in the order of time."""
    query = select(stays.c.visitor_id, stays.c.venue_id, stays.c.in_ms, stays.c.entry_id).where(
        stays.c.visitor_id.in_(visitor_ids), stays.c.in_ms >= since_ms, stays.c.beginning == "scanned"
    )
    return connection.execute(query.order_by(stays.c.visitor_id, stays.c.in_ms, stays.c.entry_id)).all()


def open_alerts(connection: Connection, kinds: Sequence[str]) -> Sequence[Record]:
    """Key, kind and venue of the open alerts of some kinds."""
    query = select(alerts.c.key, alerts.c.kind, alerts.c.venue_id)
    return connection.execute(query.where(alerts.c.settled_ms.is_(None), alerts.c.kind.in_(kinds))).all()
