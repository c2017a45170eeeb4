"""Everything that is kept of one person, row by row: to hand it over, and to erase it."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from sqlalchemy import Connection, Table, delete, insert, select, update

from web.db.connecting.connection import Record
from web.db.tables import (
    accounts,
    api_tokens,
    areas,
    codes,
    credentials,
    deed_subjects,
    deliveries,
    enterprises,
    entries,
    entry_people,
    export_plans,
    exports,
    grants,
    holds,
    idempotent_calls,
    looks,
    metadata,
    quarantine,
    roll_marks,
    stays,
    subject_requests,
    traces,
    venues,
    visited_areas,
    visitor_terms,
    visitors,
    visits,
    webhooks,
)
from web.store.gates import changes
from web.store.scope import Scope, visible_enterprises

_OF_VISITOR: tuple[Table, ...] = (codes, credentials, holds, visited_areas, stays, visits, looks)


class Kept(StrEnum):
    """Tables whose rows are of a visitor, or may name one in sealed words."""

    CODES = "codes"
    CREDENTIALS = "credentials"
    HOLDS = "holds"
    TRAVELS = "visited_areas"
    STAYS = "stays"
    VISITS = "visits"
    LOOKS = "looks"
    DEEDS = "deed_subjects"
    TRACES = "traces"
    ROLL_MARKS = "roll_marks"
    QUARANTINE = "quarantine"
    FILTERS = "saved_filters"
    PLANS = "export_plans"
    EXPORTS = "exports"

    @property
    def table(self) -> Table:
        """The table of that name."""
        return metadata.tables[self.value]


def rows_of(connection: Connection, kept: Kept, visitor_id: str) -> Sequence[Record]:
    """The rows of a table that carry a visitor's id."""
    table = kept.table
    return connection.execute(select(table).where(table.c.visitor_id == visitor_id)).all()


def passages(connection: Connection, visitor_id: str) -> Sequence[Record]:
    """A visitor's entries with the names of places and the sealed record, the oldest first."""
    query = (
        select(entries, entry_people, venues.c.name.label("venue_name"), venues.c.time_zone)
        .join(entries, entries.c.id == entry_people.c.entry_id)
        .join(venues, venues.c.id == entries.c.venue_id)
        .where(entry_people.c.visitor_id == visitor_id)
        .order_by(entries.c.at_ms, entries.c.id)
    )
    return connection.execute(query).all()


def erased(connection: Connection, visitor_id: str, now_ms: int, limit: int) -> dict[str, int]:
    """Delete a visitor and all rows that carry their id; how many by table.

    At most `limit` passages at once: the visitor goes with the last of them, so that it can be called again.
    """
    counts: dict[str, int] = {}
    mine = select(entry_people.c.entry_id).where(entry_people.c.visitor_id == visitor_id).limit(limit)
    passed = connection.execute(delete(entry_people).where(entry_people.c.entry_id.in_(mine))).rowcount
    if passed:
        counts[entry_people.name] = passed
    if passed == limit:
        return counts
    changes.buried(connection, [visitor_id], now_ms)
    for table in (visitor_terms, *_OF_VISITOR):
        counts[table.name] = connection.execute(
            delete(table).where(table.c.visitor_id == visitor_id)
        ).rowcount
    gone = delete(visitors).where(visitors.c.id == visitor_id)
    counts[visitors.name] = connection.execute(gone).rowcount
    return {name: count for name, count in counts.items() if count}


def sealed_rows(connection: Connection, kept: Kept) -> Sequence[Record]:
    """All rows of a table whose sealed words may name anybody; those that are emptied are left out."""
    table = kept.table
    query = select(table)
    if table is quarantine:
        query = query.where(quarantine.c.body_sealed != b"")
    if table is traces:
        query = query.where(traces.c.closed_ms.is_(None))
    if table is roll_marks:
        query = query.where(roll_marks.c.name_sealed.is_not(None))
    return connection.execute(query).all()


def naming_erased(connection: Connection, kept: Kept, keys: Sequence[str], now_ms: int) -> int:
    """Forget what these rows say, by their key; how many."""
    table = kept.table
    if table is quarantine:
        change = update(table).where(table.c.body_hash.in_([bytes.fromhex(key) for key in keys]))
        return connection.execute(change.values(body_sealed=b"")).rowcount
    key = table.c.ref if table is deed_subjects else table.c.id
    if table is traces:
        closing = update(table).where(key.in_(keys), table.c.closed_ms.is_(None))
        return connection.execute(closing.values(closed_ms=now_ms, question_sealed=b"")).rowcount
    if table is roll_marks:
        return connection.execute(update(table).where(key.in_(keys)).values(name_sealed=None)).rowcount
    if table is export_plans:
        stopping = update(table).where(key.in_(keys))
        return connection.execute(stopping.values(stopped_ms=now_ms, query="")).rowcount
    return connection.execute(delete(table).where(key.in_(keys))).rowcount


