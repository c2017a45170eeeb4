"""The golden cases of the one decision: input to outcome, reason and both sentences."""

from __future__ import annotations

import pytest

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
