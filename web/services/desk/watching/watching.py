"""Watches over open venues: which fell silent or are strange, raised as alerts and settled by themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial

from domain.alert import AlertKind
from domain.hours import OpeningHours
from domain.inheritance import effective
from domain.remedy import EXPLAINED
from web.db.connecting.connection import Connection, Record
from web.services.desk.figures.figures_days import date_of
from web.services.desk.projecting.projecting_times import local_day
from web.services.desk.watching import watching_care, watching_doors
from web.services.desk.watching.watching_days import USUAL_DAYS, Fall, fall, is_sudden, missed
from web.services.desk.watching.watching_hours import NIGHT, at_night, hours_text, open_days
from web.services.findings import finding
from web.services.findings.finding import Found
from web.services.installation import Installation
from web.services.rules import policies
from web.store.drawn import projecting
from web.store.findings import alerts, watch
from web.store.logs import log
from web.store.places import places
from web.store.scope import PROGRAM

# What is over by itself when people come again.
_PASSING = (AlertKind.SILENT_VENUE, AlertKind.NEVER_USED, AlertKind.SUDDEN_FALL)
# A venue that was opened gets some days to hang up its codes.
NEW_DAYS = 3
# Older silences are known by their last day alone.
_LOOK_BACK_DAYS = 2 * USUAL_DAYS
_DAY_MS = 86_400_000
# While more leaves than this wait to be drawn, nothing that is missing is missing.
_BEHIND_MOST = 5_000
_LOOK_BACK_MS = 45 * 60_000
_DOORS_MOST = 100_000
Hours = Callable[[str], Sequence[OpeningHours]]


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look found, and the keys of the alerts that are over."""

    found: tuple[Found, ...]
    over: tuple[str, ...]


def watched(inst: Installation) -> Looked:
    """Look once: raise what is new and settle what is over; most looks find nothing and write nothing."""
    now_ms = inst.now_ms()
    looked = inst.read(lambda connection: look(connection, inst, now_ms))

    def work(connection: Connection) -> None:
        finding.raised(connection, looked.found, now_ms)
        finding.explained(connection, looked.over, now_ms)
        watching_care.settled(connection, looked.over, now_ms)

    if looked.found or looked.over:
        inst.write(work)
    return looked


def look(connection: Connection, inst: Installation, now_ms: int) -> Looked:
    """What is to be raised and what is over, at a time; nothing while figures are far behind the log."""
    if log.size(connection) - projecting.drawn(connection) > _BEHIND_MOST:
        return Looked((), ())
    venues = {row.id: row for row in watch.open_venues(connection)}
    hours = _hours_of(connection)
    quiet, measured = _by_day(connection, venues, hours, now_ms)
    found = [
        *quiet,
        *_at_night(connection, venues, now_ms),
        *_bursts(connection, inst, venues, now_ms),
    ]
    still = {(one.kind.value, one.venue_id) for one in quiet}
    over = [
        row.key
        for row in watch.open_alerts(connection, _PASSING)
        if (row.kind, row.venue_id) not in still
        and (row.kind != AlertKind.SUDDEN_FALL or row.venue_id in measured or row.venue_id not in venues)
    ]
    return Looked(tuple(_news(connection, found)), tuple(over))


def silent(connection: Connection, now_ms: int) -> list[Found]:
    """The open venues that are silent, never used or far below their usual now."""
    venues = {row.id: row for row in watch.open_venues(connection)}
    return _by_day(connection, venues, _hours_of(connection), now_ms)[0]


def _by_day(
    connection: Connection, venues: Mapping[str, Record], hours: Hours, now_ms: int
) -> tuple[list[Found], set[str]]:
    """What the days of venues tell, and the venues whose last day could be compared with its usual."""
    first_day = now_ms // _DAY_MS - _LOOK_BACK_DAYS
    todays = {venue_id: local_day(now_ms, venue.time_zone) for venue_id, venue in venues.items()}
    latest = watch.latest(connection, first_day)
    quiet = [one for one in venues if one in latest and latest[one] < todays[one] - 1]
    long_ago = watch.latest_of(connection, [one for one in venues if one not in latest])
    found = [
        one
        for venue_id, venue in venues.items()
        if venue_id not in latest
        for one in _without(venue, long_ago.get(venue_id), now_ms)
    ]
    found += _silences(connection, quiet, todays, hours, first_day)
    falls = _falls(connection, todays)
    found += [_fallen(venue_id, one) for venue_id, one in falls.items() if is_sudden(one)]
    return found, set(falls)


def _silences(
    connection: Connection, quiet: Sequence[str], todays: Mapping[str, int], hours: Hours, first_day: int
) -> Iterator[Found]:
    if not quiet:
        return
    alive = watch.alive_days(connection, first_day)
    days = _days(watch.used_days(connection, quiet, first_day))
    for venue_id in quiet:
        is_open = partial(_is_open, hours, venue_id)
        if missed(days[venue_id], todays[venue_id], is_open, alive):
            yield _silence(venue_id, max(days[venue_id]))


def _falls(connection: Connection, todays: Mapping[str, int]) -> dict[str, Fall]:
    """Yesterday beside its usual, of each venue that had entries and has a usual."""
    asked = {day - 1 - 7 * ago for day in set(todays.values()) for ago in range(5)}
    days = _days(watch.entries_on(connection, sorted(asked)))
    compared = {one: fall(days.get(one, {}), today - 1) for one, today in todays.items()}
    return {one: found for one, found in compared.items() if found is not None and found.entries}


