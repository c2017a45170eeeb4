from __future__ import annotations

import json
from typing import Any

import pytest

from demo.kiosk_stand import Stand
from domain.errors import InputError
from domain.policy import Asked, Policy, Treatment
from domain.venue import Direction
from kiosk.desk.acts import ACTS
from kiosk.desk.form import Form, FormError
from kiosk.gate.answer import Answer, Card
from kiosk.sightings.recognition import Recognition
from kiosk.sightings.sightings import Event, EventKind
from kiosk.spool.file import not_writable
from kiosk.spool.spool import Spool
from tests.kiosk.desk.acting import does, entries, last_id, people


def test_who_was_sent_to_the_thermometer_is_judged_again_with_what_it_says(stand: Stand) -> None:
    stand.rule(policy=Policy(temperature=Asked.REQUIRE))
    assert stand.show_code(1).card is Card.TEMPERATURE
    done = does(stand, "temperature", temperature="36.6")
    assert done.answer is not None
    assert (done.answer.card, done.answer.name, done.answer.noted) == (Card.ADMITTED, "张*", "36.6 °C")
    first, second = entries(stand)
    assert first["reason"] == "temperature_needed"
    assert (second["reason"], second["way"]) == ("welcome", "kiosk")
    assert second["private"]["temperature_tenths"] == 366
    assert second["private"]["cti"] == first["private"]["cti"] != ""
    assert people(stand) == {"came": 1, "left": 0, "inside": 1, "refused": 0, "referred": 1}


def test_a_fever_is_referred_and_may_be_measured_again(stand: Stand) -> None:
    stand.rule(policy=Policy(temperature=Asked.REQUIRE))
    stand.show_code(1)
    fever = does(stand, "temperature", temperature="38,1".replace(",", "."))
    assert fever.answer is not None
    assert fever.answer.reason.value == "temperature_high"
    cooled = does(stand, "temperature", temperature="36.9")
    assert cooled.answer is not None
    assert cooled.answer.card is Card.ADMITTED
    assert [entry["private"]["temperature_tenths"] for entry in entries(stand)] == [None, 381, 369]


def test_a_temperature_taken_before_the_code_is_shown_belongs_to_the_next_visitor_only(stand: Stand) -> None:
    stand.rule(policy=Policy(temperature=Asked.REQUIRE))
    assert does(stand, "temperature", temperature="36.4").answer is None
    assert stand.show_code(1).card is Card.ADMITTED
    assert stand.show_code(2).card is Card.TEMPERATURE


@pytest.mark.parametrize("typed", ["", "29.9", "45.1", "366", "hot", "36.66", "-5", "３６.x"])
def test_a_number_that_is_no_temperature_is_refused_beside_its_field(stand: Stand, typed: str) -> None:
    with pytest.raises(FormError) as refused:
        does(stand, "temperature", temperature=typed)
    assert set(refused.value.errors) == {"temperature"}
    assert entries(stand) == []


def test_companions_count_for_the_next_visitor_and_for_the_last(stand: Stand) -> None:
    does(stand, "companions", count="2")
    assert stand.show_code(1).noted == "+2"
    stand.show_code(2)
    done = does(stand, "companions", count="3", entry=last_id(stand))
    assert done.answer is not None
    assert done.answer.noted == "+3"
    alone, together = entries(stand)[-2:]
    assert together["corrects"] == alone["id"]
    assert (together["outcome"], together["private"]["companions"]) == ("admitted", 3)
    assert people(stand)["inside"] == 3 + 4


def test_a_group_is_let_in_only_where_all_of_it_has_room(stand: Stand) -> None:
    stand.rule(policy=Policy(capacity=4))
    assert stand.show_code(1).card is Card.ADMITTED
    does(stand, "companions", count="3")
    assert stand.show_code(2).reason.value == "venue_full"
    does(stand, "companions", count="2")
    assert stand.show_code(2).card is Card.ADMITTED
    assert people(stand)["inside"] == 4
    assert stand.show_code(3).reason.value == "venue_full"


def test_companions_noted_by_mistake_are_taken_away_by_noting_none(stand: Stand) -> None:
    does(stand, "temperature", temperature="36.6")
    does(stand, "companions", count="3")
    done = does(stand, "companions", count="0")
    assert (done.sentence.en, done.sentence.zh) == (
        "No companions are noted for the next visitor.",
        "下一位访客记为无随行人员。",
    )
    assert stand.show_code(1).noted == "36.6 °C"
    assert entries(stand)[0]["private"]["companions"] == 0
    assert people(stand)["inside"] == 1


@pytest.mark.parametrize("typed", ["51", "-1", "two", "9999"])
def test_companions_are_bounded(stand: Stand, typed: str) -> None:
    with pytest.raises(FormError):
        does(stand, "companions", count=typed)


