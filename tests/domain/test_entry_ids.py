"""UUID version 7 as RFC 9562 §5.7 lays it out, bit by bit."""

from __future__ import annotations

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.entry import is_entry_id, uuid7

times = st.integers(0, 2**48 - 1)
randoms = st.binary(min_size=10, max_size=10)


def test_the_example_of_rfc_9562_appendix_a_6():
    random = (0xCC3 << 64 | 0x18C4DC0C0C07398F).to_bytes(10, "big")
    assert uuid7(0x017F22E279B0, random) == "017f22e2-79b0-7cc3-98c4-dc0c0c07398f"


@given(times, randoms)
def test_time_version_variant_and_random_bits_are_in_their_places(at_ms: int, random: bytes):
    value = uuid.UUID(uuid7(at_ms, random)).int
    drawn = int.from_bytes(random, "big")
    assert value >> 80 == at_ms
    assert value >> 76 & 0xF == 7
    assert value >> 62 & 0x3 == 2
    assert value >> 64 & 0xFFF == drawn >> 64 & 0xFFF
    assert value & 2**62 - 1 == drawn & 2**62 - 1


@given(times, times, randoms, randoms)
def test_an_earlier_time_sorts_first_as_text(one: int, other: int, random: bytes, more: bytes):
    if one != other:
        assert (uuid7(one, random) < uuid7(other, more)) == (one < other)


@given(times, randoms)
def test_python_reads_it_as_version_7_in_lower_case(at_ms: int, random: bytes):
    text = uuid7(at_ms, random)
    assert uuid.UUID(text).version == 7
    assert uuid.UUID(text).variant == uuid.RFC_4122
    assert text == text.lower() == str(uuid.UUID(text))


@pytest.mark.parametrize("random", [b"", bytes(9)])
def test_too_little_chance_is_refused(random: bytes):
    with pytest.raises(ValueError, match="10 random bytes"):
        uuid7(0, random)


def test_a_clock_beyond_48_bits_still_gives_a_uuid():
    for at_ms in (-1, 2**48, 2**64):
        assert uuid.UUID(uuid7(at_ms, bytes(10))).version == 7


@pytest.mark.parametrize("text", [uuid7(0, bytes(10)), uuid7(2**48 - 1, b"\xff" * 10)])
def test_an_id_is_known_as_one(text: str) -> None:
    assert is_entry_id(text)
    for other in (text.upper(), text + "0", " " + text, text[:-1], text.replace("-", ""), "", "-" * 36):
        assert not is_entry_id(other) or other == text
    assert not is_entry_id(text[:14] + "4" + text[15:])
    assert not is_entry_id(text[:19] + "c" + text[20:])
