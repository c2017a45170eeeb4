"""A roll call as it stands: who was inside when it began, what became of them, and what that comes to."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from web.db.connecting.connection import Connection, Record
from web.services.desk.inside.inside import exits_of, unnamed_at
from web.services.desk.inside.inside_then import people_at, seen_out
from web.services.desk.inside.roll_call_values import Figures, Listed, Marked, RollCall, figures_of, rows_of
from web.services.errors import NotFoundError
from web.services.installation import Installation
from web.services.people.visitors import place
from web.store.desk import roll_calls
from web.store.drawn import inside
from web.store.drawn.inside import Among
from web.store.scope import Scope


def as_it_stands(
    connection: Connection, inst: Installation, scope: Scope, roll_call_id: str, *, anew: bool = False
) -> RollCall:
    """A roll call in scope with its people; of one that is over the figures that were kept, unless `anew`.

    NotFoundError outside of it.
    """
    row, people, outs = _found(connection, scope, roll_call_id)
    marks = tuple(_marked(inst, mark) for mark in roll_calls.marks(connection, roll_call_id))
    listed = tuple(_listed(one, outs, _name(inst, one)) for one in people)
    if row.figures and not anew:
        figures = Figures(**json.loads(row.figures))
    else:
        figures = _figures(connection, scope, row, listed, marks)
    return RollCall(*_head(row), listed, marks, figures)


def since_it_began(connection: Connection, inst: Installation, scope: Scope, roll_call_id: str) -> RollCall:
    """What was marked and who went out, for a phone that has the list: no names of it, and no figures."""
    row, people, outs = _found(connection, scope, roll_call_id)
    marks = tuple(_marked(inst, mark) for mark in roll_calls.marks(connection, roll_call_id))
    return RollCall(*_head(row), tuple(_listed(one, outs, "") for one in people), marks, Figures())


def _found(
    connection: Connection, scope: Scope, roll_call_id: str
) -> tuple[Record, Sequence[Record], Mapping[str, int]]:
    """Its row, the stays of those who were inside, and when they were seen to leave since."""
    row = roll_calls.row(connection, scope, roll_call_id)
    if row is None:
        raise NotFoundError
    walls = inside.venue_rows(connection, scope, Among(row.venue_id)) if row.surrounds else ()
    people = people_at(connection, scope, row.venue_id, row.started_ms, walls)
    return row, people, seen_out(connection, scope, row, people)


def _figures(
    connection: Connection, scope: Scope, row: Record, listed: Sequence[Listed], marks: Sequence[Marked]
) -> Figures:
    venues = inside.venue_rows(connection, scope, Among(row.venue_id))
    unnamed = unnamed_at(connection, scope, venues, row.started_ms)
    exits = exits_of(connection, scope, venues[0], row.started_ms)
    return figures_of(rows_of(listed, marks), unnamed.get(row.venue_id, 0), exits.seen, exits.all)


def without_people(row: Record) -> RollCall:
    """A row of `store.roll_calls` as a roll call with its figures alone."""
    figures = Figures(**json.loads(row.figures)) if row.figures else Figures()
    return RollCall(*_head(row), (), (), figures)


def _head(row: Record) -> tuple[str, str, str, str, str, int, str, int | None, str, bool]:
    return (
        row.id,
        row.venue_id,
        row.venue_name,
        row.time_zone,
        row.mode,
        row.started_ms,
        row.started_login or "",
        row.ended_ms,
        row.ended_login or "",
        bool(row.surrounds),
    )


def _listed(row: Record, outs: Mapping[str, int], name: str) -> Listed:
    return Listed(
        row.entry_id,
        name,
        row.visitor_class or "",
        row.people,
        row.in_ms,
        row.entrance_name or "",
        outs.get(row.entry_id),
        row.visitor_id or "",
    )


def _name(inst: Installation, row: Record) -> str:
    if not row.name_sealed:
        return ""
    return inst.cipher.opened(row.name_sealed, place("name", row.visitor_id)).decode()


def _marked(inst: Installation, row: Record) -> Marked:
    name = inst.cipher.opened(row.name_sealed, mark_place(row.id)).decode() if row.name_sealed else ""
    return Marked(
        row.id, row.entry_id, row.mark, name, row.people, row.marked_ms, row.login or "", row.undone_ms
    )


def mark_place(mark_id: str) -> str:
    """Where the name of an unlisted person is sealed."""
    return f"roll_marks|name|{mark_id}"
