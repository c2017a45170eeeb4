"""A gate as a witness: it follows the log that goes on from what it saw, and no other."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner

from domain.note import LogKey
from domain.witness import Why, proof_texts
from kiosk.__main__ import kiosk as commands
from kiosk.host.identity import Identity, saved_identity, state_folder
from kiosk.log.head import FILE_NAME, kept
from kiosk.log.witnessing import ACCEPT_NAME, Witness, accept
from kiosk.uplink.delivery import Delivery
from kiosk.uplink.heartbeat import Vitals
from kiosk.uplink.portal import Portal
from kiosk.uplink.uplink import Uplink
from tests.domain.test_witnesses import ORIGIN, Log, leaves
from tests.kiosk.conftest import NOW_S, Bench
from tests.kiosk.office import EAST, Desk, as_json
from tests.kiosk.uplink.test_uplink import Answer

FOREVER = 2**32 - 1


@dataclass
class Served:
    """A gate that witnesses the log of a desk; the test decides which log that is, and how much of it."""

    bench: Bench
    desk: Desk
    witness: Witness
    delivery: Delivery
    uplink: Uplink
    log: Log
    size: int = 5
    told: list[dict[str, Any]] = field(default_factory=list)
    seq: int = 0

    def teach(self, *logs: Log) -> None:
        """A bundle with the keys of these logs."""
        self.seq += 1
        self.bench.office.teach(self.bench.trust, self.seq, log=tuple(keys(log) for log in logs))

    def sync(self, count: int = 1) -> None:
        for _ in range(count):
            self.delivery.hurry()
            self.delivery.step()
            self.bench.time.passes(1)

    @property
    def waiting(self) -> int:
        return self.bench.spool.counts().waiting

    def again(self) -> Witness:
        """The witness after a restart."""
        time_now = self.bench.time
        rules = self.bench.trust
        return Witness(
            self.bench.home, lambda: rules.rules.log, self.bench.clock.now_ms, lambda: time_now.boot / 1000
        )

    def answer(self, reply: Answer | None, body: bytes) -> Answer | None:
        """The desk's answer to a batch with the head of its log, and the proof that was asked for."""
        if reply is None or reply[0] != 200:
            return reply
        asked = json.loads(body).get("log")
        if asked is None:
            return reply
        self.told.append(asked)
        size = int(asked["head"].split("\n")[1]) if asked["head"] else 0
        proof = self.log.proof(size, self.size) if 0 < size <= self.size else ()
        note = self.log.note(self.size).decode()
        return as_json(json.loads(reply[2]) | {"checkpoint": note, "consistency": proof_texts(proof)})


def keys(log: Log, until: int = FOREVER) -> LogKey:
    return LogKey(log.note_key, NOW_S - 86_400, until)


@pytest.fixture
def served(bench: Bench, desk: Desk) -> Iterator[Served]:
    desk.office = bench.office
    desk.clock_s = lambda: bench.time.wall / 1000

    def seconds() -> float:
        return bench.time.boot / 1000

    portal = Portal(desk.url, "secret", "0.1.0", time.monotonic, httpx.HTTPTransport(verify=False))
    witness = Witness(bench.home, lambda: bench.trust.rules.log, bench.clock.now_ms, seconds)
    delivery = Delivery(portal, bench.spool, bench.clock.now_ms, seconds, lambda: 1.0, witness)
    uplink = Uplink(
        portal, delivery, bench.trust, bench.clock,
        lambda: Vitals("ok", 30.0, 0, bench.trust.rules.seq, 0, bench.time.wall),
        lambda: 1.0, lambda: None, lambda: None,
    )  # fmt: skip
    made = Served(bench, desk, witness, delivery, uplink, Log(leaves=leaves(60)))
    usual = desk._usual

    def with_log(path: str, request: Any, body: bytes) -> Answer | None:
        reply = usual(path, request, body)
        return made.answer(reply, body) if path == "/self/entries" else reply

    desk._usual = with_log
    made.teach(made.log)
    yield made
    portal.close()


@pytest.fixture
def seen(served: Served) -> Served:
    """A gate that saw a head of 20 leaves and delivered three entries under it."""
    served.size = 20
    served.bench.fill(3)
    served.sync()
    assert served.witness.head is not None
    assert (served.witness.head.checkpoint.size, served.waiting) == (20, 0)
    return served


def forked(log: Log, at: int = 2) -> Log:
    other = Log(log.origin, log.leaves)
    other.private = log.private
    other.leaves[at] = b"altered"
    return other


