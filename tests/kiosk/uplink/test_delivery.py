"""Entries are delivered at least once and kept exactly once, whatever the server or the network answers."""

from __future__ import annotations

import json
from typing import Any

import pytest

from kiosk.uplink.uplink import LinkState
from tests.kiosk.server import as_json
from tests.kiosk.uplink.conftest import Answer, Line


def test_a_lost_reply_is_a_duplicate_the_next_time_and_nothing_is_doubled(line: Line) -> None:
    line.bench.fill(3)
    line.steps(1, pass_s=0)
    assert line.counts() == (0, 0)
    line.desk.lose_reply = lambda: True
    line.bench.fill(3)
    line.steps(1)
    assert line.counts() == (3, 0)
    assert line.uplink.link.state is LinkState.OFFLINE
    line.desk.lose_reply = lambda: False
    line.steps(3, pass_s=2.0)
    assert line.counts() == (0, 0)
    assert line.desk.order == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 413, 422, 429, 500, 502, 503])
def test_no_status_loses_an_entry_and_all_arrive_afterwards(line: Line, status: int) -> None:
    line.bench.fill(5)
    line.fails_with(lambda: as_json({"status": status}, status))
    line.steps(12)
    assert line.counts() == (5, 0)
    assert line.desk.order == []
    line.works()
    line.steps(12, pass_s=400)
    assert line.counts() == (0, 0)
    assert sorted(line.desk.order) == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    "answer",
    [
        (200, {"Content-Type": "text/html"}, b"<html>Please accept our terms</html>"),
        (200, {"Content-Type": "application/json"}, b'{"results": [{"id": "'),
        (200, {"Content-Type": "application/json"}, b"[]"),
        as_json({"results": [], "highest_seq": 9, "missing": [], "checkpoint": None}),
        as_json({"results": [{"id": "of-nobody", "status": "stored"}], "highest_seq": 9, "missing": []}),
        as_json({"results": "all", "highest_seq": 1, "missing": []}),
        (302, {"Location": "http://portal.invalid/"}, b""),
        (204, {}, b""),
    ],
)
def test_an_answer_that_is_not_a_receipt_acknowledges_nothing(line: Line, answer: Answer) -> None:
    line.bench.fill(2)
    line.fails_with(lambda: answer)
    line.steps(6)
    assert line.counts() == (2, 0)


def test_half_an_answer_acknowledges_nothing(line: Line) -> None:
    line.bench.fill(2)
    body = json.dumps({"results": []}).encode()
    line.fails_with(lambda: (200, {"Content-Length": str(len(body) + 50), "Connection": "close"}, body))
    line.steps(1)
    assert line.counts() == (2, 0)


def test_conflicts_are_kept_for_staff_and_do_not_block_the_rest(line: Line) -> None:
    line.desk.verdict = lambda entry: {2: "conflict", 3: "invalid"}.get(entry["seq"])
    line.bench.fill(5)
    line.steps()
    assert line.counts() == (0, 2)
    assert line.desk.order == [1, 4, 5]
    rows = line.bench.spool.do(lambda spool: spool.bodies_since(0))
    assert len(rows) == 5


def test_one_entry_the_server_cannot_take_does_not_stop_the_others(line: Line) -> None:
    def poison(body_seqs: list[int]) -> Answer | None:
        return as_json({}, 413) if 4 in body_seqs else None

    usual = line.desk._usual

    def picky(path: str, request: Any, body: bytes) -> Answer | None:
        if path == "/self/entries":
            answer = poison([entry["seq"] for entry in json.loads(body)["entries"]])
            if answer is not None:
                return answer
        return usual(path, request, body)

    line.desk._usual = picky
    line.bench.fill(20)
    line.steps(40, pass_s=1.0)
    assert line.counts() == (1, 0)
    assert sorted(line.desk.order) == [seq for seq in range(1, 21) if seq != 4]
    assert line.delivery.held == 1


def test_what_the_server_misses_is_sent_again_although_it_was_taken(line: Line) -> None:
    line.bench.fill(6)
    line.steps()
    for entry in list(line.desk.stored.values()):
        if entry["seq"] in (2, 3):
            del line.desk.stored[entry["id"]]
    line.desk.missing = [[2, 3]]
    line.bench.fill(1)
    line.steps(1)
    line.desk.missing = []
    line.steps(3)
    assert sorted(entry["seq"] for entry in line.desk.stored.values()) == [1, 2, 3, 4, 5, 6, 7]
    assert line.delivery.lost == ()


def test_a_gap_that_cannot_be_filled_is_told_and_not_asked_for_without_end(line: Line) -> None:
    line.desk.missing = [[500, 600]]
    line.bench.fill(2)
    line.steps(10)
    assert line.delivery.lost == ((500, 600),)
    assert line.desk.batches == [2, 0], "the entries, and then that others will not come"
    (gap,) = line.desk.gaps
    assert (gap["first"], gap["last"], gap["cause"]) == (500, 600, "absent")


def test_a_server_that_knows_no_gaps_gets_every_entry_and_is_told_again_after_five_minutes(
    line: Line,
) -> None:
    line.desk.missing, line.desk.notes_gaps = [[500, 600]], False
    line.bench.fill(2)
    line.steps(10)
    line.bench.fill(3)
    line.steps(3)
    assert len(line.desk.stored) == 5
    assert line.desk.batches.count(0) == 1
    line.desk.missing, line.desk.notes_gaps = [], True
    line.bench.time.passes(301)
    line.steps(3, pass_s=5.0)
    assert [(gap["first"], gap["last"]) for gap in line.desk.gaps] == [(500, 600)]


def test_what_is_here_and_what_is_not_are_told_apart_when_the_server_asks_for_both(line: Line) -> None:
    line.bench.fill(3)
    line.steps()
    line.desk.stored.clear()
    line.desk.missing = [[2, 9]]
    line.bench.fill(1)
    line.steps(3)
    assert sorted(entry["seq"] for entry in line.desk.stored.values()) == [1, 2, 3, 4]
    assert [(gap["first"], gap["last"]) for gap in line.desk.gaps] == [(5, 9)]
