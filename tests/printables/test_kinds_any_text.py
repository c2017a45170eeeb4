"""Whatever is typed into any field of any kind: a clean print that reads back, or a refusal with a name.

A few examples of each kind run every time. For fifty times as many (a minute or two):
`pytest tests/printables/test_kinds_any_text.py --hypothesis-profile=many`.
"""

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
from printables.kinds.kind import Ink, Kind, Look, drawn
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


def outcome(kind: Kind[Any], text: str, look: Look | None = None) -> set[str]:
    """The names of what was found; a print that is made has passed, its codes read back by both readers."""
    try:
        pages = drawn(kind, said(kind, text), look or Look(face=default_face()))
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


def examples(few: int) -> int:
    """So many, or as many more as the profile asks for."""
    return few * max(1, settings.default.max_examples // 100)


def looks(kind: Kind[Any]) -> st.SearchStrategy[Look]:
    """Every way in which a kind comes."""
    return st.builds(
        Look,
        languages=st.sampled_from([("zh", "en"), ("en", "zh"), ("zh",), ("en",)]),
        size=st.sampled_from(kind.sizes),
        direction=st.sampled_from([None, *kind.directions]),
        ink=st.sampled_from(Ink),
        face=st.just(default_face()),
    )


# Letters of one script, as people write, beside any character at all.
SCRIPTS = ("云杉园区南门物业", "abcdefghij KLMNOP ", "مرحبا", "שלום", "😀🇨🇳👩‍👧", "𠮷𩸽龘", " \u3000\u200b\n")
TEXTS = st.one_of(
    st.text(max_size=220), st.sampled_from(SCRIPTS).flatmap(lambda letters: st.text(letters, max_size=220))
)


@pytest.mark.parametrize("kind", KINDS.values(), ids=[*KINDS])
def test_any_text_in_any_look_is_printed_or_refused_by_name(kind: Kind[Any]) -> None:
    @settings(max_examples=examples(8), deadline=None)
    @given(TEXTS, looks(kind))
    @example("\ud83d", Look(face=default_face()))
    def check(text: str, look: Look) -> None:
        assert outcome(kind, text, look) <= NAMED

    check()


@pytest.mark.parametrize("name", sorted(KINDS.keys() - {"day-sheet"}))
def test_any_text_in_the_code_reads_back_or_is_refused(name: str) -> None:
    kind = KINDS[name]
    field = next(iter(CODES & {field.name for field in dataclasses.fields(kind.sample)}))

    @settings(max_examples=examples(6), deadline=None)
    @given(st.text(max_size=300))
    def check(text: str) -> None:
        try:
            pages = drawn(kind, dataclasses.replace(kind.sample, **{field: text}), Look(face=default_face()))
        except InputError:
            return
        assert {placed.symbol.text for page in pages for placed in page.symbols} <= {text}

    check()


def test_only_the_paper_register_bears_no_code() -> None:
    """What the test above leaves out, and nothing else."""
    without = {
        name
        for name, kind in KINDS.items()
        if not any(page.symbols for page in drawn(kind, kind.sample, Look(face=default_face())))
    }
    assert without == {"day-sheet"}
