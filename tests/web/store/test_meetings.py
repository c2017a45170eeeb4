"""Meetings that the database sums up are those that `domain.contact` finds one by one."""

from __future__ import annotations

import random

import pytest
from sqlalchemy import Connection, insert

from domain.contact import Contact, Met, Stay, contacts
from tests.domain.contact_summed import summed
from web.db.tables import stays
from web.services.installation import Installation
from web.store.desk import meetings
from web.store.desk.meetings import Near
from web.store.drawn.stays import LONGEST_MS

MINUTE = 60_000
UNTIL_MS = 1_800_000_000_000
ENDINGS = ("scanned", "scanned", "scanned", "swept", "rule", "elsewhere", "again", "")


def some_stays(chance: random.Random, venue: str, count: int) -> list[Stay]:
    """Stays near one another: many pass a door within the minute, some end after the question's time."""
    made: list[Stay] = []
    for nth in range(count):
        begins = UNTIL_MS - chance.randrange(-20, 400) * MINUTE + chance.choice((0, 0, 1, MINUTE - 1))
        lasts = chance.choice((0, chance.randrange(300) * MINUTE, LONGEST_MS - 1))
        made.append(
            Stay(
                f"{venue}-{nth}",
                chance.choice("abcdef"),
                venue,
                chance.choice(("north", "south")),
                begins,
                begins + lasts,
                chance.choice(("north", "south", "")),
                chance.choice(("scanned", "scanned", "assumed")),
                chance.choice(ENDINGS),
            )
        )
    return made


def kept(connection: Connection, made: list[Stay]) -> None:
    rows = [{**stay._asdict(), "out_ms": stay.out_ms if stay.ending else None} for stay in made]
    connection.execute(insert(stays), rows)


def as_looked_at(stay: Stay) -> Stay:
    return stay if stay.ending else stay._replace(out_ms=UNTIL_MS)


def singly(cases: list[Stay], others: list[Stay], near: Near) -> tuple[Contact, ...]:
    seen = [as_looked_at(stay) for stay in others if stay.in_ms <= UNTIL_MS]
    return contacts(cases, seen, near.within_ms)


def plainly(cases: list[Stay], others: list[Stay], near: Near) -> tuple[set[Met], set[str]]:
    found = singly(cases, others, near)
    return {summed(one) for one in found}, {met.first.venue_id for one in found for met in one.meetings}


@pytest.mark.parametrize("seed", range(4))
def test_sums_are_those_of_single_meetings(inst: Installation, seed: int):
    chance = random.Random(seed)
    worlds = [[some_stays(chance, f"{n}{side}", 24) for side in ("hall", "yard")] for n in range(25)]
    inst.write(
        lambda connection: kept(connection, [stay for world in worlds for some in world for stay in some])
    )
    met_at_all = 0
    for world in worlds:
        every = [stay for some in world for stay in some]
        near = Near(chance.choice((0, 1, 30, 240)) * MINUTE, UNTIL_MS)
        begun = [as_looked_at(stay) for stay in every if stay.in_ms <= UNTIL_MS]
        cases = [stay for stay in begun if stay.visitor_id in chance.choice(("a", "ab"))][:5]
        expected, places = plainly(cases, every, near)
        named = {case.visitor_id for case in cases}
        found, where, first, last = inst.read(
            lambda connection, cases=cases, near=near, named=named: (
                meetings.met(connection, cases, near),
                meetings.venues(connection, cases, near, named),
                meetings.begun(connection, cases, near),
                meetings.last(connection, cases, near),
            )
        )
        assert set(found) == expected
        began = {whom: at_ms for whom, at_ms in first.items() if whom not in named}
        assert began == {
            one.visitor_id: min(met.at_ms for met in one.meetings) for one in singly(cases, every, near)
        }
        over = {whom: at_ms for whom, at_ms in last.items() if whom not in named}
        assert over == {
            one.visitor_id: max(met.at_ms + met.overlap_ms for met in one.meetings)
            for one in singly(cases, every, near)
        }
        assert len(found) == len(expected)
        assert where == places
        met_at_all += len(found)
    assert met_at_all > 50


@pytest.mark.parametrize("seed", range(2))
def test_the_meeting_that_says_most_is_the_closest_then_the_longest_then_the_earliest(
    inst: Installation, seed: int
):
    chance = random.Random(seed)
    near = Near(30 * MINUTE, UNTIL_MS)
    every = [stay for side in ("hall", "yard") for stay in some_stays(chance, side, 120)]
    inst.write(lambda connection: kept(connection, every))
    begun = [as_looked_at(stay) for stay in every if stay.in_ms <= UNTIL_MS]
    cases = sorted((stay for stay in begun if stay.visitor_id == "a"), key=lambda stay: stay.in_ms)[:9]
    found = inst.read(lambda connection: meetings.longest(connection, cases, near))
    expected = contacts(cases, begun, near.within_ms)
    assert {one.visitor_id for one in expected} == found.keys() - {"a"}
    for one in expected:
        most = max(one.meetings, key=lambda met: (met.is_close, met.overlap_ms))
        venue_id, at_ms = meetings.place_of(found[one.visitor_id], cases)
        same = [
            met
            for met in one.meetings
            if met.first.venue_id == venue_id
            and 0 <= met.at_ms - at_ms < 1000
            and (met.is_close, met.overlap_ms) == (most.is_close, most.overlap_ms)
        ]
        assert same


def test_nobody_met_nobody(inst: Installation):
    near = Near(MINUTE, UNTIL_MS)
    assert inst.read(lambda connection: meetings.met(connection, [], near)) == []
    assert inst.read(lambda connection: meetings.venues(connection, [], near, ())) == frozenset()
