"""A temperature is one person's: for how long it waits, and whom a reading of the device cannot be about."""

from __future__ import annotations

import pytest

from demo.kiosk_stand import Stand
from domain.policy import Asked, Policy
from kiosk.gate.answer import Card
from tests.kiosk.desk.acting import does, entries


def later(stand: Stand, monkeypatch: pytest.MonkeyPatch, ms: int) -> None:
    boot_ms = stand.register.boot_ms
    monkeypatch.setattr(stand.register, "boot_ms", lambda: boot_ms() + ms)


def device_reads(stand: Stand, tenths: int) -> None:
    stand.staff.desk.thermometer_measured(tenths)


def test_a_reading_of_the_device_does_not_shorten_what_staff_noted(
    stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    does(stand, "companions", count="2")
    device_reads(stand, 365)
    later(stand, monkeypatch, 20_000)
    assert stand.show_code(1).noted == "+2"


@pytest.mark.parametrize("count", ["2", "0"])
def test_what_staff_note_does_not_keep_a_reading_for_somebody_later(
    stand: Stand, monkeypatch: pytest.MonkeyPatch, count: str
) -> None:
    stand.rule(policy=Policy(temperature=Asked.REQUIRE))
    device_reads(stand, 365)
    does(stand, "companions", count=count)
    later(stand, monkeypatch, 20_000)
    assert stand.show_code(1).card is Card.TEMPERATURE
    assert entries(stand)[0]["private"]["companions"] == int(count)


def test_a_fever_is_not_taken_away_by_the_next_visitors_reading(stand: Stand) -> None:
    stand.rule(policy=Policy(temperature=Asked.REQUIRE))
    device_reads(stand, 385)
    assert stand.show_code(1).card is Card.REFERRED
    device_reads(stand, 365)
    assert stand.show_code(2).card is Card.ADMITTED
    made = [(entry["outcome"], entry["private"]["temperature_tenths"]) for entry in entries(stand)]
    assert made == [("referred", 385), ("admitted", 365)]


def test_who_had_a_fever_shows_the_code_again_after_another_reading(stand: Stand) -> None:
    stand.rule(policy=Policy(temperature=Asked.REQUIRE))
    stand.show_code(1)
    device_reads(stand, 381)
    assert entries(stand)[-1]["reason"] == "temperature_high"
    for tenths in (382, 366):
        device_reads(stand, tenths)
    assert len(entries(stand)) == 2
    assert stand.show_code(1).card is Card.ADMITTED
    assert entries(stand)[-1]["private"]["temperature_tenths"] == 366
