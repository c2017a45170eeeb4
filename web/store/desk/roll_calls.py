"""Roll calls: when one was held at a venue, who was ticked off, and by whom."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, Select, insert, select, update

from web.db.connecting.connection import Record
from web.db.tables import accounts, roll_calls, roll_marks, venues
from web.store.scope import Scope, visible_venues


def added(connection: Connection, **values: object) -> None:
    """Keep a new roll call."""
    connection.execute(insert(roll_calls).values(**values))


def row(connection: Connection, scope: Scope, roll_call_id: str) -> Record | None:
    """A roll call at a venue in scope."""
    return connection.execute(_told(scope).where(roll_calls.c.id == roll_call_id)).first()


def of_venue(connection: Connection, scope: Scope, venue_id: str, limit: int) -> Sequence[Record]:
    """The roll calls at a venue in scope, the latest first."""
    query = _told(scope).where(roll_calls.c.venue_id == venue_id)
    return connection.execute(query.order_by(roll_calls.c.started_ms.desc()).limit(limit)).all()


def going_on(connection: Connection, scope: Scope, venue_id: str) -> Record | None:
    """The roll call at a venue in scope that is not over."""
    query = _told(scope).where(roll_calls.c.venue_id == venue_id, roll_calls.c.ended_ms.is_(None))
    return connection.execute(query.order_by(roll_calls.c.started_ms.desc()).limit(1)).first()


def changed(connection: Connection, roll_call_id: str, **values: object) -> None:
    """Note that a roll call is over, or what it came to."""
    connection.execute(update(roll_calls).where(roll_calls.c.id == roll_call_id).values(**values))


def marks(connection: Connection, roll_call_id: str) -> Sequence[Record]:
    """Every mark of a roll call, those that were taken back as well, in the order of their times."""
    query = select(roll_marks, accounts.c.login).join(
        accounts, accounts.c.id == roll_marks.c.marked_by, isouter=True
    )
    query = query.where(roll_marks.c.roll_call_id == roll_call_id)
    return connection.execute(query.order_by(roll_marks.c.marked_ms, roll_marks.c.id)).all()


def roll_call_of(connection: Connection, mark_ids: Sequence[str]) -> dict[str, str]:
    """To which roll call each of these marks belongs, as far as they are here."""
    found = select(roll_marks.c.id, roll_marks.c.roll_call_id).where(roll_marks.c.id.in_(mark_ids))
    return {row.id: row.roll_call_id for row in connection.execute(found)}


def mark_added(connection: Connection, **values: object) -> None:
    """Keep a mark."""
    connection.execute(insert(roll_marks).values(**values))


def mark_undone(connection: Connection, roll_call_id: str, mark_id: str, at_ms: int) -> None:
    """Note that a mark was taken back; when that was first said stays."""
    mine = (roll_marks.c.id == mark_id, roll_marks.c.roll_call_id == roll_call_id)
    change = update(roll_marks).where(*mine, roll_marks.c.undone_ms.is_(None))
    connection.execute(change.values(undone_ms=at_ms))


def _told(scope: Scope) -> Select[tuple[object, ...]]:
    started, ended = accounts.alias(), accounts.alias()
    return (
        select(
            roll_calls,
            venues.c.name.label("venue_name"),
            venues.c.time_zone,
            started.c.login.label("started_login"),
            ended.c.login.label("ended_login"),
        )
        .join(venues, venues.c.id == roll_calls.c.venue_id)
        .join(started, started.c.id == roll_calls.c.started_by, isouter=True)
        .join(ended, ended.c.id == roll_calls.c.ended_by, isouter=True)
        .where(roll_calls.c.venue_id.in_(visible_venues(scope)))
    )
