"""A table of places: what it would do, exactly that in one transaction, and back again within the hour."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass

from web.db.connecting.connection import Connection, Record
from web.db.connecting.turns import Turn, taken
from web.services.errors import NotFoundError
from web.services.installation import Installation, new_id
from web.services.passing.paper.paper import UNDONE_WITHIN_MS
from web.services.places import liaisons
from web.services.places.enterprises_details import Given, checked
from web.services.places.importing.places_import_plan import Draft, Plan, Value
from web.services.places.importing.places_import_planning import Planner
from web.services.places.importing.places_import_rows import Line, row_of
from web.services.places.liaisons import Person
from web.services.places.posters import posters
from web.store.gates import gate_news
from web.store.places import place_imports, places
from web.store.scope import Scope

_TABLES = ("liaisons", "enterprises", "venues", "entrances")
_CONTACT = ("contact_name", "contact_phone")


@dataclass(frozen=True, slots=True)
class Done:
    """An import that can still be taken back: what came with it by table, and venues that wait for review."""

    id: str
    made_ms: int
    changed: int
    of: dict[str, int]
    waiting: int


@dataclass(frozen=True, slots=True)
class Undone:
    """How many things were taken back, and the names of those that were used since and stay."""

    count: int
    kept: tuple[str, ...]


def planned(inst: Installation, scope: Scope, lines: Sequence[Line]) -> Plan:
    """What `apply` would do with these rows; nothing is written."""
    return inst.read(lambda connection: _plan(connection, inst, scope, lines))


def apply(inst: Installation, scope: Scope, account_id: str, lines: Sequence[Line], *, issue: bool) -> Plan:
    """Do all of it or, when the machine stops, nothing; a poster for each new entrance where `issue`.

    Sent again, it finds everything there already and does nothing.
    """

    def work(connection: Connection) -> Plan:
        taken(connection, Turn.FOUNDING)
        plan = _plan(connection, inst, scope, lines)
        if not plan.is_empty:
            identity = new_id()
            changes = _written(connection, inst, plan, identity)
            if issue and not scope.enterprise_id:
                for door in plan.drafts["entrances"]:
                    if door.is_new:
                        posters.issued_within(connection, inst, door.id, identity)
            values = {"id": identity, "account_id": account_id, "made_ms": inst.now_ms()}
            place_imports.noted(connection, **values, changes=json.dumps(changes))
            gate_news.everywhere(connection)
        return plan

    return inst.write(work)


def done(inst: Installation, account_id: str) -> list[Done]:
    """What this account imported in the last hour and can take back, the newest first."""

    def work(connection: Connection) -> list[Done]:
        rows = place_imports.done_since(connection, account_id, inst.now_ms() - UNDONE_WITHIN_MS)
        found = []
        for row in rows:
            of = {name: len(place_imports.made_by(connection, name, row.id)) for name in place_imports.MADE}
            changed = len(json.loads(row.changes))
            found.append(Done(row.id, row.made_ms, changed, of, place_imports.waiting(connection, row.id)))
        return found

    return inst.read(work)


def entrances_made(inst: Installation, scope: Scope, account_id: str, import_id: str) -> list[str]:
    """The entrances in scope that came with an import of this account; NotFoundError when there are none."""

    def work(connection: Connection) -> list[str]:
        mine = {row.id for row in place_imports.done_since(connection, account_id, 0)}
        return place_imports.entrances_of(connection, scope, import_id) if import_id in mine else []

    found = inst.read(work)
    if not found:
        raise NotFoundError
    return found


def undo(inst: Installation, account_id: str, import_id: str) -> Undone:
    """Take back what this account imported in the last hour, but for what was used since."""

    def work(connection: Connection) -> Undone:
        taken(connection, Turn.FOUNDING)
        rows = place_imports.done_since(connection, account_id, inst.now_ms() - UNDONE_WITHIN_MS)
        found = next((row for row in rows if row.id == import_id), None)
        if found is None:
            raise NotFoundError
        count, kept = _changes_undone(connection, json.loads(found.changes))
        for name in place_imports.MADE:
            for row in place_imports.made_by(connection, name, import_id):
                if place_imports.removed(connection, name, row.id):
                    count += 1
                elif name != "posters":
                    kept.append(_called(inst, name, row))
        place_imports.was_undone(connection, import_id, inst.now_ms())
        gate_news.everywhere(connection)
        return Undone(count, tuple(kept))

    return inst.write(work)


def _plan(connection: Connection, inst: Installation, scope: Scope, lines: Sequence[Line]) -> Plan:
    return Planner(connection, inst, scope).plan([row_of(line) for line in lines])


def _written(
    connection: Connection, inst: Installation, plan: Plan, identity: str
) -> list[dict[str, object]]:
    """Write the plan; what stood before in the rows that were changed, to put it back."""
    changes: list[dict[str, object]] = []
    for name in _TABLES:
        new = [draft for draft in plan.drafts[name] if draft.is_new]
        rows = [
            # A millisecond apart, so that they stay in the order of the table.
            {"id": draft.id, "created_ms": inst.now_ms() + at, "import_id": identity}
            | _columns(inst, name, draft)
            for at, draft in enumerate(new)
        ]
        place_imports.added(connection, name, rows)
        for draft in plan.drafts[name]:
            if not draft.is_new and draft.changes():
                changes.append(_changed(connection, inst, name, draft))
    return changes


def _changed(connection: Connection, inst: Installation, name: str, draft: Draft) -> dict[str, object]:
    wanted = _columns(inst, name, draft)
    before = place_imports.row_now(connection, name, draft.id)
    assert before is not None
    changes = {column: value for column, value in wanted.items() if getattr(before, column) != value}
    place_imports.changed(connection, name, draft.id, changes)
    return {
        "table": name,
        "id": draft.id,
        "before": {column: _kept(getattr(before, column)) for column in changes},
        "after": {column: _kept(value) for column, value in changes.items()},
    }


def _columns(inst: Installation, name: str, draft: Draft) -> dict[str, object]:
    """The columns of a draft: everything of a new one, only what changes of another; people sealed."""
    fields = dict(draft.after) if draft.is_new else draft.changes()
    if name == "liaisons":
        person = Person(str(fields["name"]), str(fields["phone"]))
        return {"area_id": fields["area_id"], **liaisons.sealed(inst.cipher, draft.id, person)}
    if name != "enterprises":
        return dict(fields)
    contact = {one: _text(draft.after.get(one, draft.before.get(one))) for one in _CONTACT}
    sealed = checked(inst.cipher, draft.id, Given("-", **contact))
    columns: dict[str, object] = {one: value for one, value in fields.items() if one not in _CONTACT}
    columns |= {f"{one}_sealed": sealed[f"{one}_sealed"] for one in _CONTACT if one in fields}
    if draft.is_new:
        # All rows of one insert name the same columns.
        defaults = {"credit_code": "", "kind": "", "size_class": "", "liaison_id": None}
        return {**defaults, **dict.fromkeys(("contact_name_sealed", "contact_phone_sealed")), **columns}
    return columns


def _changes_undone(connection: Connection, changes: list[dict[str, object]]) -> tuple[int, list[str]]:
    """Put back what stood there before, where it still is as the import left it."""
    count, kept = 0, []
    for change in changes:
        name, identity = str(change["table"]), str(change["id"])
        row = place_imports.row_now(connection, name, identity)
        before, after = _mapping(change["before"]), _mapping(change["after"])
        if row is None:
            continue
        if any(getattr(row, column) != value for column, value in after.items()) or (
            name == "venues"
            and "address" in before
            and places.venue_called(connection, row.enterprise_id, row.name, str(before["address"]))
        ):
            kept.append(str(row.name))
            continue
        place_imports.changed(connection, name, identity, before)
        count += 1
    return count, kept


def _called(inst: Installation, name: str, row: Record) -> str:
    return liaisons.masked(inst.cipher, row) if name == "liaisons" else str(row.name)


def _text(value: Value) -> str:
    return "" if value is None else str(value)


def without_people(changes: str) -> str:
    """What an import keeps to be taken back, without names and phones: another key seals those now."""
    kept = []
    for change in json.loads(changes):
        clear = {
            side: {name: value for name, value in change[side].items() if not isinstance(value, dict)}
            for side in ("before", "after")
        }
        if clear["before"]:
            kept.append({**change, **clear})
    return json.dumps(kept) if kept != json.loads(changes) else changes


def _kept(value: object) -> object:
    return {"sealed": base64.b64encode(value).decode("ascii")} if isinstance(value, bytes) else value


def _mapping(kept: object) -> dict[str, object]:
    assert isinstance(kept, dict)
    return {
        column: base64.b64decode(value["sealed"]) if isinstance(value, dict) else value
        for column, value in kept.items()
    }
