"""Who is inside a venue, by the entries of its day and the time they really happened."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, and_, bindparam, case, func, or_, select

from web.db.connecting.connection import Record
from web.db.statements.prepared import Prepared
from web.db.tables import entries, entry_people
from web.store.passing.entries import taken_back

_LAST = Prepared(
    select(entries.c.direction)
    .join(entry_people, entry_people.c.entry_id == entries.c.id)
    .where(
        entry_people.c.visitor_id == bindparam("visitor_id"),
        entry_people.c.at_ms >= bindparam("since_ms"),
        entry_people.c.at_ms < bindparam("before_ms"),
        entries.c.venue_id == bindparam("venue_id"),
        entries.c.outcome == "admitted",
        ~taken_back(),
    )
    .order_by(entries.c.true_ms.desc(), entries.c.id.desc())
    .limit(1)
)


def inside_at(connection: Connection, venue_id: str, visitor_id: str, since_ms: int, before_ms: int) -> bool:
    """Whether the visitor's last admitted passage in `since_ms` ≤ t < `before_ms` was inwards."""
    last = _LAST.first(
        connection, visitor_id=visitor_id, venue_id=venue_id, since_ms=since_ms, before_ms=before_ms
    )
    return last is not None and last.direction == "in"


def people_inside(connection: Connection, venue_id: str, since_ms: int, before_ms: int) -> int:
    """How many people went in during `since_ms` ≤ t < `before_ms` and were not let out after.

    With their companions. Strangers, whom nothing tells from others, count as those in less those out.
    """
    known = entry_people.c.visitor_id != ""
    ranked = (
        select(
            entries.c.direction,
            entries.c.people,
            known.label("known"),
            func.row_number()
            .over(
                partition_by=entry_people.c.visitor_id,
                order_by=(entries.c.true_ms.desc(), entries.c.id.desc()),
            )
            .label("nth"),
        )
        .join(entry_people, entry_people.c.entry_id == entries.c.id)
        .where(
            entries.c.venue_id == venue_id,
            entries.c.true_ms >= since_ms,
            entries.c.true_ms < before_ms,
            entries.c.outcome == "admitted",
            ~taken_back(),
        )
        .subquery()
    )
    came = ranked.c.direction == "in"
    inside = case((ranked.c.known & came & (ranked.c.nth == 1), ranked.c.people), else_=0)
    strange = case((ranked.c.known, 0), (came, ranked.c.people), else_=-ranked.c.people)
    counted = connection.execute(select(func.sum(inside), func.sum(strange)).select_from(ranked)).one()
    return int(counted[0] or 0) + max(0, int(counted[1] or 0))


def passages_between(
    connection: Connection, venue_id: str, since_ms: int, before_ms: int
) -> Sequence[Record]:
    """Who was let in or out during `since_ms` ≤ t < `before_ms`, in the order of what really happened."""
    query = (
        select(
            entries.c.id,
            entries.c.direction,
            entries.c.people,
            entries.c.true_ms,
            func.coalesce(entry_people.c.visitor_id, "").label("visitor_id"),
        )
        .join(entry_people, entry_people.c.entry_id == entries.c.id, isouter=True)
        .where(
            entries.c.venue_id == venue_id,
            entries.c.true_ms >= since_ms,
            entries.c.true_ms < before_ms,
            entries.c.outcome == "admitted",
            ~taken_back(),
        )
        .order_by(entries.c.true_ms, entries.c.id)
    )
    return connection.execute(query).all()


def passages_since(
    connection: Connection, venue_id: str, after: tuple[int, str], limit: int
) -> Sequence[Record]:
    """What arrived of a venue after a place (received_ms, entry id), in the order of its arrival.

    Passages, and what takes another entry back; not those who were turned away.
    """
    place = (entries.c.received_ms, entries.c.id)
    query = (
        select(
            entries.c.id,
            entries.c.direction,
            entries.c.true_ms,
            entries.c.received_ms,
            entries.c.people,
            entries.c.corrects,
            (entries.c.outcome == "admitted").label("passed"),
            func.coalesce(entry_people.c.visitor_id, "").label("visitor_id"),
        )
        .join(entry_people, entry_people.c.entry_id == entries.c.id, isouter=True)
        .where(
            entries.c.venue_id == venue_id,
            or_(entries.c.outcome == "admitted", entries.c.corrects != ""),
            or_(place[0] > after[0], and_(place[0] == after[0], place[1] > after[1])),
        )
        .order_by(*place)
    )
    return connection.execute(query.limit(limit)).all()


_NEWEST_PASSAGE = Prepared(
    select(entries.c.received_ms, entries.c.id)
    .where(
        entries.c.venue_id == bindparam("venue"),
        entries.c.received_ms >= bindparam("since"),
        or_(entries.c.outcome == "admitted", entries.c.corrects != ""),
    )
    .order_by(entries.c.received_ms.desc(), entries.c.id.desc())
    .limit(1)
)


def newest_passage(connection: Connection, venue_id: str, since_ms: int) -> Record | None:
    """The place of what arrived last of a venue since a time, as `passages_since` tells of it; or None."""
    return _NEWEST_PASSAGE.first(connection, venue=venue_id, since=since_ms)
