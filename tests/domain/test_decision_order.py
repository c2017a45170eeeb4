"""The order of the rules: of all that stands against a person, the first in the list is said."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.code import CodeFault
from domain.credential import Credential
from domain.decision import (
    Decision,
    Facts,
    Outcome,
    Presence,
    Vehicle,
    VisitorFacts,
    judge,
)
from domain.hold import Hold, HoldLevel
from domain.hours import OpeningHours
from domain.policy import Asked, CredentialRule, Policy, Treatment
from domain.reason import Reason
from domain.venue import Direction, Entrance, VenueState
from domain.visitor import VisitorClass
from tests.domain.visitor_code_vectors import KEYS, VECTORS

NOW_MS = 1_795_262_400_000
HOUR_MS = 3_600_000
CLOSED = Entrance("e", "Gate", "v", "Park", VenueState.CLOSED)
STRICT = Policy(
    classes=frozenset({VisitorClass.EMPLOYEE}),
    credentials=(CredentialRule("permit"), CredentialRule("test", 48), CredentialRule("course", 24)),
    temperature=Asked.REQUIRE,
    hours=OpeningHours(((),) * 7),
    capacity=1,
    reentry=Treatment.REFUSE,
    listed_areas=frozenset({"110105"}),
    vehicle_complete=True,
)
WORST = VisitorFacts(
    "p1",
    VisitorClass.VISITOR,
    holds=(Hold(HoldLevel.RED, None, "Call the office"),),
    credentials=(Credential("test", None), Credential("course", NOW_MS - 25 * HOUR_MS)),
    areas=(("110105", NOW_MS - HOUR_MS),),
)
AGAINST = Facts(
    is_inside=lambda visitor_id: True,
    people_inside=1,
    bundle_age_ms=25 * HOUR_MS,
    vehicle=Vehicle("", 2, ()),
)


def test_rules_speak_in_their_order_and_fall_silent_one_by_one():
    entrance, policy, facts, visitor = CLOSED, STRICT, AGAINST, WORST
    said: list[tuple[Outcome, Reason]] = []

    def ask() -> None:
        decision = judge(visitor, entrance, policy, facts, NOW_MS, Presence.STAFF)
        said.append((decision.outcome, decision.reason))

    ask()
    entrance = replace(entrance, venue_state=VenueState.OPEN)
    ask()
    facts = replace(facts, bundle_age_ms=24 * HOUR_MS)
    ask()
    visitor = replace(visitor, holds=())
    ask()
    visitor = replace(visitor, visitor_class=VisitorClass.EMPLOYEE)
    ask()
    visitor = replace(visitor, credentials=(*visitor.credentials, Credential("permit", None)))
    ask()
    visitor = replace(visitor, credentials=(*visitor.credentials, Credential("test", NOW_MS)))
    ask()
    visitor = replace(visitor, credentials=(*visitor.credentials, Credential("course", NOW_MS)))
    ask()
    visitor = replace(visitor, areas=())
    ask()
    policy = replace(policy, hours=OpeningHours())
    ask()
    facts = replace(facts, temperature_tenths=380)
    ask()
    facts = replace(facts, temperature_tenths=365)
    ask()
    facts = replace(facts, vehicle=Vehicle("A1234", 1, ("+8613800138000",)))
    ask()
    facts = replace(facts, is_inside=lambda visitor_id: False)
    ask()
    facts = replace(facts, people_inside=0)
    ask()
    assert said == [
        (Outcome.REFUSED, Reason.VENUE_NOT_OPEN),
        (Outcome.REFERRED, Reason.RULES_OUT_OF_DATE),
        (Outcome.REFERRED, Reason.ON_HOLD),
        (Outcome.REFUSED, Reason.CLASS_NOT_ACCEPTED),
        (Outcome.REFUSED, Reason.CREDENTIAL_MISSING),
        (Outcome.REFERRED, Reason.CREDENTIAL_UNDATED),
        (Outcome.REFUSED, Reason.CREDENTIAL_TOO_OLD),
        (Outcome.REFERRED, Reason.LISTED_AREA),
        (Outcome.REFUSED, Reason.OUTSIDE_HOURS),
        (Outcome.REFERRED, Reason.TEMPERATURE_NEEDED),
        (Outcome.REFERRED, Reason.TEMPERATURE_HIGH),
        (Outcome.REFUSED, Reason.VEHICLE_INCOMPLETE),
        (Outcome.REFUSED, Reason.ALREADY_INSIDE),
        (Outcome.REFUSED, Reason.VENUE_FULL),
        (Outcome.ADMITTED, Reason.WELCOME),
    ]


def test_a_bad_code_is_told_before_any_rule():
    for vector in VECTORS:
        if vector["result"] in ("ok", "revoked"):
            continue
        facts = replace(AGAINST, keys=KEYS)
        decision = judge(vector["text"], CLOSED, STRICT, facts, vector["now"] * 1000, Presence.ROTATING)
        assert decision.fault == vector["result"]
        assert decision.outcome is not Outcome.ADMITTED
        assert decision.visitor is None
        assert decision.code is None


@given(
    shown=st.one_of(st.text(max_size=60), st.sampled_from([vector["text"] for vector in VECTORS])),
    direction=st.sampled_from(Direction),
    now_ms=st.integers(0, 4_000_000_000_000),
)
def test_any_text_is_decided_without_an_error(shown: str, direction: Direction, now_ms: int):
    decision = judge(
        shown, Entrance("e", "", "v", ""), Policy(), Facts(keys=KEYS), now_ms, Presence.ROTATING, direction
    )
    assert isinstance(decision, Decision)
    assert decision.sentence.en
    assert decision.is_entry == (decision.fault is not CodeFault.FOREIGN)


states = st.builds(
    Facts,
    is_inside=st.sampled_from([lambda visitor_id: True, lambda visitor_id: False]),
    people_inside=st.none() | st.integers(0, 3),
    bundle_age_ms=st.integers(-1, 30 * HOUR_MS),
    temperature_tenths=st.none() | st.integers(340, 420),
    vehicle=st.none()
    | st.builds(Vehicle, st.sampled_from(["", "A1234"]), st.integers(0, 3), st.just(("+86138",))),
)
visitors = st.builds(
    VisitorFacts,
    visitor_id=st.just("p1"),
    visitor_class=st.sampled_from(VisitorClass),
    holds=st.sampled_from([(), (Hold(HoldLevel.YELLOW),)]),
    credentials=st.lists(
        st.builds(Credential, st.sampled_from(["permit", "test"]), st.none() | st.integers(0, 2 * NOW_MS)),
        max_size=3,
    ).map(tuple),
)


@settings(max_examples=6 * settings.default.max_examples)
@given(visitors, states, st.sampled_from(VenueState))
def test_whoever_leaves_is_let_out_whatever_is_known(visitor: VisitorFacts, facts: Facts, state: VenueState):
    entrance = replace(CLOSED, venue_state=state)
    decision = judge(visitor, entrance, STRICT, facts, NOW_MS, Presence.STAFF, Direction.OUT)
    assert (decision.outcome, decision.reason) == (Outcome.ADMITTED, Reason.GOODBYE)


@settings(max_examples=6 * settings.default.max_examples)
@given(visitors, states)
def test_asking_for_less_never_turns_an_admission_into_a_refusal(visitor: VisitorFacts, facts: Facts):
    entrance = replace(CLOSED, venue_state=VenueState.OPEN)
    strict = replace(STRICT, hours=OpeningHours())
    if judge(visitor, entrance, strict, facts, NOW_MS, Presence.STAFF).outcome is Outcome.ADMITTED:
        for lax in (
            replace(strict, classes=frozenset(VisitorClass)),
            replace(strict, credentials=strict.credentials[:1]),
            replace(strict, temperature=Asked.OFF),
            replace(strict, capacity=None),
            replace(strict, vehicle_complete=False),
            replace(strict, reentry=Treatment.ADMIT),
        ):
            assert judge(visitor, entrance, lax, facts, NOW_MS, Presence.STAFF).outcome is Outcome.ADMITTED


@given(visitors, states)
def test_the_same_question_has_the_same_answer(visitor: VisitorFacts, facts: Facts):
    first, second = (judge(visitor, CLOSED, STRICT, facts, NOW_MS, Presence.STAFF) for _ in range(2))
    assert first == second


def test_a_code_that_ended_or_was_withdrawn_inside_still_lets_its_holder_out_but_not_in():
    over = [v for v in VECTORS if v["result"] in ("expired", "revoked")]
    assert over
    for vector in over:
        facts = Facts(keys=KEYS, is_revoked=lambda cti, v=vector: cti.hex() in v["revoked"])
        at_ms = vector["now"] * 1000
        leaving = judge(vector["text"], CLOSED, Policy(), facts, at_ms, Presence.ROTATING, Direction.OUT)
        entering = judge(vector["text"], CLOSED, Policy(), facts, at_ms, Presence.ROTATING)
        assert (leaving.outcome, leaving.reason) == (Outcome.ADMITTED, Reason.GOODBYE)
        assert entering.outcome is Outcome.REFUSED


def test_a_forged_code_lets_nobody_out():
    for vector in (v for v in VECTORS if v["result"] == "signature"):
        facts = Facts(keys=KEYS)
        at_ms = vector["now"] * 1000
        decision = judge(vector["text"], CLOSED, Policy(), facts, at_ms, Presence.ROTATING, Direction.OUT)
        assert decision.outcome is Outcome.REFUSED
