"""Watches over open venues: which fell silent or are strange, raised as alerts and settled by themselves."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass

from domain.alert import EXPLAINED, AlertKind
from domain.hours import OpeningHours
from domain.inheritance import effective
from web.db.connection import Connection, Record
from web.services.desk import watching_care, watching_doors
from web.services.desk.figures_days import date_of
from web.services.desk.projecting_times import local_day
from web.services.desk.watching_days import USUAL_DAYS, Fall, fall, is_sudden, missed
from web.services.desk.watching_hours import at_night, hours_text, open_days
from web.services.findings import finding
from web.services.findings.finding import Found
from web.services.installation import Installation
from web.services.rules import policies
from web.store import alerts, places, projecting, watch
from web.store.scope import PROGRAM

KINDS = (
    AlertKind.SILENT_VENUE,
    AlertKind.NEVER_USED,
    AlertKind.SUDDEN_FALL,
    AlertKind.AT_NIGHT,
    AlertKind.MANY_DOORS,
)
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
    if projecting.size(connection) - projecting.drawn(connection) > _BEHIND_MOST:
        return Looked((), ())
    venues = {row.id: row for row in watch.open_venues(connection)}
    hours = _hours_of(connection)
    quiet, measured = _by_day(connection, venues, hours, now_ms)
    found = [
        *quiet,
        *_at_night(connection, venues, hours, now_ms),
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
    entries: dict[str, dict[int, int]] = {}
    alive: set[int] = set()
    for row in watch.days_since(connection, first_day):
        entries.setdefault(row.venue_id, {})[row.local_day] = row.entries
        alive.add(row.local_day)
    long_ago = watch.last_days(connection, [venue for venue in venues if venue not in entries])
    found: list[Found] = []
    measured: set[str] = set()
    for venue_id, venue in venues.items():
        today = local_day(now_ms, venue.time_zone)
        days = entries.get(venue_id)
        if days is None:
            found += _without(venue, long_ago.get(venue_id), now_ms)
        elif _is_silent(venue_id, days, today, hours, alive):
            found.append(_silence(venue_id, max(days)))
        elif (compared := fall(days, today - 1)) is not None and compared.entries:
            measured.add(venue_id)
            found += [_fallen(venue_id, compared)] if is_sudden(compared) else []
    return found, measured


def _is_silent(
    venue_id: str, days: Mapping[int, int], today: int, hours: Hours, alive: Container[int]
) -> bool:
    return bool(missed(days, today, lambda day: open_days(hours(venue_id), day), alive))


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


def _at_night(
    connection: Connection, venues: Mapping[str, Record], hours: Hours, now_ms: int
) -> Iterator[Found]:
    """Yesterday and today, where the hours are over that people went in."""
    last = now_ms // _DAY_MS + 1
    people: dict[str, dict[tuple[int, int], int]] = {}
    for row in watch.people_by_hour(connection, list(venues), last - USUAL_DAYS, last):
        people.setdefault(row.venue_id, {})[row.local_day, int(row.value)] = row.people_in
    for venue_id, counts in people.items():
        today = local_day(now_ms, venues[venue_id].time_zone)
        for day in (today - 1, today):
            odd = at_night(counts, day, hours(venue_id)) if any(at == day for at, _ in counts) else None
            if odd is not None:
                date = date_of(day).isoformat()
                evidence = {"day": date, "people": odd.people, "hours": hours_text(odd.hours)}
                key = f"{AlertKind.AT_NIGHT}|{venue_id}|{date}"
                yield Found(key, AlertKind.AT_NIGHT, venue_id, evidence=evidence)


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
    known: dict[str, Sequence[OpeningHours]] = {}

    def hours(venue_id: str) -> Sequence[OpeningHours]:
        if venue_id not in known:
            doors = places.entrance_rows(connection, PROGRAM, venue_id)
            layers = policies.layers_of(connection, doors)
            known[venue_id] = tuple(effective(one).policy.hours for one in layers)
        return known[venue_id]

    return hours


def _news(connection: Connection, found: Sequence[Found]) -> Iterator[Found]:
    """What is not known and open yet: settled by a person it stays so, over by itself it may come back."""
    known = alerts.known(connection, [one.key for one in found]) if found else {}
    for one in found:
        row = known.get(one.key)
        if row is None or (row.settled_ms is not None and row.resolution == EXPLAINED):
            yield one
