"""What tells a silent or strange venue from a usual one: its days, its hours, and visitors at many doors."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, Select, func, select

from web.db.connecting.connection import Record
from web.db.tables import alerts, day_counts, entrances, stays, venue_days, venues

_USED = venue_days.c.entries > 0


def open_venues(connection: Connection) -> Sequence[Record]:
    """Every open venue that has an entrance: its id, zone, and since when it is open (`opened_ms`)."""
    opened = func.coalesce(venues.c.reviewed_ms, venues.c.created_ms).label("opened_ms")
    query = select(venues.c.id, venues.c.time_zone, opened).where(venues.c.state == "open")
    return connection.execute(query.where(venues.c.id.in_(select(entrances.c.venue_id)))).all()


def latest(connection: Connection, first_day: int) -> dict[str, int]:
    """The last local day with an entry of each venue, of those from a day on."""
    last = func.max(venue_days.c.local_day)
    query = select(venue_days.c.venue_id, last).where(venue_days.c.local_day >= first_day, _USED)
    return {row[0]: int(row[1]) for row in connection.execute(query.group_by(venue_days.c.venue_id))}


def latest_of(connection: Connection, venue_ids: Sequence[str]) -> dict[str, int]:
    """The last local day with an entry of each of these venues that ever had one."""
    last = func.max(venue_days.c.local_day)
    query = select(venue_days.c.venue_id, last).where(venue_days.c.venue_id.in_(venue_ids), _USED)
    return {row[0]: int(row[1]) for row in connection.execute(query.group_by(venue_days.c.venue_id))}


def entries_on(connection: Connection, days: Sequence[int]) -> Sequence[Record]:
    """The entries of each venue on some local days."""
    query = select(venue_days.c.venue_id, venue_days.c.local_day, venue_days.c.entries)
    return connection.execute(query.where(venue_days.c.local_day.in_(days), _USED)).all()


def used_days(connection: Connection, venue_ids: Sequence[str], first_day: int) -> Sequence[Record]:
    """The entries of these venues on each local day from a day on."""
    query = select(venue_days.c.venue_id, venue_days.c.local_day, venue_days.c.entries)
    wanted = (venue_days.c.venue_id.in_(venue_ids), venue_days.c.local_day >= first_day, _USED)
    return connection.execute(query.where(*wanted)).all()


def alive_days(connection: Connection, first_day: int) -> set[int]:
    """The local days from a day on that had an entry anywhere."""
    query = select(venue_days.c.local_day).where(venue_days.c.local_day >= first_day, _USED)
    return set(connection.scalars(query.distinct()))


def people_by_hour(connection: Connection, first_day: int) -> Sequence[Record]:
    """`venue_id`, `local_day`, `value` (the hour) and how many went in (`people_in`) from a local day on."""
    kind, day = day_counts.c.kind == "hour", day_counts.c.local_day >= first_day
    # By venue first, as the counts are ordered.
    open_now = day_counts.c.venue_id.in_(select(venues.c.id).where(venues.c.state == "open"))
    return connection.execute(_by_hour().where(open_now, kind, day)).all()


def people_in_hours(
    connection: Connection, venue_ids: Sequence[str], hours: Sequence[int], first_day: int
) -> Sequence[Record]:
    """The same of these venues and hours of the day."""
    named = [f"{hour:02}" for hour in hours]
    wanted = (
        day_counts.c.venue_id.in_(venue_ids),
        day_counts.c.kind == "hour",
        day_counts.c.local_day >= first_day,
        day_counts.c.value.in_(named),
    )
    return connection.execute(_by_hour().where(*wanted)).all()


def _by_hour() -> Select[tuple[str, int, str, int]]:
    c = day_counts.c
    return select(c.venue_id, c.local_day, c.value, c.people_in).where(c.people_in > 0)


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
