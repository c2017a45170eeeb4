"""Properties of the visitor code: what the mint makes is read back, and nothing near it is."""

from __future__ import annotations

import base45
import cbor2
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from domain.code import CARD_LIFETIME_S, LIFETIME_LIMIT_S, CodeClass, CodeFault, VisitorCode, verified
from domain.minting import minted
from tests.domain.visitor_code_attack import CTI, LONG, MAIN, NOW, good, payload, private_key, text, token
from tests.domain.visitor_code_vectors import KEYS
from tests.mutation.visitor_codes import is_right

GOOD = good("good", "").text
RAW = token()
ALPHABET = st.sampled_from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")
CBOR = st.recursive(
    st.one_of(
        st.integers(-(2**66), 2**66),
        st.binary(max_size=20),
        st.text(max_size=10),
        st.booleans(),
        st.none(),
        st.floats(),
        st.decimals(allow_nan=False, places=3),
        st.fractions(),
        st.datetimes(timezones=st.timezones()),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(
            st.one_of(st.integers(-70_000, 9), st.text(max_size=3), st.floats()), inner, max_size=5
        ),
        st.builds(cbor2.CBORTag, st.integers(0, 2**20), inner),
    ),
    max_leaves=6,
)


def read(shown: str) -> VisitorCode | CodeFault:
    return verified(shown, KEYS, NOW)


@given(
    cti=st.binary(min_size=16, max_size=16),
    code_class=st.sampled_from(CodeClass),
    age=st.integers(0, CARD_LIFETIME_S),
    left=st.integers(1, CARD_LIFETIME_S),
)
def test_a_code_is_read_back_exactly_as_it_was_minted(cti: bytes, code_class: CodeClass, age: int, left: int):
    most = LIFETIME_LIMIT_S[code_class]
    issued, expires = NOW - age % most, NOW - age % most + max(1, min(left, most))
    assume(expires > NOW)
    shown = minted(private_key("long"), LONG, cti, code_class, issued, expires)
    assert len(shown) == 178
    assert read(shown) == VisitorCode(cti, code_class, issued, expires, LONG)


@pytest.mark.parametrize(
    ("kid", "cti", "code_class", "issued", "expires"),
    [
        (b"a", CTI, CodeClass.PHONE, NOW, NOW + 60),
        (b"abc", CTI, CodeClass.PHONE, NOW, NOW + 60),
        (MAIN, CTI[1:], CodeClass.PHONE, NOW, NOW + 60),
        (MAIN, CTI + b"0", CodeClass.CARD, NOW, NOW + 60),
        (MAIN, CTI, CodeClass.PHONE, NOW, NOW),
        (MAIN, CTI, CodeClass.PHONE, NOW, NOW - 1),
        (MAIN, CTI, CodeClass.PHONE, NOW, NOW + 61),
        (MAIN, CTI, CodeClass.CARD, NOW, NOW + CARD_LIFETIME_S + 1),
        (MAIN, CTI, CodeClass.CARD, 0xFFFF, 0x10000),
        (MAIN, CTI, CodeClass.CARD, 2**32 - 1, 2**32),
    ],
)
def test_the_mint_refuses_what_a_gate_would_refuse(
    kid: bytes, cti: bytes, code_class: CodeClass, issued: int, expires: int
):
    with pytest.raises(ValueError, match=r"kid|seconds|lives"):
        minted(private_key("main"), kid, cti, code_class, issued, expires)


