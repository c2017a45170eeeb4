"""Roll calls: held at a venue by several marshals at once, whose phones may be without network meanwhile."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from domain.deed import Deed
from domain.errors import InputError
from web.db.connecting.connection import Connection, Record
from web.db.connecting.turns import Turn, taken
from web.services.access.looks import Concerns
from web.services.desk import deeds
from web.services.desk.inside import roll_call_reading
from web.services.desk.inside.inside_then import people_at
from web.services.desk.inside.roll_call_reading import as_it_stands, mark_place, without_people
from web.services.desk.inside.roll_call_values import Given, Mark, Mode, RollCall
from web.services.errors import NotFoundError
from web.services.installation import Installation
from web.store.desk import roll_calls
from web.store.drawn import inside
from web.store.drawn.inside import Among
from web.store.scope import Scope

SHOWN = 10
# A phone that comes back later than this has nothing to say any more.
LATE_MS = 86_400_000


def start(inst: Installation, scope: Scope, account_id: str, venue_id: str, mode: str, minted_id: str) -> str:
    """Begin a roll call at a venue in scope and return its id; that of the one that is going on, if any.

    An alarm in the middle of a drill ends the drill. `minted_id` becomes its id: sent twice it is one.
    That names are shown is a leaf of the log.
    """
    if mode not in set(Mode):
        raise InputError("mode", "Choose drill or real.", "请选择演练或实战。")

    def work(connection: Connection) -> str:
        taken(connection, Turn.APPENDING)
        venues = inside.venue_rows(connection, scope, Among(venue_id))
        if not venues:
            raise NotFoundError
        before = roll_calls.row(connection, scope, minted_id) or roll_calls.going_on(
            connection, scope, venue_id
        )
        if before is not None and (before.mode == mode or mode != Mode.REAL or before.id == minted_id):
            return str(before.id)
        if before is not None:
            _ended(connection, inst, scope, account_id, before.id)
        now_ms = inst.now_ms()
        values = {"id": minted_id, "venue_id": venue_id, "mode": mode, "started_ms": now_ms}
        surrounds = venues[0].surrounds
        roll_calls.added(connection, **values, started_by=account_id, surrounds=surrounds)
        rows = people_at(connection, scope, venue_id, now_ms, venues if surrounds else ())
        told = {"what": "start", "roll_call": minted_id, "venue": venue_id, "mode": mode}
        people = {"listed": sum(row.people for row in rows)}
        deeds.noted(
            connection, inst, account_id, Deed.ROLL_CALL, {**told, **people},
            concerns=Concerns((), scope, venue_id=venue_id),
        )  # fmt: skip
        return minted_id

    return inst.write(work)


def roll_call(inst: Installation, scope: Scope, roll_call_id: str) -> RollCall:
    """A roll call at a venue in scope; NotFoundError outside of it."""
    return inst.read(lambda connection: as_it_stands(connection, inst, scope, roll_call_id))


def opened(inst: Installation, scope: Scope, account_id: str, roll_call_id: str) -> RollCall:
    """The same for somebody who reads it: while it names people, the log says first that they did."""
    found = roll_call(inst, scope, roll_call_id)
    if found.listed or found.marks:
        told = {"what": "open", "roll_call": roll_call_id, "venue": found.venue_id, "rows": len(found.listed)}
        people = [one.visitor_id for one in found.listed if one.visitor_id]
        whose = Concerns(people, scope, venue_id=found.venue_id)
        inst.write(
            lambda connection: deeds.noted(connection, inst, account_id, Deed.ROLL_CALL, told, concerns=whose)
        )
    return found


def since_it_began(inst: Installation, scope: Scope, roll_call_id: str) -> RollCall:
    """What was marked and who went out at one in scope; without the names of its list, and figures."""
    return inst.read(
        lambda connection: roll_call_reading.since_it_began(connection, inst, scope, roll_call_id)
    )


def of_venue(inst: Installation, scope: Scope, venue_id: str) -> tuple[RollCall, ...]:
    """The last roll calls at a venue in scope, the latest first, without the people in them."""
    rows = inst.ask(lambda connection: roll_calls.of_venue(connection, scope, venue_id, SHOWN))
    return tuple(without_people(row) for row in rows)


def marked(
    inst: Installation, scope: Scope, account_id: str, roll_call_id: str, given: Sequence[Given]
) -> RollCall:
    """Keep what a marshal's phone says, each mark once however often it is sent; returns how it stands.

    After the end, marks that were made before it still count. InputError for a mark of another roll call.
    """

    if not given:
        return roll_call(inst, scope, roll_call_id)

    def work(connection: Connection) -> RollCall:
        row = roll_calls.row(connection, scope, roll_call_id)
        if row is None:
            raise NotFoundError
        known = roll_calls.roll_call_of(connection, [one.id for one in given])
        for one in given:
            _kept(connection, inst, row, account_id, one, known)
            known[one.id] = roll_call_id
        found = as_it_stands(connection, inst, scope, roll_call_id, anew=True)
        if row.ended_ms is not None:
            roll_calls.changed(connection, roll_call_id, figures=json.dumps(found.figures.json()))
        return found

    return inst.write(work)


def end(inst: Installation, scope: Scope, account_id: str, roll_call_id: str) -> RollCall:
    """End a roll call and keep what it came to, as a leaf of the log too; the end stays as it first was."""

    def work(connection: Connection) -> RollCall:
        taken(connection, Turn.APPENDING)
        return _ended(connection, inst, scope, account_id, roll_call_id)

    return inst.write(work)


def _ended(
    connection: Connection, inst: Installation, scope: Scope, account_id: str, roll_call_id: str
) -> RollCall:
    found = as_it_stands(connection, inst, scope, roll_call_id)
    if found.ended_ms is not None:
        return found
    now_ms, figures = inst.now_ms(), found.figures.json()
    roll_calls.changed(
        connection, roll_call_id, ended_ms=now_ms, ended_by=account_id, figures=json.dumps(figures)
    )
    told = {"what": "end", "roll_call": roll_call_id, "venue": found.venue_id, "mode": found.mode}
    deeds.noted(connection, inst, account_id, Deed.ROLL_CALL, {**told, **figures})
    return as_it_stands(connection, inst, scope, roll_call_id)


def _kept(
    connection: Connection,
    inst: Installation,
    row: Record,
    account_id: str,
    one: Given,
    known: Mapping[str, str],
) -> None:
    """Keep a mark, unless it is kept already or comes too late."""
    if known.get(one.id, row.id) != row.id:
        raise InputError("id", "This mark belongs to another roll call.", "该标记属于另一次点名。")
    now_ms = inst.now_ms()
    at_ms = min(max(one.at_ms, row.started_ms), now_ms)
    if row.ended_ms is not None and (at_ms > row.ended_ms or now_ms > row.ended_ms + LATE_MS):
        return
    if one.id not in known:
        sealed = inst.cipher.sealed(one.name.encode(), mark_place(one.id)) if one.name else None
        roll_calls.mark_added(
            connection,
            id=one.id,
            roll_call_id=row.id,
            entry_id="" if one.mark is Mark.UNLISTED else one.entry_id,
            mark=one.mark.value,
            name_sealed=sealed,
            people=one.people,
            marked_ms=at_ms,
            marked_by=account_id,
        )
    if one.is_undone:
        roll_calls.mark_undone(connection, row.id, one.id, now_ms)
