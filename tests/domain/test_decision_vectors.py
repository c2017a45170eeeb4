"""The golden cases of the one decision: input to outcome, reason and both sentences."""

from __future__ import annotations

import pytest

from domain.policy import Policy
from domain.policy_text import policy_json
from domain.reason import SENTENCES, Reason
from tests.domain.decision_vectors import CASES, answer_json, judged

# Said by a kiosk about itself or its picture, never by `judge`.
SAID_BY_THE_GATE = {
    Reason.LOG_NOT_WRITABLE,
    Reason.ONE_CODE_AT_A_TIME,
    Reason.REFUSED_BY_STAFF,
    Reason.TAKEN_BACK,
}


@pytest.mark.parametrize("identity", CASES)
def test_a_case_is_decided_as_written(identity: str):
    case = CASES[identity]
    assert answer_json(judged(case)) == case["expected"], case["title"]


def test_every_reason_of_the_decision_has_a_case():
    assert {case["expected"]["reason"] for case in CASES.values()} == set(Reason) - SAID_BY_THE_GATE


# What each field of a policy has somebody refused or referred for; a confidential venue may have any reason.
REASONS_OF_FIELD: dict[str, set[Reason]] = {
    "classes": {Reason.CLASS_NOT_ACCEPTED},
    "credentials": {
        Reason.CREDENTIAL_MISSING, Reason.CREDENTIAL_UNDATED, Reason.CREDENTIAL_TOO_OLD,
        Reason.CREDENTIAL_ENDED, Reason.CREDENTIAL_UNVERIFIED,
    },
    "temperature": {Reason.TEMPERATURE_NEEDED, Reason.TEMPERATURE_HIGH},
    "temperature_limit_tenths": {Reason.TEMPERATURE_HIGH},
    "hours": {Reason.OUTSIDE_HOURS},
    "capacity": {Reason.VENUE_FULL},
    "reentry": {Reason.ALREADY_INSIDE},
    "listed_areas": {Reason.LISTED_AREA},
    "listed_days": {Reason.LISTED_AREA},
    "vehicle_complete": {Reason.VEHICLE_INCOMPLETE},
    "unknown_visitor": {Reason.VISITOR_UNKNOWN},
    "bundle_limit_hours": {Reason.RULES_OUT_OF_DATE},
    "confidential": {Reason.OUTSIDE_HOURS, Reason.TEMPERATURE_HIGH},
}  # fmt: skip


def test_every_field_of_a_policy_lets_somebody_in_and_turns_somebody_away():
    assert REASONS_OF_FIELD.keys() == policy_json(Policy()).keys() - {"version"}
    for field, reasons in REASONS_OF_FIELD.items():
        asked = [case for case in CASES.values() if field in case["policy"] and case["direction"] == "in"]
        said = {case["expected"]["reason"] for case in asked}
        assert Reason.WELCOME in said, field
        assert reasons <= said, field


def test_no_sentence_of_a_case_has_an_empty_place():
    for case in CASES.values():
        for language in ("en", "zh"):
            sentence = case["expected"][language]
            assert sentence
            assert not set("{}…") & set(sentence), case["id"]


def test_each_sentence_of_a_case_is_in_its_language():
    for case in CASES.values():
        assert any("\u4e00" <= letter <= "\u9fff" for letter in case["expected"]["zh"]), case["id"]
        assert case["expected"]["zh"].endswith("。")
        assert case["expected"]["en"].endswith(".")


def test_only_the_words_of_staff_and_the_gate_have_no_way_to_pass():
    """Every refusal tells what to do: it asks for something, names a time or sends to somebody."""
    for reason in set(Reason) - {Reason.WELCOME, Reason.GOODBYE}:
        english, chinese = SENTENCES[reason].en, SENTENCES[reason].zh
        assert "Please" in english or "opens" in english or "we need" in english, reason
        assert "请" in chinese or "开放时间" in chinese or "须" in chinese, reason
