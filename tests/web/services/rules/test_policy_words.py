"""Every field of a policy in sentences, starting points that can be used, and what contradicts itself."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from datetime import date
from typing import Any

import pytest

from domain.hours import OpeningHours
from domain.inheritance import Effective
from domain.policy import CredentialRule, Policy, Treatment
from domain.policy_text import fields_from_json
from domain.visitor import VisitorClass
from web.services.rules import policy_lines, policy_words
from web.services.rules.policy_presets import PRESETS

_HAN = re.compile("[\u4e00-\u9fff]")
_SOME = Policy(
    classes=frozenset({VisitorClass.COURIER}),
    credentials=(CredentialRule("test", 48), CredentialRule("badge", 9600, verified=False)),
    hours=OpeningHours((((480, 720), (780, 1080)),) * 5 + ((), ()), frozenset({date(2026, 10, 1)})),
    capacity=0,
    listed_areas=frozenset({"Alpha"}),
    vehicle_complete=True,
    confidential=True,
)
_NEVER = Policy(classes=frozenset(), hours=OpeningHours(((),) * 7))


def test_every_field_has_a_name_and_a_sentence_in_both_languages():
    assert set(policy_words.FIELD_NAMES) == {field.name for field in fields(Policy)} - {"version"}
    for policy in (Policy(), _SOME, _NEVER):
        for name, title in policy_words.FIELD_NAMES.items():
            for sentence in (title, *policy_words.described(name, getattr(policy, name))):
                assert not _HAN.search(sentence.en), sentence
                assert _HAN.search(sentence.zh), sentence


@pytest.mark.parametrize(
    ("weekly", "en", "zh"),
    [
        ((((480, 720), (780, 1080)),) * 5 + ((), ()), "Open Mon–Fri 08:00–12:00, 13:00–18:00.", "周一至周五"),
        ((((0, 1440),),) * 7, "Open at all hours.", "全天开放。"),
        (((),) * 7, "Never open.", "从不开放。"),
        (((), ((1320, 1440),)) + ((),) * 5, "Open Tue 22:00–24:00.", "开放：周二 22:00–24:00。"),
    ],
)
def test_opening_hours_are_said_by_runs_of_days(weekly: Any, en: str, zh: str):
    [said] = policy_words.described("hours", OpeningHours(weekly))
    assert said.en == en
    assert zh in said.zh


def test_holidays_that_follow_each_other_are_one_run():
    days = frozenset(date(2026, 10, day) for day in (1, 2, 3, 9))
    _, said = policy_words.described("hours", OpeningHours(holidays=days))
    assert said.en == "Closed on 2026-10-01–2026-10-03, 2026-10-09."


@pytest.mark.parametrize("preset", PRESETS.values(), ids=list(PRESETS))
def test_a_starting_point_can_be_saved_as_it_is_and_contradicts_nothing(preset: Any):
    read = fields_from_json(preset.fields)
    assert policy_lines.warnings(Policy(**read)) == ()
    for sentence in (preset.name, preset.about):
        assert _HAN.search(sentence.zh)
        assert not _HAN.search(sentence.en)


def test_the_rules_of_2022_treat_each_class_as_the_field_did():
    rules = fields_from_json(PRESETS["rules-2022"].fields)["credentials"]
    by_kind = {rule.kind: rule for rule in rules}
    assert (by_kind["test"].max_age_hours, by_kind["test"].classes) == (48, frozenset())
    assert VisitorClass.EMPLOYEE in by_kind["induction"].classes
    assert by_kind["travel_proof"].otherwise is Treatment.REFER
    assert by_kind["identity"].classes == {VisitorClass.VISITOR}


@pytest.mark.parametrize(
    ("policy", "says"),
    [
        (_NEVER, ["No visitor class is left", "leave no time in the week"]),
        (replace(Policy(), capacity=0), ["room for nobody"]),
        (
            replace(
                Policy(classes=frozenset({VisitorClass.EMPLOYEE})),
                credentials=(CredentialRule("permit", classes=frozenset({VisitorClass.COURIER})),),
            ),
            ["Entry permit is asked of a class that is not accepted (Courier)"],
        ),
        (Policy(), []),
    ],
)
def test_what_nobody_can_have_meant_is_said(policy: Policy, says: list[str]):
    found = policy_lines.warnings(policy)
    assert len(found) == len(says)
    for sentence, words in zip(found, says, strict=True):
        assert words in sentence.en


def test_lines_without_effect_are_left_out():
    names = {line.name for line in policy_lines.lines(Effective(Policy()), {})}
    assert not names & {"listed_days", "temperature_limit_tenths"}
    assert {line.said_sources for line in policy_lines.lines(Effective(Policy()), {})} == {
        policy_words.DEFAULT
    }
