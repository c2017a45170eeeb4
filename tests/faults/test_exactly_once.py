"""The long run is `python -m tests.faults.exactly_once --steps 10000`."""

from __future__ import annotations

from tests.faults.exactly_once import run


def test_nothing_is_missing_doubled_or_out_of_order_whatever_happens() -> None:
    tally = run(300, length=40, same_each_time=True)
    assert tally["steps"] >= 240
    assert tally["entries"] >= 20
