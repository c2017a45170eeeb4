"""How often somebody's data was looked at, by whom and what for: beside the log, which names nobody."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, Select, distinct, func, insert, select

from web.db.connecting.connection import Record
from web.db.tables import accounts, enterprises, entrances, looks, venues, visitors
from web.store.scope import Scope, enterprise_visible, visible_enterprises


def added(connection: Connection, rows: Sequence[dict[str, object]]) -> None:
    """Keep some looks."""
    if rows:
        connection.execute(insert(looks), rows)


def owners_of(connection: Connection, visitor_ids: Sequence[str]) -> Sequence[Record]:
    """These visitors, each with the enterprise that registered them."""
    return connection.execute(
        select(visitors.c.id, visitors.c.enterprise_id).where(visitors.c.id.in_(list(visitor_ids)))
    ).all()


def enterprises_at(
    connection: Connection,
    scope: Scope,
    *,
    enterprise_id: str = "",
    venue_id: str = "",
    entrance_id: str = "",
) -> list[str]:
    """The enterprises in scope whose place this is; all of the scope when none is named."""
    query = select(enterprises.c.id).where(enterprise_visible(scope))
    if enterprise_id:
        query = query.where(enterprises.c.id == enterprise_id)
    if entrance_id:
        door = select(entrances.c.venue_id).where(entrances.c.id == entrance_id)
        query = query.where(enterprises.c.id.in_(select(venues.c.enterprise_id).where(venues.c.id.in_(door))))
    if venue_id:
        query = query.where(
            enterprises.c.id.in_(select(venues.c.enterprise_id).where(venues.c.id == venue_id))
        )
    return list(connection.scalars(query))


def deeds_in(
    connection: Connection, scope: Scope, *, deed: str, login: str, before_ms: int | None, limit: int
) -> Sequence[Record]:
    """What was done with the data of enterprises in scope, the newest first, with how many people it was."""
    query = _grouped(scope)
    if deed:
        query = query.where(looks.c.deed == deed)
    if login:
        query = query.where(accounts.c.login == login)
    if before_ms is not None:
        query = query.where(looks.c.at_ms < before_ms)
    return connection.execute(query.limit(limit)).all()


def beyond(connection: Connection, scope: Scope, refs: Sequence[str]) -> set[str]:
    """Those of some deeds, by their leaves, that concern enterprises outside of the scope as well."""
    if not refs:
        return set()
    named = looks.c.leaf_ref.in_(list(refs))
    outside = looks.c.enterprise_id.not_in(visible_enterprises(scope))
    return set(connection.scalars(select(looks.c.leaf_ref).where(named, outside)))


def of_visitor(connection: Connection, visitor_id: str, deeds: Sequence[str], limit: int) -> Sequence[Record]:
    """When, how and what for a visitor's data was looked at, the newest first; not by whom."""
    told = looks.c.at_ms, looks.c.deed, looks.c.purpose
    mine = looks.c.visitor_id == visitor_id, looks.c.deed.in_(list(deeds))
    return connection.execute(select(*told).where(*mine).order_by(looks.c.at_ms.desc()).limit(limit)).all()


def count_of_visitor(connection: Connection, visitor_id: str, deeds: Sequence[str]) -> int:
    """How often a visitor's data was looked at."""
    mine = looks.c.visitor_id == visitor_id, looks.c.deed.in_(list(deeds))
    return int(connection.scalar(select(func.count()).select_from(looks).where(*mine)) or 0)


def _grouped(scope: Scope) -> Select[tuple[object, ...]]:
    # A visitor's id is empty where only the place is known; a file's people are counted on that row.
    people = func.count(distinct(func.nullif(looks.c.visitor_id, ""))) + func.sum(looks.c.people)
    told = looks.c.leaf_ref, looks.c.deed, looks.c.purpose, looks.c.at_ms, accounts.c.login
    return (
        select(*told, people.label("people"), func.min(enterprises.c.name).label("enterprise_name"))
        .select_from(looks)
        .join(accounts, accounts.c.id == looks.c.account_id, isouter=True)
        .join(enterprises, enterprises.c.id == looks.c.enterprise_id)
        .where(looks.c.enterprise_id.in_(visible_enterprises(scope)), looks.c.of_file == 0)
        .group_by(*told)
        .order_by(looks.c.at_ms.desc(), looks.c.leaf_ref)
    )
