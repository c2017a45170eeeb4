"""The stream of changes to what gates know of visitors: each visitor stands where they last changed."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from sqlalchemy import ARRAY, Connection, String, bindparam, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql

from web.db.connecting.connection import Record
from web.db.statements.prepared import Prepared, by_kind
from web.db.tables import areas, enterprises, entrances, forgotten_visitors, kiosks, venues, visitors
from web.db.tables import counters as counters_table
from web.db.tables import gate_news as gate_news_table
from web.store import counters
from web.store.gates import gate_news
from web.store.places.areas import is_near

_MARKS = 2**32


@dataclass(frozen=True, slots=True)
class Changed:
    """Who changed after one place and `upto` another, in the order of the stream, and who was forgotten."""

    upto: int
    visitor_ids: tuple[str, ...]
    gone: tuple[str, ...]


_PLACED = Prepared(
    update(visitors).where(visitors.c.id == bindparam("changed")).values(facts_seq=bindparam("place"))
)


_AREAS = Prepared(
    by_kind(
        lambda among: (
            select(areas.c.path)
            .join(enterprises, enterprises.c.area_id == areas.c.id)
            .join(visitors, visitors.c.enterprise_id == enterprises.c.id)
            .where(among(visitors.c.id, "ids"))
            .distinct()
        )
    )
)


@cache
def _came() -> Prepared:
    """A place in the stream, the numbers of the gates concerned, and the visitor at that place."""
    rising = postgresql.insert(counters_table).values(name=bindparam("counter"), value=1)
    higher = {"value": counters_table.c.value + 1}
    place = rising.on_conflict_do_update(index_elements=["name"], set_=higher).returning(
        counters_table.c.value
    )
    placed = place.cte("placed")
    about = func.unnest(bindparam("abouts", type_=ARRAY(String))).column_valued("about")
    news = postgresql.insert(gate_news_table).from_select(["about", "number"], select(about, placed.c.value))
    told = news.on_conflict_do_update(index_elements=["about"], set_={"number": news.excluded.number})
    theirs = update(visitors).where(visitors.c.id == bindparam("changed"))
    return Prepared(theirs.values(facts_seq=placed.c.value).add_cte(told.cte("told")))


def touched(connection: Connection, visitor_ids: Sequence[str]) -> None:
    """Let gates hear anew of these visitors, in the same transaction as the change itself.

    To be called whenever class, name, codes, credentials, holds or areas of a visitor change. Raising the
    counter locks it until the transaction ends: places in the stream become visible in their order, and a
    gate that asks for what came after one place misses none.
    """
    ids = list(dict.fromkeys(visitor_ids))
    if not ids:
        return
    first = _places(connection, len(ids))
    paths = [str(row.path) for row in _AREAS.all(connection, ids=ids)]
    gate_news.of_visitors(connection, paths, first + len(ids) - 1)
    _PLACED.many(connection, [{"changed": identity, "place": first + at} for at, identity in enumerate(ids)])


def came(connection: Connection, visitor_id: str, area_path: str) -> None:
    """As `touched`, of one whose enterprise's area is known.

    By one statement of PostgreSQL, for all others who change visitors wait from here on: every way to the
    server and back would be added to what each of them waits.
    """
    if connection.dialect.name == "postgresql":
        abouts = gate_news.abouts_of_visitors(area_path)
        _came().run(connection, changed=visitor_id, abouts=abouts, counter=counters.FACTS)
        return
    place = _places(connection, 1)
    gate_news.of_visitors(connection, [area_path], place)
    _PLACED.many(connection, [{"changed": visitor_id, "place": place}])


def buried(connection: Connection, visitor_ids: Sequence[str], now_ms: int) -> None:
    """Let gates forget these visitors too; to be called before their rows are deleted."""
    query = (
        select(visitors.c.id, areas.c.path)
        .join(enterprises, enterprises.c.id == visitors.c.enterprise_id)
        .join(areas, areas.c.id == enterprises.c.area_id)
        .where(visitors.c.id.in_(visitor_ids))
        .order_by(visitors.c.id)
    )
    rows = connection.execute(query).all()
    if not rows:
        return
    first = _places(connection, len(rows))
    gate_news.of_visitors(connection, dict.fromkeys(row.path for row in rows), first + len(rows) - 1)
    connection.execute(
        insert(forgotten_visitors),
        [
            {"visitor_id": row.id, "area_path": row.path, "facts_seq": first + at, "forgotten_ms": now_ms}
            for at, row in enumerate(rows)
        ],
    )


def newest(connection: Connection) -> int:
    """How far the stream has gone; all up to there is visible to this connection."""
    return counters.value_of(connection, counters.FACTS)


def between(connection: Connection, area_path: str, after: int, newest: int, most: int) -> Changed:
    """What changed after a place up to `newest` for gates of an area, of at most `most` visitors.

    A gate meets the visitors of its own area, of those below it and of those it is part of.
    """
    near = select(areas.c.id).where(is_near(areas.c.path, area_path))
    known = (
        select(visitors.c.id, visitors.c.facts_seq)
        .join(enterprises, enterprises.c.id == visitors.c.enterprise_id)
        .where(enterprises.c.area_id.in_(near), visitors.c.facts_seq > after, visitors.c.facts_seq <= newest)
        .order_by(visitors.c.facts_seq)
        .limit(most + 1)
    )
    rows = connection.execute(known).all()
    upto = newest if len(rows) <= most else int(rows[most - 1].facts_seq)
    forgotten = select(forgotten_visitors.c.visitor_id).where(
        forgotten_visitors.c.facts_seq > after,
        forgotten_visitors.c.facts_seq <= upto,
        is_near(forgotten_visitors.c.area_path, area_path),
    )
    gone = connection.scalars(forgotten.order_by(forgotten_visitors.c.facts_seq))
    return Changed(upto, tuple(row.id for row in rows[:most]), tuple(gone))


def place_the_placeless(connection: Connection) -> bool:
    """Give visitors from before there was a stream their place in it; False when there are none."""
    ids = connection.scalars(select(visitors.c.id).where(visitors.c.facts_seq == 0)).all()
    touched(connection, ids)
    return bool(ids)


def has_placeless(connection: Connection) -> bool:
    """Whether there are visitors from before there was a stream."""
    return connection.scalar(select(visitors.c.id).where(visitors.c.facts_seq == 0).limit(1)) is not None


def mark_of(connection: Connection, kiosk_id: str) -> int:
    """Changes when a kiosk has to start again from the beginning of the stream."""
    return counters.value_of(connection, _mark_name(kiosk_id))


def begun_again(connection: Connection, kiosk_id: str) -> None:
    """Let a kiosk start again from the beginning; by chance, so that no mark lost in a restore comes back."""
    counters.raised(connection, _mark_name(kiosk_id), by=1 + secrets.randbelow(_MARKS))
    gate_news.of_kiosk(connection, kiosk_id)  # whose bundle names the stream to follow
    connection.execute(update(kiosks).where(kiosks.c.id == kiosk_id).values(facts_seq=0))


def given_upto(connection: Connection, kiosk_id: str) -> int:
    """Up to where a kiosk was given changes; what it has beyond, this database has lost."""
    return int(connection.scalar(select(kiosks.c.facts_seq).where(kiosks.c.id == kiosk_id)) or 0)


def was_given(connection: Connection, kiosk_id: str, upto: int) -> None:
    """Note how far a kiosk was given changes."""
    connection.execute(
        update(kiosks).where(kiosks.c.id == kiosk_id, kiosks.c.facts_seq < upto).values(facts_seq=upto)
    )


def unburied(connection: Connection, before_ms: int) -> int:
    """Drop what was kept of visitors forgotten before a time; of how many.

    Kiosks that were not heard of as long begin again, since nobody can tell them any more.
    """
    old = forgotten_visitors.c.forgotten_ms < before_ms
    query = select(forgotten_visitors.c.area_path, func.max(forgotten_visitors.c.facts_seq)).where(old)
    last = connection.execute(query.group_by(forgotten_visitors.c.area_path)).all()
    if not last:
        return 0
    ends = gate_news.ends_of((str(path), int(seq)) for path, seq in last)
    for row in _following(connection):
        if row.facts_seq < ends(row.area_path) or (row.seen_ms is not None and row.seen_ms < before_ms):
            begun_again(connection, row.id)
    return connection.execute(delete(forgotten_visitors).where(old)).rowcount


def _following(connection: Connection) -> Sequence[Record]:
    """The kiosks that have followed their stream, each with the area it stands in."""
    query = (
        select(kiosks.c.id, kiosks.c.facts_seq, kiosks.c.seen_ms, areas.c.path.label("area_path"))
        .join(entrances, entrances.c.id == kiosks.c.entrance_id)
        .join(venues, venues.c.id == entrances.c.venue_id)
        .join(enterprises, enterprises.c.id == venues.c.enterprise_id)
        .join(areas, areas.c.id == enterprises.c.area_id)
        .where(kiosks.c.revoked_ms.is_(None), kiosks.c.facts_seq > 0)
    )
    return connection.execute(query.order_by(kiosks.c.id)).all()


def _mark_name(kiosk_id: str) -> str:
    return f"facts {kiosk_id}"[:32]


def _places(connection: Connection, count: int) -> int:
    """The first of `count` new places in the stream."""
    return counters.stepped(connection, counters.FACTS, count) - count + 1
