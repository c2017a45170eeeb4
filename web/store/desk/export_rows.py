"""Entries for files: plain tuples in the order of time, page by page, in the room of one page."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import Connection, case, func, null, select

from web.db.tables import enterprises, entrances, entries, entry_people, kiosks, venues, visitors
from web.store.desk.filtering import Wanted
from web.store.desk.filtering_places import Among, among
from web.store.desk.searching import Cursor, is_before, placed, ways
from web.store.scope import Scope

# Few enough that others are not kept waiting, enough that asking costs little.
AT_ONCE = 4_000
Reading = Callable[[Callable[[Connection], Any]], Any]


class Exported(NamedTuple):
    """One entry as the database has it; `record_sealed` only where it was asked for."""

    true_ms: int
    id: str
    at_ms: int
    received_ms: int
    time_quality: str
    entrance_id: str
    device: str
    seq: int
    direction: str
    outcome: str
    reason: str
    presence: str
    way: str
    people: int
    policy_version: int
    corrects: str
    visitor_id: str | None
    visitor_class: str | None
    temperature_tenths: int | None
    record_sealed: bytes | None


def batches(
    read: Reading, scope: Scope, wanted: Wanted, *, opened_for: tuple[str, ...] | None
) -> Iterator[list[tuple[Any, ...]]]:
    """All that is wanted, newest first, as lists of tuples in the order of `Exported`.

    The private record comes along for reasons in `opened_for`, and always when that is None.
    """
    places: Among = read(lambda connection: among(connection, scope, wanted))
    if places.venue_ids is None or len(places.venue_ids) < 2 or wanted.is_pointed:
        yield from _walk(read, places, wanted, opened_for, AT_ONCE)
        return
    # Each venue by its own index, together in the order of time.
    least = max(100, AT_ONCE // len(places.venue_ids))
    streams = [_rows(read, Among((one,)), wanted, opened_for, least) for one in places.venue_ids]
    merged = heapq.merge(*streams, key=itemgetter(0, 1), reverse=True)
    while batch := list(islice(merged, AT_ONCE)):
        yield batch


def total(connection: Connection, scope: Scope, wanted: Wanted) -> int:
    """How many there are now."""
    places = among(connection, scope, wanted)
    return sum(
        int(connection.scalar(select(func.count()).select_from(entries).where(*which)) or 0)
        for which in ways(places, wanted)
    )


def taken_back(connection: Connection) -> set[str]:
    """The ids of all entries that another takes back."""
    return set(connection.scalars(select(entries.c.corrects).where(entries.c.corrects > "")))


def doors(connection: Connection) -> dict[str, tuple[str, str, str, str]]:
    """Of every entrance: its name, its venue's, its enterprise's, and the zone."""
    query = (
        select(entrances.c.id, entrances.c.name, venues.c.name, enterprises.c.name, venues.c.time_zone)
        .join(venues, venues.c.id == entrances.c.venue_id)
        .join(enterprises, enterprises.c.id == venues.c.enterprise_id)
    )
    return {row[0]: (row[1], row[2], row[3], row[4]) for row in connection.execute(query)}


def kiosk_names(connection: Connection) -> dict[str, str]:
    """Of every kiosk, its name."""
    return {row.id: row.name for row in connection.execute(select(kiosks.c.id, kiosks.c.name))}


def people(connection: Connection, visitor_ids: list[str], *, sealed: bool) -> dict[str, tuple[Any, ...]]:
    """Of these visitors: the masked name; with `sealed` also name, phone, identity number and plate."""
    v, found_ = visitors.c, dict[str, tuple[Any, ...]]()
    parts = (v.name_sealed, v.phone_sealed, v.id_number_sealed, v.plate_sealed) if sealed else ()
    for at in range(0, len(visitor_ids), 500):
        query = select(v.id, v.masked_name, *parts).where(v.id.in_(visitor_ids[at : at + 500]))
        found_ |= {row[0]: tuple(row[1:]) for row in connection.execute(query)}
    return found_


def _walk(
    read: Reading, places: Among, wanted: Wanted, opened_for: tuple[str, ...] | None, limit: int
) -> Iterator[list[tuple[Any, ...]]]:
    before: Cursor | None = None
    while True:
        rows = read(partial(_page, places, wanted, opened_for, before, limit))
        if rows:
            yield rows
        if len(rows) < limit:
            return
        before = (rows[-1][0], rows[-1][1])


def _rows(
    read: Reading, places: Among, wanted: Wanted, opened_for: tuple[str, ...] | None, limit: int
) -> Iterator[tuple[Any, ...]]:
    for rows in _walk(read, places, wanted, opened_for, limit):
        yield from rows


def _page(
    places: Among,
    wanted: Wanted,
    opened_for: tuple[str, ...] | None,
    before: Cursor | None,
    limit: int,
    connection: Connection,
) -> list[tuple[Any, ...]]:
    selections = ways(places, wanted)
    if not selections:
        return []
    (which,), e, p = selections, entries.c, entry_people.c
    place = placed(wanted)
    if before is not None:
        which.append(is_before(place, before))
    sealed: Any = p.record_sealed
    if opened_for is not None:
        sealed = case((e.reason.in_(opened_for), p.record_sealed), else_=null())
    query = (
        select(
            e.true_ms, e.id, e.at_ms, e.received_ms, e.time_quality, e.entrance_id, e.device, e.seq,
            e.direction, e.outcome, e.reason, e.presence, e.way, e.people, e.policy_version, e.corrects,
            p.visitor_id, p.visitor_class, p.temperature_tenths, sealed,
        )
        .select_from(entries.join(entry_people, p.entry_id == e.id, isouter=True))
        .where(*which)
        .order_by(place[0].desc(), place[1].desc())
        .limit(limit)
    )  # fmt: skip
    # The driver's own tuples: making rows of them takes as long as reading them.
    cursor = connection.execute(query).cursor
    return [] if cursor is None else list(cursor.fetchall())
