from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable, Iterator

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.uplink.backoff import Backoff
from kiosk.uplink.heartbeat import Vitals
from kiosk.uplink.portal import Portal
from kiosk.uplink.uplink import LinkState
from tests.kiosk.conftest import Bench
from tests.kiosk.server import Desk, as_json
from tests.kiosk.uplink.conftest import Answer, Line


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
