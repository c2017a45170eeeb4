"""A decision tells whom and what it was about: the entry is made of it, whatever the outcome."""

from __future__ import annotations

import pytest

from domain.code import CodeFault, VerifyingKey, VisitorCode
from domain.credential import Credential
from domain.decision import Facts, Outcome, Presence, VisitorFacts, judge
from domain.policy import Policy
from domain.reason import Reason
from domain.venue import Direction, Entrance
from domain.visitor import VisitorClass
from tests.domain.visitor_code_attack import CTI, MAIN, NOW, good, private_key

GATE = Entrance("e1", "North gate", "v1", "Park")
KNOWN = VisitorFacts("p1", VisitorClass.VISITOR)
OTHER = VisitorFacts("p2", VisitorClass.VISITOR)
TEXT = good("phone", "").text
CODE = VisitorCode(CTI, 0, NOW - 30, NOW + 30, MAIN)
PUBLIC = private_key("main").public_key().public_bytes_raw()


def decided(
    policy: Policy, direction: Direction = Direction.IN, now_ms: int = NOW * 1000, until: int = NOW + 9
):
    facts = Facts(keys=(VerifyingKey(MAIN, PUBLIC, NOW - 9, until),), visitor_of={CTI: KNOWN, b"": OTHER}.get)
    return judge(TEXT, GATE, policy, facts, now_ms, Presence.ROTATING, direction)


@pytest.mark.parametrize(
    ("policy", "direction", "outcome", "reason"),
    [
        (Policy(), Direction.IN, Outcome.ADMITTED, Reason.WELCOME),
        (Policy(), Direction.OUT, Outcome.ADMITTED, Reason.GOODBYE),
        (Policy(capacity=0), Direction.IN, Outcome.REFUSED, Reason.VENUE_FULL),
        (Policy(classes=frozenset()), Direction.IN, Outcome.REFUSED, Reason.CLASS_NOT_ACCEPTED),
    ],
)
def test_a_decision_about_a_code_names_the_code_and_its_visitor(
    policy: Policy, direction: Direction, outcome: Outcome, reason: Reason
):
    decision = decided(policy, direction)
    assert (decision.outcome, decision.reason) == (outcome, reason)
    assert (decision.visitor, decision.code, decision.fault) == (KNOWN, CODE, None)
    assert decision.presence is Presence.ROTATING


def of_owners(key: str, visitor: str, direction: Direction = Direction.IN) -> Outcome:
    """What a gate says where the key is one enterprise's and the visitor another's; "" is not told."""
    whose = VisitorFacts("p1", VisitorClass.VISITOR, owner=visitor)
    facts = Facts(
        keys=(VerifyingKey(MAIN, PUBLIC, NOW - 9, NOW + 9, owner=key),), visitor_of={CTI: whose}.get
    )
    return judge(TEXT, GATE, Policy(), facts, NOW * 1000, Presence.ROTATING, direction).outcome


@pytest.mark.parametrize("direction", Direction)
def test_a_key_speaks_for_visitors_of_its_own_enterprise_and_the_installations_for_all(direction: Direction):
    believed = {("", ""), ("", "park"), ("park", "park"), ("park", "")}
    for key, visitor in (*believed, ("mill", "park"), ("park", "mill")):
        wanted = Outcome.ADMITTED if (key, visitor) in believed else Outcome.REFUSED
        assert of_owners(key, visitor, direction) is wanted, (key, visitor)


def test_what_another_enterprises_key_signed_is_told_apart_from_the_visitor():
    facts = Facts(
        keys=(VerifyingKey(MAIN, PUBLIC, NOW - 9, NOW + 9, owner="mill"),),
        visitor_of={CTI: VisitorFacts("p1", VisitorClass.VISITOR, owner="park")}.get,
    )
    decision = judge(TEXT, GATE, Policy(), facts, NOW * 1000, Presence.ROTATING)
    assert (decision.reason, decision.fault) == (Reason.CODE_FORGED, CodeFault.OTHERS_KEY)
    assert (decision.visitor, decision.code) == (None, None)


def test_the_last_second_of_a_key_is_a_whole_one():
    assert decided(Policy(), now_ms=NOW * 1000 + 999, until=NOW).outcome is Outcome.ADMITTED
    assert decided(Policy(), now_ms=NOW * 1000 + 1000, until=NOW).outcome is not Outcome.ADMITTED


def test_a_credential_counts_at_its_venues_and_one_without_venues_everywhere():
    assert Credential("permit", None).counts_at("v1")
    here = Credential("permit", None, venues=frozenset({"v1", "v2"}))
    assert [here.counts_at(venue) for venue in ("v1", "v2", "v3", "")] == [True, True, False, False]
