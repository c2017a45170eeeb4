"""What a gate knows of its visitors, as its uplink fetches it and its decisions use it."""

from __future__ import annotations

import gzip
import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest

from domain.decision import Outcome, Presence
from domain.facts_page import FactsPlace
from domain.policy import Policy, Treatment
from domain.reason import Reason
from domain.venue import Direction
from kiosk.facts.file import FILE_NAME
from kiosk.facts.trust import Trust
from kiosk.gate.register import Register
from kiosk.uplink.delivery import Delivery
from kiosk.uplink.heartbeat import Vitals
from kiosk.uplink.portal import Failure, Portal, Trouble
from kiosk.uplink.uplink import Uplink
from tests.kiosk.conftest import Bench
from tests.kiosk.office import EAST, EPOCH
from tests.kiosk.server import Desk

NEVER_MS = 10**13


@dataclass
class Line:
    bench: Bench
    desk: Desk
    uplink: Uplink
    register: Register

    def beats(self, count: int = 1) -> None:
        for _ in range(count):
            self.bench.time.passes(5)
            for _ in range(20):
                if self.uplink.step() > 0:
                    break

    def judges(self, number: int) -> tuple[Outcome, Reason]:
        self.bench.office.now_s = self.bench.time.wall // 1000
        text = self.bench.office.code(number, card=True)
        decision = self.register.judged(text, Presence.ROTATING).decision
        return decision.outcome, decision.reason


@pytest.fixture
def line(bench: Bench, desk: Desk) -> Iterator[Line]:
    desk.office = bench.office
    desk.clock_s = lambda: bench.time.wall / 1000
    portal = Portal(desk.url, "secret", "0.1.0", time.monotonic, httpx.HTTPTransport(verify=False))
    delivery = Delivery(portal, bench.spool, bench.clock.now_ms, lambda: bench.time.boot / 1000, lambda: 1.0)

    def vitals() -> Vitals:
        return Vitals("ok", 30.0, 0, bench.trust.rules.seq, 0, bench.time.wall)

    uplink = Uplink(
        portal, delivery, bench.trust, bench.clock, vitals, lambda: 1.0, lambda: None, lambda: None
    )
    register = Register("kiosk-1", Direction.IN, bench.trust, bench.spool, bench.clock, bench.random)
    yield Line(bench, desk, uplink, register)
    portal.close()


WELCOME = (Outcome.ADMITTED, Reason.WELCOME)
OUTDATED = (Outcome.REFERRED, Reason.RULES_OUT_OF_DATE)


def publish(line: Line, seq: int = 1, **changes: object) -> None:
    line.desk.publish(line.bench.office.bundle(seq, **changes), seq)


def test_rules_and_visitors_come_with_one_beat(line: Line):
    publish(line)
    line.beats()
    assert line.judges(1) == WELCOME
    assert (line.bench.trust.age_ms(), line.bench.trust.notice) == (0, None)
    line.beats()
    assert line.desk.beats[-1]["facts_epoch"] == EPOCH
    assert line.desk.beats[-1]["facts_seq"] == 3


def test_a_new_gate_refers_everybody_until_all_its_visitors_are_here(line: Line):
    publish(line, policy=Policy(unknown_visitor=Treatment.ADMIT))
    line.desk.fault = lambda desk, path: (503, {}, b"") if path.startswith("/self/facts") else None
    line.beats(3)
    assert line.bench.trust.rules.seq == 1
    assert line.judges(1) == OUTDATED, "a withdrawn code could not be told from a good one"
    assert line.bench.trust.age_ms() == NEVER_MS
    assert line.bench.trust.notice is not None
    line.desk.fault = lambda desk, path: None
    line.beats(20)
    assert line.judges(1) == WELCOME


def test_changes_that_do_not_come_let_the_rules_grow_old(line: Line):
    publish(line)
    line.beats()
    line.bench.office.people += ("新*",)
    line.desk.fault = lambda desk, path: (503, {}, b"") if path.startswith("/self/facts") else None
    line.beats(4)
    assert line.judges(1) == WELCOME
    assert line.bench.trust.age_ms() == 20_000
    line.desk.fault = lambda desk, path: None
    line.beats(70)
    assert line.bench.trust.age_ms() == 0
    assert line.judges(4) == WELCOME


