"""Finds days on which a venue was fuller than allowed, when what a gate decided without network arrives.

A gate with network asks before it fills a venue, and so does the server. One without counts what it has seen
itself, so only entries that come late can have filled it further.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from domain.alert import AlertKind
from domain.decision import Outcome
from domain.hours import local_time
from domain.venue import Direction
from web.db.connecting.connection import Connection, Record
from web.services.desk.projecting.projecting_times import local_day
from web.services.findings.finding import Found, explained, raised
from web.services.findings.pairing import CUT_OFF_MS
from web.services.findings.rejudging import Arrived, Doors
from web.services.installation import next_day_ms, start_of_day_ms
from web.store.drawn import presence


@dataclass(frozen=True, slots=True)
class Crowd:
    """The most people who were inside, and when and with which entry the limit was passed first."""

    people: int
    since_ms: int
    entry_id: str


def counted_again(connection: Connection, doors: Doors, new: Sequence[Arrived], now_ms: int) -> None:
    """Raise an alert for each day on which a venue was too full, and close those that are explained."""
    for (venue_id, zone, _), late in _late(doors, new, now_ms).items():
        limit = _limit(doors, late)
        if limit is None:
            continue
        day_ms = start_of_day_ms(late[0].true_ms, zone)
        passages = presence.passages_between(connection, venue_id, day_ms, next_day_ms(day_ms, zone))
        crowd = fullest(passages, limit)
        key = f"{AlertKind.OVER_CAPACITY}|{venue_id}|{local_time(day_ms, zone).date()}"
        if crowd is None:
            explained(connection, [key], now_ms)
        else:
            raised(connection, [_found(key, late[0], crowd, limit, zone)], now_ms)


def fullest(passages: Iterable[Record], limit: int) -> Crowd | None:
    """How full a venue was at most in a day, if more than `limit`; `passages` in order of their time.

    Counted as `people_inside` does: each visitor by their last passage, strangers as those in less those out.
    """
    inside: dict[str, int] = {}
    strangers, known, first, most = 0, 0, None, limit
    for one in passages:
        came = one.direction == Direction.IN
        if one.visitor_id:
            known -= inside.pop(one.visitor_id, 0)
            if came:
                inside[one.visitor_id] = one.people
                known += one.people
        else:
            strangers += one.people if came else -one.people
        people = known + max(0, strangers)
        if people > limit:
            first = first or one
            most = max(most, people)
    return None if first is None else Crowd(most, first.true_ms, first.id)


def _late(doors: Doors, new: Sequence[Arrived], now_ms: int) -> dict[tuple[str, str, int], list[Arrived]]:
    """What arrives long after it happened, by venue, time zone and day there."""
    found: dict[tuple[str, str, int], list[Arrived]] = defaultdict(list)
    for one in new:
        passed = one.entry.outcome is Outcome.ADMITTED or one.entry.corrects
        door = doors.door(one.entry.entrance) if passed and now_ms - one.true_ms > CUT_OFF_MS else None
        if door is not None:
            found[one.entry.venue, door.time_zone, local_day(one.true_ms, door.time_zone)].append(one)
    return found


def _limit(doors: Doors, late: Sequence[Arrived]) -> int | None:
    """The least that the rules allowed at one of these doors; None for any number."""
    asked = {(one.entry.entrance, one.entry.policy_version) for one in late}
    rooms = []
    for entrance_id, version in sorted(asked):
        door = doors.door(entrance_id)
        if door is not None and (room := doors.policy(door, version).capacity) is not None:
            rooms.append(room)
    return min(rooms, default=None)


def _found(key: str, late: Arrived, crowd: Crowd, limit: int, zone: str) -> Found:
    since = local_time(crowd.since_ms, zone)
    evidence = {
        "day": str(since.date()),
        "time": f"{since:%H:%M}",
        "people": crowd.people,
        "capacity": limit,
        "true_ms": crowd.since_ms,
    }
    return Found(
        key, AlertKind.OVER_CAPACITY, late.entry.venue, late.entry.device, crowd.entry_id, evidence=evidence
    )
