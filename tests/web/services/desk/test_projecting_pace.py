"""Drawing lets a rush of batches go first, for some seconds; pages say until when they are true."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.web.services.desk.passing import came
from tests.web.tenants import SettableClock, Tenant
from web.services.desk.inside import inside
from web.services.desk.projecting import projecting
from web.services.desk.projecting.projecting_pace import LATE_MOST_MS, RUSH, Pace, due
from web.services.installation import Installation
from web.services.logs import sequencing


def test_what_comes_by_and_by_is_drawn_at_once(inst: Installation, park: Tenant):
    pace = Pace()
    came(inst, park, "李雷", "13900139000")
    sequencing.sequence(inst)
    assert due(inst, pace) == 1
    assert due(inst, pace) == 0


def test_a_rush_goes_first_until_it_is_over_or_the_bound_is_reached():
    pace = Pace()
    assert not pace.gives_way(0, 0, 0)
    assert pace.gives_way(RUSH + 1, 0, 500)
    assert not pace.gives_way(RUSH + 2, 0, 1_000)
    assert not pace.gives_way(2 * RUSH, 2 * RUSH, 1_500)
    assert pace.gives_way(4 * RUSH, 2 * RUSH, 2_000)
    assert pace.gives_way(6 * RUSH, 2 * RUSH, 2_000 + LATE_MOST_MS - 1)
    assert not pace.gives_way(8 * RUSH, 2 * RUSH, 2_000 + LATE_MOST_MS)


@given(st.lists(st.tuples(st.integers(0, 5 * RUSH), st.integers(1, 2_000)), max_size=60))
def test_nothing_waits_for_longer_than_the_bound(rounds: list[tuple[int, int]]):
    pace, size, drawn, now_ms = Pace(), 0, 0, 0
    waits_since: int | None = None
    for more, passed_ms in rounds:
        now_ms, size = now_ms + passed_ms, size + more
        if size > drawn and waits_since is None:
            waits_since = now_ms
        if pace.gives_way(size, drawn, now_ms):
            assert waits_since is not None
            assert now_ms - waits_since < LATE_MOST_MS
        else:
            drawn, waits_since = size, None


def test_a_clock_that_was_set_back_does_not_make_it_wait(inst: Installation):
    pace = Pace()
    assert pace.gives_way(2 * RUSH, 0, 1_000_000)
    assert not pace.gives_way(4 * RUSH, 0, 1_000)


def test_who_is_inside_is_told_as_of_the_last_that_was_drawn(
    inst: Installation, park: Tenant, clock: SettableClock
):
    came(inst, park, "李雷", "13900139000")
    sequencing.sequence(inst)
    projecting.caught_up(inst)
    clock.pass_s(60)
    second_ms = inst.now_ms()
    came(inst, park, "韩梅梅", "13800138000")
    sequencing.sequence(inst)
    clock.pass_s(3)
    found = inside.inside(inst, park.staff, park.venue)
    assert (found.people, found.as_of_ms) == (1, second_ms)
    projecting.caught_up(inst)
    found = inside.inside(inst, park.staff, park.venue)
    assert (found.people, found.as_of_ms) == (2, inst.now_ms())