def test_the_last_entry_is_taken_back_by_a_new_one_and_nobody_is_inside_for_it(stand: Stand) -> None:
    stand.rule(policy=Policy(reentry=Treatment.REFUSE))
    stand.show_code(1)
    stand.show_code(2)
    does(stand, "undo", entry=last_id(stand))
    undo = entries(stand)[-1]
    assert (undo["reason"], undo["outcome"], undo["way"]) == ("taken_back", "referred", "staff")
    assert undo["corrects"] == entries(stand)[1]["id"]
    assert people(stand) == {"came": 1, "left": 0, "inside": 1, "refused": 0, "referred": 0}
    assert stand.show_code(2).card is Card.ADMITTED, "who was taken back may come in again"
    assert stand.show_code(1).card is Card.REFUSED, "who is inside may not"


def test_what_is_taken_back_is_what_was_on_the_screen(stand: Stand) -> None:
    stand.show_code(1)
    seen = last_id(stand)
    stand.show_code(2)
    with pytest.raises(InputError, match="Another entry was made meanwhile"):
        does(stand, "undo", entry=seen)
    assert len(entries(stand)) == 2


def test_the_counts_are_the_same_after_a_restart(stand: Stand) -> None:
    does(stand, "companions", count="2")
    stand.show_code(1)
    does(
        stand, "vehicle", plate="苏A12345", name="李雷", phone="13800138000", others="1", phone1="13912345678"
    )
    stand.show_code(2)
    does(stand, "undo", entry=last_id(stand))
    before: Any = stand.staff.overview.state()
    stand.register.recall()
    after: Any = stand.staff.overview.state()
    assert (before["people"], before["vehicles"]) == (after["people"], after["vehicles"])
    assert after["people"]["inside"] == 5
    assert after["vehicles"]["inside"] == 1


def test_a_refusal_by_hand_keeps_its_reason_and_takes_an_admission_away(stand: Stand) -> None:
    stand.show_code(1)
    done = does(stand, "refusal", why="未预约 no appointment", entry=last_id(stand))
    assert done.answer is not None
    assert "未预约 no appointment" in done.answer.sentence.zh
    admitted, refused = entries(stand)
    assert (refused["reason"], refused["corrects"]) == ("refused_by_staff", admitted["id"])
    assert refused["private"]["visitor_id"] == "v1"
    assert people(stand) == {"came": 0, "left": 0, "inside": 0, "refused": 1, "referred": 0}
    does(stand, "refusal", why="drunk")
    assert entries(stand)[-1]["private"]["visitor_id"] == ""
    with pytest.raises(FormError):
        does(stand, "refusal", why=" \u200b ")


def test_a_code_shown_again_does_not_undo_a_refusal_by_hand(stand: Stand) -> None:
    stand.show_code(1)
    does(stand, "refusal", why="drunk", entry=last_id(stand))
    assert shown_again(stand, 1).card is Card.REFUSED
    assert [entry["outcome"] for entry in entries(stand)] == ["admitted", "refused"]
    assert people(stand)["inside"] == 0
    does(stand, "undo", entry=last_id(stand))
    assert shown_again(stand, 1).card is Card.ADMITTED


def shown_again(stand: Stand, number: int) -> Answer:
    (seen,) = Recognition(stand.clock.now_ms).seen([stand.code(number)], stand.trust.rules)
    return stand.gate.step(Event(EventKind.SHOWN_AGAIN, seen))


def test_the_direction_turns_for_the_next_visitor_and_answers_begin_anew(stand: Stand) -> None:
    stand.show_code(1)
    does(stand, "direction", direction="out")
    assert stand.register.direction is Direction.OUT
    assert stand.show_code(1).reason.value == "goodbye"
    assert people(stand) == {"came": 1, "left": 1, "inside": 0, "refused": 0, "referred": 0}
    with pytest.raises(InputError):
        does(stand, "direction", direction="up")


def test_an_act_that_cannot_be_written_is_red(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(spool: Spool, *arguments: object) -> None:
        raise not_writable(OSError(28, "No space left on device"))

    monkeypatch.setattr(Spool, "commit", full)
    done = does(stand, "registration", name="韩梅梅", phone="13800138000")
    assert done.answer is not None
    assert done.answer.card is Card.NOT_WRITABLE
    state: Any = stand.board.state()
    assert state["trouble"]["kind"] == "log"


@pytest.mark.parametrize("act", sorted(ACTS))
@pytest.mark.parametrize("value", [None, 7, [], {}, "x" * 5_000, "\x00", "‮", "' OR 1=1 --"])
def test_odd_values_end_in_a_sentence_and_no_entry(stand: Stand, act: str, value: object) -> None:
    names = ("temperature", "plate", "name", "phone", "others", "number", "why", "entry", "direction")
    odd = value if isinstance(value, str) else "x"
    with pytest.raises((FormError, InputError)):
        ACTS[act](stand.staff.desk, Form({**dict.fromkeys(names, value), "count": odd}))
    assert entries(stand) == []


def test_a_confidential_venue_names_nobody_to_its_staff(stand: Stand) -> None:
    stand.rule(policy=Policy(confidential=True))
    stand.show_code(1)
    assert "张" not in json.dumps(stand.staff.overview.state(), ensure_ascii=False)
