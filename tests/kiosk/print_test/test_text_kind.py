"""The staff are told what kind of code a sheet bears, and nothing by which anybody could use or know it."""

from __future__ import annotations

import base64
from collections.abc import Iterator

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from domain.code import CodeClass, VerifyingKey
from domain.minting import minted
from domain.venue import poster_url
from kiosk.print_test.text_kind import TextKind, kind_of

HOST = "park.example:8443"
NOW_S = 1_795_000_000
KEY, KID, CTI = Ed25519PrivateKey.generate(), b"\x00\x07", bytes(range(16))
KEYS = (VerifyingKey(KID, KEY.public_key().public_bytes_raw(), NOW_S - 10**6, NOW_S + 10**6),)


def kind(text: str | None) -> TextKind:
    return kind_of(text, HOST, KEYS, NOW_S)


def visitor(code_class: CodeClass, issued: int = NOW_S, key: Ed25519PrivateKey = KEY) -> str:
    return minted(key, KID, CTI, code_class, issued, issued + 50)


def test_a_venue_code_is_told_by_its_host_only() -> None:
    ours, theirs = (kind(poster_url(f"https://{host}", CTI)) for host in (HOST, "evil.example"))
    assert ours.is_ours
    assert "of this site, park.example:8443" in ours.sentence.en
    assert not theirs.is_ours
    assert "another site, evil.example" in theirs.sentence.en
    assert "其他网站" in theirs.sentence.zh


def test_a_host_that_only_begins_like_ours_is_another() -> None:
    assert not kind(poster_url(f"https://{HOST}.evil.example", CTI)).is_ours


@pytest.mark.parametrize(
    ("text", "said", "ours"),
    [
        (visitor(CodeClass.PHONE), "of a phone, of this site", True),
        (visitor(CodeClass.CARD), "of a card, of this site", True),
        (visitor(CodeClass.CARD, NOW_S - 500), "of a card, not valid now", True),
        (visitor(CodeClass.CARD, key=Ed25519PrivateKey.generate()), "did not sign", False),
        ("CP1:DAMAGED", "damaged", False),
        ("CPK1:ABCDEF", "keep it secret", False),
        ("https://pay.example/m/8XK2P4", "not of this system", False),
        (None, "not of this system", False),
    ],
)
def test_visitor_codes_are_told_by_their_class_and_others_apart(
    text: str | None, said: str, ours: bool
) -> None:
    told = kind(text)
    assert (said in told.sentence.en, told.is_ours) == (True, ours)
    assert told.sentence.zh


def secrets_in() -> Iterator[str]:
    yield from (CTI.hex(), base64.b32encode(CTI).decode().rstrip("="), "8XK2P4", "ABCDEF")


def test_no_id_and_no_foreign_text_is_told() -> None:
    texts = (
        poster_url(f"https://{HOST}", CTI),
        visitor(CodeClass.CARD),
        "CPK1:ABCDEF",
        "https://p.example/8XK2P4",
    )
    told = " ".join(kind(text).sentence.en + kind(text).sentence.zh for text in texts)
    assert not [secret for secret in secrets_in() if secret.lower() in told.lower()]


@given(st.one_of(st.text(max_size=200), st.from_regex(r"(?i)\Ahttps?://.{0,99}/v/[a-z2-7]{26}\Z")))
def test_any_text_has_a_kind_in_both_languages(text: str) -> None:
    told = kind(text)
    assert told.sentence.en
    assert told.sentence.zh
    assert not told.is_ours or HOST in told.sentence.en
