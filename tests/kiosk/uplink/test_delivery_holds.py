"""When an entry is held back so that it does not block those behind it, and when it is not."""

from __future__ import annotations

import pytest

from tests.kiosk.server import as_json
from tests.kiosk.uplink.conftest import Answer, Line


@pytest.mark.parametrize("status", [400, 413, 422, 500])
def test_one_odd_answer_delays_an_entry_by_seconds_and_keeps_the_order(line: Line, status: int) -> None:
    answers: list[Answer | None] = [as_json({}, status), None]
    line.steps(1)
    line.fails_with(lambda: answers.pop(0) if len(answers) > 1 else None)
    line.bench.fill(1)
    line.steps(1)
    line.bench.fill(3)
    line.steps(4, pass_s=1.0)
    assert line.desk.order == [1, 2, 3, 4]
    assert line.delivery.held == 0


def test_an_entry_that_is_refused_twice_alone_waits_behind_the_others(line: Line) -> None:
    batches: list[int] = []
    usual = line.desk._entries

    def picky(entries: list[dict[str, object]]) -> Answer | None:
        batches.append(len(entries))
        return as_json({}, 413) if entries[0]["seq"] == 1 else usual(entries)

    line.desk._entries = picky
    line.bench.fill(4)
    line.steps(12, pass_s=1.0)
    assert line.desk.order == [2, 3, 4]
    assert batches[:4] == [4, 2, 1, 1]
    assert (line.delivery.held, line.counts()) == (1, (1, 0))


def test_an_entry_at_which_the_server_fails_does_not_keep_the_others_from_it(line: Line) -> None:
    """S12: an error of the server itself, that one row brings about each time."""
    usual = line.desk._entries

    def fragile(entries: list[dict[str, object]]) -> Answer | None:
        return as_json({}, 500) if any(entry["seq"] == 2 for entry in entries) else usual(entries)

    line.desk._entries = fragile
    line.bench.fill(4)
    line.steps(20, pass_s=5.0)
    assert sorted(line.desk.order) == [1, 3, 4]
    assert (line.delivery.held, line.counts()) == (1, (1, 0))
    line.desk._entries = usual
    line.steps(3, pass_s=200.0)
    assert sorted(line.desk.order) == [1, 2, 3, 4]


def test_a_restored_link_does_not_count_an_earlier_refusal_against_another_entry(line: Line) -> None:
    line.fails_with(lambda: as_json({}, 400))
    line.bench.fill(1)
    line.steps(1)
    line.works()
    line.steps(3, pass_s=2.0)
    line.fails_with(lambda: as_json({}, 400))
    line.bench.fill(1)
    line.steps(1)
    assert line.delivery.held == 0


def test_gaps_that_are_not_understood_wait_and_block_no_entry(line: Line) -> None:
    line.steps(1)
    usual = line.desk._usual
    line.desk._usual = lambda path, request, body: (
        as_json({}, 400) if b'"gaps":' in body else usual(path, request, body)
    )
    line.bench.spool.do(lambda spool: spool.lacks([(1, 3)], 5))
    line.bench.spool.do(lambda spool: spool.never_below(3))
    line.steps(2, pass_s=2.0)
    line.bench.fill(2)
    line.steps(4, pass_s=2.0)
    assert line.desk.order == [4, 5]
    line.desk._usual = usual
    line.steps(3, pass_s=200.0)
    assert [(gap["first"], gap["last"]) for gap in line.desk.gaps] == [(1, 3)]
