"""Rare letters in names, numbers of unusual lengths: what is taken and what is not, at the very edge."""

from __future__ import annotations

import unicodedata

import pytest
from stdnum.iso7064 import mod_37_36

from domain.errors import InputError
from domain.policy_text import policy_from_json
from domain.venue import SHORT_ALPHABET, checked_base_url, parsed_short_number, short_number
from domain.visitor import cleaned, masked_tail, normalised_id_number


def _unknown(low: int, high: int) -> str:
    """A character that this Python's Unicode does not know yet."""
    return next(chr(n) for n in range(low, high) if unicodedata.category(chr(n)) == "Cn")


@pytest.mark.parametrize(
    "kept", [_unknown(0x1F000, 0x20000), _unknown(0x2A6E0, 0x2B740), _unknown(0x3F000, 0x3FFFE)]
)
def test_a_letter_younger_than_this_unicode_stays_in_a_name(kept: str):
    assert cleaned(f"a{kept}b", "name") == f"a{kept}b"


@pytest.mark.parametrize(
    "gone",
    [
        *("\U0001fffe", "\U0001ffff", "\U0002fffe", "\U0003ffff", "\ufffe", "\u0378", chr(0x40000)),
        *("\ue000", "\U000f0000", "\u202e", "\x07", "\ufdd0"),
    ],
    ids=ascii,
)  # fmt: skip
def test_what_is_no_letter_and_never_will_be_goes(gone: str):
    assert cleaned(f"a{gone}b", "name") == "ab"


@pytest.mark.parametrize("blank", ["\t", "\n", "\u3000", "\xa0", "\u2003", "\x1f", "\x85"])
def test_every_blank_is_a_space(blank: str):
    assert cleaned(f"a{blank}b", "name") == "a b"


def test_half_a_letter_becomes_a_question_mark():
    assert cleaned("a\ud800b", "name") == "a?b"


def test_a_passport_has_at_most_thirteen_symbols():
    assert normalised_id_number("A" * 13) == "A" * 13
    assert normalised_id_number("A" * 5) == "A" * 5
    for length in (4, 14, 17):
        with pytest.raises(InputError):
            normalised_id_number("A" * length)


def test_a_number_of_six_symbols_is_hidden_whole_and_one_of_seven_at_its_middle():
    assert masked_tail("123456") == "****"
    assert masked_tail("1234567") == "12****67"


@pytest.mark.parametrize("length", [1, 2, 6, 7, 9, 16])
def test_a_short_number_of_another_length_is_none_though_its_check_fits(length: int):
    symbols = SHORT_ALPHABET[: length - 1]
    number = symbols + mod_37_36.calc_check_digit(symbols, SHORT_ALPHABET)
    assert mod_37_36.validate(number, SHORT_ALPHABET) == number
    assert parsed_short_number(number) is None


def test_a_short_number_is_made_of_the_first_eight_bytes():
    raw = bytes.fromhex("0123456789abcdef")
    assert short_number(raw) == short_number(raw + b"more") != short_number(b"\0" + raw)
    assert short_number(raw) != short_number(raw[::-1])


@pytest.mark.parametrize(("port", "good"), [("1", True), ("65535", True), ("65536", False), ("0", False)])
def test_a_port_is_one_of_those_there_are(port: str, good: bool):
    url = f"https://park.example:{port}"
    if good:
        assert checked_base_url(url) == url
        return
    with pytest.raises(InputError):
        checked_base_url(url)


def test_a_long_address_is_quoted_no_further_than_it_can_be_read():
    with pytest.raises(InputError) as refusal:
        checked_base_url("x" * 81)
    assert f"“{'x' * 80}”" in refusal.value.sentence.en
    assert f"“{'x' * 80}”" in refusal.value.sentence.zh


@pytest.mark.parametrize("odd", [5, None, [], {}, "maybe", True])
def test_what_is_no_member_of_a_list_is_told_the_list(odd: object):
    with pytest.raises(InputError, match="one of admit, refer, refuse"):
        policy_from_json({"reentry": odd})
