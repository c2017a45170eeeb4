from __future__ import annotations

import itertools
import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.uplink.backoff import Backoff
from kiosk.uplink.delivery import Delivery
from kiosk.uplink.heartbeat import Vitals
from kiosk.uplink.portal import Portal
from kiosk.uplink.uplink import LinkState, Uplink
from tests.kiosk.conftest import Bench
from tests.kiosk.office import Desk, as_json

Answer = tuple[int, dict[str, str], bytes]


@dataclass
class Line:
    """An uplink stepped by hand against a real server, with time that the test moves."""

    bench: Bench
    desk: Desk
    uplink: Uplink
    delivery: Delivery
    changes: list[LinkState] = field(default_factory=list)

    def steps(self, count: int = 8, pass_s: float = 0.0) -> None:
        for _ in range(count):
            self.delivery.look()
            self.uplink.step()
            self.bench.time.passes(pass_s)

    def counts(self) -> tuple[int, int]:
        counts = self.bench.spool.counts()
        return counts.waiting, counts.quarantined

    def fails_with(self, answer: Callable[[], Answer | None], path: str = "/self/entries") -> None:
        def fault(desk: Desk, asked: str) -> Answer | None:
            return answer() if asked.startswith(path) else None

        self.desk.fault = fault

    def works(self) -> None:
        self.desk.fault = lambda desk, path: None


@pytest.fixture
def line(bench: Bench, desk: Desk) -> Iterator[Line]:
    desk.office = bench.office
    desk.clock_s = lambda: bench.time.wall / 1000
    plain = httpx.HTTPTransport(verify=False)  # no TLS here: saves loading certificates 37 times
    portal = Portal(desk.url, "secret", "0.1.0", time.monotonic, plain)
    delivery = Delivery(portal, bench.spool, bench.clock.now_ms, lambda: bench.time.boot / 1000, lambda: 1.0)

    def vitals() -> Vitals:
        waiting = bench.spool.counts().waiting
        return Vitals("ok", 29.97, waiting, bench.trust.rules.seq, 3, bench.time.wall)

    uplink = Uplink(
        portal, delivery, bench.trust, bench.clock, vitals, lambda: 1.0, lambda: None, lambda: None
    )
    yield Line(bench, desk, uplink, delivery)
    portal.close()


def test_entries_arrive_in_order_and_nothing_waits(line: Line) -> None:
    line.delivery._most = 4
    line.bench.fill(23)
    line.steps()
    assert line.desk.order == list(range(1, 24))
    assert line.desk.batches == [4, 8, 11], "a batch that was too large grows again"
    assert line.counts() == (0, 0)


def test_a_heartbeat_says_how_the_kiosk_is_and_brings_the_time(line: Line) -> None:
    line.bench.fill(2)
    line.desk.clock_s = lambda: line.bench.time.wall / 1000 + 90
    line.steps(1)
    assert line.desk.beats == [
        {
            "version": "0.1.0", "camera": "ok", "fps": 30.0, "waiting": 2, "bundle_seq": 0, "foreign": 3,
            "sent_ms": line.bench.time.wall, "clock_offset_ms": None, "bundle_age_s": None, "settled_seq": 0,
            "facts_epoch": "", "facts_seq": 0,
        }
    ]  # fmt: skip
    assert line.bench.clock.now_ms() == line.bench.time.wall + 90_000
    assert line.uplink.link.state is LinkState.ONLINE


def test_a_newer_bundle_is_fetched_once_and_an_equal_one_confirmed(line: Line) -> None:
    line.desk.publish(line.bench.office.bundle(3), 3)
    line.steps(3)
    assert line.bench.trust.rules.seq == 3
    line.bench.time.passes(3_600)
    line.steps(1)
    assert line.bench.trust.age_ms() == 0


def test_a_forged_bundle_is_refused_told_and_asked_for_again_later(line: Line) -> None:
    line.desk.publish(line.bench.office.bundle(3, key=Ed25519PrivateKey.generate()), 3)
    line.steps(2)
    assert line.bench.trust.rules.seq == 0
    assert line.uplink.link.bundle_refused
    line.desk.publish(line.bench.office.bundle(3), 3)
    line.steps(4, pass_s=2.0)
    assert line.bench.trust.rules.seq == 3
    assert not line.uplink.link.bundle_refused


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


