from __future__ import annotations

from itertools import pairwise

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from kiosk.sightings.sightings import Event, EventKind, Patience, Seen, SeenKind, Sightings

FRAME_S = 1 / 30


def genuine(key: str, text: str = "") -> Seen:
    return Seen(key, text or key, SeenKind.GENUINE)


def doubtful(key: str) -> Seen:
    return Seen(key, key, SeenKind.DOUBTFUL)


def foreign(key: str) -> Seen:
    return Seen(key, key, SeenKind.FOREIGN)


def kinds(events: tuple[Event, ...]) -> list[EventKind]:
    return [event.kind for event in events]


def test_a_code_held_for_a_minute_is_one_showing() -> None:
    sightings = Sightings()
    events = [event for frame in range(1800) for event in sightings.step([genuine("a")], frame * FRAME_S)]
    assert kinds(tuple(events)) == [EventKind.SHOWN]


def test_a_phone_that_renews_its_text_is_still_the_same_showing() -> None:
    sightings = Sightings()
    assert kinds(sightings.step([genuine("cti:1", "first text")], 0.0)) == [EventKind.SHOWN]
    assert sightings.step([genuine("cti:1", "second text")], 0.5) == ()


def test_a_code_that_flickers_for_less_than_a_second_has_not_left() -> None:
    sightings = Sightings()
    sightings.step([genuine("a")], 0.0)
    assert sightings.step([], 0.5) == ()
    assert sightings.step([genuine("a")], 0.95) == ()


def test_a_code_shown_again_soon_is_told_apart_from_a_new_one() -> None:
    sightings = Sightings()
    sightings.step([genuine("a")], 0.0)
    assert kinds(sightings.step([genuine("a")], 10.0)) == [EventKind.SHOWN_AGAIN]
    assert kinds(sightings.step([genuine("a")], 41.0)) == [EventKind.SHOWN]


def test_another_code_in_between_does_not_make_the_first_one_new() -> None:
    sightings = Sightings()
    assert kinds(sightings.step([genuine("a")], 0.0)) == [EventKind.SHOWN]
    assert kinds(sightings.step([genuine("b")], 0.1)) == [EventKind.SHOWN]
    assert sightings.step([genuine("a")], 0.2) == ()


def test_two_visitor_codes_at_once_ask_for_one_and_judge_none() -> None:
    sightings = Sightings()
    assert kinds(sightings.step([genuine("a"), genuine("b")], 0.0)) == [EventKind.CROWD]
    assert sightings.step([genuine("a"), genuine("b")], 0.1) == ()
    assert [event.seen for event in sightings.step([genuine("b")], 0.2)] == [genuine("b")]


def test_a_false_code_that_was_answered_and_stays_on_the_wall_blocks_nobody() -> None:
    sightings = Sightings()
    assert kinds(sightings.step([doubtful("sticker")], 0.0)) == [EventKind.SHOWN]
    for frame in range(1, 30):
        sightings.step([doubtful("sticker")], frame * FRAME_S)
    assert kinds(sightings.step([doubtful("sticker"), genuine("a")], 1.0)) == [EventKind.SHOWN]


def test_a_foreign_code_is_told_once_and_not_beside_a_visitor_code() -> None:
    sightings = Sightings()
    assert kinds(sightings.step([foreign("poster")], 0.0)) == [EventKind.FOREIGN]
    assert sightings.step([foreign("poster")], 0.1) == ()
    assert kinds(sightings.step([foreign("wifi"), genuine("a")], 0.2)) == [EventKind.SHOWN]


def test_twenty_new_foreign_codes_in_one_frame_are_told_once() -> None:
    assert len(Sightings().step([foreign(str(number)) for number in range(20)], 0.0)) == 1


def test_what_is_remembered_stays_bounded() -> None:
    sightings = Sightings(Patience(most_remembered=16))
    for number in range(1000):
        sightings.step([foreign(str(number))], number * 0.001)
    assert len(sightings._last_seen) <= 17


class Showings(RuleBasedStateMachine):
    """Hands hold up codes and take them away; each showing of a code makes at most one event for it."""

    @initialize()
    def begin(self) -> None:
        self.now_s = 0.0
        self.sightings = Sightings()
        self.held: set[str] = set()
        self.last_read: dict[str, float] = {}
        self.answered_at: dict[str, list[float]] = {}

    @rule(key=st.sampled_from("abcd"))
    def hold_up(self, key: str) -> None:
        self.held.add(key)

    @rule(key=st.sampled_from("abcd"))
    def take_away(self, key: str) -> None:
        self.held.discard(key)

    @rule(pause_s=st.sampled_from([0.03, 0.2, 0.9, 1.2, 5.0, 40.0]), lost=st.sets(st.sampled_from("abcd")))
    def frame(self, pause_s: float, lost: set[str]) -> None:
        self.now_s += pause_s
        read = sorted(self.held - lost)
        events = self.sightings.step([genuine(key) for key in read], self.now_s)
        if len(read) > 1:
            assert set(kinds(events)) <= {EventKind.CROWD}
        for event in events:
            if event.seen:
                self.answered_at.setdefault(event.seen.key, []).append(self.now_s)
                gap = self.now_s - self.last_read.get(event.seen.key, -1e9)
                assert gap > 1.0, "answered although it never left the view"
                assert (event.kind is EventKind.SHOWN_AGAIN) == (gap <= 30.0)
        counted = read if len(read) == 1 else [key for key in read if self._in_view(key)]
        for key in counted:
            self.last_read[key] = self.now_s

    def _in_view(self, key: str) -> bool:
        return self.now_s - self.last_read.get(key, -1e9) <= 1.0

    @invariant()
    def answers_of_one_code_are_at_least_a_leaving_apart(self) -> None:
        for times in self.answered_at.values():
            assert all(later - earlier > 1.0 for earlier, later in pairwise(times))


Showings.TestCase.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
TestShowings = Showings.TestCase
