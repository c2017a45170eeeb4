from __future__ import annotations

import json
from typing import Any

import pytest

from domain.canonical import SAFE_INTEGER
from domain.errors import InputError
from domain.gap import Gap, GapCause, gap_from_json, gap_json
from domain.log import gap_leaf

GAP = Gap(7, 9, GapCause.DAMAGED, 1_795_000_000_000)


def test_a_gap_is_read_as_it_was_written() -> None:
    assert gap_from_json(json.loads(json.dumps(gap_json(GAP)))) == GAP
    one = Gap(7, 7, GapCause.ABSENT, 0)
    assert gap_from_json(gap_json(one)) == one


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("first", 0), ("first", True), ("first", 1.0), ("first", None), ("first", 10),
        ("last", 6), ("last", "9"), ("last", SAFE_INTEGER + 1),
        ("cause", "stolen"), ("cause", None), ("cause", []), ("found_ms", -1),
    ],
)  # fmt: skip
def test_a_gap_that_is_none_is_refused_with_the_fields_name(field: str, value: Any) -> None:
    with pytest.raises(InputError) as caught:
        gap_from_json({**gap_json(GAP), field: value})
    assert caught.value.field == ("last" if (field, value) == ("first", 10) else field)


@pytest.mark.parametrize("value", [None, [], 7, "7-9", {}])
def test_what_is_no_gap_is_refused(value: object) -> None:
    with pytest.raises(InputError):
        gap_from_json(value)


def test_the_leaf_says_whose_numbers_will_not_come_and_nothing_of_people() -> None:
    assert json.loads(gap_leaf("kiosk-1", GAP, 5)) == {
        "v": 1, "type": "gap", "device": "kiosk-1", "first": 7, "last": 9, "cause": "damaged",
        "found_ms": 1_795_000_000_000, "received_ms": 5,
    }  # fmt: skip


def test_the_first_and_the_last_number_there_can_be_are_told() -> None:
    whole = Gap(1, SAFE_INTEGER, GapCause.VANISHED, SAFE_INTEGER)
    assert gap_from_json(gap_json(whole)) == whole
