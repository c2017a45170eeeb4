"""A guard's sweep: whoever is gone without having been scanned leaves by an entry that says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.decision import Presence
from domain.entry import Way
from domain.errors import InputError
from domain.venue import Direction
from web.db.connecting.connection import Connection, Record
from web.db.connecting.turns import Turn, taken
from web.services.desk.inside.inside_beyond import gone_on
from web.services.desk.projecting import projecting
from web.services.errors import NotFoundError
from web.services.installation import Installation
from web.services.logs import sequencing
from web.services.passing.deciding import Passage, judged
from web.services.passing.known import known_at
from web.services.passing.own_entries import (
    NOBODY,
    Particulars,
    made_before,
    recorded,
    repeatable_id,
    taken_back,
)
from web.store.drawn import inside, sweeps
from web.store.drawn.inside import Among
from web.store.passing import entries
from web.store.places import places
from web.store.scope import Scope

UNDO_WITHIN_MS = 3_600_000
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Swept:
    """Somebody who was swept out within the last hour."""

    entry_id: str
    at_ms: int
    masked_name: str
    people: int
    is_taken_back: bool


def sweep(
    inst: Installation,
    scope: Scope,
    venue_id: str,
    minted_id: str,
    entry_ids: Sequence[str],
    *,
    account_id: str = "",
) -> int:
    """Let those out whose stays began with these entries; returns how many went out by this.

    `minted_id` is the random id of the form: sent twice it is one sweep. Whoever is not inside any more is
    left out. NotFoundError for a venue outside the scope, InputError when nobody is named.
    """
    if not entry_ids:
        raise InputError("gone", "Tick who is gone first.", "请先勾选已离开的人员。")
    wanted = set(entry_ids)

    def work(connection: Connection) -> int:
        taken(connection, Turn.APPENDING)
        among = Among(venue_id)
        venues = inside.venue_rows(connection, scope, among)
        if not venues:
            raise NotFoundError
        walls = [row for row in venues if row.surrounds]
        gone = gone_on(connection, scope, walls, inst.now_ms())
        rows = [*inside.people(connection, scope, among, AT_ONCE * 20), *(one.row for one in gone)]
        found = [row for row in rows if row.entry_id in wanted][:AT_ONCE]
        return sum(_let_out(connection, inst, scope, row, minted_id, account_id) for row in found)

    done = inst.write(work)
    _up_to_date(inst)
    return done


def swept(inst: Installation, scope: Scope, venue_id: str) -> tuple[Swept, ...]:
    """Who was swept out of a venue in scope within the last hour, the last one first."""
    since = inst.now_ms() - UNDO_WITHIN_MS
    rows = inst.ask(lambda connection: sweeps.since(connection, scope, venue_id, since))
    return tuple(
        Swept(row.id, row.true_ms, row.masked_name or "", row.people, bool(row.taken_back)) for row in rows
    )


def take_back(
    inst: Installation, scope: Scope, venue_id: str, entry_id: str, *, account_id: str = ""
) -> None:
    """Take one out of a sweep of the last hour; InputError when it cannot be any more."""

    def work(connection: Connection) -> None:
        taken(connection, Turn.APPENDING)
        row = entries.row(connection, scope, entry_id)
        if row is None or row.venue_id != venue_id or row.way != Way.SWEEP or row.corrects:
            raise NotFoundError
        door = places.entrance_row(connection, scope, row.entrance_id)
        if door is None:
            raise NotFoundError
        if not row.taken_back and inst.now_ms() - row.received_ms >= UNDO_WITHIN_MS:
            raise InputError(
                "entry",
                "A sweep can be taken back within an hour only.",
                "清场记录只能在一小时内撤销。",
            )
        taken_back(connection, inst, door, row, row.visitor_id or "", account_id)

    inst.write(work)
    _up_to_date(inst)


def _let_out(
    connection: Connection, inst: Installation, scope: Scope, row: Record, minted_id: str, account_id: str
) -> int:
    """Record that somebody is gone; 0 when this very form did so before."""
    entry_id = repeatable_id(minted_id, "sweep", row.entry_id)
    if made_before(connection, inst, entry_id) is not None:
        return 0
    door = places.entrance_row(connection, scope, row.entrance_id)
    if door is None:
        return 0
    at_ms = inst.now_ms()
    visitor = known_at(connection, [row.visitor_id], at_ms).get(row.visitor_id, NOBODY)
    passage = Passage(visitor, at_ms, Presence.STAFF, Direction.OUT)
    kept = Particulars(Way.SWEEP, companions=row.people - 1, made_by=account_id)
    recorded(connection, inst, door, passage, judged(connection, door, passage), entry_id, kept)
    return 1


def _up_to_date(inst: Installation) -> None:
    """Draw what was just recorded, so that the next page shows it; otherwise it comes within a second."""
    sequencing.sequence(inst)
    projecting.caught_up(inst)
