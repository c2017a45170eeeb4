"""The logos that enterprises put on their prints."""

from __future__ import annotations

from sqlalchemy import Connection, delete, insert, select

from web.db.connecting.connection import Record
from web.db.tables import logos
from web.store.scope import Scope, visible_enterprises


def row(connection: Connection, scope: Scope, enterprise_id: str) -> Record | None:
    """The logo of an enterprise in scope, if it has one."""
    query = select(logos).where(
        logos.c.enterprise_id == enterprise_id, logos.c.enterprise_id.in_(visible_enterprises(scope))
    )
    return connection.execute(query).first()


def put(connection: Connection, enterprise_id: str, **values: object) -> None:
    """Keep a logo in the place of the one before."""
    connection.execute(delete(logos).where(logos.c.enterprise_id == enterprise_id))
    connection.execute(insert(logos).values(enterprise_id=enterprise_id, **values))


def removed(connection: Connection, scope: Scope, enterprise_id: str) -> bool:
    """Delete the logo of an enterprise in scope; False when there is none."""
    done = connection.execute(
        delete(logos).where(
            logos.c.enterprise_id == enterprise_id, logos.c.enterprise_id.in_(visible_enterprises(scope))
        )
    )
    return done.rowcount == 1