def test_a_log_that_grows_is_followed_and_the_head_is_on_the_disk(seen: Served):
    for seen.size in (20, 21, 37, 60):
        seen.bench.fill(1)
        seen.sync()
        found = kept(seen.bench.home)
        head, refused = found.head, found.refused
        assert head is not None
        assert (head.checkpoint.size, refused, seen.waiting) == (seen.size, None, 0)
    assert [asked["head"].split("\n")[1:2] for asked in seen.told] == [[], ["20"], ["20"], ["21"], ["37"]]
    assert seen.witness.notice is None


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda served: setattr(served, "log", forked(served.log)), Why.FORKED),
        (lambda served: setattr(served, "size", 19), Why.SHORTER),
        (lambda served: setattr(served, "log", Log(leaves=served.log.leaves)), Why.UNSIGNED),
    ],
    ids=["forked", "cut", "signed by a stranger"],
)
def test_another_log_is_refused_and_nothing_is_settled_under_it(seen: Served, change: Any, why: Why):
    honest, size = seen.log, seen.size
    before = seen.witness.head
    seen.size = 40
    change(seen)
    made = seen.bench.fill(4)
    seen.sync(40)
    assert seen.witness.refused is not None
    assert (seen.witness.refused.why, seen.witness.head) == (why, before)
    assert {entry.id for entry in made} <= seen.desk.stored.keys(), "what was decided still travels"
    assert seen.waiting == 4
    assert seen.told[-1]["refused"]["why"] == why.value
    notice = seen.witness.notice
    assert notice is not None
    assert "not the one this gate saw" in notice.en
    assert "不一致" in notice.zh
    seen.log, seen.size = honest, size + 20
    seen.bench.time.passes(60)
    seen.sync(3)
    assert (seen.waiting, seen.witness.refused, seen.witness.notice) == (0, None, None)


def test_what_is_refused_stays_refused_after_a_restart(seen: Served):
    seen.log = forked(seen.log)
    seen.size = 33
    seen.sync()
    again = seen.again()
    assert again.refused is not None
    assert again.refused.why is Why.FORKED
    assert again.refused.note == seen.log.note(33), "both heads together prove the fork"
    assert again.head == seen.witness.head
    assert again.asked() == seen.witness.asked()


def test_under_a_refused_log_each_entry_is_sent_once_and_kept(seen: Served):
    seen.log = forked(seen.log)
    seen.delivery._most = 10
    seen.bench.fill(25)
    del seen.desk.batches[:]
    seen.sync(6)
    assert [size for size in seen.desk.batches if size] == [10, 10, 5]
    assert seen.waiting == 25
    assert seen.bench.spool.do(lambda spool: spool.prune(seen.bench.time.wall + 10**11)) <= 3


def test_a_refused_server_that_lost_entries_still_gets_them_again(seen: Served):
    """A restored database is older than its log: the gate brings what it lacks, and alarms all the same."""
    usual = seen.desk._usual

    def asks(path: str, request: Any, body: bytes) -> Answer | None:
        settled = json.loads(body).get("settled", []) if path == "/self/entries" else []
        unknown = [one for one in settled if one not in seen.desk.stored]
        reply = usual(path, request, body)
        return as_json(json.loads(reply[2]) | {"unknown": unknown}) if settled and reply else reply

    seen.desk._usual = asks
    seen.desk.stored.clear()
    seen.size = 12
    seen.delivery._most = 1
    seen.bench.time.passes(60)
    seen.sync(8)
    assert sorted(entry["seq"] for entry in seen.desk.stored.values()) == [1, 2, 3]
    assert seen.waiting == 3
    assert seen.witness.refused is not None


def test_no_proof_is_no_answer(seen: Served):
    seen.size = 30
    seen.answer = lambda reply, body: reply  # type: ignore[method-assign]
    seen.bench.fill(1)
    seen.sync(2)
    assert seen.witness.refused is not None
    assert seen.witness.refused.why is Why.WITHHELD
    assert seen.waiting == 1


def test_every_byte_of_the_answer_is_bound(seen: Served):
    """L1 at the gate: any changed byte of the head or of the proof is refused, and the old head stays."""
    before = seen.witness.head
    note, proof = seen.log.note(41), b"".join(seen.log.proof(20, 41))
    for at in range(len(note)):
        changed = note[:at] + bytes([note[at] ^ 1]) + note[at + 1 :]
        assert seen.witness.heard(changed, seen.log.proof(20, 41)) != "vouched", at
    for at in range(len(proof)):
        changed = proof[:at] + bytes([proof[at] ^ 1]) + proof[at + 1 :]
        parts = tuple(changed[start : start + 32] for start in range(0, len(changed), 32))
        assert seen.witness.heard(note, parts) == "refused", at
    assert seen.witness.head == before


def test_a_key_that_is_not_in_the_bundle_yet_is_doubted_first(seen: Served):
    renewed = Log(leaves=seen.log.leaves)
    old, seen.log, seen.size = seen.log, renewed, 44
    seen.bench.fill(1)
    seen.sync(2)
    assert (seen.witness.refused, seen.waiting) == (None, 1), "neither settled nor alarmed"
    seen.teach(renewed, old)
    seen.bench.time.passes(6)
    seen.sync()
    assert seen.waiting == 0
    assert seen.witness.head is not None
    assert seen.witness.head.key == renewed.note_key


def test_an_old_key_signs_nothing_new_after_it_was_replaced(seen: Served):
    renewed = Log(leaves=seen.log.leaves)
    now_s = seen.bench.time.wall // 1000
    seen.bench.office.teach(seen.bench.trust, 9, log=(keys(renewed), keys(seen.log, now_s)))
    seen.bench.fill(1)
    seen.sync()
    assert seen.waiting == 0, "the head it has already is good"
    seen.size = 50
    seen.bench.fill(1)
    for _ in range(40):
        seen.sync()
    assert seen.witness.refused is not None
    assert seen.witness.refused.why is Why.UNSIGNED


