"""What would be decided, about anybody, anywhere, at any time: the one decision, kept nowhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.decision import Presence, Vehicle, VisitorFacts
from domain.venue import Direction, parsed_short_number
from web.db.connecting.connection import Connection, Record
from web.services.errors import NotFoundError
from web.services.installation import Installation
from web.services.passing.deciding import Judged, Passage, judged
from web.services.passing.known import known_at
from web.services.people import visitors
from web.services.people.visitors import VisitorRow
from web.services.rules.policy_lines import PolicyLine, lines
from web.store.people import visitors as visitor_store
from web.store.places import places
from web.store.scope import Scope

# The id of somebody who was made up: no visitor has it, so they are inside nowhere.
MADE_UP = "made-up"


@dataclass(frozen=True, slots=True)
class Question:
    """Who (a visitor's id, or somebody made up) comes to which entrance, when, which way, with what.

    `at_ms` is Unix milliseconds, None for now.
    """

    entrance_id: str
    who: str | VisitorFacts
    at_ms: int | None = None
    direction: Direction = Direction.IN
    temperature_tenths: int | None = None
    vehicle: Vehicle | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What would be decided, with the policy that decides and what is known of the visitor."""

    judged: Judged
    lines: tuple[PolicyLine, ...]
    visitor: VisitorFacts
    at_ms: int
    venue_name: str
    entrance_name: str
    time_zone: str


@dataclass(frozen=True, slots=True)
class Door:
    """An entrance to choose; times are given in its zone."""

    id: str
    name: str
    venue_name: str
    time_zone: str


def doors(inst: Installation, scope: Scope) -> list[Door]:
    """The entrances in scope, by venue; at most 1,000."""
    rows = inst.ask(lambda connection: places.door_rows(connection, scope))
    return [_door(row) for row in rows]


def door(inst: Installation, scope: Scope, entrance_id: str) -> Door:
    """One entrance; NotFoundError outside the scope."""
    return _door(inst.ask(lambda connection: _row(connection, scope, entrance_id)))


def simulated(inst: Installation, scope: Scope, question: Question) -> Answer:
    """What would be decided by what is known; nothing is written.

    NotFoundError for an entrance or a visitor outside the scope.
    """
    at_ms = inst.now_ms() if question.at_ms is None else question.at_ms

    def work(connection: Connection) -> Answer:
        row = _row(connection, scope, question.entrance_id)
        who = question.who
        visitor = _known(connection, scope, who, at_ms) if isinstance(who, str) else who
        passage = Passage(
            visitor, at_ms, Presence.STAFF, question.direction, question.temperature_tenths, question.vehicle
        )
        found = judged(connection, row, passage)
        layers = [layer for every in found.effective.sources.values() for layer in every]
        areas = places.area_names(connection, sorted({one.scope_id for one in layers if not one.name}))
        said = lines(found.effective, areas)
        return Answer(found, said, visitor, at_ms, row.venue_name, row.name, row.time_zone)

    return inst.read(work)


def candidates(inst: Installation, scope: Scope, text: str) -> Sequence[VisitorRow]:
    """The visitors in scope whom a text names, as the list of visitors finds them."""
    return visitors.listed(inst, scope, text) if text.strip() else ()


def visitor_id(inst: Installation, scope: Scope, named: str) -> str:
    """The id of the visitor with this short number or id; NotFoundError when there is none in scope."""

    def work(connection: Connection) -> str:
        number = parsed_short_number(named) or ""
        found = visitor_store.matching(connection, scope, [], number) if number else []
        if not found and visitor_store.row(connection, scope, named) is not None:
            found = [named]
        if not found:
            raise NotFoundError
        return found[0]

    return inst.read(work)


def _known(connection: Connection, scope: Scope, identity: str, at_ms: int) -> VisitorFacts:
    if visitor_store.row(connection, scope, identity) is None:
        raise NotFoundError
    return known_at(connection, [identity], at_ms)[identity]


def _row(connection: Connection, scope: Scope, entrance_id: str) -> Record:
    row = places.entrance_row(connection, scope, entrance_id)
    if row is None:
        raise NotFoundError
    return row


def _door(row: Record) -> Door:
    return Door(row.id, row.name, row.venue_name, row.time_zone)
