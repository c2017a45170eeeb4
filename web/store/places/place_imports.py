"""What tables of places made and changed, and taking it back where nobody used it since."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, Table, delete, exists, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from domain.venue import VenueState
from web.db.connecting.connection import Record
from web.db.tables import (
    alerts,
    areas,
    enterprises,
    entrances,
    entries,
    grants,
    kiosk_places,
    liaisons,
    place_imports,
    policies,
    posters,
    venues,
)
from web.store.scope import Scope, enterprise_visible

# In the order in which they may go: each belongs to one further down.
MADE: dict[str, Table] = {
    "posters": posters,
    "entrances": entrances,
    "venues": venues,
    "enterprises": enterprises,
    "liaisons": liaisons,
}


def venue_rows(connection: Connection, scope: Scope) -> Sequence[Record]:
    """Every venue in scope that is not closed, as it stands, the oldest first."""
    query = select(venues).join(enterprises, enterprises.c.id == venues.c.enterprise_id)
    query = query.where(enterprise_visible(scope), venues.c.state != VenueState.CLOSED)
    return connection.execute(query.order_by(venues.c.created_ms, venues.c.id)).all()


def enterprise_rows(connection: Connection, scope: Scope) -> Sequence[Record]:
    """Every enterprise in scope as it stands, with the path of its area."""
    query = select(enterprises, areas.c.path).join(areas, areas.c.id == enterprises.c.area_id)
    return connection.execute(query.where(enterprise_visible(scope))).all()


def entrance_rows(connection: Connection, scope: Scope) -> Sequence[Record]:
    """Every entrance in scope, by id, venue and name."""
    query = select(entrances.c.id, entrances.c.venue_id, entrances.c.name)
    query = query.join(venues, venues.c.id == entrances.c.venue_id)
    query = query.join(enterprises, enterprises.c.id == venues.c.enterprise_id)
    return connection.execute(query.where(enterprise_visible(scope))).all()


def added(connection: Connection, name: str, rows: Sequence[dict[str, object]]) -> None:
    """Keep new rows of one of the tables in `MADE`."""
    if rows:
        connection.execute(insert(MADE[name]), list(rows))


def row_now(connection: Connection, name: str, identity: str) -> Record | None:
    """A row of one of the tables in `MADE` as it stands."""
    return connection.execute(select(MADE[name]).where(MADE[name].c.id == identity)).first()


def changed(connection: Connection, name: str, identity: str, values: dict[str, object]) -> None:
    """Change a row of one of the tables in `MADE`."""
    connection.execute(update(MADE[name]).where(MADE[name].c.id == identity).values(**values))


def noted(connection: Connection, **values: object) -> None:
    """Keep that an import was done."""
    connection.execute(insert(place_imports).values(**values))


def done_since(connection: Connection, account_id: str, since_ms: int) -> Sequence[Record]:
    """What an account imported since a time and did not take back, the newest first."""
    query = select(place_imports).where(
        place_imports.c.account_id == account_id,
        place_imports.c.made_ms > since_ms,
        place_imports.c.undone_ms.is_(None),
    )
    return connection.execute(query.order_by(place_imports.c.made_ms.desc(), place_imports.c.id)).all()


def was_undone(connection: Connection, import_id: str, now_ms: int) -> None:
    """Note that an import was taken back."""
    connection.execute(update(place_imports).where(place_imports.c.id == import_id).values(undone_ms=now_ms))


def made_by(connection: Connection, name: str, import_id: str) -> Sequence[Record]:
    """What of one of the tables in `MADE` came with an import and is still there."""
    return connection.execute(select(MADE[name]).where(MADE[name].c.import_id == import_id)).all()


def waiting(connection: Connection, import_id: str) -> int:
    """How many venues that came with an import, or got an entrance by it, wait for review or went back."""
    doors = select(entrances.c.venue_id).where(entrances.c.import_id == import_id)
    mine = or_(venues.c.import_id == import_id, venues.c.id.in_(doors)), venues.c.state == VenueState.APPLIED
    return int(connection.execute(select(func.count()).select_from(venues).where(*mine)).scalar_one())


def entrances_of(connection: Connection, scope: Scope, import_id: str) -> list[str]:
    """The entrances in scope that came with an import and are still there, in the order of its table."""
    query = select(entrances.c.id).join(venues, venues.c.id == entrances.c.venue_id)
    query = query.join(enterprises, enterprises.c.id == venues.c.enterprise_id)
    query = query.where(entrances.c.import_id == import_id, enterprise_visible(scope))
    return list(connection.scalars(query.order_by(entrances.c.created_ms, entrances.c.id)))


def removed(connection: Connection, name: str, identity: str) -> bool:
    """Take a row away, unless it was used since or something belongs to it; whether it is gone."""
    table = MADE[name]
    if connection.scalar(select(_used(name, identity))):
        return False
    try:
        with connection.begin_nested():
            connection.execute(delete(table).where(table.c.id == identity))
    except IntegrityError:  # visitors, kiosks, logos, notices …: the database itself knows
        return False
    return True


def _used(name: str, identity: str) -> ColumnElement[bool]:
    """What refers to a row without a foreign key."""
    asked = policies.c.scope_id == identity
    uses: dict[str, ColumnElement[bool]] = {
        "posters": or_(
            exists().where(posters.c.id == identity, posters.c.state != "issued"),
            exists().where(posters.c.id == identity, posters.c.printed_ms.is_not(None)),
        ),
        "entrances": or_(
            exists().where(entries.c.entrance_id == identity),
            exists().where(kiosk_places.c.entrance_id == identity),
            exists().where(asked, policies.c.scope_kind == "entrance"),
        ),
        "venues": or_(
            exists().where(entries.c.venue_id == identity),
            exists().where(alerts.c.venue_id == identity),
            exists().where(asked, policies.c.scope_kind == "venue"),
        ),
        "enterprises": or_(
            exists().where(grants.c.enterprise_id == identity),
            exists().where(asked, policies.c.scope_kind == "enterprise"),
        ),
        "liaisons": exists().where(enterprises.c.liaison_id == identity),
    }
    return uses[name]
