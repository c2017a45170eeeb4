"""Whatever is typed into any field of any kind: a clean print that reads back, or a refusal with a name."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from domain.errors import InputError
from printables.findings import FindingCode, PrintRefused
from printables.fonts import REPLACEMENT, default_face
from printables.kinds.contact_card import CONTACT_CARD, Responsible
from printables.kinds.kind import Kind, Look, drawn
from printables.kinds.registry import KINDS

# The code's own text is not free: what it holds decides how large it is.
CODES = {"url", "code"}
HARD = [
    "上海市浦东新区云杉科技园区" * 15,
    "Umwelt- und Gemeinschaftsangelegenheiten" * 5,
    "😀👨‍👩‍👧‍👦🇨🇳" * 30,
    "مرحبا بالعالم שלום",
    "𠮷𩸽𰻝龘䶮",
    "\u202e\u200b\x00\ufeff",
    "",
    " \n\t ",
    "{venue} %s </svg> \\",
    "W" * 200,
]


def fields_of(kind: Kind[Any]) -> list[str]:
    return [
        field.name
        for field in dataclasses.fields(kind.sample)
        if isinstance(getattr(kind.sample, field.name), str) and field.name not in CODES
    ]


def said(kind: Kind[Any], text: str) -> Any:
    """The kind's sample with the same text in every field."""
    content = dataclasses.replace(kind.sample, **dict.fromkeys(fields_of(kind), text))
    if kind is CONTACT_CARD:
        content = dataclasses.replace(content, people=(Responsible(text, text, text),) * 4)
    return content


def outcome(kind: Kind[Any], text: str) -> set[str]:
    """The names of what was found; a print that is made has passed, its codes read back by both readers."""
    try:
        pages = drawn(kind, said(kind, text), Look(face=default_face()))
    except PrintRefused as refused:
        return {found.code for found in refused.findings}
    shown = "".join(line.text for page in pages for line in page.texts)
    found = {finding.code for page in pages for finding in page.findings}
    assert REPLACEMENT not in shown or FindingCode.CHARACTERS_REPLACED in found or REPLACEMENT in text
    return found


NAMED = {
    FindingCode.TEXT_SHORTENED,
    FindingCode.CHARACTERS_REPLACED,
    FindingCode.EMPTY_FIELD,
    FindingCode.TEXT_TOO_LONG,
    FindingCode.NO_ROOM,
}


@pytest.mark.parametrize("kind", KINDS.values(), ids=[*KINDS])
@pytest.mark.parametrize("text", HARD, ids=range(len(HARD)))
def test_hard_texts_are_printed_or_refused_by_name(kind: Kind[Any], text: str) -> None:
    assert outcome(kind, text) <= NAMED


@settings(max_examples=60, deadline=None)
@given(st.sampled_from([*KINDS]), st.text(max_size=220))
@example("poster", "\ud83d")
def test_any_text_is_printed_or_refused_by_name(name: str, text: str) -> None:
    assert outcome(KINDS[name], text) <= NAMED


@settings(max_examples=40, deadline=None)
@given(st.sampled_from([name for name in KINDS if name not in ("day-sheet",)]), st.text(max_size=300))
def test_any_text_in_the_code_reads_back_or_is_refused(name: str, text: str) -> None:
    kind = KINDS[name]
    field = next(iter(CODES & {field.name for field in dataclasses.fields(kind.sample)}))
    try:
        pages = drawn(kind, dataclasses.replace(kind.sample, **{field: text}), Look(face=default_face()))
    except InputError:
        return
    assert {placed.symbol.text for page in pages for placed in page.symbols} <= {text}
