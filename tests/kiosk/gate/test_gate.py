"""A gate from the code to the entry: what is kept before anything is shown, and what is said again."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, TypeVar

import pytest

from domain.entry import Entry
from domain.entry_wire import entry_from_json
from domain.policy import Policy, Treatment
from domain.reason import Reason
from domain.venue import Direction, Entrance
from kiosk.gate.answer import Card
from kiosk.occupancy.today import Tally
from kiosk.sightings.sightings import Event, EventKind, SeenKind
from kiosk.spool.file import SpoolError, not_writable
from kiosk.spool.spool import Spool
from tests.kiosk.conftest import Bench
from tests.kiosk.gate.door import Door, answered
from tests.kiosk.office import cti

_T = TypeVar("_T")


@pytest.fixture
def door(bench: Bench) -> Door:
    bench.office.teach(bench.trust)
    return Door(bench)


def test_a_known_visitor_is_admitted_and_the_entry_is_on_the_disk_before_the_answer(door: Door) -> None:
    answer = door.shows(door.bench.office.code(1))
    assert answered(answer) == (Card.ADMITTED, Reason.WELCOME)
    assert answer is not None
    assert answer.name == "王*"
    (entry,) = door.entries()
    read = entry_from_json(entry)
    assert (read.seq, read.venue, read.entrance, read.device) == (1, "park", "east", "kiosk-1")
    assert (read.private.visitor_id, read.private.cti) == ("v1", cti(1).hex())
    assert (read.presence.value, read.bundle_seq, read.policy_version) == ("rotating", 1, 1)
    assert read.clock.boot_ms == door.bench.time.boot


def test_a_card_is_marked_static(door: Door) -> None:
    door.shows(door.bench.office.code(1, card=True))
    assert door.entries()[0]["presence"] == "static"


def test_a_refused_code_is_an_entry_without_a_person(door: Door) -> None:
    stale = door.bench.office.code(1, issued=door.bench.office.now_s - 3_600)
    assert answered(door.shows(stale)) == (Card.REFUSED, Reason.CODE_EXPIRED)
    assert door.entries()[0]["private"]["visitor_id"] == ""


def test_a_spool_that_cannot_be_written_is_red_and_refers(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(spool: Spool, *arguments: object) -> None:
        raise not_writable(OSError(28, "No space left on device"))

    with monkeypatch.context() as broken:
        broken.setattr(Spool, "commit", full)
        answer = door.shows(door.bench.office.code(1))
    assert answer is not None
    assert answered(answer) == (Card.NOT_WRITABLE, Reason.LOG_NOT_WRITABLE)
    assert (answer.outcome, answer.entry_seq) == ("referred", None)
    assert door.entries() == []
    # With room again the same code is judged again, not told that it had been admitted.
    assert answered(door.shows(door.bench.office.code(1))) == (Card.ADMITTED, Reason.WELCOME)


def test_a_spool_that_hangs_is_red_and_not_waited_for(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    def silent(use: Callable[[Spool], _T], patience_s: float = 5.0) -> _T:
        raise SpoolError(not_writable(OSError("silent")).sentence)

    monkeypatch.setattr(door.bench.spool, "do", silent)
    assert answered(door.shows(door.bench.office.code(1))) == (Card.NOT_WRITABLE, Reason.LOG_NOT_WRITABLE)


def test_an_entry_that_was_on_the_disk_too_late_is_taken_back_by_what_the_screen_said(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk comes back after the gate was red: the log must not say that somebody was let in."""
    comes_back = threading.Event()
    commit, do = Spool.commit, door.bench.spool.do

    def slow(spool: Spool, *arguments: Any) -> Entry:
        made = commit(spool, *arguments)
        comes_back.wait()
        return made

    with monkeypatch.context() as hanging:
        hanging.setattr(Spool, "commit", slow)
        hanging.setattr(door.bench.spool, "do", lambda use, patience_s=0.0: do(use, 0.05))
        answer = door.shows(door.bench.office.code(1))
        assert answered(answer) == (Card.NOT_WRITABLE, Reason.LOG_NOT_WRITABLE)
        comes_back.set()
    admitted, instead = door.entries()
    assert (admitted["outcome"], instead["outcome"]) == ("admitted", "referred")
    assert (instead["reason"], instead["corrects"]) == ("log_not_writable", admitted["id"])
    assert instead["private"]["visitor_id"] == admitted["private"]["visitor_id"] != ""
    assert answered(door.shows(door.bench.office.code(1))) == (Card.ADMITTED, Reason.WELCOME)
    again = Door(door.bench)
    assert again.register.today.people(again.register.day()) == Tally(came=1, inside=1, referred=1)


def test_the_same_code_again_soon_is_told_when_it_was_taken_and_makes_no_entry(door: Door) -> None:
    code = door.bench.office.code(1)
    door.shows(code)
    answer = door.shows(code, after_s=12)
    assert answer is not None
    assert answer.card is Card.AGAIN
    assert "12" in answer.sentence.en
    assert "12" in answer.sentence.zh
    assert len(door.entries()) == 1


def test_a_renewed_code_of_the_same_visitor_is_the_same_code(door: Door) -> None:
    door.shows(door.bench.office.code(1))
    door.bench.time.passes(-1.5)
    assert door.shows(door.bench.office.code(1, issued=door.bench.office.now_s + 1)) is None
    assert len(door.entries()) == 1