def _days(rows: Sequence[Record]) -> dict[str, dict[int, int]]:
    found: dict[str, dict[int, int]] = {}
    for row in rows:
        found.setdefault(row.venue_id, {})[row.local_day] = row.entries
    return found


def _is_open(hours: Hours, venue_id: str, day: int) -> bool:
    return open_days(hours(venue_id), day)


def _without(venue: Record, last_day: int | None, now_ms: int) -> Iterator[Found]:
    """A venue without an entry for long, or ever."""
    if last_day is not None:
        yield _silence(venue.id, last_day)
    elif now_ms - venue.opened_ms >= NEW_DAYS * _DAY_MS:
        since = date_of(local_day(venue.opened_ms, venue.time_zone)).isoformat()
        key = f"{AlertKind.NEVER_USED}|{venue.id}|{since}"
        yield Found(key, AlertKind.NEVER_USED, venue.id, evidence={"since": since})


def _silence(venue_id: str, last_day: int) -> Found:
    since = date_of(last_day).isoformat()
    key = f"{AlertKind.SILENT_VENUE}|{venue_id}|{since}"
    return Found(key, AlertKind.SILENT_VENUE, venue_id, evidence={"since": since})


def _fallen(venue_id: str, compared: Fall) -> Found:
    day = date_of(compared.day).isoformat()
    evidence = {"day": day, "entries": compared.entries, "median": compared.usual}
    return Found(
        f"{AlertKind.SUDDEN_FALL}|{venue_id}|{day}", AlertKind.SUDDEN_FALL, venue_id, evidence=evidence
    )


def _at_night(connection: Connection, venues: Mapping[str, Record], now_ms: int) -> Iterator[Found]:
    """Yesterday and today, where the hours are over that people went in."""
    people = _by_hour(watch.people_by_hour(connection, now_ms // _DAY_MS - 1))
    hours = _all_hours(connection) if people else {}
    nightly = [venue for venue, counts in people.items() if any(hour in NIGHT for _, hour in counts)]
    since = now_ms // _DAY_MS - USUAL_DAYS
    usual = _by_hour(watch.people_in_hours(connection, nightly, NIGHT, since)) if nightly else {}
    for venue_id in people.keys() & venues.keys():
        counts = people[venue_id] | usual.get(venue_id, {})
        today = local_day(now_ms, venues[venue_id].time_zone)
        for day in (today - 1, today):
            odd = at_night(counts, day, hours.get(venue_id, ()))
            if odd is not None:
                date = date_of(day).isoformat()
                evidence = {"day": date, "people": odd.people, "hours": hours_text(odd.hours)}
                key = f"{AlertKind.AT_NIGHT}|{venue_id}|{date}"
                yield Found(key, AlertKind.AT_NIGHT, venue_id, evidence=evidence)


def _by_hour(rows: Sequence[Record]) -> dict[str, dict[tuple[int, int], int]]:
    found: dict[str, dict[tuple[int, int], int]] = {}
    for row in rows:
        found.setdefault(row.venue_id, {})[row.local_day, int(row.value)] = row.people_in
    return found


def _bursts(
    connection: Connection, inst: Installation, venues: Mapping[str, Record], now_ms: int
) -> Iterator[Found]:
    """One person at many doors; the key is a keyed digest, so that it names nobody."""
    since_ms = now_ms - _LOOK_BACK_MS
    visitors = watch.visitors_at_many(connection, list(venues), since_ms, 2)
    for one in watching_doors.bursts(watch.arrivals(connection, visitors, since_ms)):
        if one.venue_id in venues:
            day = local_day(now_ms, venues[one.venue_id].time_zone)
            whose = inst.cipher.digest("many doors", f"{one.visitor_id} {day}").hex()
            evidence = {"venues": one.venues, "minutes": one.minutes}
            yield Found(
                f"{AlertKind.MANY_DOORS}|{whose}",
                AlertKind.MANY_DOORS,
                one.venue_id,
                entry_id=one.last_entry,
                other_entry_id=one.first_entry,
                evidence=evidence,
            )


def _hours_of(connection: Connection) -> Hours:
    """The opening hours of a venue's entrances, read when they are asked for, each venue's once."""
    return cache(lambda venue_id: _hours(connection, places.entrance_rows(connection, PROGRAM, venue_id)))


def _all_hours(connection: Connection) -> dict[str, Sequence[OpeningHours]]:
    """The opening hours of the entrances of every venue."""
    rows = places.door_rows(connection, PROGRAM, limit=_DOORS_MOST)
    found: dict[str, list[OpeningHours]] = {}
    for row, hours in zip(rows, _hours(connection, rows), strict=True):
        found.setdefault(row.venue_id, []).append(hours)
    return dict(found)


def _hours(connection: Connection, doors: Sequence[Record]) -> tuple[OpeningHours, ...]:
    return tuple(effective(layers).policy.hours for layers in policies.layers_of(connection, doors))


def _news(connection: Connection, found: Sequence[Found]) -> Iterator[Found]:
    """What is not known and open yet: settled by a person it stays so, over by itself it may come back."""
    known = alerts.known(connection, [one.key for one in found]) if found else {}
    for one in found:
        row = known.get(one.key)
        if row is None or (row.settled_ms is not None and row.resolution == EXPLAINED):
            yield one