def test_retry_after_is_obeyed(line: Line) -> None:
    line.bench.fill(1)
    asked: list[float] = []

    def busy() -> Answer:
        asked.append(line.bench.time.boot / 1000)
        return 429, {"Retry-After": "120"}, b""

    line.fails_with(busy)
    line.steps(9, pass_s=15.0)
    assert [later - earlier for earlier, later in itertools.pairwise(asked)] == [120]


def test_a_busy_server_is_asked_less_and_less(line: Line) -> None:
    line.bench.fill(1)
    asked: list[float] = []

    def failing() -> Answer:
        asked.append(line.bench.time.boot / 1000)
        return as_json({}, 500)

    line.fails_with(failing)
    for _ in range(12):
        line.delivery.step()
        line.bench.time.passes(line.delivery.due_s - line.bench.time.boot / 1000)
    pauses = [later - earlier for earlier, later in itertools.pairwise(asked)]
    assert pauses == sorted(pauses)
    assert pauses[-1] == 300


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


def test_a_revoked_kiosk_keeps_its_entries_and_says_so(line: Line) -> None:
    line.bench.fill(2)
    line.fails_with(lambda: as_json({}, 401), path="/self")
    line.steps(3, pass_s=1)
    assert line.uplink.link.state is LinkState.NOT_ALLOWED
    assert line.counts() == (2, 0)
    line.works()
    line.steps(6, pass_s=5)
    assert line.uplink.link.state is LinkState.ONLINE
    assert line.counts() == (0, 0)


def test_a_stopped_server_is_offline_and_everything_arrives_when_it_is_back(bench: Bench, line: Line) -> None:
    line.steps(1)
    line.desk.close()
    line.bench.fill(20)
    line.steps(4, pass_s=5.0)
    assert line.uplink.link.state is LinkState.OFFLINE
    since_ms = line.uplink.link.since_ms
    line.steps(2, pass_s=5.0)
    assert line.uplink.link.since_ms == since_ms, "the line says since when"
    back = Desk(bench.office, port=line.desk.port)
    back.clock_s = lambda: bench.time.wall / 1000
    line.steps(14, pass_s=5.0)
    assert line.uplink.link.state is LinkState.ONLINE
    assert back.order == list(range(1, 21))
    back.close()


def test_numbers_the_server_knows_are_not_given_out_again(line: Line) -> None:
    line.desk.stored["elsewhere"] = {"seq": 90, "id": "elsewhere"}
    line.bench.fill(1)
    line.steps()
    assert line.bench.fill(1)[0].seq == 91


def test_a_new_entry_leaves_at_once_while_online(line: Line) -> None:
    running = threading.Thread(target=line.uplink.run, args=(pytest.fail,), daemon=True)
    running.start()
    try:
        wait_for(lambda: line.uplink.link.state is LinkState.ONLINE)
        for count in range(1, 6):
            line.bench.fill(1)
            line.uplink.wake()
            wait_for(lambda count=count: len(line.desk.order) == count)
        assert len(line.desk.beats) == 1, "no heartbeat was needed for it"
    finally:
        line.uplink.stop()
        running.join(60)
    assert not running.is_alive()


def test_the_pause_grows_to_five_minutes_with_jitter_and_begins_anew() -> None:
    backoff = Backoff(lambda: 0.0)
    assert [backoff.failed() for _ in range(10)][:4] == [0.5, 1.0, 2.0, 4.0]
    assert backoff.failed() == 150.0
    assert backoff.failed(asked_s=900) == 900
    backoff.succeeded()
    assert backoff.failed() == 0.5


def test_an_endless_answer_is_given_up() -> None:
    class Endless(httpx.SyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            while True:
                yield b" " * 100_000

    transport = httpx.MockTransport(lambda request: httpx.Response(200, stream=Endless()))
    portal = Portal("http://server.invalid", "secret", "0", time.monotonic, transport)
    answer = portal.heartbeat(Vitals("ok", 30, 0, 0, 0, 0))
    assert getattr(answer, "detail", "") == "endless answer"


def wait_for(condition: Callable[[], bool]) -> None:
    ends_s = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < ends_s, "it did not happen"
        time.sleep(0.005)
