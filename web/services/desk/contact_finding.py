"""Finds who met whom in the stays that are kept: the first step of a trace, and the second."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from domain.contact import Contact, Stay, contacts
from web.db.connection import Connection
from web.services.desk.tracing_values import SECOND_FROM_MS, SECOND_MOST, Found, Question
from web.store import contacts as store
from web.store.scope import Scope


def found(connection: Connection, scope: Scope, question: Question) -> Found:
    """The answer to a question, of venues in scope."""
    people = registrations(connection, scope, question.visitor_ids)
    cases = store.of_visitors(connection, scope, people, question.since_ms, question.until_ms)
    return among(connection, scope, cases, question)


def registrations(connection: Connection, scope: Scope, visitor_ids: Iterable[str]) -> list[str]:
    """These visitors and whoever in scope has their phone or ID number: one person's registrations."""
    given = list(dict.fromkeys(visitor_ids))
    same = [other for _, other in store.same_people(connection, scope, given)]
    return list(dict.fromkeys([*given, *same]))


def among(connection: Connection, scope: Scope, cases: Sequence[Stay], question: Question) -> Found:
    """Who met these stays, as far as they were in scope; the second step too, if it is asked for."""
    visible = store.visible_among(connection, scope, [case.venue_id for case in cases])
    cases = [case for case in cases if case.venue_id in visible]
    within = question.minutes * 60_000
    first = _merged(connection, scope, cases, _met(connection, cases, within, question.until_ms), within)
    if not question.second:
        return Found(tuple(cases), first)
    worth = [one for one in first if one.is_close or one.overlap_ms >= SECOND_FROM_MS]
    followed = worth[:SECOND_MOST]
    onward = _onward(connection, scope, followed, question)
    named = {one.visitor_id for one in first} | {case.visitor_id for case in cases}
    met = _merged(connection, scope, onward, _met(connection, onward, within, question.until_ms), within)
    second = tuple(one for one in met if one.visitor_id not in named)
    return Found(tuple(cases), first, second, len(followed), len(worth) > len(followed))


def _onward(
    connection: Connection, scope: Scope, followed: Sequence[Contact], question: Question
) -> list[Stay]:
    """What contacts did from the time on that they met the case."""
    began = {one.visitor_id: min(meeting.at_ms for meeting in one.meetings) for one in followed}
    if not began:
        return []
    people = registrations(connection, scope, began)
    whose = _owners(began, store.same_people(connection, scope, list(began)))
    stays = store.of_visitors(connection, scope, people, min(began.values()), question.until_ms)
    mine = [stay._replace(visitor_id=whose.get(stay.visitor_id, stay.visitor_id)) for stay in stays]
    return [stay for stay in mine if stay.out_ms >= began.get(stay.visitor_id, question.until_ms)]


def _met(connection: Connection, cases: Sequence[Stay], within_ms: int, until_ms: int) -> list[Stay]:
    """The stays at the venues of these cases, around their times: each once."""
    near: dict[str, Stay] = {}
    for venue_id, from_ms, to_ms in _windows(cases, within_ms):
        for stay in store.around(connection, venue_id, from_ms, min(to_ms, until_ms), until_ms):
            near[stay.entry_id] = stay
    return list(near.values())


def _windows(cases: Sequence[Stay], within_ms: int) -> list[tuple[str, int, int]]:
    """Venue, beginning and end of the times to look at; those less than the longest stay apart are one.

    Each is searched from that much before it: apart, the same rows would be read twice.
    """
    asked = sorted((case.venue_id, case.in_ms - within_ms, case.out_ms + within_ms) for case in cases)
    joined: list[tuple[str, int, int]] = []
    for venue_id, from_ms, to_ms in asked:
        if joined and joined[-1][0] == venue_id and from_ms <= joined[-1][2] + store.LONGEST_MS:
            joined[-1] = (venue_id, joined[-1][1], max(to_ms, joined[-1][2]))
        else:
            joined.append((venue_id, from_ms, to_ms))
    return joined


def _merged(
    connection: Connection, scope: Scope, cases: Sequence[Stay], near: Sequence[Stay], within_ms: int
) -> tuple[Contact, ...]:
    """Contacts as people: registrations with one phone or ID number are put together."""
    found = contacts(cases, near, within_ms)
    ids = [one.visitor_id for one in found]
    whose = _owners(ids, store.same_people(connection, scope, ids))
    if all(whose.get(one, one) == one for one in ids):
        return found
    return contacts(
        cases,
        [stay._replace(visitor_id=whose.get(stay.visitor_id, stay.visitor_id)) for stay in near],
        within_ms,
    )


def _owners(ids: Iterable[str], pairs: Sequence[tuple[str, str]]) -> dict[str, str]:
    """The one registration that stands for each: the first in order of those that belong together."""
    root: dict[str, str] = {identity: identity for identity in ids}

    def top(identity: str) -> str:
        while root.setdefault(identity, identity) != identity:
            identity = root[identity]
        return identity

    for one, other in pairs:
        first, last = sorted((top(one), top(other)))
        root[last] = first
    return {identity: top(identity) for identity in root}