def test_a_confirmation_counts_for_the_visitors_it_was_given_for(line: Line):
    publish(line)
    line.beats()
    again = Trust(line.bench.home, line.bench.office.note_key, EAST, line.bench.clock)
    again.load()
    assert again.age_ms() < 10_000
    again.close()
    line.bench.trust.close()
    (line.bench.home / FILE_NAME).write_bytes(b"damaged" * 1_000)
    again = Trust(line.bench.home, line.bench.office.note_key, EAST, line.bench.clock)
    again.load()
    assert (again.rules.seq, again.age_ms()) == (1, NEVER_MS)
    assert again.notice is not None
    again.close()


def test_a_file_that_is_lost_while_the_gate_runs_refers_everybody_and_comes_back(line: Line):
    publish(line, policy=Policy(unknown_visitor=Treatment.ADMIT))
    line.beats()
    assert line.judges(9) == WELCOME, "this policy lets strangers in"
    with (line.bench.home / FILE_NAME).open("r+b") as file:
        file.write(bytes(200_000))
    (line.bench.home / f"{FILE_NAME}-wal").write_bytes(bytes(100))
    line.register.judged("nothing", Presence.ROTATING)
    seen = {line.judges(number) for number in (1, 2, 9)}
    assert seen <= {OUTDATED, WELCOME}
    if OUTDATED in seen:
        assert line.judges(9) == OUTDATED
    line.bench.trust.known.close()
    assert [line.judges(number) for number in (1, 9)] == [OUTDATED, OUTDATED]
    line.beats(3)
    assert [line.judges(number) for number in (1, 9)] == [WELCOME, WELCOME]
    assert line.bench.trust.known.place == FactsPlace(EPOCH, 3)


def test_whoever_leaves_is_let_out_also_when_nobody_can_be_looked_up(line: Line):
    publish(line)
    line.beats()
    line.bench.trust.known.close()
    line.register.direction = Direction.OUT
    assert line.judges(1) == (Outcome.ADMITTED, Reason.GOODBYE)


def test_a_forged_page_is_told_and_asked_for_again_later(line: Line):
    publish(line)
    line.desk.fault = lambda desk, path: (
        (200, {}, line.bench.office.page(0, epoch="another")) if path.startswith("/self/facts") else None
    )
    line.beats()
    assert line.uplink.link.bundle_refused
    assert line.bench.trust.known.place == FactsPlace()
    line.desk.fault = lambda desk, path: None
    line.beats(3)
    assert not line.uplink.link.bundle_refused
    assert line.judges(1) == WELCOME


def test_the_same_bundle_over_and_over_is_neither_new_nor_asked_for_without_end(line: Line):
    publish(line)
    line.beats()
    line.desk.bundle_seq = 9
    asked: list[str] = []
    line.desk.fault = lambda desk, path: asked.append(path)
    line.beats(12)
    assert 2 <= sum(path.startswith("/self/bundle") for path in asked) < 8
    assert line.uplink.link.bundle_refused
    assert line.bench.trust.age_ms() >= 60_000


def test_packed_answers_are_unpacked_and_no_more_than_fits(line: Line):
    def answers(body: bytes, packing: str = "gzip") -> bytes | Failure | None:
        line.desk.fault = lambda desk, path: (200, {"Content-Encoding": packing}, body)
        portal = Portal(line.desk.url, "secret", "1", time.monotonic, httpx.HTTPTransport(verify=False))
        try:
            return portal.facts(FactsPlace(EPOCH, 0))
        finally:
            portal.close()

    assert answers(gzip.compress(b"a page")) == b"a page"
    packer = zlib.compressobj(9, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    bomb = b"".join(packer.compress(bytes(1_000_000)) for _ in range(300)) + packer.flush()
    assert len(bomb) < 400_000
    for body, packing in (
        (bomb, "gzip"),
        (gzip.compress(b"a page")[:-1], "gzip"),
        (b"\x1f\x8b\x08junk", "gzip"),
        (b"", "gzip"),
        (b"a page", "br"),
    ):
        got = answers(body, packing)
        assert isinstance(got, Failure)
        assert got.trouble is Trouble.STRANGE
