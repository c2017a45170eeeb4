"""What a visitor card says."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.errors import InputError
from printables.drawing import Drawing, box_of
from printables.findings import PrintRefused
from printables.kinds.visitor_card import CardContent, visitor_card
from printables.linter import release
from reader.inspection.findings import Flaw


def texts_of(drawing: Drawing) -> list[str]:
    return [text.text for text in drawing.texts]


def test_a_card_is_as_large_as_a_bank_card(card_content: CardContent) -> None:
    drawing = visitor_card(card_content)

    assert (drawing.width, drawing.height) == (85.6, 54.0)


def test_a_card_says_whose_it_is_until_when_and_that_its_code_is_fixed(card_content: CardContent) -> None:
    texts = texts_of(release(visitor_card(card_content)))

    for said in ("王*明", "访客 Visitor", "2026-12-31", "H4RT 7WXC", "云杉科技园物业管理处"):
        assert said in texts
    assert "固定码，遗失请立即挂失" in texts
    assert "Fixed code. Report loss at once." in texts


def test_a_card_in_one_language_leaves_the_other_out(card_content: CardContent) -> None:
    assert "Visitor card" not in " ".join(texts_of(visitor_card(card_content, languages=("zh",))))
    assert "访客" not in " ".join(texts_of(visitor_card(card_content, languages=("en",))))


def test_what_is_empty_is_left_out_with_its_label(card_content: CardContent) -> None:
    bare = replace(card_content, visitor_name="", short_number="", issuer="", class_zh="", class_en="")
    texts = texts_of(release(visitor_card(bare)))

    assert not any("Number" in text for text in texts)
    assert "2026-12-31" in texts


def test_the_code_stays_a_millimetre_away_from_the_cutter_with_its_quiet_zone(
    card_content: CardContent,
) -> None:
    drawing = visitor_card(card_content)
    place = box_of(drawing.symbols[0], drawing.face)

    assert drawing.width - place.right >= 1
    assert place.top >= 1
    assert drawing.height - place.bottom >= 1
    assert drawing.symbols[0].module >= 0.8


def test_a_code_too_dense_for_the_kiosk_camera_is_refused(card_content: CardContent) -> None:
    with pytest.raises(PrintRefused) as refused:
        release(visitor_card(replace(card_content, code="CP1:" + "A" * 400)))

    assert Flaw.MODULE_TOO_SMALL in {finding.code for finding in refused.value.findings}


def test_a_card_without_a_code_is_refused_with_a_sentence(card_content: CardContent) -> None:
    with pytest.raises(InputError) as refused:
        visitor_card(replace(card_content, code=""))

    assert refused.value.field == "code"
