"""The verdict of every rule, by its name and in its order: what the desk shows of an examination."""

from __future__ import annotations

import pytest

from domain.credential import Credential
from domain.decision import Facts, Presence, Vehicle, VisitorFacts, examination, judge
from domain.policy import CredentialRule, Policy
from domain.reason import Reason
from domain.rules import Rule
from domain.venue import Entrance
from domain.visitor import VisitorClass

NOW_MS = 1_795_262_400_000
GATE = Entrance("e1", "North gate", "v1", "Park")
ELSEWHERE = Credential("permit", 1, venues=frozenset({"v2"}))
VISITOR = VisitorFacts("p1", VisitorClass.VISITOR, credentials=(Credential("test", NOW_MS - 1), ELSEWHERE))
POLICY = Policy(credentials=(CredentialRule("test", 48), CredentialRule("permit")), capacity=1)


def test_every_rule_gives_its_verdict_under_its_own_name_in_order():
    _, verdicts = examination(VISITOR, GATE, POLICY, Facts(people_inside=1), NOW_MS, Presence.STAFF)
    names = [verdict.rule for verdict in verdicts]
    assert list(dict.fromkeys(names)) == list(Rule)
    assert names.count(Rule.CREDENTIAL) == 2
    assert [verdict.subject for verdict in verdicts if verdict.rule is Rule.CREDENTIAL] == ["test", "permit"]


@pytest.mark.parametrize(
    ("facts", "is_full"),
    [
        (Facts(people_inside=9), False),
        (Facts(people_inside=10), True),
        (Facts(people_inside=5, companions=4), False),
        (Facts(people_inside=5, companions=5), True),
        (Facts(people_inside=5, vehicle=Vehicle("A1", 5, ())), False),
        (Facts(people_inside=5, vehicle=Vehicle("A1", 4, ()), companions=2), True),
        (Facts(people_inside=9, vehicle=Vehicle("A1", 0, ())), False),
        (Facts(people_inside=10, companions=5, is_inside=lambda identity: True), False),
    ],
)
def test_whoever_comes_along_needs_room_too(facts: Facts, is_full: bool):
    decision = judge(VISITOR, GATE, Policy(capacity=10), facts, NOW_MS, Presence.STAFF)
    assert (decision.reason is Reason.VENUE_FULL) == is_full


def test_a_verdict_says_what_the_person_would_read_and_a_content_rule_nothing():
    _, verdicts = examination(VISITOR, GATE, POLICY, Facts(people_inside=1), NOW_MS, Presence.STAFF)
    said = {(one.rule, one.subject): one.sentence.en for one in verdicts if one.sentence is not None}
    assert said == {
        (Rule.CREDENTIAL, "permit"): "Please show this first: Entry permit.",
        (Rule.CAPACITY, ""): "The venue is full (1 people). Please wait until somebody leaves.",
    }
