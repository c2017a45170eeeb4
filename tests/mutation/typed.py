"""Mutants of what people type or point at: posters' symbols, short numbers, enrolments, rules as JSON."""

from __future__ import annotations

import unicodedata

from domain.canonical import canonical_json
from domain.enrolment import Enrolment, enrolment_text, parsed_enrolment
from domain.policy import CredentialRule, Policy
from domain.policy_text import policy_from_json, policy_json
from domain.venue import SHORT_ALPHABET, parsed_short_number, poster_id, poster_symbols, short_number
from tests.mutation.changes import Draw, changed_json, changed_text
from tests.mutation.entries import _value
from tests.mutation.notes import RULES_KEY
from tests.mutation.parser import Parser

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_POSTERS = [poster_symbols(bytes(range(n, n + 16))) for n in (0, 100, 240)]


def _edited(texts: list[str], letters: str, draw: Draw) -> str:
    """One of the texts with a symbol exchanged, or changed like any other text."""
    text = draw.choice(texts)
    if draw.random() < 0.5:
        at = draw.randrange(len(text))
        return text[:at] + draw.choice(letters) + text[at + 1 :]
    raw = changed_text(text.encode(), draw, [other.encode() for other in texts])
    return raw.decode("utf-8", "replace")


def _is_right_poster(shown: str, read: bytes) -> bool:
    """Any 16 bytes are an id: right is the only spelling of one, and `0 1 8` stand for `O I B` alone."""
    symbols = shown.strip().upper().replace("0", "O").replace("1", "I").replace("8", "B")
    value = 0
    for symbol in symbols:
        value = value * 32 + _LETTERS.index(symbol)
    return len(symbols) == 26 and value == int.from_bytes(read, "big") << 2


POSTERS = Parser(
    name="poster's symbols",
    share=1,
    originals=tuple(_POSTERS),
    mutant=lambda draw: _edited(_POSTERS, _LETTERS + "018", draw),
    read=poster_id,
    is_right=_is_right_poster,
)

_NUMBERS = [short_number(bytes(range(n, n + 8))) for n in (0, 100, 200)]


def _is_right_number(shown: str, read: str) -> bool:
    """Its check symbol fits (ISO 7064 MOD 23,22), and it is no good number with one symbol wrong."""
    product = 22
    for symbol in read[:-1]:
        product = (product + SHORT_ALPHABET.index(symbol)) % 22 or 22
        product = product * 2 % 23
    fits = (product + SHORT_ALPHABET.index(read[-1])) % 22 == 1
    typed = unicodedata.normalize("NFKC", shown).upper()
    wrong = min(sum(a != b for a, b in zip(read, good, strict=True)) for good in _NUMBERS)
    return fits and wrong != 1 and [c for c in typed if c.isalnum()] == list(read)


SHORT_NUMBERS = Parser(
    name="short number",
    share=1,
    originals=tuple(_NUMBERS),
    mutant=lambda draw: _edited(_NUMBERS, SHORT_ALPHABET, draw),
    read=parsed_short_number,
    is_right=_is_right_number,
)

_ENROLMENTS = [
    enrolment_text(Enrolment(server, "q3Zr_9wXh-token", RULES_KEY))
    for server in ("https://park.example:8443", "http://10.0.0.2")
]
ENROLMENTS = Parser(
    name="enrolment text",
    share=1,
    originals=tuple(_ENROLMENTS),
    mutant=lambda draw: _edited(_ENROLMENTS, _LETTERS + _LETTERS.lower(), draw),
    read=parsed_enrolment,
    is_right=lambda shown, read: "".join(shown.split()).upper() in _ENROLMENTS,
)

_RULES = [
    canonical_json(policy_json(policy))
    for policy in (
        Policy(version=3, capacity=100),
        Policy(version=4, credentials=(CredentialRule("test", 48), CredentialRule("permit", None))),
    )
]


def _read_policy(shown: bytes) -> Policy | None:
    value = _value(shown)
    return None if value is None else policy_from_json(value)


POLICIES = Parser(
    name="rules as JSON",
    share=2,
    originals=tuple(_RULES),
    mutant=lambda draw: changed_json(draw.choice(_RULES), draw, _RULES),
    read=_read_policy,
    is_right=lambda shown, read: policy_from_json(policy_json(read)) == read,
)
