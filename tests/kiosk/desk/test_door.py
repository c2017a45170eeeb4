from __future__ import annotations

from dataclasses import dataclass

import pytest

from domain.errors import InputError
from domain.gate_settings import PIN_SALT_BYTES, sealed_pin
from kiosk.desk.door import IDLE_MS, Door

SALT = bytes(PIN_SALT_BYTES)
SEALED = sealed_pin("2580", SALT)
OTHER = sealed_pin("1111", SALT)


@dataclass
class Hall:
    """A door with its clock and its PIN in the test's hand."""

    now_ms: int = 1_000_000
    pin: str = SEALED

    def __post_init__(self) -> None:
        self.door = Door(lambda: self.pin, lambda: self.now_ms)

    def refused(self, typed: str) -> str:
        with pytest.raises(InputError) as refusal:
            self.door.opened(typed)
        assert refusal.value.field == "pin"
        return str(refusal.value)


def test_the_right_pin_opens_until_nobody_used_it_for_a_minute() -> None:
    hall = Hall()
    token = hall.door.opened("2580")
    hall.now_ms += IDLE_MS - 1
    assert hall.door.use(token)
    hall.now_ms += IDLE_MS - 1
    assert hall.door.is_open(token), "looking finds it open"
    hall.now_ms += 1
    assert not hall.door.use(token)


def test_tokens_are_guessed_by_nobody_and_end_when_shut() -> None:
    hall = Hall()
    tokens = {hall.door.opened("2580") for _ in range(3)}
    assert len(tokens) == 3
    assert all(len(token) >= 40 for token in tokens)
    for guess in ("", "x", "None"):
        assert not hall.door.is_open(guess)
    for token in tokens:
        hall.door.shut(token)
        assert not hall.door.use(token)


def test_wrong_pins_wait_longer_each_time_but_never_longer_than_half_a_minute() -> None:
    hall = Hall()
    waits = []
    for _ in range(9):
        assert "wrong" in hall.refused("0000")
        since = hall.now_ms
        while "wait" in (told := hall_try(hall)):
            hall.now_ms += 1_000
            assert hall.now_ms - since <= 30_000, told
        waits.append((hall.now_ms - since) // 1000)
        hall.door._wrong -= 1  # the probe itself was a wrong one
    assert waits[:6] == [0, 0, 1, 2, 4, 8]
    assert waits == sorted(waits)
    assert max(waits) == 30


def hall_try(hall: Hall) -> str:
    """What a wrong try is told while it must wait, "" once it may be made."""
    wrong = hall.door._wrong, hall.door._wrong_ms
    told = hall.refused("9999")
    if hall.door._wrong != wrong[0]:
        hall.door._wrong_ms = wrong[1]
        return ""
    return told


def test_even_the_right_pin_waits_but_whoever_is_in_stays_in() -> None:
    hall = Hall()
    token = hall.door.opened("2580")
    for _ in range(3):
        hall.refused("0000")
    assert "wait" in hall.refused("2580")
    assert hall.door.use(token)
    hall.now_ms += 1_000
    assert hall.door.opened("2580")


def test_wrong_pins_are_forgiven_after_ten_minutes() -> None:
    hall = Hall()
    for _ in range(8):
        hall.refused("0000")
        hall.now_ms += 30_000
    hall.now_ms += 600_000
    assert hall.refused("0000") == "This PIN is wrong."


def test_a_new_pin_from_the_server_shuts_what_the_old_one_opened() -> None:
    hall = Hall()
    token = hall.door.opened("2580")
    hall.pin = OTHER
    assert not hall.door.use(token)
    assert hall.refused("2580") == "This PIN is wrong."


def test_without_a_pin_it_stays_shut_and_says_where_to_set_one() -> None:
    hall = Hall(pin="")
    assert not hall.door.has_pin
    assert "Settings of the gates" in hall.refused("")
    assert "Settings of the gates" in hall.refused("0000")


@pytest.mark.parametrize("typed", ["", "258", "２５８０", "2580\n", "2" * 5_000, "25 80"])
def test_only_the_pin_itself_opens(typed: str) -> None:
    assert "wrong" in Hall().refused(typed)
