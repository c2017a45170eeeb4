"""Whatever a gate decides becomes an entry that the server can read: no row is poison by design."""

from __future__ import annotations

import json
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from domain.decision import Decision, Facts, Outcome, Presence, judge
from domain.entry import Clock, Entry, PrivateRecord, Way, entry_of
from domain.entry_wire import entry_from_json, entry_json
from domain.policy_text import policy_from_json
from domain.reason import Reason
from domain.venue import Direction, Entrance, VenueState
from tests.domain.decision_vectors import CASES, judged
from tests.domain.entry_examples import ENTRY


@given(st.sampled_from(sorted(CASES)), st.none() | st.integers(300, 450), st.sampled_from(Way))
def test_whatever_a_gate_decides_becomes_an_entry_that_the_server_can_read(
    identity: str, temperature: int | None, way: Way
):
    decision = judged(CASES[identity])
    entry = entry_of(
        decision,
        identity=ENTRY.id,
        device="k1",
        seq=1,
        venue="v1",
        entrance="e1",
        direction=Direction.IN,
        at_ms=0,
        way=way,
        policy_version=1,
        bundle_seq=0,
        clock=Clock("", 0),
        temperature_tenths=temperature,
    )
    assert entry_from_json(json.loads(json.dumps(entry_json(entry)))) == entry
    assert (entry.outcome, entry.reason, entry.presence) == (
        decision.outcome,
        decision.reason,
        decision.presence,
    )
    assert entry.private.details == decision.values


def test_a_confidential_venue_counts_people_and_keeps_nothing_of_who():
    decision = judged(CASES["D1"])
    assert decision.visitor is not None
    assert decision.code is not None
    entry = entry_of(
        decision,
        identity=ENTRY.id,
        device="k1",
        seq=1,
        venue="v1",
        entrance="e1",
        direction=Direction.IN,
        at_ms=0,
        way=Way.KIOSK,
        policy_version=1,
        bundle_seq=0,
        clock=Clock("", 0),
        temperature_tenths=366,
        plate="苏C12345",
        companions=1,
        name="Li Wei",
        phone="+8613800138000",
        occupants=("+8613800138001",),
        confidential=True,
    )
    assert entry.private == PrivateRecord(companions=2)


def test_the_longest_words_of_a_policy_still_make_an_entry():
    day = [[n * 200, n * 200 + 100] for n in range(6)]
    weekly = dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), day)
    policy = policy_from_json(
        {
            "credentials": [{"kind": "核" * 100, "max_age_hours": None}],
            "hours": {"weekly": weekly, "holidays": []},
        }
    )
    gate = Entrance("e1", "", "v1", "", VenueState.OPEN, "UTC")
    known = judged(CASES["D1"]).visitor
    assert known is not None
    closed_ms = 150 * 60_000
    for asked in (policy, replace(policy, credentials=())):
        decision = judge(known, gate, asked, Facts(), closed_ms, Presence.STAFF)
        assert decision.values
        entry = replace(ENTRY, private=replace(ENTRY.private, details=dict(decision.values)))
        assert entry_from_json(json.loads(json.dumps(entry_json(entry)))) == entry


GIVEN = {
    "identity": ENTRY.id, "device": "k1", "seq": 9, "venue": "v1", "entrance": "e1",
    "direction": Direction.OUT, "at_ms": 11, "way": Way.STAFF,
    "policy_version": 4, "bundle_seq": 5, "clock": Clock("b", 3, -2, 1),
}  # fmt: skip


def test_an_entry_keeps_everything_it_was_given():
    decision = judged(CASES["D1"])
    assert decision.visitor is not None
    assert decision.code is not None
    entry = entry_of(
        decision,
        **GIVEN,
        temperature_tenths=366,
        plate="苏C12345",
        companions=1,
        name="Li Wei",
        phone="+8613800138000",
        occupants=("+8613800138001",),
        corrects=ENTRY.corrects,
    )
    assert entry == Entry(
        ENTRY.id, "k1", 9, "v1", "e1", Direction.OUT, 11,
        decision.outcome, decision.reason, decision.presence, Way.STAFF, 4, 5, Clock("b", 3, -2, 1),
        PrivateRecord(
            decision.visitor.visitor_id, decision.code.cti.hex(), 366, "苏C12345", 1, "Li Wei",
            "+8613800138000", ("+8613800138001",), dict(decision.values),
        ),
        ENTRY.corrects,
    )  # fmt: skip


def test_an_entry_of_nobody_known_names_nobody():
    entry = entry_of(
        Decision(Outcome.REFUSED, Reason.REFUSED_BY_STAFF, Presence.STAFF, values={"why": "x"}), **GIVEN
    )
    assert entry.private == PrivateRecord(details={"why": "x"})
    assert entry.corrects == ""


def test_a_confidential_venue_still_says_why():
    decision = Decision(Outcome.REFUSED, Reason.REFUSED_BY_STAFF, Presence.STAFF, values={"why": "x"})
    entry = entry_of(decision, **GIVEN, companions=2, occupants=("1", "2"), name="Li", confidential=True)
    assert entry.private == PrivateRecord(companions=4, details={"why": "x"})
    assert entry_of(decision, **GIVEN, confidential=True).private == PrivateRecord(details={"why": "x"})