def asking_rows(connection: Connection) -> list[tuple[Kept, Record]]:
    """Saved filters, plans and orders of files that ask for somebody."""
    found: list[tuple[Kept, Record]] = []
    for kept in (Kept.FILTERS, Kept.PLANS, Kept.EXPORTS):
        table = kept.table
        named = table.c.query.contains("who=") | table.c.query.contains("host=")
        found += [(kept, row) for row in connection.execute(select(table).where(named))]
    return found


def messages_dropped(connection: Connection, account_ids: set[str]) -> int:
    """Forget what programs of these accounts were told and answered: any of it may name anybody."""
    hooks = select(webhooks.c.id).where(webhooks.c.account_id.in_(account_ids))
    tokens = select(api_tokens.c.id).where(api_tokens.c.account_id.in_(account_ids))
    told = connection.execute(delete(deliveries).where(deliveries.c.webhook_id.in_(hooks))).rowcount
    answers = delete(idempotent_calls).where(idempotent_calls.c.token_id.in_(tokens))
    return told + connection.execute(answers).rowcount


def who_could_see(connection: Connection, visitor_id: str) -> tuple[set[str], str, int]:
    """The accounts that could ever see a visitor, the enterprise, and since when the visitor is known."""
    query = (
        select(visitors.c.enterprise_id, visitors.c.created_ms, areas.c.path)
        .join(enterprises, enterprises.c.id == visitors.c.enterprise_id)
        .join(areas, areas.c.id == enterprises.c.area_id)
        .where(visitors.c.id == visitor_id)
    )
    row = connection.execute(query).first()
    if row is None:
        return set(), "", 0
    given = connection.execute(select(grants.c.account_id, grants.c.area_path, grants.c.enterprise_id)).all()
    seeing = {
        one.account_id
        for one in given
        if one.enterprise_id == row.enterprise_id or (one.area_path and row.path.startswith(one.area_path))
    }
    return seeing, row.enterprise_id, row.created_ms


def files_since(connection: Connection, account_ids: set[str], since_ms: int) -> Sequence[Record]:
    """Orders of files by these accounts since a time."""
    found = connection.execute(select(exports).where(exports.c.made_ms >= since_ms)).all()
    return [row for row in found if row.account_id in account_ids]


def plans_by(connection: Connection, account_ids: set[str]) -> list[str]:
    """The ids of these accounts' plans of files, stopped ones too."""
    found = connection.execute(select(export_plans.c.id, export_plans.c.account_id))
    return [row.id for row in found if row.account_id in account_ids]


def request_added(connection: Connection, **values: object) -> None:
    """Keep what somebody asked about their own data."""
    connection.execute(insert(subject_requests).values(**values))


def request_changed(connection: Connection, request_id: str, **values: object) -> None:
    """Note what became of it."""
    connection.execute(update(subject_requests).where(subject_requests.c.id == request_id).values(**values))


def requests(connection: Connection, scope: Scope, limit: int) -> Sequence[Record]:
    """What was asked of enterprises in scope, newest first."""
    query = (
        select(subject_requests, enterprises.c.name.label("enterprise_name"), accounts.c.login)
        .join(enterprises, enterprises.c.id == subject_requests.c.enterprise_id)
        .join(accounts, accounts.c.id == subject_requests.c.account_id, isouter=True)
        .where(subject_requests.c.enterprise_id.in_(visible_enterprises(scope)))
        .order_by(subject_requests.c.created_ms.desc(), subject_requests.c.id)
    )
    return connection.execute(query.limit(limit)).all()


def requests_in(connection: Connection, states: Sequence[str]) -> Sequence[Record]:
    """Requests to be forgotten that are in one of these states, the oldest first."""
    query = select(subject_requests).where(
        subject_requests.c.kind == "erase", subject_requests.c.state.in_(states)
    )
    return connection.execute(query.order_by(subject_requests.c.created_ms, subject_requests.c.id)).all()


def request_of(connection: Connection, visitor_id: str) -> Record | None:
    """The request of a visitor to be forgotten that is not done yet."""
    query = select(subject_requests).where(
        subject_requests.c.visitor_id == visitor_id,
        subject_requests.c.kind == "erase",
        subject_requests.c.done_ms.is_(None),
    )
    return connection.execute(query.order_by(subject_requests.c.created_ms).limit(1)).first()
