"""Policies of area, enterprise, venue and entrance together: the stricter wins, and it is known which."""

from __future__ import annotations

from dataclasses import fields
from itertools import permutations
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from domain.credential import Credential
from domain.decision import Facts, Outcome, Presence, VisitorFacts, judge
from domain.hours import OpeningHours
from domain.inheritance import Layer, Level, effective, rule_sources
from domain.policy import Asked, CredentialRule, Policy, Treatment
from domain.venue import Entrance
from domain.visitor import VisitorClass
from tests.domain.policy_examples import policies

DOOR = Entrance("e", "Gate", "v", "Park")
NAMES = [f.name for f in fields(Policy) if f.name != "version"]
SMALLER = frozenset({VisitorClass.EMPLOYEE, VisitorClass.COURIER})


def layer(level: Level, version: int = 2, **values: Any) -> Layer:
    return Layer(level, f"{level}-1", level.title(), version, values)


@st.composite
def layers(draw: st.DrawFn, level: Level) -> Layer:
    policy = draw(policies)
    names = draw(st.sets(st.sampled_from(NAMES)))
    return Layer(level, "x", "X", draw(st.integers(2, 99)), {name: getattr(policy, name) for name in names})


def test_without_any_layer_the_default_holds():
    assert effective([]).policy == Policy()
    assert effective([]).sources == {}


def test_the_stricter_of_each_field_wins_and_says_where_it_came_from():
    area = layer(Level.AREA, 7, temperature=Asked.ASK, capacity=500, listed_areas=frozenset({"A"}))
    venue = layer(Level.VENUE, 5, temperature=Asked.REQUIRE, capacity=80, classes=SMALLER)
    door = layer(Level.ENTRANCE, 6, temperature=Asked.OFF, capacity=None, reentry=Treatment.REFER)
    found = effective([area, venue, door])
    assert found.policy.temperature is Asked.REQUIRE
    assert found.policy.capacity == 80
    assert found.policy.classes == SMALLER
    assert found.policy.reentry is Treatment.REFER
    assert found.policy.version == 7
    assert found.sources["temperature"] == (venue,)
    assert found.sources["capacity"] == (venue,)
    assert found.sources["listed_areas"] == (area,)
    assert "confidential" not in found.sources


def test_hours_are_those_in_which_every_layer_is_open():
    def days(*openings: tuple[int, int]) -> OpeningHours:
        return OpeningHours((openings,) * 7)

    found = effective(
        [
            layer(Level.AREA, hours=days((360, 720), (780, 1200))),
            layer(Level.VENUE, hours=days((600, 900))),
        ]
    )
    assert found.policy.hours.weekly[0] == ((600, 720), (780, 900))


def test_a_milder_line_for_the_same_credential_says_nothing_beside_a_stricter_one():
    mild, strict = CredentialRule("test", 72), CredentialRule("test", 48)
    couriers = CredentialRule("test", 24, frozenset({VisitorClass.COURIER}))
    area, venue = layer(Level.AREA, credentials=(mild, couriers)), layer(Level.VENUE, credentials=(strict,))
    found = effective([area, venue])
    assert set(found.policy.credentials) == {strict, couriers}
    assert rule_sources(found, strict) == (venue,)
    assert rule_sources(found, couriers) == (area,)


def test_a_default_does_not_stand_in_the_way_of_what_somebody_set():
    found = effective([layer(Level.VENUE, bundle_limit_hours=72, unknown_visitor=Treatment.ADMIT)])
    assert found.policy.bundle_limit_hours == 72
    assert found.policy.unknown_visitor is Treatment.ADMIT


@given(layers(Level.AREA), layers(Level.VENUE), layers(Level.ENTRANCE))
def test_the_order_of_the_layers_does_not_matter(one: Layer, two: Layer, three: Layer):
    found = [effective(order).policy for order in permutations([one, two, three])]
    for policy in found[1:]:
        assert set(policy.credentials) == set(found[0].credentials)
        assert {n: getattr(policy, n) for n in NAMES if n != "credentials"} == {
            n: getattr(found[0], n) for n in NAMES if n != "credentials"
        }


@given(
    layers(Level.AREA),
    layers(Level.ENTRANCE),
    st.sampled_from(VisitorClass),
    st.lists(st.builds(Credential, st.sampled_from(["test", "permit"]), st.just(0)), max_size=2).map(tuple),
    st.none() | st.integers(350, 420),
)
def test_whom_the_layers_together_admit_each_layer_alone_admits(
    area: Layer,
    door: Layer,
    visitor_class: VisitorClass,
    credentials: tuple[Credential, ...],
    temperature: int | None,
):
    visitor = VisitorFacts("p", visitor_class, credentials=credentials, areas=(("A", 0),))
    facts = Facts(temperature_tenths=temperature, people_inside=3)

    def outcome(*asked: Layer) -> Outcome:
        return judge(visitor, DOOR, effective(asked).policy, facts, 3_600_000, Presence.STAFF).outcome

    if outcome(area, door) is Outcome.ADMITTED:
        # The default limits of temperature and age hold only where nobody set any.
        own = [
            Layer(
                one.level,
                one.scope_id,
                one.name,
                one.version,
                {"temperature_limit_tenths": 420, "listed_days": 1, **one.fields},
            )
            for one in (area, door)
        ]
        assert [outcome(one) for one in own] == [Outcome.ADMITTED] * 2


def test_where_nobody_asks_for_credentials_no_layer_does():
    assert rule_sources(effective([]), CredentialRule("test")) == ()
