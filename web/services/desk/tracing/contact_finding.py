"""Finds who met whom in the stays that are kept: the first step of a trace, and the second."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from domain.contact import Contact, Met, Stay, closest_first, contacts, joined
from web.db.connecting.connection import Connection
from web.services.desk.tracing.tracing_values import SECOND_FROM_MS, SECOND_MOST, Found, Question
from web.store.desk import contacts as store
from web.store.desk import meetings as met_store
from web.store.desk.meetings import Near
from web.store.drawn.stays import LONGEST_MS
from web.store.scope import Scope


def found(connection: Connection, scope: Scope, question: Question) -> Found:
    """The answer to a question, of venues in scope."""
    people = registrations(connection, scope, question.visitor_ids)
    cases = store.of_visitors(connection, scope, people, question.since_ms, question.until_ms)
    return among(connection, scope, cases, question)


def registrations(connection: Connection, scope: Scope, visitor_ids: Iterable[str]) -> list[str]:
    """These visitors and whoever in scope has their phone or ID number: one person's registrations."""
    given = list(dict.fromkeys(visitor_ids))
    same = [other for _, other in store.same_people(connection, scope, given)] if given else []
    return list(dict.fromkeys([*given, *same]))


def among(connection: Connection, scope: Scope, cases: Sequence[Stay], question: Question) -> Found:
    """Who met these stays, as far as they were in scope; the second step too, if it is asked for."""
    visible = store.visible_among(connection, scope, [case.venue_id for case in cases])
    cases, near = tuple(case for case in cases if case.venue_id in visible), question.near
    first, same = _met(connection, scope, cases, near)
    own = {case.visitor_id for case in cases}
    # Whoever turned out to be the traced person under another registration met nobody.
    oneself = {identity for identity, whom in same.items() if whom in own}
    venues = frozenset(case.venue_id for case in cases) if first else frozenset[str]()
    if len(venues) > 1:
        venues = met_store.venues(connection, cases, near, own | oneself)
    if not question.second:
        return Found(near, cases, first, venues, same=same)
    worth = [one for one in first if one.is_close or one.overlap_ms >= SECOND_FROM_MS]
    followed = worth[:SECOND_MOST]
    began = _began(connection, cases, near, followed, same)
    onward = tuple(_onward(connection, scope, began, question))
    named = {one.visitor_id for one in first} | own
    met, same_onward = _met(connection, scope, onward, near)
    second = tuple(one for one in met if one.visitor_id not in named)
    is_cut = len(worth) > len(followed)
    return Found(near, cases, first, venues, second, onward, len(followed), is_cut, {**same_onward, **same})


def meetings(
    connection: Connection, found: Found, some: Sequence[Met], *, onward: bool = False
) -> dict[str, Contact]:
    """The single meetings of some of the people who were found, by visitor id.

    `onward`: they are of the second step. Whose stays were forgotten since is missing.
    """
    cases = found.onward if onward else found.cases
    own, wanted = {case.visitor_id for case in cases}, {one.visitor_id for one in some}
    ids = wanted | {other for other, whom in found.same.items() if whom in wanted}
    near: dict[str, Stay] = {}
    for venue_id, from_ms, to_ms in _windows(cases, found.near):
        until_ms = found.near.until_ms
        for stay in store.around(
            connection, venue_id, from_ms, min(to_ms, until_ms), until_ms, sorted(ids - own)
        ):
            near[stay.entry_id] = stay._replace(visitor_id=found.same.get(stay.visitor_id, stay.visitor_id))
    return {one.visitor_id: one for one in contacts(cases, near.values(), found.near.within_ms)}


def longest(connection: Connection, found: Found, *, onward: bool = False) -> dict[str, tuple[str, int]]:
    """The venue and the time of the meeting with each person that says most of them, by visitor id.

    `onward`: they are of the second step. Whose stays were forgotten since is missing.
    """
    cases, most = found.onward if onward else found.cases, dict[str, int]()
    for visitor_id, one in met_store.longest(connection, cases, found.near).items():
        whom = found.same.get(visitor_id, visitor_id)
        most[whom] = max(one, most.get(whom, 0))
    return {whom: met_store.place_of(one, cases) for whom, one in most.items()}


def last(connection: Connection, found: Found) -> dict[str, int]:
    """When the last meeting with each person of the first step was over, by visitor id."""
    over = dict[str, int]()
    for visitor_id, at_ms in met_store.last(connection, found.cases, found.near).items():
        whom = found.same.get(visitor_id, visitor_id)
        over[whom] = max(at_ms, over.get(whom, 0))
    return over


def _began(
    connection: Connection,
    cases: Sequence[Stay],
    near: Near,
    followed: Sequence[Met],
    same: Mapping[str, str],
) -> dict[str, int]:
    """When each of these people met one of the cases first."""
    began, wanted = dict[str, int](), {one.visitor_id for one in followed}
    for visitor_id, at_ms in met_store.begun(connection, cases, near).items():
        if (whom := same.get(visitor_id, visitor_id)) in wanted:
            began[whom] = min(at_ms, began.get(whom, at_ms))
    return began


def _onward(connection: Connection, scope: Scope, began: Mapping[str, int], question: Question) -> list[Stay]:
    """What contacts did from the time on that they met the case."""
    if not began:
        return []
    people = registrations(connection, scope, began)
    whose = _owners(began, store.same_people(connection, scope, list(began)))
    stays = store.of_visitors(connection, scope, people, min(began.values()), question.until_ms)
    mine = [stay._replace(visitor_id=whose.get(stay.visitor_id, stay.visitor_id)) for stay in stays]
    return [stay for stay in mine if stay.out_ms >= began.get(stay.visitor_id, question.until_ms)]


def _windows(cases: Sequence[Stay], near: Near) -> list[tuple[str, int, int]]:
    """Venue, beginning and end of the times to look at; those less than the longest stay apart are one.

    Each is searched from that much before it: apart, the same rows would be read twice.
    """
    within = near.within_ms
    asked = sorted((case.venue_id, case.in_ms - within, case.out_ms + within) for case in cases)
    merged: list[tuple[str, int, int]] = []
    for venue_id, from_ms, to_ms in asked:
        if merged and merged[-1][0] == venue_id and from_ms <= merged[-1][2] + LONGEST_MS:
            merged[-1] = (venue_id, merged[-1][1], max(to_ms, merged[-1][2]))
        else:
            merged.append((venue_id, from_ms, to_ms))
    return merged


def _met(
    connection: Connection, scope: Scope, cases: Sequence[Stay], near: Near
) -> tuple[tuple[Met, ...], dict[str, str]]:
    """Whom these stays met, the closest first, and which registrations are called by another.

    Registrations with one phone or ID number are put together; none of the people of `cases` is among them.
    """
    found = met_store.met(connection, cases, near)
    ids = [one.visitor_id for one in found]
    pairs = store.same_people(connection, scope, ids) if ids else []
    whose = {other: whom for other, whom in _owners(ids, pairs).items() if other != whom}
    if whose:
        found = _put_together(found, whose, {case.visitor_id for case in cases})
    return tuple(sorted(found, key=closest_first)), whose


def _put_together(found: Sequence[Met], whose: Mapping[str, str], own: set[str]) -> list[Met]:
    people: dict[str, list[Met]] = defaultdict(list)
    for one in found:
        people[whose.get(one.visitor_id, one.visitor_id)].append(one)
    return [joined(whom, some) for whom, some in people.items() if whom not in own]


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