def test_no_single_bit_of_a_good_token_can_be_flipped():
    for bit in range(len(RAW) * 8):
        flipped = bytearray(RAW)
        flipped[bit // 8] ^= 1 << bit % 8
        assert isinstance(read(text(bytes(flipped))), CodeFault), bit


def test_no_single_symbol_of_a_good_text_can_be_changed_removed_or_doubled():
    for at, symbol in enumerate(GOOD):
        assert isinstance(read(GOOD[:at] + GOOD[at + 1 :]), CodeFault), at
        assert isinstance(read(GOOD[:at] + symbol + GOOD[at:]), CodeFault), at
        for other in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:aé\0":
            if other != symbol:
                assert isinstance(read(GOOD[:at] + other + GOOD[at + 1 :]), CodeFault), (at, other)


def test_no_part_of_a_good_text_is_a_good_text():
    for at in range(1, len(GOOD)):
        assert isinstance(read(GOOD[:at]), CodeFault)
        assert isinstance(read(GOOD[at:]), CodeFault)
        assert isinstance(read("CP1:" + GOOD[at:]), CodeFault) or at == 4


def test_the_same_cbor_in_other_bytes_is_refused():
    tag = cbor2.loads(RAW)
    header, _, body, signature = tag.value
    same = [
        cbor2.dumps(tag, indefinite_containers=True),
        cbor2.dumps([header, {}, body, signature]),
        cbor2.dumps(cbor2.CBORTag(61, tag)),
        cbor2.dumps(cbor2.CBORTag(55799, tag)),
        cbor2.dumps(cbor2.CBORTag(18, [header, {}, body, signature, None])),
        cbor2.dumps(cbor2.CBORTag(18, [header, {}, cbor2.loads(body), signature])),
        cbor2.dumps(cbor2.CBORTag(18, [cbor2.loads(header), {}, body, signature])),
        cbor2.dumps(cbor2.CBORTag(18, {0: header, 1: {}, 2: body, 3: signature})),
        cbor2.dumps(tag, value_sharing=True),
        cbor2.dumps(tag, string_referencing=True),
    ]
    changed = [raw for raw in same if raw != RAW]
    assert len(changed) >= 8
    for raw in changed:
        assert isinstance(read(text(raw)), CodeFault), raw.hex()


@given(st.text(max_size=300))
def test_any_text_gives_a_fault_and_never_an_error(shown: str):
    assert isinstance(read(shown), CodeFault)
    assert isinstance(read("CP1:" + shown), CodeFault)


@given(st.text(ALPHABET, min_size=140, max_size=240))
def test_any_text_of_the_right_alphabet_gives_a_fault(body: str):
    assert isinstance(read("CP1:" + body), CodeFault)


@given(st.binary(min_size=90, max_size=158))
@example(b"\xd2\x84" + bytes(100))
def test_any_bytes_give_a_fault(raw: bytes):
    assert isinstance(read(text(raw)), CodeFault)


@settings(max_examples=8 * settings.default.max_examples)
@given(CBOR, st.booleans())
def test_signed_cbor_of_any_kind_is_refused_unless_it_is_exactly_a_code(value: object, in_place: bool):
    try:
        raw = cbor2.dumps(value, canonical=True)
    except (
        cbor2.CBOREncodeError,
        ValueError,
    ):  # values that have no CBOR, for example dates before 1 AD in UTC
        assume(False)
    body = payload(exp=raw) if in_place else raw
    assume(len(body) < 78)
    shown = text(token(body))
    found = read(shown)
    assert isinstance(found, CodeFault) or is_right(shown, found, True)


@given(st.binary(min_size=19, max_size=77))
def test_signed_junk_is_refused(body: bytes):
    assert isinstance(read(text(token(body))), CodeFault)


@given(st.sampled_from(["before", "after", "both"]), st.text(" \t\n\r\u3000\u200b", min_size=1, max_size=3))
def test_a_text_is_not_trimmed_for_the_reader(side: str, blank: str):
    shown = {"before": blank + GOOD, "after": GOOD + blank, "both": blank + GOOD + blank}[side]
    assert isinstance(read(shown), CodeFault)


def test_the_seeded_run_would_see_a_second_encoding():
    shown = text(token(payload(exp=b"\x1b" + (NOW + 30).to_bytes(8, "big"))))
    as_if_accepted = VisitorCode(CTI, CodeClass.PHONE, NOW - 30, NOW + 30, MAIN)
    assert not is_right(shown, as_if_accepted, True)
    assert not is_right(shown, as_if_accepted, False)
    assert base45.b45decode(GOOD[4:]) == RAW


def test_a_code_can_begin_at_the_first_second_that_takes_four_bytes():
    issued = 0x10000
    shown = minted(private_key("long"), LONG, CTI, CodeClass.CARD, issued, issued + 60)
    assert verified(shown, KEYS, issued) == VisitorCode(CTI, CodeClass.CARD, issued, issued + 60, LONG)


@pytest.mark.parametrize("beyond", [2**32, 2**32 + 5, 2**33 - 1])
def test_a_time_that_takes_more_than_four_bytes_is_no_claim(beyond: int):
    raw = b"\x1b" + beyond.to_bytes(8, "big")
    assert read(text(token(payload(iat=raw)))) is CodeFault.CLAIMS
    assert read(text(token(payload(exp=raw)))) is CodeFault.CLAIMS


def test_a_short_payload_is_read_to_its_signature():
    """23 bytes are the longest that CBOR writes with one byte before them."""
    for length in (22, 23, 24):
        body = (b"\x57" if length == 24 else bytes([0x40 + length - 1])) + bytes(length - 1)
        shown = text(token(body, start=b"\xd2\x84")).removeprefix("CP1:")
        assert read("CP1:" + shown) in (CodeFault.CLAIMS, CodeFault.NOT_CANONICAL), length
