"""Judges again what gates admitted alone, with what the server knew at the time; the gate's decision stands.

A whole batch takes a handful of queries, whatever its size. How full a venue was and who was inside is not
asked here: that hangs on entries that may not have come yet (see `pairing` for two gates and one code,
`crowding` for a venue that was too full).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from domain.alert import AlertKind
from domain.decision import Outcome
from domain.entry import Entry
from domain.facts import Facts
from domain.policy import Policy
from domain.reason import Reason
from domain.rules import examined
from domain.true_time import APART_MS
from domain.venue import Direction, Entrance, VenueState
from web.db.connecting.connection import Connection, Record
from web.services.findings.finding import Found
from web.services.passing.known import Known
from web.services.rules.policies import in_force
from web.store.people import history
from web.store.places import places
from web.store.scope import PROGRAM

_NO_FACTS = Facts()


@dataclass(frozen=True, slots=True)
class Arrived:
    """An entry that is new here, with whose it is ("" unknown) and when it really happened."""

    entry: Entry
    visitor_id: str
    true_ms: int


class Doors:
    """Entrances and the policies that entries name, each asked for once in a batch."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._doors: dict[str, Record | None] = {}
        self._entrances: dict[str, Entrance] = {}
        self._policies: dict[tuple[str, int], Policy] = {}

    def door(self, entrance_id: str) -> Record | None:
        """The entrance, or None if there is no such one."""
        if entrance_id not in self._doors:
            self._doors[entrance_id] = places.entrance_row(self._connection, PROGRAM, entrance_id)
        return self._doors[entrance_id]

    def entrance(self, door: Record) -> Entrance:
        """The entrance to judge at, open: when it was is not kept, and there the gate is believed."""
        found = self._entrances.get(door.id)
        if found is None:
            found = self._entrances[door.id] = Entrance(
                door.id, door.name, door.venue_id, door.venue_name, VenueState.OPEN, door.time_zone
            )
        return found

    def policy(self, door: Record, version: int) -> Policy:
        """The policy of an entrance as the number says."""
        key = (door.id, version)
        if key not in self._policies:
            self._policies[key] = in_force(self._connection, door, version=version).policy
        return self._policies[key]


def objections(connection: Connection, doors: Doors, new: Sequence[Arrived]) -> Iterator[Found]:
    """What the server would not have admitted of what gates admitted."""
    # About somebody it does not know, or knows no more, the server knows no better than the gate.
    judged = [one for one in new if one.visitor_id and _was_let_in(one.entry)]
    if not judged:
        return
    known = Known(connection, [one.visitor_id for one in judged])
    ctis = sorted({one.entry.private.cti for one in judged if one.entry.private.cti})
    codes = {row.cti: row for row in history.code_rows(connection, ctis)} if ctis else {}
    for one in judged:
        door = doors.door(one.entry.entrance)
        if door is None:
            continue
        policy = doors.policy(door, one.entry.policy_version)
        reason, values = _objection(one, codes, known, doors.entrance(door), policy)
        if reason is not None:
            yield _found(one, reason, values)


def _was_let_in(entry: Entry) -> bool:
    return entry.outcome is Outcome.ADMITTED and entry.direction is Direction.IN


def _objection(
    one: Arrived, codes: Mapping[str, Record], known: Known, entrance: Entrance, policy: Policy
) -> tuple[Reason | None, Mapping[str, str]]:
    code = codes.get(one.entry.private.cti)
    if code is not None:
        if code.revoked_ms is not None and code.revoked_ms <= one.true_ms:
            return Reason.CODE_REVOKED, {}
        # Two clocks are never quite together.
        if one.true_ms > code.expires_s * 1000 + APART_MS:
            return Reason.CODE_EXPIRED, {}
    visitor = known.at(one.visitor_id, one.true_ms)
    if visitor is None:
        return None, {}
    measured = one.entry.private.temperature_tenths
    facts = _NO_FACTS if measured is None else Facts(temperature_tenths=measured)
    for verdict in examined(visitor, entrance, policy, facts, one.true_ms):
        if verdict.reason is not None:
            return verdict.reason, verdict.values
    return None, {}


_KINDS = {
    Reason.CODE_REVOKED: AlertKind.ADMITTED_WITHDRAWN,
    Reason.ON_HOLD: AlertKind.ADMITTED_ON_HOLD,
}


def _found(one: Arrived, reason: Reason, values: Mapping[str, str]) -> Found:
    entry = one.entry
    return Found(
        f"judged|{entry.id}",
        _KINDS.get(reason, AlertKind.ADMITTED_AGAINST_RULES),
        entry.venue,
        entry.device,
        entry.id,
        evidence={
            "seq": entry.seq,
            "reason": reason,
            "values": dict(values),
            "policy_version": entry.policy_version,
            "true_ms": one.true_ms,
        },
    )
