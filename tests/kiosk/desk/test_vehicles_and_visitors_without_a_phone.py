"""Whom staff register by hand: vehicles with everybody in them, and visitors who show no code."""

from __future__ import annotations

import pytest

from demo.kiosk_stand import Stand
from domain.errors import InputError
from domain.policy import Policy
from kiosk.desk.form import FormError
from kiosk.gate.answer import Card
from tests.kiosk.desk.acting import does, entries, people


def test_a_vehicle_without_every_phone_is_refused_and_the_field_is_named(stand: Stand) -> None:
    stand.rule(policy=Policy(vehicle_complete=True))
    fields = {"plate": "苏A·12345", "name": "李雷", "phone": "138 0013 8000", "others": "2"}
    with pytest.raises(FormError) as refused:
        does(stand, "vehicle", **fields, phone1="139 1234 5678")
    assert set(refused.value.errors) == {"phone2"}
    (entry,) = entries(stand)
    assert (entry["outcome"], entry["reason"]) == ("refused", "vehicle_incomplete")
    assert entry["private"]["details"] == {"missing": "phone ×1", "missing_zh": "电话 ×1"}
    done = does(stand, "vehicle", **fields, phone1="139 1234 5678", phone2="+44 20 7946 0018")
    assert done.answer is not None
    assert done.answer.card is Card.ADMITTED
    entry = entries(stand)[-1]
    assert entry["private"]["occupants"] == ["+8613912345678", "+442079460018"]
    assert (entry["private"]["name"], entry["private"]["phone"]) == ("李雷", "+8613800138000")
    assert people(stand)["inside"] == 3


def test_a_phone_that_is_none_is_said_before_anything_is_judged(stand: Stand) -> None:
    with pytest.raises(FormError) as refused:
        does(stand, "vehicle", plate="?", name="", phone="1380", others="1", phone1="12")
    assert set(refused.value.errors) == {"plate", "name", "phone", "phone1"}
    assert entries(stand) == []


def test_a_driver_may_show_a_code_instead_of_a_name(stand: Stand) -> None:
    stand.rule(policy=Policy(vehicle_complete=True))
    assert (
        does(stand, "vehicle", driver="code", plate="苏A12345", others="1", phone1="13912345678").answer
        is None
    )
    answer = stand.show_code(3)
    assert (answer.card, answer.noted) == (Card.ADMITTED, "苏A****45 · +1")
    assert entries(stand)[0]["private"]["plate"] == "苏A12345"


def test_what_was_measured_stays_with_a_vehicle_that_lacked_a_phone(stand: Stand) -> None:
    stand.rule(policy=Policy(vehicle_complete=True))
    does(stand, "temperature", temperature="36.6")
    does(stand, "companions", count="2")
    fields = {"plate": "苏A12345", "name": "李雷", "phone": "13800138000", "others": "1"}
    with pytest.raises(FormError):
        does(stand, "vehicle", **fields)
    assert stand.show_code(3).noted == ""  # whoever walks past meanwhile was not measured
    done = does(stand, "vehicle", **fields, phone1="13912345678")
    assert done.answer is not None
    assert (done.answer.card, done.answer.noted) == (Card.ADMITTED, "36.6 °C · 苏A****45 · +3")
    done = does(stand, "vehicle", **fields, phone1="13912345678")
    assert done.answer is not None
    assert done.answer.noted == "苏A****45 · +1"


def test_what_was_measured_is_not_given_to_another_vehicle(stand: Stand) -> None:
    stand.rule(policy=Policy(vehicle_complete=True))
    does(stand, "temperature", temperature="36.6")
    fields = {"name": "李雷", "phone": "13800138000"}
    with pytest.raises(FormError):
        does(stand, "vehicle", **fields, plate="苏A12345", others="1")
    done = does(stand, "vehicle", **fields, plate="苏B99999")
    assert done.answer is not None
    assert done.answer.noted == "苏B****99"


def test_a_driver_who_shows_a_code_again_keeps_what_was_measured(stand: Stand) -> None:
    stand.rule(policy=Policy(vehicle_complete=True))
    does(stand, "temperature", temperature="36.6")
    does(stand, "companions", count="2")
    does(stand, "vehicle", driver="code", plate="苏A12345", others="1")
    assert stand.show_code(3).card is Card.REFUSED
    does(stand, "companions", count="0")  # noted by mistake
    does(stand, "vehicle", driver="code", plate="苏A12345", others="1", phone1="13912345678")
    answer = stand.show_code(3)
    assert (answer.card, answer.noted) == (Card.ADMITTED, "36.6 °C · 苏A****45 · +1")


def test_a_vehicle_that_is_typed_again_brings_nobody_along_from_the_first_typing(stand: Stand) -> None:
    does(stand, "vehicle", driver="code", plate="苏A12345", others="2", phone1="13912345678")
    does(stand, "vehicle", driver="code", plate="苏B99999", others="0")
    assert stand.show_code(3).noted == "苏B****99"
    private = entries(stand)[0]["private"]
    assert (private["plate"], private.get("occupants", [])) == ("苏B99999", [])


def test_a_visitor_without_a_phone_gives_a_short_number(stand: Stand) -> None:
    typed = stand.short_number(2)
    done = does(stand, "number", number=f" {typed[:4].lower()}-{typed[4:]} ")
    assert done.answer is not None
    assert (done.answer.name, done.answer.presence) == ("A*** L***", "staff")
    assert (entries(stand)[0]["private"]["visitor_id"], entries(stand)[0]["way"]) == ("v2", "staff")


def test_short_numbers_cannot_be_tried_out(stand: Stand) -> None:
    wrong = stand.short_number(2)[:-1] + ("B" if stand.short_number(2)[-1] != "B" else "C")
    with pytest.raises(FormError, match="8 letters and digits"):
        does(stand, "number", number=wrong)
    for number in range(50, 60):
        with pytest.raises(InputError, match="Nobody known"):
            does(stand, "number", number=stand.short_number(number))
    with pytest.raises(InputError, match="Too many numbers"):
        does(stand, "number", number=stand.short_number(2))
    assert entries(stand) == []


def test_somebody_is_registered_on_the_spot(stand: Stand) -> None:
    done = does(stand, "registration", name=" 韩 梅梅 ", phone="138-0013-8000")
    assert done.answer is not None
    assert (done.answer.card, done.answer.name) == (Card.ADMITTED, "韩***")
    (entry,) = entries(stand)
    assert (entry["private"]["name"], entry["private"]["phone"]) == ("韩 梅梅", "+8613800138000")
    assert entry["private"]["visitor_id"] == ""
