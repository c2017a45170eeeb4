"""Names that people really have and that attackers type; and masks that never give the whole away."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from domain.errors import InputError
from domain.visitor import (
    CLASS_NAMES,
    NAME_LIMIT,
    VisitorClass,
    cleaned,
    masked_name,
    masked_phone,
    masked_tail,
)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("李小明", "李小明"),
        ("  李  小明\t", "李 小明"),
        ("O'Neil-Müller, Jr.", "O'Neil-Müller, Jr."),
        ("Jose\u0301", "José"),
        ("يوسف", "يوسف"),
        ("ศรีสุวรรณ", "ศรีสุวรรณ"),
        ("👨‍👩‍👧 Family", "👨‍👩‍👧 Family"),
        ("\u202eevil\u202c", "evil"),
        ("a\u200fb\u200eb\u2066c\u2069", "abbc"),
        ("a\0b\x07c\x1b[31m", "abc[31m"),
        ("line\r\nfeed\u2028and\x85more", "line feed and more"),
        ("full\u3000width\u00a0space", "full width space"),
        ("a\ud800b\udfff", "a?b?"),
        ("e\u200e\u0301", "é"),
        ("\ufeffBOM", "BOM"),
        ("𠮷野", "𠮷野"),
        ("\U0002ebf5某", "\U0002ebf5某"),
        ("\U000323aa某", "\U000323aa某"),
        ("\u3164x\u2800", "x"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("{{7*7}}", "{{7*7}}"),
        ("' OR 1=1--", "' OR 1=1--"),
        ("=HYPERLINK(1)", "=HYPERLINK(1)"),
    ],
    ids=ascii,
)
def test_a_name_is_kept_as_its_owner_writes_it(typed: str, kept: str):
    assert cleaned(typed, "name") == kept


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "\n\t\u3000",
        "\0\0",
        "\u200d",
        "\u200d \u200d",
        "\u202e",
        "\u3164",
        "\u2800\u115f",
        "\ufffe",
        "\U000e0041",
    ],
    ids=ascii,
)
def test_a_name_with_nothing_to_see_is_asked_for_again(typed: str):
    with pytest.raises(InputError) as refusal:
        cleaned(typed, "name")
    assert refusal.value.field == "name"
    assert refusal.value.sentence.zh == "请填写此项。"


def test_ten_thousand_characters_are_refused_with_their_number():
    with pytest.raises(InputError, match="10000 characters; 200") as refusal:
        cleaned("名" * 10_000, "venue name")
    assert refusal.value.field == "venue name"
    assert "10000" in refusal.value.sentence.zh
    assert cleaned("名" * NAME_LIMIT, "name") == "名" * NAME_LIMIT


@given(st.text(max_size=60))
def test_cleaning_twice_changes_nothing_and_leaves_one_plain_line(typed: str):
    try:
        once = cleaned(typed, "name")
    except InputError:
        assume(False)
    assert cleaned(once, "name") == once
    assert unicodedata.is_normalized("NFC", once)
    assert once == " ".join(once.split())
    assert once.encode("utf-8")
    assert not {unicodedata.category(letter) for letter in once if letter != "\u200d"} & {"Cc", "Cf", "Cs"}


@given(
    st.text(max_size=40),
    st.sampled_from("\u200e\u200f\u202a\u202e\u2066\u2069\u00ad\0\x1f\ufeff"),
    st.integers(0, 40),
)
def test_an_invisible_mark_makes_no_other_name(typed: str, mark: str, at: int):
    try:
        plain = cleaned(typed, "name")
    except InputError:
        assume(False)
    marked = cleaned(typed[:at] + mark + typed[at:], "name")
    if mark != "\x1f":  # a separator is a space
        assert marked == plain


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("李明", "李*"),
        ("李小明", "李**"),
        ("欧阳小明明", "欧***"),
        ("王", "王*"),
        ("Anna Maria Schmidt", "A*** M*** S***"),
        ("Anna Maria von der Schmidt", "A*** M*** v***"),
        ("Al", "A***"),
        ("𠮷野家", "𠮷**"),
        ("\U000323aa某", "\U000323aa*"),
    ],
)
def test_a_masked_name_is_known_to_its_owner_alone(name: str, shown: str):
    assert masked_name(name) == shown


@given(st.text(min_size=1, max_size=30))
def test_a_masked_name_never_shows_more_than_the_first_letters(name: str):
    masked = masked_name(name)
    for word in name.split():
        assert len(word) < 2 or word not in masked or set(word) <= {"*"} | {word[0]}
    assert len(masked.replace("*", "").replace(" ", "")) <= 3


@pytest.mark.parametrize(
    ("phone", "shown"),
    [
        ("+8613800138000", "138****8000"),
        ("+442079460018", "+44****0018"),
        ("+12025550123", "+12****0123"),
        ("+29022222", "****22"),
        ("+861012345678", "****78"),
        ("+12", "****12"),
        ("", "****"),
    ],
)
def test_a_masked_phone_is_known_to_its_owner_alone(phone: str, shown: str):
    assert masked_phone(phone) == shown


@given(st.integers(7, 15), st.data())
def test_a_masked_phone_hides_at_least_four_digits(length: int, data: st.DataObject):
    digits = data.draw(st.text("0123456789", min_size=length, max_size=length))
    for phone in (f"+7{digits[1:]}", f"+86{digits[:11]}"):
        head, _, tail = masked_phone(phone).partition("****")
        local = phone.removeprefix("+86")
        assert local.startswith(head)
        assert local.endswith(tail)
        assert len(local) - len(head) - len(tail) >= 4


@given(st.text("0123456789ABCX苏", max_size=20))
def test_a_masked_number_hides_at_least_three_characters(number: str):
    head, _, tail = masked_tail(number).partition("****")
    assert len(number) - len(head) - len(tail) >= min(3, len(number))


def test_masks_hide_how_long_the_hidden_part_is():
    assert masked_tail("E12345678") == "E1****78"
    assert masked_tail("11010519491231002X") == "11****2X"
    assert masked_tail("AB1234") == masked_tail("A1") == masked_tail("") == "****"


def test_every_class_of_visitor_has_a_name_in_both_languages():
    assert set(CLASS_NAMES) == set(VisitorClass)
    assert all(name.en.isascii() and not name.zh.isascii() for name in CLASS_NAMES.values())


@given(st.text(st.characters(categories=("L", "M", "N")), min_size=1, max_size=12))
def test_a_name_of_letters_is_kept_as_one_among_spaces_is(name: str):
    """Those without anything but letters and digits take a shorter way."""
    try:
        slowly = cleaned(f" {name} ", "name")
    except InputError:
        with pytest.raises(InputError):
            cleaned(name, "name")
    else:
        assert cleaned(name, "name") == slowly
