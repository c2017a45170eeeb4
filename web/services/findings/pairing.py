"""Finds visitors who went in at two gates without going out, in whatever order the gates' entries arrive."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from domain.alert import AlertKind
from domain.policy import Treatment
from domain.true_time import TimeQuality
from web.db.connecting.connection import Connection, Record
from web.services.desk.projecting.projecting_times import local_day
from web.services.findings.finding import Found, explained, raised
from web.services.findings.rejudging import Arrived, Doors
from web.services.installation import start_of_day_ms
from web.services.passing.own_entries import DEVICE
from web.store.gates import fleet
from web.store.people import history

CUT_OFF_MS = 120_000
_DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class _Change:
    """What this batch brought: entries that are new, and entries that it takes back."""

    new: frozenset[str]
    taken_back: frozenset[str]


def paired(
    connection: Connection,
    doors: Doors,
    new: Sequence[Arrived],
    now_ms: int,
    taken_back: Mapping[str, Record] | None = None,
) -> None:
    """Raise an alert for each pair that is there now, and close those that an arrival explained.

    `taken_back` are entries, by id, that staff took back just now.
    """
    places = {one.entry.corrects: (one.entry.venue, one.entry.entrance) for one in new if one.entry.corrects}
    places |= {key: (row.venue_id, row.entrance_id) for key, row in (taken_back or {}).items()}
    touched = _touched(connection, new, places)
    change = _Change(frozenset(one.entry.id for one in new), frozenset(places))
    for venue_id, entrance_id, people in touched:
        door = doors.door(entrance_id)
        # Where one gate alone ever stood nobody went in at two.
        if door is None or not fleet.are_several(connection, venue_id):
            continue
        rows = _around(connection, venue_id, people, door.time_zone)
        before, now = _pairs(rows, door.time_zone, change)
        raised(connection, _found(doors, venue_id, now), now_ms)
        explained(connection, sorted(before.keys() - now.keys()), now_ms)


_Person = tuple[str, int]


def _around(connection: Connection, venue_id: str, people: Sequence[_Person], zone: str) -> Sequence[Record]:
    """What stands beside the passages that changed: no other pair of the day can be another one now."""
    spans: dict[str, tuple[str, int, int]] = {}
    for visitor, at_ms in people:
        _, first, last = spans.get(visitor, (visitor, at_ms, at_ms))
        spans[visitor] = (visitor, min(first, at_ms), max(last, at_ms))
    return history.passages(
        connection,
        venue_id,
        list(spans.values()),
        DEVICE,
        start_of_day_ms(min(first for _, first, _ in spans.values()), zone),
        start_of_day_ms(max(last for _, _, last in spans.values()), zone) + 2 * _DAY_MS,
    )


def _touched(
    connection: Connection, new: Sequence[Arrived], corrected: Mapping[str, tuple[str, str]]
) -> list[tuple[str, str, list[_Person]]]:
    """(venue, one of its entrances, visitors and times) of everything that could make or end a pair."""
    found: dict[str, tuple[str, list[_Person]]] = {}
    for one in new:
        if one.visitor_id and one.entry.outcome == "admitted":
            _noted(found, (one.entry.venue, one.entry.entrance), (one.visitor_id, one.true_ms))
    if corrected:
        for row in history.people_of(connection, sorted(corrected)):
            if row.visitor_id:
                _noted(found, corrected[row.entry_id], (row.visitor_id, row.at_ms))
    return [(venue, entrance, people) for venue, (entrance, people) in found.items()]


def _noted(found: dict[str, tuple[str, list[_Person]]], place: tuple[str, str], person: _Person) -> None:
    venue, entrance = place
    found.setdefault(venue, (entrance, []))[1].append(person)


_Pairs = dict[str, tuple[Record, Record]]


def _pairs(rows: Sequence[Record], zone: str, change: _Change) -> tuple[_Pairs, _Pairs]:
    """The pairs as they were before this batch, and as they are with it, by their alert's key."""
    days: dict[tuple[str, int], list[Record]] = defaultdict(list)
    for row in rows:
        days[row.visitor_id, local_day(row.true_ms, zone)].append(row)
    before: _Pairs = {}
    now: _Pairs = {}
    for day_rows in days.values():
        if len(day_rows) > 1:
            old = [row for row in day_rows if row.id not in change.new and _stood(row, change.taken_back)]
            before |= _neighbours(old)
            now |= _neighbours([row for row in day_rows if not row.taken_back])
    return before, now


def _stood(row: Record, taken_back: Collection[str]) -> bool:
    return not row.taken_back or row.id in taken_back


def _neighbours(rows: Sequence[Record]) -> _Pairs:
    """Each two that follow one another inwards at two gates."""
    found: _Pairs = {}
    last: Record | None = None
    for row in rows:
        if row.direction != "in":
            last = None
        elif row.device != DEVICE:  # who also scans the poster beside the gate is still one person there
            if last is not None and last.device != row.device:
                found[f"two_gates|{last.id}|{row.id}"] = (last, row)
            last = row
    return found


def _found(doors: Doors, venue_id: str, pairs: _Pairs) -> Iterator[Found]:
    for key, (first, second) in pairs.items():
        if _was_cut_off(first) or _was_cut_off(second) or _forbidden(doors, second):
            yield Found(
                key,
                AlertKind.TWO_GATES,
                venue_id,
                second.device,
                first.id,
                second.id,
                evidence={
                    "true_ms": [first.true_ms, second.true_ms],
                    "kiosks": [first.device, second.device],
                    "seqs": [first.seq, second.seq],
                },
            )


def _was_cut_off(row: Record) -> bool:
    """Whether the gate told nobody in time; one that never measured the time never had contact."""
    late_ms: int = row.received_ms - row.true_ms
    return late_ms > CUT_OFF_MS or row.time_quality != TimeQuality.SYNCED.value


def _forbidden(doors: Doors, row: Record) -> bool:
    door = doors.door(row.entrance_id)
    return door is not None and doors.policy(door, row.policy_version).reentry is not Treatment.ADMIT
