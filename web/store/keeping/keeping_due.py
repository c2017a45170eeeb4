"""What is due to be erased, found in small pieces by index, and erased unless somebody holds it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, delete, exists, func, or_, select, update

from web.db.connecting.connection import Record
from web.db.tables import (
    codes,
    credentials,
    entrances,
    entries,
    entry_people,
    holds,
    invitations,
    kiosks,
    looks,
    quarantine,
    roll_calls,
    roll_marks,
    stays,
    visited_areas,
    visitor_terms,
    visitors,
    visits,
)
from web.store.gates import changes
from web.store.keeping import legal_holds
from web.store.keeping.legal_holds import venue_is_held, visitor_is_held


def passages(
    connection: Connection, venue_id: str, since_ms: int, before_ms: int, after: tuple[int, str], limit: int
) -> Sequence[Record]:
    """Entries (`id`, `at_ms`) at a venue in a time that still say who it was, in order, after one of them."""
    at, last = after
    query = (
        select(entries.c.id, entries.c.true_ms.label("at_ms"))
        .join(entry_people, entry_people.c.entry_id == entries.c.id)
        .where(
            entries.c.venue_id == venue_id,
            entries.c.true_ms >= max(since_ms, at),
            entries.c.true_ms < before_ms,
            or_(entries.c.true_ms > at, entries.c.id > last),
        )
        .order_by(entries.c.true_ms, entries.c.id)
    )
    return connection.execute(query.limit(limit)).all()


def late_passages(
    connection: Connection,
    venue_id: str,
    received_ms: int,
    before_ms: int,
    after: tuple[int, str],
    limit: int,
) -> Sequence[Record]:
    """The same of what arrived since a time, however old it was; `at_ms` is when it arrived."""
    at, last = after
    query = (
        select(entries.c.id, entries.c.received_ms.label("at_ms"))
        .join(entry_people, entry_people.c.entry_id == entries.c.id)
        .where(
            entries.c.venue_id == venue_id,
            entries.c.received_ms >= max(received_ms, at),
            or_(entries.c.received_ms > at, entries.c.id > last),
            entries.c.true_ms < before_ms,
        )
        .order_by(entries.c.received_ms, entries.c.id)
    )
    return connection.execute(query.limit(limit)).all()


def passages_erased(connection: Connection, entry_ids: Sequence[str]) -> tuple[int, list[str]]:
    """Delete what these entries say about people, and the stays that began with them; how many, and whose.

    What is held stays. Entries and their leaves stay as they are.
    """
    free = select(entry_people.c.entry_id, entry_people.c.visitor_id).where(
        entry_people.c.entry_id.in_(entry_ids),
        ~visitor_is_held(entry_people.c.visitor_id),
        ~exists(
            select(entries.c.id).where(
                entries.c.id == entry_people.c.entry_id,
                venue_is_held(entries.c.venue_id, entries.c.true_ms),
            )
        ),
    )
    rows = connection.execute(free).all()
    ids = [row.entry_id for row in rows]
    connection.execute(delete(stays).where(stays.c.entry_id.in_(ids)))
    gone = connection.execute(delete(entry_people).where(entry_people.c.entry_id.in_(ids))).rowcount
    return gone, sorted({row.visitor_id for row in rows})


def stays_erased(connection: Connection, venue_id: str, before_ms: int, limit: int) -> int:
    """Delete stays at a venue that began before a time and that nobody holds."""
    due = select(stays.c.entry_id).where(
        stays.c.venue_id == venue_id,
        stays.c.in_ms < before_ms,
        ~visitor_is_held(stays.c.visitor_id),
        ~venue_is_held(stays.c.venue_id, stays.c.in_ms),
    )
    return connection.execute(delete(stays).where(stays.c.entry_id.in_(due.limit(limit)))).rowcount


def bodies_erased(connection: Connection, venue_id: str, before_ms: int) -> int:
    """Empty what a venue's kiosks sent before a time and could not be taken."""
    here = select(kiosks.c.id).join(entrances, entrances.c.id == kiosks.c.entrance_id)
    due = (
        quarantine.c.kiosk_id.in_(here.where(entrances.c.venue_id == venue_id)),
        quarantine.c.received_ms < before_ms,
        func.length(quarantine.c.body_sealed) > 0,
    )
    if legal_holds.venue_has_any(connection, venue_id):  # nobody can tell of which time a body speaks
        return 0
    return connection.execute(update(quarantine).where(*due).values(body_sealed=b"")).rowcount


def roll_names_erased(connection: Connection, venue_id: str, before_ms: int) -> int:
    """Delete the names of the unlisted of a venue's roll calls before a time; how many."""
    calls = select(roll_calls.c.id).where(
        roll_calls.c.venue_id == venue_id, ~venue_is_held(roll_calls.c.venue_id, roll_calls.c.started_ms)
    )
    due = (
        roll_marks.c.roll_call_id.in_(calls),
        roll_marks.c.marked_ms < before_ms,
        roll_marks.c.name_sealed.is_not(None),
    )
    return connection.execute(update(roll_marks).where(*due).values(name_sealed=None)).rowcount


