"""Canonical JSON: one spelling for each value, and none for values that have several."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.canonical import SAFE_INTEGER, bytes_of_base64, canonical_json
from domain.decision import Outcome

texts = st.text(st.characters(exclude_categories=["Cs"]))
keys = st.text(st.characters(max_codepoint=127), max_size=8)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-SAFE_INTEGER, SAFE_INTEGER) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=12,
)
objects = st.dictionaries(keys, values, max_size=6)


@given(objects)
def test_a_value_comes_back_from_its_bytes(value: dict[str, object]):
    assert json.loads(canonical_json(value)) == value


@given(objects, st.randoms(use_true_random=False))
def test_the_order_of_the_keys_does_not_matter(value: dict[str, object], draw):
    shuffled = list(value.items())
    draw.shuffle(shuffled)
    assert canonical_json(dict(shuffled)) == canonical_json(value)


@given(objects)
def test_the_bytes_are_their_own_canonical_form(value: dict[str, object]):
    once = canonical_json(value)
    assert canonical_json(json.loads(once)) == once


@given(objects, objects)
def test_different_values_have_different_bytes(one: dict[str, object], other: dict[str, object]):
    # True == 1 to Python and not to JSON, so compare as JSON does.
    same = json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
    assert (canonical_json(one) == canonical_json(other)) == same


def test_the_example_of_rfc_8785_without_its_numbers():
    value = {
        "string": '€$\u000f\nA\'B"\\\\"/',
        "literals": [None, True, False],
    }
    assert canonical_json(value) == (
        b'{"literals":[null,true,false],"string":"\xe2\x82\xac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
    )


def test_control_characters_are_escaped_as_rfc_8785_says():
    every = "".join(map(chr, range(32))) + "\x7f\u2028\U0001f600"
    short = {8: "\\b", 9: "\\t", 10: "\\n", 12: "\\f", 13: "\\r"}
    escaped = "".join(short.get(n, f"\\u{n:04x}") for n in range(32)) + "\x7f\u2028\U0001f600"
    assert canonical_json({"a": every}) == f'{{"a":"{escaped}"}}'.encode()


@pytest.mark.parametrize(
    "value",
    [
        {"a": 1.0},
        {"a": float("nan")},
        {"a": SAFE_INTEGER + 1},
        {"a": -SAFE_INTEGER - 1},
        {"a": "\ud800"},
        {"a": b"bytes"},
        {"a": {1, 2}},
        {"a": datetime(2026, 1, 1, tzinfo=UTC)},
        {"a": [[{"b": 0.5}]]},
        {"ä": 1},
        {1: 1},
        {None: 1},
        {"a": {2: 3}},
    ],
)
def test_a_value_with_no_single_spelling_is_refused(value: dict[str, object]):
    with pytest.raises(ValueError, match=r"canonical|spelling|ASCII|surrogates"):
        canonical_json(value)


def test_enumerations_and_views_are_written_as_what_they_hold():
    view = MappingProxyType({"b": Outcome.ADMITTED, "a": (1, MappingProxyType({"c": True}))})
    assert canonical_json(view) == b'{"a":[1,{"c":true}],"b":"admitted"}'


@given(st.binary(max_size=80))
def test_bytes_come_back_from_their_base64(raw: bytes):
    assert bytes_of_base64(base64.b64encode(raw).decode()) == raw


@pytest.mark.parametrize(
    "text",
    ["QQ", "QQ=", "QR==", "QQ===", "QQ====", "QUE", "QUF=", "QUFB=", "QUFB====", "=QQ==", "Q Q==", "QQ==\n"],
)
def test_a_second_spelling_of_base64_is_refused(text: str):
    with pytest.raises(ValueError, match=r"spelling|padding|base64|Padding|Discontinuous"):
        bytes_of_base64(text)


@given(st.text("ABQRZaz09+/= \n-", max_size=13))
def test_a_text_is_base64_only_as_its_bytes_are_written(text: str):
    try:
        raw = bytes_of_base64(text)
    except ValueError:
        assert not _is_written(text)
    else:
        assert base64.b64encode(raw).decode() == text


def _is_written(text: str) -> bool:
    try:
        return base64.b64encode(base64.b64decode(text, validate=True)).decode() == text
    except ValueError:
        return False


@pytest.mark.parametrize("text", ["é", "QUF-", "QUF_", "\ud800", "ＱＱ＝＝"])
def test_what_is_no_base64_is_refused(text: str):
    with pytest.raises(ValueError, match=r"ASCII|base64"):
        bytes_of_base64(text)