def test_a_refused_code_shown_again_gets_the_same_answer_and_one_entry(door: Door) -> None:
    bad = door.bench.office.code(1, issued=door.bench.office.now_s - 3_600)
    for _ in range(3):
        assert answered(door.shows(bad, after_s=3)) == (Card.REFUSED, Reason.CODE_EXPIRED)
    assert len(door.entries()) == 1


def test_a_referred_visitor_is_judged_again_when_the_rules_have_changed(door: Door) -> None:
    code = door.bench.office.code(4, card=True)
    assert answered(door.shows(code)) == (Card.REFERRED, Reason.VISITOR_UNKNOWN)
    door.bench.office.people = ("a", "b", "c", "赵*")
    door.bench.office.teach(door.bench.trust, 2)
    assert answered(door.shows(code)) == (Card.ADMITTED, Reason.WELCOME)
    assert len(door.entries()) == 2


def test_an_expired_code_stays_expired_when_the_clock_is_set_back(door: Door) -> None:
    office, time = door.bench.office, door.bench.time
    code = office.code(1)
    door.shows(office.code(2, card=True), after_s=61)
    assert answered(door.shows(code)) == (Card.REFUSED, Reason.CODE_EXPIRED)
    time.wall -= 60_000
    time.boot += 60_000
    assert answered(door.shows(code)) == (Card.REFUSED, Reason.CODE_EXPIRED)


def test_old_rules_refer_everybody_who_enters_and_let_everybody_out(door: Door) -> None:
    door.bench.time.passes(25 * 3_600)
    card = door.bench.office.code(1, card=True, issued=door.bench.office.now_s + 25 * 3_600)
    assert answered(door.shows(card)) == (Card.REFERRED, Reason.RULES_OUT_OF_DATE)
    leaving = Door(door.bench, Direction.OUT)
    assert answered(leaving.shows(card)) == (Card.ADMITTED, Reason.GOODBYE)
    assert leaving.entries()[-1]["direction"] == "out"


def test_who_is_inside_is_known_after_a_restart_and_forgotten_at_midnight(bench: Bench) -> None:
    policy = Policy(reentry=Treatment.REFER, bundle_limit_hours=200)
    bench.office.teach(bench.trust, policy=policy)
    Door(bench).shows(bench.office.code(1, card=True))
    again = Door(bench).shows(bench.office.code(1, card=True))
    assert answered(again) == (Card.REFERRED, Reason.ALREADY_INSIDE)
    bench.time.passes(20 * 3_600)
    assert answered(Door(bench).shows(bench.office.code(1, card=True))) == (Card.ADMITTED, Reason.WELCOME)


def test_after_a_move_nobody_of_the_old_venue_counts_and_nobody_of_the_new_one_twice(bench: Bench) -> None:
    bench.office.teach(bench.trust, policy=Policy(capacity=1))
    door = Door(bench)
    assert answered(door.shows(bench.office.code(1))) == (Card.ADMITTED, Reason.WELCOME)
    mill = Entrance("mill-gate", "Gate", "mill", "Mill")
    bench.trust._kiosk_id = "kiosk-1"
    bench.office.teach(bench.trust, 2, entrance=mill, kiosk_id="kiosk-1", policy=Policy(capacity=1))
    assert answered(door.shows(bench.office.code(2))) == (Card.ADMITTED, Reason.WELCOME)
    assert door.register.today.people(door.register.day()) == Tally(came=1, inside=1)


def test_a_clock_put_right_finds_again_who_came_that_day(bench: Bench) -> None:
    """Started without network while the clock of the machine was a day ahead."""
    bench.office.teach(bench.trust, policy=Policy(reentry=Treatment.REFUSE))
    Door(bench).shows(bench.office.code(1))
    bench.time.wall += 86_400_000
    again = Door(bench)
    assert again.register.today.people(again.register.day()) == Tally()
    bench.time.wall -= 86_400_000
    assert answered(again.shows(bench.office.code(1), after_s=40.0)) == (Card.REFUSED, Reason.ALREADY_INSIDE)
    assert again.register.today.people(again.register.day()).came == 1


def test_a_confidential_venue_shows_no_name(bench: Bench) -> None:
    bench.office.teach(bench.trust, policy=Policy(confidential=True))
    answer = Door(bench).shows(bench.office.code(1))
    assert answer is not None
    assert (answer.card, answer.name) == (Card.ADMITTED, "")


def test_a_genuine_code_keeps_its_key_while_it_expires_in_view(door: Door) -> None:
    code = door.bench.office.code(1)
    first = door.recognition.seen([code], door.bench.trust.rules)[0]
    door.bench.time.passes(3_600)
    door.bench.trust.accept(door.bench.office.bundle(2))
    assert door.recognition.seen([code], door.bench.trust.rules)[0] == first
    assert first.kind is SeenKind.GENUINE


def test_a_repeated_event_for_a_code_nobody_remembers_is_judged(door: Door) -> None:
    seen = door.recognition.seen([door.bench.office.code(1)], door.bench.trust.rules)[0]
    assert door.gate.step(Event(EventKind.SHOWN_AGAIN, seen)).card is Card.ADMITTED
