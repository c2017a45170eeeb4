"""What a kiosk does for a server that lost what it had, and for one that asks for a pause."""

from __future__ import annotations

import json
from typing import Any

import pytest

from kiosk.spool.values import Settled
from tests.kiosk.conftest import Bench
from tests.kiosk.server import Desk, as_json
from tests.kiosk.uplink.conftest import Answer, Line


def forgets(desk: Desk, seqs: set[int]) -> None:
    """The server is restored: it lacks these, and says so when a kiosk speaks of them."""
    desk.stored = {identity: entry for identity, entry in desk.stored.items() if entry["seq"] not in seqs}
    usual = desk._usual

    def restored(path: str, request: object, body: bytes) -> Answer | None:
        answer = usual(path, request, body)
        if path != "/self/heartbeat":
            return answer
        missing = sorted(seqs - {entry["seq"] for entry in desk.stored.values()})
        beat = {"now_ms": int(desk.clock_s() * 1000), "bundle_seq": desk.bundle_seq}
        return as_json(beat | {"missing": [[seq, seq] for seq in missing]})

    desk._usual = restored


def test_what_the_server_lost_is_sent_again_although_nobody_comes(line: Line) -> None:
    line.bench.fill(9)
    line.steps()
    forgets(line.desk, {5, 6, 7, 8, 9})
    line.steps(6, pass_s=5.0)
    assert sorted(entry["seq"] for entry in line.desk.stored.values()) == list(range(1, 10))
    assert line.counts() == (0, 0)


def test_a_heartbeat_says_up_to_where_nothing_waits(line: Line) -> None:
    line.bench.fill(4)
    line.steps(2, pass_s=5.0)
    line.fails_with(lambda: as_json({}, 500))
    line.bench.fill(3)
    line.steps(2, pass_s=5.0)
    assert line.desk.beats[-1]["settled_seq"] == 4


def test_a_gap_that_was_not_told_is_not_settled(bench: Bench) -> None:
    bench.fill(3)
    bench.spool.do(lambda spool: spool.settle([Settled(w.id, True) for w in spool.batch()], 1))
    bench.spool.do(lambda spool: spool.never_below(20))
    assert bench.spool.do(lambda spool: spool.settled_seq()) == 20
    bench.spool.do(lambda spool: spool.lacks([(7, 9)], 1))
    assert bench.spool.do(lambda spool: spool.settled_seq()) == 6


@pytest.fixture
def quarantined(bench: Bench) -> Bench:
    bench.fill(6)
    settled = [Settled(w.id, w.seq != 2) for w in bench.spool.do(lambda spool: spool.batch())]
    bench.spool.do(lambda spool: spool.settle(settled, 1))
    return bench


def test_what_lay_in_a_lost_quarantine_goes_there_again(quarantined: Bench) -> None:
    assert quarantined.spool.do(lambda spool: spool.send_again([(5, 6)])) == 2
    waiting = quarantined.spool.do(lambda spool: spool.batch())
    assert [entry.seq for entry in waiting] == [1, 2, 3, 4, 5, 6]
    assert quarantined.spool.counts().quarantined == 0


def test_what_lies_in_quarantine_stays_there_while_nothing_is_lost(quarantined: Bench) -> None:
    assert quarantined.spool.do(lambda spool: spool.send_again([(50, 60)])) == 0
    assert quarantined.spool.counts().quarantined == 1


def test_a_pause_the_server_asked_for_outlasts_a_lost_link(line: Line) -> None:
    line.bench.fill(1)
    line.steps(1)
    asked: list[float] = []

    def busy() -> Answer:
        asked.append(line.bench.time.boot / 1000)
        return 503, {"Retry-After": "120"}, b""

    line.fails_with(busy)
    line.bench.fill(1)
    line.steps(1, pass_s=5.0)
    line.fails_with(lambda: None, path="/none")
    line.desk.fault = lambda desk, path: (500, {}, b"") if "heartbeat" in path else busy()
    line.steps(2, pass_s=5.0)
    line.fails_with(busy)
    line.steps(10, pass_s=5.0)
    assert len(asked) == 1


