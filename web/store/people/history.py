"""Passages and codes over all time, for many visitors in few queries."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Connection,
    FromClause,
    String,
    and_,
    bindparam,
    func,
    literal_column,
    or_,
    select,
    true,
)
from sqlalchemy.sql.expression import ClauseElement

from web.db.connecting.connection import Record
from web.db.statements.prepared import Prepared, by_kind
from web.db.tables import codes, entries, entry_people
from web.store.desk.filtering import unindexed
from web.store.passing.entries import taken_back

# A visitor, and the first and last time of theirs that is asked about.
Span = tuple[str, int, int]

_CODES = Prepared(by_kind(lambda among: select(codes).where(among(codes.c.cti, "ctis"))))


def code_rows(connection: Connection, ctis: Sequence[str]) -> Sequence[Record]:
    """Whose these codes are, when they end and when they were withdrawn."""
    return _CODES.all(connection, ctis=list(ctis))


def passages(
    connection: Connection, venue_id: str, spans: Sequence[Span], own: str, since_ms: int, until_ms: int
) -> Sequence[Record]:
    """When visitors were admitted at a venue, in or out, in order; spans lie in `since_ms` ≤ t < `until_ms`.

    Of each as much as stands beside their span: from the last passage before it in that time to the first one
    after it that was not taken back, nor an entrance by the device `own`.
    """
    return _PASSAGES.all(
        connection,
        **_spans(connection, spans),
        venue_id=venue_id,
        own=own,
        since_ms=since_ms,
        until_ms=until_ms,
    )


def _spans(connection: Connection, spans: Sequence[Span]) -> dict[str, object]:
    if connection.dialect.name != "postgresql":
        return {"spans": json.dumps(spans)}
    visitors, firsts, lasts = zip(*spans, strict=True)
    return {"visitors": list(visitors), "firsts": list(firsts), "lasts": list(lasts)}


def _asked(dialect: str) -> FromClause:
    """The spans that are asked for, as rows to join with."""
    names = ("visitor_id", "first_ms", "last_ms")
    if dialect == "postgresql":
        binds = (("visitors", String), ("firsts", BigInteger), ("lasts", BigInteger))
        lists = (bindparam(name, type_=ARRAY(kind)) for name, kind in binds)
        return func.unnest(*lists).table_valued(*names, name="asked").render_derived()
    each = func.json_each(bindparam("spans", type_=String)).table_valued("value", name="each")
    parts = (func.json_extract(each.c.value, f"$[{at}]").label(name) for at, name in enumerate(names))
    return select(*parts).subquery("asked")


def _beside(asked: FromClause, *, is_before: bool) -> ColumnElement[int]:
    """When the visitor's nearest passage on one side of the span was."""
    person, entry = entry_people.alias(), entries.alias()
    at = person.c.at_ms
    side = [at < asked.c.first_ms] if is_before else [at > asked.c.last_ms]
    query = (
        select(at)
        .join(entry, entry.c.id == person.c.entry_id)
        .where(
            person.c.visitor_id == asked.c.visitor_id,
            *side,
            at >= bindparam("since_ms"),
            at < bindparam("until_ms"),
            *_admitted(entry),
            or_(entry.c.direction != "in", entry.c.device != bindparam("own")),
            ~taken_back(entry),
        )
        .order_by(at.desc() if is_before else at)
        .limit(1)
    )
    return query.correlate(asked).scalar_subquery()


def _admitted(entry: FromClause) -> tuple[ColumnElement[bool], ...]:
    return (
        # By the visitors' own times: SQLite would rather read all that the venue ever saw.
        unindexed(entry.c.venue_id) == bindparam("venue_id"),
        entry.c.outcome == "admitted",
    )


def _passages(dialect: str) -> ClauseElement:
    asked = _asked(dialect)
    before, after = _beside(asked, is_before=True), _beside(asked, is_before=False)
    theirs = (
        entry_people.c.visitor_id == asked.c.visitor_id,
        # No other bounds: SQLite begins and ends by one each, and works out the rest anew for every row.
        entry_people.c.at_ms >= func.coalesce(before, asked.c.first_ms),
        entry_people.c.at_ms <= func.coalesce(after, asked.c.last_ms),
    )
    person: FromClause = entry_people
    source = asked.join(entry_people, and_(*theirs))
    if dialect == "postgresql":
        # For each span in turn: over many months it would rather read all days that are asked about.
        own = select(entry_people.c.visitor_id, entry_people.c.entry_id, entry_people.c.at_ms)
        person = own.where(*theirs).offset(literal_column("0")).lateral("person")
        source = asked.join(person, true())
    return (
        select(
            person.c.visitor_id,
            entries.c.id,
            entries.c.device,
            entries.c.seq,
            entries.c.entrance_id,
            entries.c.direction,
            entries.c.true_ms,
            entries.c.time_quality,
            entries.c.received_ms,
            entries.c.policy_version,
            taken_back().label("taken_back"),
        )
        .select_from(source)
        .join(entries, entries.c.id == person.c.entry_id)
        .where(*_admitted(entries))
        .order_by(entries.c.true_ms, entries.c.id)
    )


_PASSAGES = Prepared({dialect: _passages(dialect) for dialect in ("sqlite", "postgresql")})


def people_of(connection: Connection, entry_ids: Sequence[str]) -> Sequence[Record]:
    """Whose entries these are and when they were."""
    query = select(entry_people.c.entry_id, entry_people.c.visitor_id, entry_people.c.at_ms)
    return connection.execute(query.where(entry_people.c.entry_id.in_(entry_ids))).all()


_NUMBERED = Prepared(
    by_kind(
        lambda among: select(
            entries.c.id, entries.c.seq, entries.c.at_ms, entries.c.received_ms, entries.c.clock
        ).where(entries.c.device == bindparam("device"), among(entries.c.seq, "seqs"))
    )
)


def numbered(connection: Connection, device: str, seqs: Sequence[int]) -> Sequence[Record]:
    """A device's entries with these numbers."""
    return _NUMBERED.all(connection, device=device, seqs=list(seqs))
