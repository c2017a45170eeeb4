"""The sentences of the reasons: both languages, the same places, nothing read as a template."""

from __future__ import annotations

from string import Formatter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.code import CodeFault
from domain.decision import Decision, Outcome, Presence
from domain.reason import SENTENCES, Reason, reason_of, sentence_of
from domain.wording import Sentence


def places(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


def test_every_reason_has_a_sentence_and_every_sentence_a_reason():
    assert set(SENTENCES) == set(Reason)


@pytest.mark.parametrize("reason", Reason)
def test_both_languages_of_a_reason_say_the_same_things(reason: Reason):
    sentence = SENTENCES[reason]
    assert places(sentence.en) == places(sentence.zh)
    assert any("\u4e00" <= letter <= "\u9fff" for letter in sentence.zh)
    assert sentence.en.isascii() or "°" in sentence.en


@given(st.sampled_from(Reason), st.text(max_size=20))
def test_a_value_is_put_in_as_it_is_and_never_read_as_a_template(reason: Reason, value: str):
    hostile = "{limit.__class__}" + value
    filled = sentence_of(reason, dict.fromkeys(places(SENTENCES[reason].en), hostile))
    for template, said in ((SENTENCES[reason].en, filled.en), (SENTENCES[reason].zh, filled.zh)):
        assert said.count(hostile) >= len(places(template))


@pytest.mark.parametrize("reason", Reason)
def test_a_sentence_can_be_said_when_its_values_are_lost(reason: Reason):
    said = Decision(Outcome.REFERRED, reason, Presence.STAFF).sentence
    assert "{" not in said.en + said.zh
    assert ("…" in said.en) == bool(places(SENTENCES[reason].en))


def test_values_of_reasons_are_stable_because_they_are_stored():
    assert [reason.value for reason in Reason] == [reason.name.lower() for reason in Reason]


@pytest.mark.parametrize(
    ("faults", "reason"),
    [
        ({CodeFault.FOREIGN}, Reason.NOT_A_VISITOR_CODE),
        ({CodeFault.KEY_UNKNOWN}, Reason.CODE_KEY_UNKNOWN),
        ({CodeFault.KEY_DATES, CodeFault.EXPIRED}, Reason.CODE_EXPIRED),
        ({CodeFault.NOT_YET}, Reason.CODE_NOT_YET),
        ({CodeFault.REVOKED}, Reason.CODE_REVOKED),
        (
            {
                CodeFault.SIGNATURE,
                CodeFault.NOT_CANONICAL,
                CodeFault.CLAIMS,
                CodeFault.LIFETIME,
                CodeFault.OTHERS_KEY,
            },
            Reason.CODE_FORGED,
        ),
        (
            {
                CodeFault.LENGTH_OR_ALPHABET,
                CodeFault.BASE45,
                CodeFault.SHAPE,
                CodeFault.UNPROTECTED,
                CodeFault.PROTECTED,
            },
            Reason.CODE_DAMAGED,
        ),
    ],
)
def test_each_fault_of_a_code_says_one_reason(faults: set[CodeFault], reason: Reason):
    assert {fault for fault in CodeFault if reason_of(fault) is reason} == faults


def test_what_is_not_known_any_more_is_an_ellipsis():
    assert sentence_of(Reason.VENUE_FULL, {}) == Sentence(
        "The venue is full (… people). Please wait until somebody leaves.",
        "场所已满（… 人），请等候有人离开。",
    )


def test_a_value_is_said_in_its_own_language():
    said = sentence_of(
        Reason.CREDENTIAL_MISSING, {"credential": "Test result", "credential_zh": "检测阴性证明"}
    )
    assert said == Sentence("Please show this first: Test result.", "请先出示：检测阴性证明。")


def test_a_sentence_is_filled_in_both_languages_and_its_values_are_no_templates():
    said = Sentence("{who} at {when}", "{when}：{who}").filled(who="{when}", when=5)
    assert said == Sentence("{when} at 5", "5：{when}")
    assert str(said) == "{when} at 5"