@pytest.mark.parametrize(
    "missing", [None, 5, [[1]], [[2, 1]], [["1", 2]], [[0, 3]], [[1, 2**53]], [[True, 2]]]
)
def test_ranges_that_are_none_change_nothing(line: Line, missing: object) -> None:
    line.bench.fill(2)
    reply = {"results": [], "highest_seq": 2, "missing": missing}
    line.fails_with(lambda: as_json(reply))
    line.steps(3)
    assert line.counts() == (2, 0)


@pytest.mark.parametrize("highest", [2**53, -1, 1.5, "7", None, True])
def test_a_number_beyond_all_numbers_does_not_stop_the_gate(line: Line, highest: object) -> None:
    entries = line.bench.fill(2)
    results = [{"id": entry.id, "status": "stored"} for entry in entries]
    line.fails_with(lambda: as_json({"results": results, "highest_seq": highest, "missing": []}))
    line.steps(3)
    assert line.counts() == (2, 0)
    assert line.bench.fill(1)[0].seq == 3


def witnessed(desk: Desk, asked: list[str]) -> None:
    """The server says which of the entries it is asked about it does not know."""
    usual = desk._usual

    def answer(path: str, request: Any, body: bytes) -> Answer | None:
        taken = json.loads(body).get("settled", []) if path == "/self/entries" else []
        unknown = [identity for identity in taken if identity not in desk.stored]
        asked.extend(taken)
        reply = usual(path, request, body)
        if reply is None or path != "/self/entries":
            return reply
        return as_json(json.loads(reply[2]) | {"unknown": unknown})

    desk._usual = answer


def test_what_was_lost_under_numbers_that_another_image_used_is_sent_again(line: Line) -> None:
    witnessed(line.desk, [])
    entries = line.bench.fill(4)
    line.steps()
    for entry in entries[2:]:  # restored; the other image's entries have these numbers now
        del line.desk.stored[entry.id]
    line.steps(4, pass_s=30.0)
    assert {entry.id for entry in entries} <= line.desk.stored.keys()
    assert line.counts() == (0, 0)


def test_a_lost_reply_does_not_hide_that_the_server_lost_something(line: Line) -> None:
    witnessed(line.desk, [])
    entries = line.bench.fill(4)
    line.steps()
    line.desk.stored.clear()
    line.desk.lose_reply = lambda: True
    entries += line.bench.fill(2)
    line.steps(2, pass_s=3.0)
    line.desk.lose_reply = lambda: False
    line.steps(8, pass_s=3.0)
    assert {entry.id for entry in entries} == line.desk.stored.keys()


def test_a_kiosk_that_was_started_anew_still_knows_what_was_taken(line: Line) -> None:
    entries = line.bench.fill(3)
    line.steps()
    settled = line.bench.spool.do(lambda spool: spool.last_settled())
    assert settled.keys() == {True}
    assert settled[True] in {entry.id for entry in entries}


def test_what_was_set_aside_is_remembered_beside_what_was_taken(quarantined: Bench) -> None:
    settled = quarantined.spool.do(lambda spool: spool.last_settled())
    assert (
        settled[False]
        == quarantined.spool.do(lambda spool: spool.bodies_since(0))[1]
        .decode()
        .split('"id":"')[1]
        .split('"')[0]
    )
    assert settled.keys() == {True, False}


def test_a_quiet_kiosk_asks_about_its_last_entry_once_a_minute(line: Line) -> None:
    asked: list[str] = []
    witnessed(line.desk, asked)
    line.steps(20, pass_s=30.0)
    assert asked == [], "nothing was ever taken"
    [entry] = line.bench.fill(1)
    line.steps(1)
    line.steps(20, pass_s=30.0)
    assert set(asked) == {entry.id}
    assert 9 <= len(asked) <= 11
