"""Field by field, which of two layers wins, and which credential rule makes another one superfluous."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain.hours import OpeningHours
from domain.inheritance import Layer, Level, effective, rule_sources
from domain.policy import Asked, CredentialRule, Policy, Treatment
from domain.visitor import VisitorClass

E, C, V = VisitorClass.EMPLOYEE, VisitorClass.COURIER, VisitorClass.VISITOR
MAY, NEW_YEAR = date(2026, 5, 1), date(2027, 1, 1)


def layer(level: Level, **values: Any) -> Layer:
    return Layer(level, f"{level}-1", level.title(), 2, values)


def hours(*openings: tuple[int, int], holidays: frozenset[date] = frozenset()) -> OpeningHours:
    return OpeningHours((openings,) * 7, holidays)


STRICTER = [
    ("classes", frozenset({E, C}), frozenset({C, V}), frozenset({C})),
    ("temperature", Asked.OFF, Asked.ASK, Asked.ASK),
    ("temperature", Asked.ASK, Asked.REQUIRE, Asked.REQUIRE),
    ("temperature_limit_tenths", 373, 370, 370),
    ("hours", hours((0, 600)), hours((600, 900)), hours()),
    (
        "hours",
        hours((0, 1440), holidays=frozenset({MAY})),
        hours((60, 120), holidays=frozenset({NEW_YEAR})),
        hours((60, 120), holidays=frozenset({MAY, NEW_YEAR})),
    ),
    ("capacity", None, 5, 5),
    ("capacity", 7, 5, 5),
    ("capacity", None, None, None),
    ("reentry", Treatment.ADMIT, Treatment.REFER, Treatment.REFER),
    ("reentry", Treatment.REFER, Treatment.REFUSE, Treatment.REFUSE),
    ("listed_areas", frozenset({"a", "b"}), frozenset({"b", "c"}), frozenset({"a", "b", "c"})),
    ("listed_days", 7, 14, 14),
    ("vehicle_complete", False, True, True),
    ("unknown_visitor", Treatment.ADMIT, Treatment.REFUSE, Treatment.REFUSE),
    ("bundle_limit_hours", 24, 12, 12),
    ("confidential", True, False, True),
]


@pytest.mark.parametrize(("name", "one", "other", "expected"), STRICTER)
def test_the_stricter_value_wins_in_either_order(name: str, one: object, other: object, expected: object):
    for first, second in ((one, other), (other, one)):
        area, door = layer(Level.AREA, **{name: first}), layer(Level.ENTRANCE, **{name: second})
        assert getattr(effective([area, door]).policy, name) == expected


def test_every_field_of_a_policy_has_its_stricter_value_here_or_is_a_list_of_rules():
    assert {name for name, *_ in STRICTER} | {"version", "credentials"} == set(Policy.__slots__)


@pytest.mark.parametrize(
    ("name", "one", "other", "bears"),
    [
        ("classes", frozenset({E, C}), frozenset({C}), [True, True]),
        ("hours", hours((0, 1440)), hours((60, 120)), [True, True]),
        ("listed_areas", frozenset({"a"}), frozenset({"b"}), [True, True]),
        ("listed_areas", frozenset({"a"}), frozenset(), [True, False]),
        ("credentials", (CredentialRule("a", 48),), (CredentialRule("a", 24),), [False, True]),
        ("capacity", 7, 5, [False, True]),
        ("capacity", 5, 5, [True, True]),
        ("confidential", False, True, [False, True]),
    ],
)
def test_a_layer_is_named_where_its_own_value_is_felt(
    name: str, one: object, other: object, bears: list[bool]
):
    layers = [layer(Level.AREA, **{name: one}), layer(Level.ENTRANCE, **{name: other})]
    named = effective(layers).sources[name]
    assert [each in named for each in layers] == bears


RULE = CredentialRule("test", 48, frozenset({E, C}), Treatment.REFER, True)


@pytest.mark.parametrize(
    ("strict", "rule", "covers"),
    [
        (RULE, CredentialRule("test", 48, frozenset({E}), Treatment.REFER, True), True),
        (RULE, CredentialRule("test", 48, frozenset({E, V}), Treatment.REFER, True), False),
        (RULE, CredentialRule("test", 48, frozenset(), Treatment.REFER, True), False),
        (RULE, CredentialRule("permit", 48, frozenset({E}), Treatment.REFER, True), False),
        (RULE, CredentialRule("test", 72, frozenset({E, C}), Treatment.REFER, True), True),
        (RULE, CredentialRule("test", None, frozenset({E, C}), Treatment.REFER, True), True),
        (RULE, CredentialRule("test", 24, frozenset({E, C}), Treatment.REFER, True), False),
        (RULE, CredentialRule("test", 48, frozenset({E, C}), Treatment.REFER, False), True),
        (RULE, CredentialRule("test", 48, frozenset({E, C}), Treatment.REFUSE, True), False),
        (CredentialRule("test", 48), CredentialRule("test", 48, frozenset({E})), True),
        (CredentialRule("test", None), CredentialRule("test", None, frozenset({E})), True),
        (CredentialRule("test", None), CredentialRule("test", 48, frozenset({E})), False),
        (CredentialRule("test", 48, verified=False), CredentialRule("test", 48, frozenset({E})), False),
        (CredentialRule("test", 48, frozenset({E})), CredentialRule("test", 48, frozenset({V})), False),
    ],
)
def test_a_rule_is_superfluous_beside_one_that_asks_at_least_as_much_of_the_same_people(
    strict: CredentialRule, rule: CredentialRule, covers: bool
):
    for first, second in ((strict, rule), (rule, strict)):
        area, door = layer(Level.AREA, credentials=(first,)), layer(Level.ENTRANCE, credentials=(second,))
        found = effective([area, door])
        assert (rule not in found.policy.credentials) == covers
        if covers:
            assert found.policy.credentials == (strict,)
            (named,) = rule_sources(found, strict)
            assert named.fields["credentials"] == (strict,)
