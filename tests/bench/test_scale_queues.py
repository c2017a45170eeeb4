"""The simulated day of `python -m bench scale`: arrivals, queues and delays."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bench.scale import arrivals
from bench.scale.load import Cost, Load, Speeds
from bench.scale.queues import run, served
from bench.scale.simulating import days, entries_a_second

MINUTES = 1_440
EVEN = Cost(1_000, 1_000)
SPEEDS = Speeds(EVEN, EVEN, EVEN, EVEN, EVEN, EVEN, EVEN, 20_000, 5_000)


def test_a_day_has_its_entries_and_its_peak_in_the_morning():
    made = arrivals.day(Load())
    assert len(made) == MINUTES
    assert sum(made) == pytest.approx(100_000_000)
    assert max(made) / 60 == pytest.approx(8_000, rel=0.001)
    assert 8 * 60 < made.index(max(made)) < 9 * 60


def test_a_day_cannot_be_flatter_than_its_mean():
    with pytest.raises(ValueError, match="no minute of 1,000 a second"):
        arrivals.day(replace(Load(), peak_a_second=1_000))


def test_gates_that_were_cut_off_deliver_everything_when_they_are_back():
    made, came = arrivals.day(Load()), arrivals.arriving(replace(Load(), cut_off=0.5))
    assert sum(came) == pytest.approx(sum(made))
    assert came[arrivals.CUT_FROM] < made[arrivals.CUT_FROM]
    assert came[arrivals.CUT_UNTIL] > made[arrivals.CUT_UNTIL]
    assert came[arrivals.CUT_UNTIL + arrivals.CUT_SPREAD] == made[arrivals.CUT_UNTIL + arrivals.CUT_SPREAD]


def test_a_stage_does_what_it_can_and_keeps_the_rest():
    left, longest = served([10, 30, 0, 0], 15)
    assert left == [10, 15, 15, 0]
    assert longest == 15


def test_nobody_waits_where_every_stage_is_fast_enough():
    found = run([60.0] * 10, web=2, sequencer=2, projector=2)
    assert (found.web_longest, found.sequencer_longest, found.projector_longest) == (0, 0, 0)
    assert found.signed.max_s < found.drawn.max_s < 1
    assert found.never == pytest.approx(0)


def test_who_comes_last_to_a_slow_stage_waits_for_all_before():
    # 600 in one minute, 5 a second: the last waits for two minutes, less the one in which they came.
    found = run([600.0] + [0.0] * 9, web=100, sequencer=5, projector=100)
    assert found.sequencer_longest == 300
    # The middle one of them came after half a minute and is signed after a whole one.
    assert found.signed.p50_s == pytest.approx(30, abs=1)
    assert found.drawn.p50_s == pytest.approx(30, abs=1)


def test_a_queue_in_the_middle_shows_on_the_desk_and_not_in_the_signature():
    found = run([600.0, 600.0] + [0.0] * 8, web=100, sequencer=100, projector=5)
    assert found.signed.max_s < 1
    assert found.drawn.max_s > 60
    assert found.drawn.p50_s <= found.drawn.p99_s <= found.drawn.max_s


def test_what_a_stage_never_gets_to_is_told():
    found = run([60.0] * 10, web=0.1, sequencer=9, projector=9)
    assert found.never == pytest.approx(600 - 30 * 6)


def test_heartbeats_take_their_share_before_any_entry():
    quiet = replace(Load(), kiosks=1, changes_a_day=0, visitor_changes_a_day=0)
    assert entries_a_second(quiet, SPEEDS, 10) == pytest.approx(9_000, rel=0.001)
    assert entries_a_second(Load(), SPEEDS, 10) == 0


def test_two_logs_draw_twice_as_much_as_one():
    one, two = days(Load(), SPEEDS, [(500, 1), (500, 2)])
    assert one.outcome.projector_longest > 1_000_000 > two.outcome.projector_longest
    assert one.outcome.drawn.max_s > two.outcome.drawn.max_s
