"""Whoever went on from a park's gate into a building of it is inside the park still."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from tests.web.services.desk import passing
from tests.web.services.desk.drawing import MINUTE, Made, appended, entry_id, sequenced, venue
from tests.web.tenants import SettableClock, Tenant
from web.db.tables import enterprises, venues
from web.services.desk.inside import inside, inside_beyond, inside_then, roll_calls, sweeping
from web.services.desk.inside.roll_call_values import Mode, RollCall
from web.services.desk.projecting import projecting
from web.services.desk.projecting.projecting_endings import ended_by_rule
from web.services.desk.projecting.projecting_times import stays_end_before
from web.services.installation import Installation, new_id
from web.services.passing.checkin import new_entry_id
from web.services.places import places
from web.services.places.posters import posters
from web.store.drawn import inside as inside_store
from web.store.drawn.inside import Among
from web.store.places import places as place_store
from web.store.scope import PROGRAM, Scope

ZONE, ENDS = "Asia/Shanghai", 0
_NUMBERS = itertools.count()
# Two gates of a park; a building; a yard with a wall of its own and a hut in it; a shop outside.
GATE, OTHER_GATE, BUILDING, YARD, HUT, SHOP = range(6)
NAMES = ("gate", "other gate", "building", "yard", "hut", "shop")
WALLS = (GATE, OTHER_GATE, YARD)
WITHIN = {GATE: (BUILDING, YARD, HUT), OTHER_GATE: (BUILDING, YARD, HUT), YARD: (HUT,)}


@dataclass(frozen=True)
class Park:
    """Enterprises of the park, of the yard in it and of the town outside; `scope` is the park's area."""

    enterprise: str
    yard: str
    town: str
    scope: Scope

    def venues(self, inst: Installation) -> tuple[str, ...]:
        """New venues of it, in the order of `NAMES`."""
        nth = next(_NUMBERS)
        owners = (self.enterprise,) * 3 + (self.yard,) * 2 + (self.town,)
        names = tuple(f"{name} {nth}" for name in NAMES)
        for which, (owner, name) in enumerate(zip(owners, names, strict=True)):
            venue(inst, owner, name, ZONE, ENDS, surrounds=which in WALLS)
        return names


def park_of(inst: Installation) -> Park:
    top = places.root(inst, PROGRAM)
    area = inst.write(lambda c: place_store.area_added(c, new_id(), "Park", top))
    below = inst.write(lambda c: place_store.area_added(c, new_id(), "Yard", area))
    town = inst.write(lambda c: place_store.area_added(c, new_id(), "Town", top))
    made = (
        places.create_enterprise(inst, Scope(area_path=path), f"{path[-9:]} Ltd")
        for path in (area, below, town)
    )
    return Park(*made, Scope(area_path=area))


@pytest.fixture
def there(inst: Installation) -> Park:
    return park_of(inst)


def passed(who: str, where: str, at_ms: int, *, inward: bool, people: int = 1, corrects: str = "") -> Made:
    seq = next(_NUMBERS) + 1
    outcome = ("referred", "taken_back", "staff") if corrects else ("admitted", "welcome", "kiosk")
    identity = entry_id(at_ms, f"passage {seq}")
    return Made(identity, f"of {seq}", 1, where, who, inward, at_ms, *outcome, corrects, people)


def drawn(inst: Installation, *made: Made) -> None:
    appended(inst, made)
    sequenced(inst)
    projecting.caught_up(inst)


def inside_of(made: Sequence[Made], where: Sequence[str], wall: int, at_ms: int) -> list[str]:
    """By a plain walk through all passages: with what everybody inside a wall at a time came in."""
    gone = {one.corrects for one in made}
    last: dict[str, Made] = {}
    for one in sorted(made, key=lambda one: (one.true_ms, one.id)):
        place = where.index(one.venue)
        if one.corrects or one.id in gone or one.true_ms > at_ms or place in WITHIN[wall]:
            continue
        last.pop(one.who, None)
        if place == wall and one.inward:
            last[one.who] = one
    began = stays_end_before(at_ms + 1, ZONE, ENDS)
    return [
        one.id for one in sorted(last.values(), key=lambda one: (one.true_ms, one.id)) if one.true_ms >= began
    ]


def those_inside(inst: Installation, there: Park, wall: str, at_ms: int) -> list[str]:
    """With what everybody came in who was inside at a time, as it is read for a roll call."""
    rows = inst.read(lambda c: inside_store.venue_rows(c, there.scope, Among(wall)))
    people = inst.read(lambda c: inside_then.people_at(c, there.scope, wall, at_ms, rows))
    return [row.entry_id for row in people]


# Whose, where, in or out, minutes since the one before, and whether it is taken back.
TOLD = st.tuples(
    st.integers(0, 1),
    st.integers(0, 5),
    st.booleans(),
    st.sampled_from([0, 1, 1, 5, 60, 600]),
    st.integers(0, 5).map(lambda n: n == 0),
)


