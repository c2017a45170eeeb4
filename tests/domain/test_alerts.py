"""Each kind of alert has a name, a sentence in both languages, and something that can be done."""

from __future__ import annotations

import re
import string

import pytest

from domain.alert import KIND_NAMES, SENTENCES, AlertKind, alert_sentence
from domain.remedy import EXPLAINED, NEEDS_NOTE, REMEDIES, REMEDY_NAMES, Remedy


def places(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


@pytest.mark.parametrize("kind", AlertKind)
def test_each_kind_is_said_in_both_languages_and_can_be_settled(kind: AlertKind) -> None:
    said = SENTENCES[kind]
    assert places(said.en) == places(said.zh)
    assert re.search("[一-鿿]", said.zh)
    assert not re.search("[一-鿿]", said.en)
    assert KIND_NAMES[kind].en != KIND_NAMES[kind].zh
    assert REMEDIES[kind]
    assert len(set(REMEDIES[kind])) == len(REMEDIES[kind])


def test_nothing_is_offered_that_has_no_name_and_nothing_named_is_never_offered() -> None:
    offered = {remedy for remedies in REMEDIES.values() for remedy in remedies}
    assert offered == set(Remedy) == set(REMEDY_NAMES)
    assert offered >= NEEDS_NOTE
    assert EXPLAINED not in set(Remedy)


def test_kinds_and_remedies_fit_their_columns() -> None:
    assert max(len(value) for value in (*AlertKind, *Remedy, EXPLAINED)) <= 32


def test_a_value_is_filled_in_its_own_language_and_never_read_as_a_template() -> None:
    said = alert_sentence(AlertKind.ADMITTED_AGAINST_RULES, {"reason": "No {x}.", "reason_zh": "无。"})
    assert said.en.endswith(": No {x}.")
    assert said.zh.endswith("：无。")
    assert "…" in alert_sentence(AlertKind.GAP, {"first": "3"}).en


def test_what_is_not_known_is_an_ellipsis_in_both_languages() -> None:
    said = alert_sentence(AlertKind.SILENT_VENUE, {})
    assert said.en == "This venue is open and usually has entries, but nobody was checked in since …."
    assert said.zh == "该场所处于开放状态且平时有人登记，但自 … 起无人登记。"


def test_a_value_that_differs_between_the_languages_is_said_in_each() -> None:
    said = alert_sentence(AlertKind.SILENT_VENUE, {"since": "Monday", "since_zh": "周一"})
    assert said.en == "This venue is open and usually has entries, but nobody was checked in since Monday."
    assert said.zh == "该场所处于开放状态且平时有人登记，但自 周一 起无人登记。"
