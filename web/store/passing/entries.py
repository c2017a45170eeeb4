"""Entries and their leaves: appended together, read newest first, never changed."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Select,
    Table,
    bindparam,
    exists,
    literal_column,
    select,
)

from web.db.connecting.connection import Record
from web.db.statements.inserting import Insertion
from web.db.statements.prepared import Prepared, by_kind
from web.db.tables import entrances, entries, entry_people, leaves, quarantine, venues, visitors
from web.store.logs import log
from web.store.passing import one_entry
from web.store.scope import Scope, visible_venues

Values = dict[str, object]
# What lists show of an entry; the rest, a third of its bytes, is read where one is looked at.
LISTED = (
    "id", "venue_id", "direction", "at_ms", "received_ms", "outcome", "reason", "presence", "way", "corrects",
    "true_ms", "time_quality", "people",
)  # fmt: skip
_CLASSES, _KNOWN, _SEQS = (
    Prepared(by_kind(making))
    for making in (
        lambda among: select(visitors.c.id, visitors.c.visitor_class).where(among(visitors.c.id, "ids")),
        lambda among: select(entries.c.id, entries.c.content_hash).where(among(entries.c.id, "ids")),
        lambda among: select(entries.c.seq).where(
            entries.c.device == bindparam("device"), among(entries.c.seq, "seqs")
        ),
    )
)


def appended(
    connection: Connection, made: list[Values], people: list[Values], new_leaves: list[Values]
) -> None:
    """Keep entries, their private records and their leaves, in whatever transaction is open."""
    if len(made) == 1 and connection.dialect.name == "postgresql":
        one_entry.kept(connection, made[0], people[0], new_leaves[0])
    elif made:
        _inserted(connection, entries, made)
        _inserted(connection, entry_people, people)
        log.appended(connection, new_leaves)


def _inserted(connection: Connection, table: Table, rows: list[Values]) -> None:
    # Every row names the same columns in the same order.
    _insertion(table, tuple(rows[0])).run(connection, [tuple(row.values()) for row in rows])


@cache
def _insertion(table: Table, columns: tuple[str, ...]) -> Insertion:
    # Their texts come out of entries as the domain reads them: nothing in them that no database holds.
    return Insertion(table, columns)


def classes_of(connection: Connection, visitor_ids: Sequence[str]) -> dict[str, str]:
    """The class of each of these visitors who is known here."""
    ids = list({identity for identity in visitor_ids if identity})
    if not ids:
        return {}
    return {row.id: row.visitor_class for row in _CLASSES.all(connection, ids=ids)}


def known(connection: Connection, identities: Sequence[str]) -> dict[str, bytes]:
    """The content hashes of those of these entries that are already here."""
    return {row.id: row.content_hash for row in _KNOWN.all(connection, ids=list(identities))}


def set_aside(connection: Connection, device: str, identities: Sequence[str]) -> set[str]:
    """Those of these entries of a device that lie in quarantine."""
    query = select(quarantine.c.entry_id).where(quarantine.c.kiosk_id == device)
    return set(connection.scalars(query.where(quarantine.c.entry_id.in_(identities))))


def taken_seqs(connection: Connection, device: str, seqs: Sequence[int]) -> set[int]:
    """Those of a device's sequence numbers that an entry already has."""
    return {int(row.seq) for row in _SEQS.all(connection, device=device, seqs=list(seqs))}


def row(connection: Connection, scope: Scope, entry_id: str) -> Record | None:
    """One entry in scope, with everything that is kept of it."""
    seen = entries.c.venue_id.in_(visible_venues(scope))
    rest = (column for column in entries.c if column.name not in LISTED)
    query = told().add_columns(*rest, entry_people.c.visitor_id)
    return connection.execute(query.where(entries.c.id == entry_id, seen)).first()


def told(
    chosen: FromClause | None = None, visitor_id: ColumnElement[str] = entry_people.c.visitor_id
) -> Select[tuple[object, ...]]:
    """Entries as lists show them, with the names of places and who it was while that is kept.

    Of all of them, or of `chosen`: their columns and those of `entry_people` that are told, of one visitor.
    The caller keeps to a scope.
    """
    of, whose = (entries, entry_people) if chosen is None else (chosen, chosen)
    query = (
        select(
            *(of.c[name] for name in LISTED),
            entrances.c.name.label("entrance_name"),
            venues.c.name.label("venue_name"),
            venues.c.time_zone,
            whose.c.record_sealed,
            visitors.c.masked_name,
            whose.c.visitor_class,
            taken_back(of).label("taken_back"),
        )
        .join(entrances, entrances.c.id == of.c.entrance_id)
        .join(venues, venues.c.id == of.c.venue_id)
    )
    if chosen is None:
        query = query.join(whose, whose.c.entry_id == of.c.id, isouter=True)
    return query.join(visitors, visitors.c.id == visitor_id, isouter=True)


def taken_back(entry: FromClause = entries) -> ColumnElement[bool]:
    """Whether another entry takes this one back."""
    other = entries.alias()
    return exists(select(other.c.id).where(*takes_back(other), other.c.corrects == entry.c.id))


def takes_back(other: FromClause) -> tuple[ColumnElement[bool]]:
    """That an entry takes some other back, said as its index needs to hear it."""
    return (other.c.corrects > literal_column("''"),)


def salt_of(connection: Connection, entry_id: str) -> bytes | None:
    """The salt of an entry's commitment, while its private record is kept."""
    query = select(entry_people.c.salt).where(entry_people.c.entry_id == entry_id)
    return connection.scalar(query)


def leaf_added(connection: Connection, kind: str, ref: str, body: bytes) -> None:
    """Keep a leaf that is not an entry's."""
    log.appended(connection, [{"kind": kind, "ref": ref, "body": body}])


def latest_arrival(connection: Connection) -> int:
    """The id of the newest leaf, by which a live page knows that something came."""
    newest = connection.scalar(select(leaves.c.id).order_by(leaves.c.id.desc()).limit(1))
    return int(newest or 0)