def visits_erased(connection: Connection, enterprise_id: str, before_ms: int, limit: int) -> int:
    """Delete announced visits that were over before a time, with their appointments; how many."""
    due = connection.execute(
        select(visits.c.id, visits.c.credential_id, visits.c.visitor_id)
        .where(
            visits.c.enterprise_id == enterprise_id,
            visits.c.until_ms < before_ms,
            ~visitor_is_held(visits.c.visitor_id),
            ~venue_is_held(visits.c.venue_id, visits.c.until_ms),
        )
        .limit(limit)
    ).all()
    connection.execute(delete(credentials).where(credentials.c.id.in_([row.credential_id for row in due])))
    connection.execute(delete(visits).where(visits.c.id.in_([row.id for row in due])))
    changes.touched(connection, [row.visitor_id for row in due])
    return len(due)


def invitations_erased(connection: Connection, enterprise_id: str, before_ms: int, limit: int) -> int:
    """Delete invitations that were over before a time; how many."""
    due = select(invitations.c.id).where(
        invitations.c.enterprise_id == enterprise_id, invitations.c.until_ms < before_ms
    )
    ids = list(connection.scalars(due.limit(limit)))
    return connection.execute(delete(invitations).where(invitations.c.id.in_(ids))).rowcount


def facts_erased(connection: Connection, enterprise_id: str, before_ms: int, limit: int) -> int:
    """Delete what is not true any more since before a time: proofs, journeys, flags; how many."""
    own = select(visitors.c.id).where(
        visitors.c.enterprise_id == enterprise_id, ~visitor_is_held(visitors.c.id)
    )
    over = {
        credentials: or_(credentials.c.withdrawn_ms < before_ms, credentials.c.until_ms < before_ms),
        visited_areas: visited_areas.c.at_ms < before_ms,
        holds: or_(holds.c.lifted_ms < before_ms, holds.c.until_ms < before_ms),
    }
    erased = 0
    for table, is_over in over.items():
        due = select(table.c.id, table.c.visitor_id).where(is_over, table.c.visitor_id.in_(own))
        found = connection.execute(due.limit(limit)).all()
        connection.execute(delete(table).where(table.c.id.in_([row.id for row in found])))
        changes.touched(connection, [row.visitor_id for row in found])
        erased += len(found)
    return erased


def looks_erased(connection: Connection, enterprise_id: str, before_ms: int, limit: int) -> int:
    """Delete how often people's data was looked at before a time; how many."""
    due = select(looks.c.id).where(
        looks.c.enterprise_id == enterprise_id,
        looks.c.at_ms < before_ms,
        ~visitor_is_held(looks.c.visitor_id),
    )
    return connection.execute(delete(looks).where(looks.c.id.in_(due.limit(limit)))).rowcount


def idle_people(
    connection: Connection, enterprise_id: str, before_ms: int, now_ms: int, after: str, limit: int
) -> list[str]:
    """Who typed themselves in before a time and whom nothing keeps, in the order of their ids after one.

    An entry, a living code, a red or yellow flag that is waiting or in force, an announced visit and a legal
    hold keep their person.
    """
    query = select(visitors.c.id).where(
        visitors.c.enterprise_id == enterprise_id,
        visitors.c.id > after,
        visitors.c.created_ms < before_ms,
        _nothing_keeps(now_ms),
    )
    return list(connection.scalars(query.order_by(visitors.c.id).limit(limit)))


def people_erased(connection: Connection, visitor_ids: Sequence[str], now_ms: int) -> int:
    """Delete those of these people whom nothing keeps now, and all that was known of them; how many."""
    still = select(visitors.c.id).where(visitors.c.id.in_(visitor_ids), _nothing_keeps(now_ms))
    ids = list(connection.scalars(still))
    changes.buried(connection, ids, now_ms)
    for table in (visitor_terms, codes, credentials, holds, visited_areas, stays, visits, looks):
        connection.execute(delete(table).where(table.c.visitor_id.in_(ids)))
    return connection.execute(delete(visitors).where(visitors.c.id.in_(ids))).rowcount


def _nothing_keeps(now_ms: int) -> ColumnElement[bool]:
    mine = visitors.c.id
    kept = exists(select(entry_people.c.entry_id).where(entry_people.c.visitor_id == mine))
    coded = exists(select(codes.c.cti).where(codes.c.visitor_id == mine, codes.c.expires_s > now_ms // 1000))
    in_force = or_(holds.c.until_ms.is_(None), holds.c.until_ms > now_ms)
    flagged = exists(
        select(holds.c.id).where(holds.c.visitor_id == mine, holds.c.lifted_ms.is_(None), in_force)
    )
    announced = exists(
        select(visits.c.id).where(visits.c.visitor_id == mine, visits.c.withdrawn_ms.is_(None))
    )
    return (visitors.c.source == "self") & ~kept & ~coded & ~flagged & ~announced & ~visitor_is_held(mine)
