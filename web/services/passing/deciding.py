"""The server's one way to a decision, for check-in, staff, import, replay and simulator alike.

All is asked as it was known at the time of the passage: a replay judges as the gate should have.
"""

from __future__ import annotations

from dataclasses import dataclass

from domain.decision import Decision, Facts, Presence, Vehicle, VisitorFacts, examination
from domain.inheritance import Effective
from domain.policy import Policy, Treatment
from domain.rules import Verdict
from domain.venue import Direction
from web.db.connecting.connection import Connection, Record
from web.services.installation import start_of_day_ms
from web.services.passing.known import known_at
from web.services.places.places import entrance_of
from web.services.rules import policies
from web.services.signing_keys import issuing
from web.store.drawn import presence
from web.store.people import visitors


@dataclass(frozen=True, slots=True)
class Passage:
    """What is to be decided: somebody (a code's text, or a visitor known in another way) at a time and a way.

    `temperature_tenths`, `vehicle` and `companions`, who are not in it, are what was measured and seen at the
    door.
    """

    shown: str | VisitorFacts
    at_ms: int
    presence: Presence
    direction: Direction = Direction.IN
    temperature_tenths: int | None = None
    vehicle: Vehicle | None = None
    companions: int = 0


@dataclass(frozen=True, slots=True)
class Judged:
    """A decision with the policy it was taken by and what every rule said."""

    decision: Decision
    effective: Effective
    verdicts: tuple[Verdict, ...]


def asks_who_is_inside(policy: Policy) -> bool:
    """Whether a decision by this policy depends on the passages before it."""
    return policy.reentry is not Treatment.ADMIT or policy.capacity is not None


def judged(
    connection: Connection,
    door: Record,
    passage: Passage,
    version: int | None = None,
    effective: Effective | None = None,
) -> Judged:
    """Decide about a passage at an entrance (a row of `places.entrance_row`); nothing is written.

    The policy is that of `version`, as an entry names it, or `effective`, or the one in force at the time.
    """
    at_ms = passage.at_ms
    by_time = at_ms if version is None else None
    found = effective or policies.in_force(connection, door, at_ms=by_time, version=version)
    matters = asks_who_is_inside(found.policy)
    today, until = start_of_day_ms(at_ms, door.time_zone), at_ms + 1
    known = Facts(
        keys=issuing.verifying(connection, at_ms, door.area_path) if isinstance(passage.shown, str) else (),
        is_revoked=lambda cti: visitors.was_revoked(connection, cti.hex(), at_ms),
        visitor_of=lambda cti: _owner(connection, cti, at_ms),
        # Who is inside is only worth its time where it changes something, and so is counting all of them.
        is_inside=lambda identity: (
            matters and presence.inside_at(connection, door.venue_id, identity, today, until)
        ),
        people_inside=presence.people_inside(connection, door.venue_id, today, until)
        if found.policy.capacity is not None
        else None,
        temperature_tenths=passage.temperature_tenths,
        vehicle=passage.vehicle,
        companions=passage.companions,
    )
    decision, verdicts = examination(
        passage.shown,
        entrance_of(door),
        found.policy,
        known,
        at_ms,
        passage.presence,
        passage.direction,
    )
    return Judged(decision, found, verdicts)


def _owner(connection: Connection, cti: bytes, at_ms: int) -> VisitorFacts | None:
    owner = visitors.owners_of(connection, [cti.hex()]).get(cti.hex())
    return known_at(connection, [owner], at_ms).get(owner) if owner else None
