"""How venues want their gates to behave, and what these show while nobody stands there."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, delete, func, insert, select, update

from web.db.connecting.connection import Record
from web.db.tables import gate_settings, notices
from web.store.scope import Scope, visible_venues


def row(connection: Connection, scope: Scope, venue_id: str) -> Record | None:
    """The settings of a venue in scope, if it ever had any."""
    return connection.execute(
        select(gate_settings).where(
            gate_settings.c.venue_id == venue_id, gate_settings.c.venue_id.in_(visible_venues(scope))
        )
    ).first()


def kept(connection: Connection, venue_id: str, **values: object) -> None:
    """Write some settings of a venue; the others stay as they are."""
    changed = connection.execute(
        update(gate_settings).where(gate_settings.c.venue_id == venue_id).values(**values)
    )
    if changed.rowcount == 0:
        connection.execute(
            insert(gate_settings).values(venue_id=venue_id, **{"pin": "", "speaks": 0, **values})
        )


def notice_rows(connection: Connection, scope: Scope, venue_id: str) -> Sequence[Record]:
    """The notices of a venue in scope, oldest first."""
    query = select(notices).where(
        notices.c.venue_id == venue_id, notices.c.venue_id.in_(visible_venues(scope))
    )
    return connection.execute(query.order_by(notices.c.created_ms, notices.c.id)).all()


def notice_count(connection: Connection, venue_id: str) -> int:
    """How many notices a venue has."""
    return int(connection.scalar(select(func.count()).where(notices.c.venue_id == venue_id)) or 0)


def notice_added(connection: Connection, **values: object) -> None:
    """Keep a new notice."""
    connection.execute(insert(notices).values(**values))


def notice_removed(connection: Connection, scope: Scope, venue_id: str, notice_id: str) -> bool:
    """Delete a notice of a venue in scope; False when there is none."""
    done = connection.execute(
        delete(notices).where(
            notices.c.id == notice_id,
            notices.c.venue_id == venue_id,
            notices.c.venue_id.in_(visible_venues(scope)),
        )
    )
    return done.rowcount == 1
