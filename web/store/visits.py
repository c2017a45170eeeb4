"""Announced visits: kept, found by day, person and series, withdrawn; where each of them counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, and_, insert, or_, select

from web.db.tables import venues, visits

_AT_ONCE = 500


def added(connection: Connection, rows: Sequence[Mapping[str, object]]) -> None:
    """Keep new visits; all rows name the same columns."""
    if rows:
        connection.execute(insert(visits), list(rows))


def venues_of(connection: Connection, visitor_ids: Sequence[str]) -> dict[str, frozenset[str]]:
    """The venues at which the appointments of these visitors count, by the id of the credential.

    A visit to any venue of its enterprise counts at all of them.
    """
    found: dict[str, set[str]] = {}
    ids = list(visitor_ids)
    for at in range(0, len(ids), _AT_ONCE):
        query = (
            select(visits.c.credential_id, venues.c.id)
            .join(
                venues,
                and_(
                    venues.c.enterprise_id == visits.c.enterprise_id,
                    or_(visits.c.venue_id == "", visits.c.venue_id == venues.c.id),
                ),
            )
            .where(visits.c.visitor_id.in_(ids[at : at + _AT_ONCE]))
        )
        for credential_id, venue_id in connection.execute(query):
            found.setdefault(credential_id, set()).add(venue_id)
    return {credential: frozenset(where) for credential, where in found.items()}
