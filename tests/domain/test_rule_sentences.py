"""What an owner reads about a rule that cannot be used, and a caller about values that are none."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from domain.canonical import bytes_of_base64, canonical_json
from domain.code import CodeClass
from domain.entry import uuid7
from domain.errors import InputError
from domain.gate_settings import sealed_pin
from domain.log import Checkpoint, commitment, signed_checkpoint
from domain.minting import minted
from domain.note import signed_note
from domain.policy_text import policy_from_json
from domain.proof import consistency_proof, inclusion_proof, subtree_root
from domain.venue import poster_symbols
from tests.domain.visitor_code_attack import CTI, MAIN, NOW, private_key

Deed = Callable[[], object]
_DAYS: dict[str, list[object]] = {day: [] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
RULES: list[tuple[str, object, str, str]] = [
    ("version", 0, "it takes a whole number from 1 to 2147483647", "须为 1 至 2147483647 的整数"),
    ("temperature", 5, "it takes one of off, ask, require", "须为以下之一：off, ask, require"),
    ("confidential", 5, "it takes true or false", "须为 true 或 false"),
    (
        "listed_areas",
        [""],
        "it takes text of 1 to 100 characters on one line",
        "须为 1 至 100 个字符的单行文字",
    ),
    ("classes", "x", "it takes a list", "须为列表"),
    ("hours", 5, "it takes a group of named fields", "须为一组具名字段"),
    (
        "credentials",
        [{"kind": "x"}],
        "it is not of the form that an exported policy has",
        "格式与导出的规则不符",
    ),
    (
        "credentials",
        [{"kind": "x", "max_age_hours": None, "otherwise": "admit"}],
        "a credential that may be missing is none to ask for",
        "可以缺少的凭证不必要求",
    ),
    (
        "hours",
        {"weekly": _DAYS, "holidays": [], "more": 1},
        "it takes weekly (with mon, tue, wed, thu, fri, sat, sun) and holidays",
        "须含 weekly（mon, tue, wed, thu, fri, sat, sun）和 holidays",
    ),
    (
        "hours",
        {"weekly": {**_DAYS, "mon": [[0, 1]] * 7}, "holidays": []},
        "a day takes at most 6 openings",
        "每天最多 6 个开放时段",
    ),
    (
        "hours",
        {"weekly": {**_DAYS, "mon": [[2, 1]]}, "holidays": []},
        "an opening must end after it starts; split it at midnight",
        "结束时间须晚于开始时间，跨夜请在零点拆分",
    ),
]


@pytest.mark.parametrize(("name", "value", "en", "zh"), RULES)
def test_a_rule_that_cannot_be_used_says_why_behind_its_name(name: str, value: object, en: str, zh: str):
    with pytest.raises(InputError) as refusal:
        policy_from_json({name: value})
    said = refusal.value
    assert said.field == name
    assert said.sentence.en == f"The policy's {name} cannot be used: {en}."
    assert said.sentence.zh == f"规则字段 {name} 无效：{zh}。"


def test_a_policy_says_which_field_it_does_not_know():
    with pytest.raises(InputError) as unknown:
        policy_from_json({"zoo": 1, "ant": 2})
    with pytest.raises(InputError) as no_group:
        policy_from_json([])
    found = [(one.value.field, one.value.sentence.en, one.value.sentence.zh) for one in (unknown, no_group)]
    assert found == [
        ("policy", "The policy has an unknown field: ant.", "规则含有未知字段：ant。"),
        ("policy", "A policy is a group of named fields.", "规则须由具名字段组成。"),
    ]


def _mint(
    kid: bytes = MAIN, code_class: CodeClass = CodeClass.PHONE, issued: int = NOW, lives: int = 60
) -> Deed:
    return lambda: minted(private_key("main"), kid, CTI, code_class, issued, issued + lives)


@pytest.mark.parametrize(
    ("deed", "said"),
    [
        (_mint(b""), "kid is 2 bytes and cti 16"),
        (_mint(lives=0), "issued and expires are 32-bit Unix seconds, expires the later one"),
        (_mint(lives=61), "a phone code lives at most 60 s"),
        (_mint(code_class=CodeClass.CARD, lives=367 * 86_400), "a card code lives at most 31622400 s"),
        (
            lambda: signed_note("x", "n", private_key("main")),
            "a note's text ends in a newline and holds no empty line",
        ),
        (
            lambda: signed_note("x\n", "", private_key("main")),
            "a signer's name holds no space and no plus sign",
        ),
        (
            lambda: signed_checkpoint(Checkpoint("a", -1, bytes(32)), private_key("main")),
            "a size is not negative and a root has 32 bytes",
        ),
        (lambda: commitment(b"", b""), "a salt is 32 bytes"),
        (lambda: canonical_json({"a": 0.5}), "float has no canonical JSON"),
        (lambda: canonical_json({"a": [{1}]}), "set has no canonical JSON"),
        (lambda: canonical_json({"é": 1}), "keys are ASCII text"),
        (lambda: canonical_json({"a": 2**53}), "an integer beyond 2^53 has no single JSON spelling"),
        (lambda: bytes_of_base64("QR=="), "another spelling of these bytes"),
        (lambda: sealed_pin("1234", b""), "a PIN's salt is 16 bytes"),
        (lambda: poster_symbols(b""), "a poster id is 16 bytes"),
        (lambda: uuid7(0, b""), "a version 7 UUID takes 10 random bytes"),
        (lambda: inclusion_proof(1, 1, lambda nodes: {}), "a leaf is proved in a tree that holds it"),
        (lambda: consistency_proof(0, 1, lambda nodes: {}), "a log grows from a size above nothing"),
        (lambda: subtree_root([]), "a perfect subtree has as many leaves as a power of two"),
    ],
)  # fmt: skip
def test_a_caller_who_is_wrong_is_told_what_is_taken(deed: Deed, said: str):
    with pytest.raises(ValueError, match=r"\w") as refusal:
        deed()
    assert str(refusal.value) == said