def made_of(
    told: Sequence[tuple[int, int, bool, int, bool]], where: Sequence[str], at_ms: int
) -> Iterator[Made]:
    nth = next(_NUMBERS)
    for who, place, inward, minutes, back in told:
        at_ms += minutes * MINUTE
        yield (one := passed(f"person {nth} {who}", where[place], at_ms, inward=inward))
        if back:
            yield passed(one.who, one.venue, at_ms, inward=inward, corrects=one.id)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(TOLD, max_size=12), st.randoms(use_true_random=False), st.integers(1, 6))
def test_however_passages_arrive_those_inside_a_wall_are_those_of_a_plain_walk(
    inst: Installation,
    there: Park,
    clock: SettableClock,
    told: list[tuple[int, int, bool, int, bool]],
    order: random.Random,
    together: int,
):
    where = there.venues(inst)
    made = list(made_of(told, where, clock.ms))
    waiting = made[:]
    order.shuffle(waiting)
    clock.ms = max([clock.ms, *(one.true_ms for one in made)]) + 1
    while waiting:
        drawn(inst, *waiting[:together])
        waiting = waiting[together:]
    ended_by_rule(inst)
    then = order.choice([one.true_ms for one in made] or [clock.ms])
    for wall in WALLS:
        now = inside.inside(inst, there.scope, where[wall])
        assert [one.entry_id for one in now.listed] == inside_of(made, where, wall, clock.ms)
        assert those_inside(inst, there, where[wall], then) == inside_of(made, where, wall, then)


def called(inst: Installation, there: Park, gate: str) -> RollCall:
    begun = roll_calls.start(inst, there.scope, "marshal", gate, Mode.REAL, new_entry_id(inst))
    return roll_calls.roll_call(inst, there.scope, begun)


def test_a_roll_call_at_the_gate_lists_who_went_into_a_building_and_out_of_it(
    inst: Installation, there: Park, clock: SettableClock
):
    gate, other, building, *_ = there.venues(inst)
    came = passed("wang", gate, clock.ms, inward=True, people=3)
    went = passed("wang", building, clock.ms + MINUTE, inward=True)
    left = passed("wang", building, clock.ms + 2 * MINUTE, inward=False)
    stays = passed("li", gate, clock.ms + 3 * MINUTE, inward=True)
    sits = passed("li", building, clock.ms + 4 * MINUTE, inward=True)
    drawn(inst, came, went, left, stays, sits)
    clock.ms += 10 * MINUTE

    found = called(inst, there, gate)
    assert found.surrounds
    assert [(one.entry_id, one.people, one.in_ms) for one in found.listed] == [
        (came.id, 3, came.true_ms),
        (stays.id, 1, stays.true_ms),
    ]
    assert (found.figures.listed, found.figures.remaining) == (4, 4)
    # Who leaves a building has not left the park; who passes its other gate has.
    clock.ms += MINUTE
    drawn(inst, passed("li", building, clock.ms, inward=False), passed("wang", other, clock.ms, inward=False))
    outs = {one.entry_id: one.out_ms for one in roll_calls.roll_call(inst, there.scope, found.id).listed}
    assert outs == {came.id: clock.ms, stays.id: None}
    # What it was stays when the gate is no wall any more.
    inst.write(lambda c: c.execute(update(venues).where(venues.c.id == gate).values(surrounds=0)))
    assert len(roll_calls.roll_call(inst, there.scope, found.id).listed) == 2
    ended = roll_calls.end(inst, there.scope, "marshal", found.id)
    assert (ended.figures.listed, ended.figures.out, ended.figures.remaining) == (4, 3, 1)


def test_who_is_inside_both_is_one_of_all_and_out_of_the_gate_is_out_of_both(
    inst: Installation, there: Park, clock: SettableClock
):
    gate, _, building, *_ = there.venues(inst)
    drawn(
        inst,
        passed("wang", gate, clock.ms, inward=True, people=3),
        passed("wang", building, clock.ms + 1, inward=True, people=2),
        passed("li", gate, clock.ms + 2, inward=True),
        passed("li", building, clock.ms + 3, inward=True),
        passed("li", building, clock.ms + 4, inward=False),
    )
    clock.ms += MINUTE
    found = inside.inside(inst, there.scope)
    assert {one.venue_id: (one.people, one.beyond, one.surrounds) for one in found.venues} == {
        gate: (4, 4, True),
        building: (2, 0, False),
    }
    assert (found.people, len(found.listed)) == (4, 2), "each once"
    here = inside.inside(inst, there.scope, gate)
    assert (here.people, here.venues[0].stays, len(here.listed)) == (4, 2, 2)
    assert inside.inside(inst, there.scope, building).people == 2
    drawn(inst, passed("wang", gate, clock.ms, inward=False))
    assert [inside.inside(inst, there.scope, one).people for one in (gate, building)] == [1, 0]


