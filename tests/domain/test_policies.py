"""Policies as JSON: read back exactly, equal policies in equal bytes, refusals that name the field."""

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given

from domain.canonical import canonical_json
from domain.errors import InputError
from domain.hours import DAY_NAMES, OpeningHours
from domain.policy import Policy
from domain.policy_text import policy_from_json, policy_json
from tests.domain.policy_examples import policies


@given(policies)
def test_a_policy_is_read_back_exactly(policy: Policy):
    assert policy_from_json(policy_json(policy)) == policy
    assert policy_from_json(json.loads(canonical_json(policy_json(policy)))) == policy


@given(policies, policies)
def test_equal_policies_have_equal_bytes_and_others_not(one: Policy, other: Policy):
    again = policy_from_json(policy_json(one))
    assert canonical_json(policy_json(again)) == canonical_json(policy_json(one))
    assert (canonical_json(policy_json(one)) == canonical_json(policy_json(other))) == (one == other)


def test_no_fields_make_the_default_policy():
    assert policy_from_json({}) == Policy()


def test_one_field_leaves_the_others_as_they_are():
    assert policy_from_json({"capacity": 5}) == Policy(capacity=5)
    assert policy_from_json({"hours": policy_json(Policy())["hours"]}) == Policy()


def _hours(**changed: object) -> dict[str, object]:
    return {"weekly": {**dict.fromkeys(DAY_NAMES, ((0, 1440),)), **changed}, "holidays": []}


REFUSED: list[tuple[str, object]] = [
    *(("version", value) for value in (0, 2**31, 1.0, True, "1", None)),
    *(("classes", value) for value in ("visitor", None, ["vip"], [None], [1], {"visitor": 1})),
    *(("temperature", value) for value in ("maybe", None, 1, ["off"], "refer")),
    *(("temperature_limit_tenths", value) for value in (37.3, 37, 349, 421, "373", True, float("nan"))),
    *(("capacity", value) for value in (-1, 10**7 + 1, 1.5, "10", True, [])),
    *(("reentry", value) for value in ("allow", None, True, "ADMIT")),
    *(("unknown_visitor", value) for value in ("allow", None, 0)),
    *(("listed_areas", value) for value in ("110105", [110105], [""], ["a\nb"], ["x" * 101], [None])),
    *(("listed_days", value) for value in (0, 366, "14", None, 14.0)),
    *(("vehicle_complete", value) for value in ("false", "true", 0, 1, None)),
    *(("confidential", value) for value in ("no", 0, None, [])),
    *(("bundle_limit_hours", value) for value in (0, 24 * 90 + 1, None, "24")),
    *(
        ("credentials", value)
        for value in ("test", [None], ["test"], [{"kind": "test"}], [{"max_age_hours": 1}])
    ),
    *(
        ("credentials", [{"kind": "test", "max_age_hours": value}])
        for value in (0, -1, 1.5, "48", 24 * 3660 + 1)
    ),
    *(
        ("credentials", [{"kind": kind, "max_age_hours": 1}])
        for kind in ("", " ", None, 5, "a\nb", "x" * 101)
    ),
    *(("hours", value) for value in (None, [], "always", {}, {"weekly": {}, "holidays": []})),
    ("hours", {"weekly": dict.fromkeys(DAY_NAMES, ()), "holidays": ["2026-13-01"]}),
    ("hours", {"weekly": dict.fromkeys(DAY_NAMES, ()), "holidays": "2026-12-25"}),
    ("hours", {"weekly": dict.fromkeys(DAY_NAMES, ())}),
    ("hours", {"weekly": dict.fromkeys(DAY_NAMES, ()), "holidays": [], "zone": "UTC"}),
    ("hours", _hours(mondey=[])),
    *(
        ("hours", _hours(mon=openings))
        for openings in (
            None,
            [[]],
            [[480]],
            [[480, 720, 1080]],
            [480, 1080],
            [[1080, 480]],
            [[480, 480]],
            [[0, 1441]],
            [[-1, 60]],
            [["08:00", "18:00"]],
            [[0.0, 60.0]],
            [[n, n + 1] for n in range(0, 14, 2)],
        )
    ),
]


@pytest.mark.parametrize(("name", "value"), REFUSED, ids=ascii)
def test_an_unusable_field_is_named_in_both_languages(name: str, value: object):
    with pytest.raises(InputError) as refusal:
        policy_from_json({name: value})
    said = refusal.value.sentence
    assert refusal.value.field == name
    assert name in said.en
    assert name in said.zh
    assert not any("\u4e00" <= letter <= "\u9fff" for letter in said.en)
    assert len(said.en) < 200


@pytest.mark.parametrize("value", [None, 5, "policy", [], [["capacity", 5]], True])
def test_what_is_no_policy_is_refused(value: object):
    with pytest.raises(InputError, match="group of named fields"):
        policy_from_json(value)


@pytest.mark.parametrize(
    "name", ["capasity", "Capacity", "", "__class__", 5, None, "\ud800", "x" * 10_000], ids=ascii
)
def test_an_unknown_field_is_refused(name: object):
    with pytest.raises(InputError, match="unknown field") as refusal:
        policy_from_json({name: 5})
    assert refusal.value.sentence.en.isascii()


def test_every_field_has_a_refusal_here():
    assert {name for name, _ in REFUSED} == set(policy_json(Policy()))


def test_holidays_are_dates_in_the_order_of_the_calendar():
    policy = Policy(hours=OpeningHours(holidays=frozenset({date(2027, 1, 1), date(2026, 12, 25)})))
    hours = policy_json(policy)["hours"]
    assert isinstance(hours, dict)
    assert hours["holidays"] == ["2026-12-25", "2027-01-01"]