def test_a_reopened_log_that_lost_what_was_seen_is_followed_only_when_somebody_says_so_here(seen: Served):
    reopened = Log(f"{ORIGIN}/2", [*seen.log.leaves[:12], *leaves(30, "again")])
    old_head = seen.witness.head
    seen.teach(reopened, seen.log)
    seen.log, seen.size = reopened, 40
    seen.bench.fill(2)
    seen.sync(2)
    assert seen.witness.refused is not None
    assert (seen.witness.refused.why, seen.waiting) == (Why.RENAMED, 2)
    accept(seen.bench.home)
    seen.bench.time.passes(60)
    seen.sync(2)
    assert (seen.witness.refused, seen.waiting) == (None, 0)
    assert seen.witness.head is not None
    assert seen.witness.head.checkpoint.origin == reopened.origin
    [aside] = seen.bench.home.glob(f"{FILE_NAME}.before-*")
    assert old_head is not None
    assert json.loads(aside.read_text())["note"] == old_head.note.decode(), "the evidence stays"


def test_an_older_server_has_no_log_to_witness(served: Served):
    served.teach()
    served.bench.fill(2)
    served.sync()
    assert (served.waiting, served.told, served.witness.asked()) == (0, [], None)


def test_a_log_that_is_still_empty_settles_entries(served: Served):
    served.answer = lambda reply, body: reply  # type: ignore[method-assign]
    served.bench.fill(2)
    served.sync()
    assert (served.waiting, served.witness.head, served.witness.refused) == (0, None, None)


@pytest.mark.parametrize(
    "content", [b"", b"{}", b'{"v":2}', b"\xff", b'{"v":1,"note":"x","key":"y"}', b"[" * 9_999]
)
def test_a_damaged_head_is_set_aside_and_said(seen: Served, content: bytes):
    (seen.bench.home / FILE_NAME).write_bytes(content)
    again = seen.again()
    assert again.notice is not None
    assert again.head is None
    assert [path.read_bytes() for path in seen.bench.home.glob(f"{FILE_NAME}.damaged-*")] == [content]
    assert again.heard(seen.log.note(20), ()) == "vouched"
    assert again.notice is None


def test_a_head_that_cannot_be_kept_settles_nothing(seen: Served):
    (seen.bench.home / FILE_NAME).unlink()
    (seen.bench.home / FILE_NAME).mkdir()
    seen.size = 30
    seen.bench.fill(1)
    seen.sync()
    assert (seen.waiting, seen.witness.refused) == (1, None)
    (seen.bench.home / FILE_NAME).rmdir()
    seen.bench.time.passes(6)
    seen.sync()
    assert seen.waiting == 0


def test_a_quiet_gate_asks_about_the_log_once_a_minute(served: Served):
    for _ in range(20):
        served.delivery.look()
        served.delivery.step()
        served.bench.time.passes(30)
    assert 9 <= len(served.told) <= 11
    assert served.witness.head is not None


def test_the_command_shows_the_head_and_lets_another_log_be_followed(seen: Served, tmp_path: Path):
    home = tmp_path / "home"
    key = seen.bench.office.note_key
    saved_identity(home, Identity("http://127.0.0.1:1", "kiosk-1", "secret", key, EAST))

    def log(*more: str) -> tuple[int, str]:
        done = CliRunner().invoke(commands, ["log", "--home", str(home), *more])
        return done.exit_code, done.output

    assert log()[0] == 0
    assert "尚未见过日志头" in log()[1]
    folder = state_folder(home, "kiosk-1")
    folder.mkdir(parents=True)
    seen.log = forked(seen.log)
    seen.sync()
    (folder / FILE_NAME).write_bytes((seen.bench.home / FILE_NAME).read_bytes())
    status, output = log()
    assert status == 1
    assert f"{ORIGIN}\n20\n" in output
    assert "REFUSED since" in output
    assert "不是此前所见日志的延续" in output
    assert log("--accept")[0] == 0
    assert (folder / ACCEPT_NAME).exists()
    (folder / FILE_NAME).write_bytes(b"no json")
    assert log()[0] == 1


def test_a_gate_that_has_no_head_yet_looks_again_within_seconds(served: Served):
    """The first entry is under no checkpoint when it is taken; the gate does not wait a minute for one."""
    signed, served.answer = served.answer, lambda reply, body: reply  # type: ignore[method-assign]
    served.bench.fill(1)
    served.sync()
    assert served.witness.head is None
    served.answer = signed  # type: ignore[method-assign]
    began_s = served.bench.time.boot / 1000
    while served.witness.head is None and served.bench.time.boot / 1000 < began_s + 120:
        served.delivery.step()
        served.bench.time.passes(max(0.0, served.delivery.due_s - served.bench.time.boot / 1000) + 0.1)
    assert served.bench.time.boot / 1000 < began_s + 12