def test_who_walks_within_two_walls_is_one_of_all(inst: Installation, there: Park, clock: SettableClock):
    gate, _, _, yard, hut, _ = there.venues(inst)
    drawn(
        inst,
        *(passed("wang", one, clock.ms + nth, inward=True) for nth, one in enumerate((gate, yard, hut))),
        passed("wang", hut, clock.ms + 3, inward=False),
    )
    clock.ms += MINUTE
    found = inside.inside(inst, there.scope)
    assert {one.venue_id: one.people for one in found.venues} == {gate: 1, yard: 1}
    assert (found.people, [one.venue_id for one in found.listed]) == (1, [gate])


def test_a_building_that_is_moved_out_of_the_area_is_outside(
    inst: Installation, there: Park, clock: SettableClock
):
    gate, _, building, _, hut, _ = there.venues(inst)
    drawn(
        inst,
        passed("wang", gate, clock.ms, inward=True),
        passed("wang", building, clock.ms + 1, inward=True),
        passed("li", gate, clock.ms, inward=True),
        passed("li", hut, clock.ms + 1, inward=True),
    )
    clock.ms += MINUTE
    assert inside.inside(inst, there.scope, gate).people == 2
    # The enterprise of the hut goes to the area of the shop.
    town = inst.read(lambda c: place_store.enterprise_row(c, PROGRAM, there.town))
    assert town is not None
    inst.write(
        lambda c: c.execute(
            update(enterprises).where(enterprises.c.id == there.yard).values(area_id=town.area_id)
        )
    )
    assert [one.in_ms for one in inside.inside(inst, there.scope, gate).listed] == [clock.ms - MINUTE]


def test_a_guard_sweeps_at_the_gate_who_went_on(inst: Installation, park: Tenant, clock: SettableClock):
    hall = places.create_venue(inst, park.staff, park.enterprise, name="Hall", address="2 Road")
    door = places.create_entrance(inst, park.staff, hall, "Door")
    inst.write(lambda c: c.execute(update(venues).where(venues.c.id == park.venue).values(surrounds=1)))
    entry = passing.came(inst, park, "李雷", "13900139000", companions="2")
    passing.came(inst, replace(park, poster=posters.issue(inst, park.staff, door)), "李雷", "13900139000")
    passing.drawn(inst)
    assert [inside.inside(inst, park.staff, one).people for one in (park.venue, hall)] == [3, 1]
    assert inside.inside(inst, park.staff).people == 3
    clock.ms += MINUTE
    assert sweeping.sweep(inst, park.staff, park.venue, new_entry_id(inst), [entry]) == 1
    assert inside.inside(inst, park.staff).people == 0
    (out,) = sweeping.swept(inst, park.staff, park.venue)
    sweeping.take_back(inst, park.staff, park.venue, out.entry_id)
    assert [inside.inside(inst, park.staff, one).people for one in (park.venue, hall)] == [3, 1]


def test_exits_that_are_seen_at_a_wall_are_told_of_days_that_are_over(
    inst: Installation, there: Park, clock: SettableClock
):
    gate, other, building, *_ = there.venues(inst)
    for nth, exit_ in enumerate((gate, other, None, building)):
        who = f"person {nth}"
        drawn(
            inst,
            passed(who, gate, clock.ms, inward=True),
            passed(who, building, clock.ms + 1, inward=True),
            *([passed(who, exit_, clock.ms + 2, inward=False)] if exit_ else []),
        )
    clock.ms += MINUTE
    for gates in (gate, other):
        exits = inside.inside(inst, there.scope, gates).exits
        assert exits is not None
        assert exits.all == 0
    clock.pass_s(86_400)
    ended_by_rule(inst)
    for gates in (gate, other):
        exits = inside.inside(inst, there.scope, gates).exits
        assert exits is not None
        assert (exits.seen, exits.all, dict(exits.by_ending)) == (2, 4, {"scanned": 2, "elsewhere": 2})


def test_nobody_reads_who_went_on_at_a_venue_of_others(
    inst: Installation, there: Park, mill: Tenant, clock: SettableClock
):
    gate, _, building, *_ = there.venues(inst)
    drawn(
        inst, passed("wang", gate, clock.ms, inward=True), passed("wang", building, clock.ms + 1, inward=True)
    )
    clock.ms += MINUTE
    found = called(inst, there, gate)
    drawn(inst, passed("wang", gate, clock.ms + 1, inward=False))
    rows = inst.read(lambda c: inside_store.venue_rows(c, there.scope, Among(gate)))

    def told(scope: Scope) -> tuple[int, int, int]:
        def work(connection: projecting.Connection) -> tuple[int, int, int]:
            row = roll_calls.roll_calls.row(connection, PROGRAM, found.id)
            assert row is not None
            at = (connection, scope)
            here = inside_then.people_at(*at, gate, row.started_ms, rows)
            gone = inside_beyond.gone_on(*at, rows, row.started_ms, row.started_ms)
            everybody = inside_then.people_at(connection, PROGRAM, gate, row.started_ms, rows)
            return len(here), len(gone), len(inside_then.seen_out(*at, row, everybody))

        return inst.read(work)

    assert told(there.scope) == (1, 1, 1)
    assert told(mill.staff) == (0, 0, 0)
