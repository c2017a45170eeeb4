"""Works out what a table of places would do against what is there now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import chain

from domain.venue import VenueState
from domain.wording import Sentence
from web.db.connecting.connection import Connection, Record
from web.services.installation import Installation, new_id
from web.services.places import liaisons
from web.services.places.enterprises_details import given_of
from web.services.places.importing.places_import_columns import Column
from web.services.places.importing.places_import_plan import (
    LIAISON_ELSEWHERE,
    NO_ADDRESS,
    NO_AREA,
    NO_VENUE,
    NOT_YOURS,
    OTHER_AREA,
    OTHER_CODE,
    OTHER_ROW,
    SEVERAL,
    SEVERAL_VENUES,
    Draft,
    Plan,
    Told,
    Value,
)
from web.services.places.importing.places_import_rows import Problem, Row
from web.services.places.liaisons import Person
from web.services.places.places import DEFAULT_ZONE
from web.store.places import areas, place_imports, places
from web.store.places import liaisons as liaison_store
from web.store.scope import Scope

_ENTERPRISE = {
    Column.ENTERPRISE: "name",
    Column.CREDIT_CODE: "credit_code",
    Column.ENTERPRISE_KIND: "kind",
    Column.SIZE: "size_class",
    Column.CONTACT: "contact_name",
    Column.CONTACT_PHONE: "contact_phone",
}
_VENUE = {
    Column.VENUE: "name",
    Column.ADDRESS: "address",
    Column.VENUE_KIND: "kind",
    Column.CAPACITY: "capacity",
    Column.ZONE: "time_zone",
    Column.SURROUNDS: "surrounds",
}
_NAMED = (Column.ENTERPRISE, Column.VENUE, Column.ENTRANCE)


class Planner:
    """Goes through the rows; a row with a problem has no part in the plan."""

    def __init__(self, connection: Connection, inst: Installation, scope: Scope) -> None:
        self._connection, self._inst, self._scope = connection, inst, scope
        self._areas = areas.rows(connection, scope)
        self._top = places.top_area(connection, scope)
        self._enterprises = [self._known(row) for row in place_imports.enterprise_rows(connection, scope)]
        self._paths = {row.id: row.path for row in self._areas}
        self._venues: dict[tuple[str, str], list[Draft]] = defaultdict(list)
        for row in place_imports.venue_rows(connection, scope):
            self._venues[row.enterprise_id, row.name].append(_draft(row, _VENUE.values()))
        self._entrances = {
            (row.venue_id, row.name): Draft(row.id) for row in place_imports.entrance_rows(connection, scope)
        }
        self._liaisons: dict[bytes, Draft] = {}
        for row in liaison_store.rows(connection, scope):
            self._liaisons[row.digest] = Draft(row.id, before={"area_id": row.area_id})

    def plan(self, rows: Sequence[Row]) -> Plan:
        """The fate of every row, and everything that is made or changed."""
        told = tuple(self._told(row) for row in rows)
        return Plan(
            told,
            {
                "liaisons": list(self._liaisons.values()),
                "enterprises": self._enterprises,
                "venues": list(chain.from_iterable(self._venues.values())),
                "entrances": list(self._entrances.values()),
            },
        )

    def _known(self, row: Record) -> Draft:
        clear = given_of(self._inst.cipher, row)
        fields = {name: getattr(clear, name) for name in _ENTERPRISE.values()}
        return Draft(row.id, before={**fields, "area_id": row.area_id, "liaison_id": row.liaison_id})

    def _told(self, row: Row) -> Told:
        called = tuple(row.text(column) for column in _NAMED if row.text(column))
        if row.problems:
            return Told(row.number, called, problems=row.problems)
        step = _Step(row)
        enterprise = self._enterprise(step)
        venue = self._venue(step, enterprise) if row.text(Column.VENUE) else None
        if venue is None and any(row.text(column) for column in (*_VENUE, Column.ENTRANCE)):
            step.refuse(Column.VENUE, NO_VENUE)
        self._entrance(step, venue)
        self._liaison(step, enterprise)
        if step.problems:
            return Told(row.number, called, problems=tuple(step.problems))
        for act in step.acts:
            act()
        return Told(row.number, called, tuple(step.makes), tuple(step.changed))

    def _enterprise(self, step: _Step) -> Draft:
        row, found = step.row, self._meant(step)
        area = self._area(step)
        if found is None:
            found = Draft(new_id(), row.number, after={"area_id": area.id if area else ""})
            if area is None or self._scope.enterprise_id:
                step.refuse(Column.ENTERPRISE, NOT_YOURS)
            step.make("enterprise", partial(self._enterprises.append, found))
        elif row.text(Column.AREA) and area and area.id != _now(found, "area_id"):
            step.refuse(Column.AREA, OTHER_AREA)
        step.say(found, _ENTERPRISE)
        return found

    def _meant(self, step: _Step) -> Draft | None:
        code, name = step.row.text(Column.CREDIT_CODE), step.row.text(Column.ENTERPRISE)
        by_code = [one for one in self._enterprises if code and _now(one, "credit_code") == code]
        if by_code:
            return by_code[0]
        by_name = [one for one in self._enterprises if _now(one, "name") == name]
        if len(by_name) > 1:
            step.refuse(Column.CREDIT_CODE, SEVERAL)
        if by_name and code and _now(by_name[0], "credit_code"):
            step.refuse(Column.CREDIT_CODE, OTHER_CODE)
        return by_name[0] if by_name else None

    def _area(self, step: _Step) -> Record | None:
        written = step.row.text(Column.AREA)
        if not written or self._scope.enterprise_id:
            return self._top
        wanted = [part.strip() for part in written.replace("／", "/").replace(">", "/").split("/")]
        names = {row.path: row.name for row in self._areas}
        found = [row for row in self._areas if _names(row.path, names)[-len(wanted) :] == wanted]
        if len(found) != 1:
            step.refuse(Column.AREA, NO_AREA)
            return self._top
        return found[0]

    def _venue(self, step: _Step, enterprise: Draft) -> Draft:
        called = self._venues[enterprise.id, step.row.text(Column.VENUE)]
        found = self._called(step, called)
        if found is None:
            if not step.row.text(Column.ADDRESS):
                step.refuse(Column.ADDRESS, NO_ADDRESS)
            applies = bool(self._scope.enterprise_id)
            after: dict[str, Value] = {
                "enterprise_id": enterprise.id, "kind": "other", "capacity": None, "time_zone": DEFAULT_ZONE,
                "surrounds": 0, "state": VenueState.APPLIED if applies else VenueState.OPEN,
                "applied_ms": self._inst.now_ms() if applies else None,
            }  # fmt: skip
            found = made = Draft(new_id(), step.row.number, after=after)
            step.make("venue", partial(called.append, made))
        step.say(found, _VENUE)
        return found

    def _called(self, step: _Step, called: Sequence[Draft]) -> Draft | None:
        """Of the venues of one name the only one, or the one at the address that the row gives."""
        if len(called) < 2:
            return called[0] if called else None
        address = step.row.text(Column.ADDRESS)
        if not address:
            step.refuse(Column.ADDRESS, SEVERAL_VENUES)
            return called[0]
        return next((one for one in called if _now(one, "address") == address), None)

    def _entrance(self, step: _Step, venue: Draft | None) -> None:
        name = step.row.text(Column.ENTRANCE)
        if venue is None or not name or (venue.id, name) in self._entrances:
            return
        made = Draft(new_id(), step.row.number, after={"venue_id": venue.id, "name": name})
        step.make("entrance", lambda: self._entrances.__setitem__((venue.id, name), made))

    def _liaison(self, step: _Step, enterprise: Draft) -> None:
        name, phone = step.row.text(Column.LIAISON), step.row.text(Column.LIAISON_PHONE)
        if not name or self._scope.enterprise_id or self._top is None:
            return
        digests = liaisons.digests_of(self._inst.cipher, Person(name, phone))
        digest = digests[0]
        found = next((self._liaisons[one] for one in digests if one in self._liaisons), None)
        if found is None:
            after: dict[str, Value] = {"area_id": self._top.id, "name": name, "phone": phone}
            found = made = Draft(new_id(), step.row.number, after=after)
            step.make("liaison", lambda: self._liaisons.__setitem__(digest, made))
        home, there = _now(found, "area_id"), _now(enterprise, "area_id")
        if not self._paths.get(str(there), "").startswith(self._paths.get(str(home), "-")):
            step.refuse(Column.LIAISON, LIAISON_ELSEWHERE)
        step.say_one(enterprise, Column.LIAISON, "liaison_id", found.id)


class _Step:
    """One row on its way: nothing of it is done before all of it is found good."""

    def __init__(self, row: Row) -> None:
        self.row = row
        self.problems: list[Problem] = []
        self.acts: list[Callable[[], object]] = []
        self.makes: list[str] = []
        self.changed: list[Column] = []

    def refuse(self, column: Column, sentence: Sentence) -> None:
        self.problems.append(Problem(column, sentence))

    def make(self, what: str, act: Callable[[], object]) -> None:
        self.acts.append(act)
        self.makes.append(what)

    def say(self, draft: Draft, columns: dict[Column, str]) -> None:
        for column, name in columns.items():
            if column in self.row.values:
                self.say_one(draft, column, name, self.row.values[column])

    def say_one(self, draft: Draft, column: Column, name: str, value: Value) -> None:
        if earlier := draft.conflict(name, value):
            self.refuse(column, OTHER_ROW.filled(row=earlier))
        self.acts.append(lambda: self._said(draft, column, name, value))

    def _said(self, draft: Draft, column: Column, name: str, value: Value) -> None:
        if draft.say(name, value, self.row.number):
            self.changed.append(column)


def _now(draft: Draft, name: str) -> Value:
    return draft.after.get(name, draft.before.get(name))


def _draft(row: Record, names: Iterable[str]) -> Draft:
    return Draft(row.id, before={name: getattr(row, name) for name in names})


def _names(path: str, names: dict[str, str]) -> list[str]:
    steps = path.strip("/").split("/")
    paths = ("/" + "/".join(steps[:count]) + "/" for count in range(1, len(steps) + 1))
    return [names[one] for one in paths if one in names]
