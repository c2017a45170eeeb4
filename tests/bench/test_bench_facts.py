"""The facts bench, small: real processes, and figures of all that it promises."""

from __future__ import annotations

import time

from bench.clocks import Clocks
from bench.facts.command import measured
from bench.facts.people import cti_of, identity_of


def test_a_small_park_is_followed_and_measured():
    done = measured(60, Clocks(time.time, time.monotonic))
    assert (done["bench"], done["visitors"], done["delta"]) == ("facts", 60, 60)
    assert done["lookups_during_snapshot"] >= 1
    assert all(
        done[name] >= 0 for name in done if name.endswith(("_s", "_ms", "_mb")) and name != "memory_mb"
    )
    assert 0 < done["file_mb"] < 5


def test_no_two_visitors_of_the_bench_are_one():
    assert len({identity_of(n) for n in range(5_000)}) == len({cti_of(n) for n in range(5_000)}) == 5_000
