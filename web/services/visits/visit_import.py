"""A table of expected visitors: first what would happen with each row, then exactly that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial

from domain.errors import InputError
from domain.wording import Sentence
from web.db.connecting.connection import Connection
from web.db.connecting.turns import Turn, taken
from web.services.errors import NotFoundError
from web.services.installation import Installation, new_id, new_token
from web.services.people import recognising, visitors
from web.services.people.credential_values import Source
from web.services.people.recognising import Person
from web.services.places.places import DEFAULT_ZONE
from web.services.tables.table_cells import Problem
from web.services.visits.announcing import By, kept_for
from web.services.visits.announcing_times import Occasion
from web.services.visits.announcing_values import Wanted, Where, where
from web.services.visits.visit_import_columns import Column
from web.services.visits.visit_import_rows import Line, Row, row_of
from web.store.places import places
from web.store.scope import Scope
from web.store.visits import visits

VISITS_MOST = 5_000
_AT_ONCE = 50


class Fate(StrEnum):
    """What would happen with a row."""

    ADD = "add"
    THERE = "there"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Told:
    """One row of the report; `who` is masked, `visits` are those that would be new."""

    number: int
    who: str
    fate: Fate
    visits: int = 0
    first: Occasion | None = None
    zone: str = ""
    is_new_person: bool = False
    problems: tuple[Problem[Column], ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """What would happen with every row."""

    rows: tuple[Told, ...]

    @property
    def visits(self) -> int:
        """How many visits would be announced."""
        return sum(row.visits for row in self.rows)

    @property
    def refused(self) -> int:
        """How many rows would be left out."""
        return sum(row.fate is Fate.REFUSED for row in self.rows)

    @property
    def new_people(self) -> int:
        """How many people would be registered."""
        return sum(row.is_new_person for row in self.rows)


def planned(inst: Installation, scope: Scope, enterprise_id: str, lines: Sequence[Line]) -> Report:
    """What `apply` would do with these rows; nothing is written. NotFoundError outside the scope."""

    def work(connection: Connection) -> Report:
        reading = _Reading(connection, inst, scope, enterprise_id)
        return Report(tuple(reading.told(line) for line in lines))

    return inst.read(work)


def apply(
    inst: Installation, scope: Scope, account_id: str, enterprise_id: str, lines: Sequence[Line]
) -> Report:
    """Announce what a report showed. Stopped anywhere or done again, it goes on where it was."""
    by, seen, told = By(account_id, new_id(), source=Source.IMPORT), _Seen(), list[Told]()
    # In parts: with one writer, whoever checks in meanwhile waits for one of them and not for the table.
    for at in range(0, len(lines), _AT_ONCE):
        kept = partial(_kept, inst, scope, enterprise_id, by, lines[at : at + _AT_ONCE], seen)
        some, seen = inst.write(kept)
        told += some
    return Report(tuple(told))


def _kept(
    inst: Installation, scope: Scope, enterprise_id: str, by: By, lines: Sequence[Line], before: _Seen,
    connection: Connection,
) -> tuple[list[Told], _Seen]:  # fmt: skip
    taken(connection, Turn.APPENDING)
    reading, told = _Reading(connection, inst, scope, enterprise_id, before.copied()), list[Told]()
    for line in lines:
        told.append(reading.told(line))
        if told[-1].fate is Fate.ADD:
            reading.keep(line, by)
    return told, reading.seen


_Who = tuple[bytes, str]


@dataclass
class _Seen:
    """What the rows above said: their visits, whom they would register, and who is known how."""

    planned: set[tuple[_Who, str, Occasion]] = field(default_factory=set)
    people: set[_Who] = field(default_factory=set)
    known: dict[_Who, str | None] = field(default_factory=dict)
    count: int = 0

    def copied(self) -> _Seen:
        """The same, to go on from: a part of a table may have to be written twice."""
        return _Seen(set(self.planned), set(self.people), dict(self.known), self.count)


@dataclass
class _Reading:
    """The rows of one table in their order: each is seen beside what is there and what came before it."""

    connection: Connection
    inst: Installation
    scope: Scope
    enterprise_id: str
    seen: _Seen = field(default_factory=_Seen)

    def __post_init__(self) -> None:
        if places.enterprise_row(self.connection, self.scope, self.enterprise_id) is None:
            raise NotFoundError
        rows = places.venue_rows(self.connection, self.scope, 0, enterprise_id=self.enterprise_id)
        self._venues: dict[str, list[str]] = {}
        for row in rows:
            self._venues.setdefault(row.name.casefold(), []).append(row.id)
        self._where: dict[str, Where | InputError] = {}

    def told(self, line: Line) -> Told:
        """What would happen with a row."""
        at = self._at(line)
        row = row_of(line, at.zone if isinstance(at, Where) else DEFAULT_ZONE, self.inst.now_ms())
        problems = (*row.problems, *(() if isinstance(at, Where) else (at,)))
        if row.person is None or not isinstance(at, Where):
            return Told(row.number, row.who, Fate.REFUSED, problems=problems)
        new = self._new(row, row.person, at)
        if self.seen.count + len(new) > VISITS_MOST:
            return Told(row.number, row.who, Fate.REFUSED, problems=(Problem(Column.LAST_DAY, _TOO_MANY),))
        return self._counted(row, row.person, at, new)

    def keep(self, line: Line, by: By) -> None:
        """Announce what a row says."""
        at = self._at(line)
        assert isinstance(at, Where)
        row = row_of(line, at.zone, self.inst.now_ms())
        assert row.person is not None
        visitor_id = self._known(row.person) or visitors.keep(
            self.connection, self.inst, at.enterprise_id, row.person, new_token(), "self"
        )
        self.seen.known[self._who(row.person)] = visitor_id
        wanted = Wanted(row.person, row.said, row.occasions)
        kept_for(self.connection, self.inst, at, wanted, by, visitor_id)

    def _counted(self, row: Row, person: Person, at: Where, new: list[Occasion]) -> Told:
        if not new:
            return Told(row.number, row.who, Fate.THERE)
        who = self._who(person)
        is_new = who not in self.seen.people and self._known(person) is None
        self.seen.people.add(who)
        self.seen.planned |= {(who, at.venue_id, one) for one in new}
        self.seen.count += len(new)
        return Told(row.number, row.who, Fate.ADD, len(new), new[0], at.zone, is_new)

    def _new(self, row: Row, person: Person, at: Where) -> list[Occasion]:
        """The occasions that are neither there nor named by a row above."""
        known, who = self._known(person), self._who(person)
        there = {
            (one.venue_id, one.from_ms, one.until_ms)
            for one in (visits.standing(self.connection, [known]) if known else ())
            if one.enterprise_id == at.enterprise_id
        }
        return [
            one
            for one in row.occasions
            if (at.venue_id, one.from_ms, one.until_ms) not in there
            and (who, at.venue_id, one) not in self.seen.planned
        ]

    def _known(self, person: Person) -> str | None:
        who, scope = self._who(person), Scope(enterprise_id=self.enterprise_id)
        if who not in self.seen.known:
            self.seen.known[who] = recognising.same_person(self.connection, self.inst.cipher, scope, person)
        return self.seen.known[who]

    def _who(self, person: Person) -> _Who:
        """A person as visitors are found: by the name in any case of letters, and the phone."""
        return self.inst.cipher.digest("name", person.name), person.phone

    def _at(self, line: Line) -> Where | Problem[Column]:
        named = line.cells.get(Column.VENUE, "")
        found = self._venues.get(named.casefold(), []) if named else [""]
        if len(found) != 1:
            return Problem(Column.VENUE, _SEVERAL if found else _NO_VENUE)
        venue_id = found[0]
        if venue_id not in self._where:
            try:
                self._where[venue_id] = where(self.connection, self.scope, self.enterprise_id, venue_id)
            except InputError as error:
                self._where[venue_id] = error
        at = self._where[venue_id]
        return Problem(Column.VENUE, at.sentence) if isinstance(at, InputError) else at


_NO_VENUE = Sentence(
    "This enterprise has no venue of this name. Compare it, or leave it empty for any venue.",
    "本单位没有此名称的场所，请核对，或留空表示任一场所。",
)
_SEVERAL = Sentence(
    "Several venues of this enterprise have this name. Rename one of them first.",
    "本单位有多个同名场所，请先修改其中一个的名称。",
)
_TOO_MANY = Sentence(
    f"More than {VISITS_MOST:,} visits in one table. Split it.",
    f"一个文件中的来访超过 {VISITS_MOST:,} 次，请拆分。",
)
