"""Phones, plates and identity numbers: one person is one value, however the number was written."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric

from domain.errors import InputError
from domain.visitor import normalised_id_number, normalised_phone, normalised_plate


@pytest.mark.parametrize(
    "typed",
    [
        "13800138000",
        "+8613800138000",
        "+86 138 0013 8000",
        "138-0013-8000",
        "１３８００１３８０００",
        "008613800138000",
        "  13800138000\t",
        "86 138 0013 8000",
        "(+86) 138.0013.8000",
        "１３８－００１３－８０００",
        "138\u00a00013\u20118000",
        "138—0013—8000",
        "\u202d+86 138 0013 8000\u202c",
        "138\u200b0013\u200b8000",
        "138/0013/8000",
    ],
    ids=ascii,
)
def test_one_phone_is_one_value_in_every_spelling(typed: str):
    assert normalised_phone(typed) == "+8613800138000"


@pytest.mark.parametrize(
    ("typed", "region", "kept"),
    [
        ("+44 20 7946 0018", "CN", "+442079460018"),
        ("020 7946 0018", "GB", "+442079460018"),
        ("0044 20 7946 0018", "CN", "+442079460018"),
        ("+1 (202) 555-0123", "CN", "+12025550123"),
        ("010 1234 5678", "CN", "+861012345678"),
        ("+852 2345 6789", "CN", "+85223456789"),
        ("+290 22222", "CN", "+29022222"),
    ],
)
def test_phones_of_other_places_keep_their_country(typed: str, region: str, kept: str):
    assert normalised_phone(typed, region) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "+",
        "12",
        "110",
        "1380013800",
        "138001380000",
        "12345678",
        "1380013800O",
        "138OO138000",
        "1380013CODE",
        "13800138000 ext 5",
        "13800138000;13900139000",
        "13800138000, 13900139000",
        "13800138000 13900139000",
        "13800138000转5",
        "phone 13800138000",
        "+999 12345678",
        "1" * 10_000,
        "\0" * 20,
        "\ud800",
        "٣٣٣",
        "١٣٨٠٠١٣٨٠٠٠",
    ],
    ids=lambda typed: ascii(typed[:30]),
)
def test_what_is_not_exactly_one_whole_phone_is_refused(typed: str):
    with pytest.raises(InputError) as refusal:
        normalised_phone(typed)
    assert refusal.value.field == "phone"
    assert "+44" in refusal.value.sentence.zh


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), st.integers(0, 10), st.sampled_from(" -.\u3000—"))
def test_a_chinese_mobile_is_one_value_wherever_it_is_split(number: str, at: int, mark: str):
    assert normalised_phone(number[:at] + mark + number[at:]) == f"+86{number}"
    assert normalised_phone(normalised_phone(number)) == f"+86{number}"


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), st.integers(0, 10))
def test_a_chinese_mobile_that_lost_or_gained_a_digit_is_no_other_persons(number: str, at: int):
    longer, shorter = number[: at + 1] + number[at:], number[:at] + number[at + 1 :]
    for damaged in (longer, shorter):
        if damaged[0] == "1" and damaged[1] in "3456789":
            with pytest.raises(InputError):
                normalised_phone(damaged)


@given(st.text(max_size=50))
def test_any_text_is_a_phone_or_refused(typed: str):
    try:
        phone = normalised_phone(typed)
    except InputError:
        return
    assert phone.startswith("+")
    assert phone[1:].isdigit()
    assert normalised_phone(phone) == phone


@pytest.mark.parametrize(
    "typed",
    [
        "苏A12345",
        "苏A·12345",
        "苏a 12345",
        "苏Ａ１２３４５",
        " 苏Ａ·１２３４５ ",
        "苏A-12345",
        "苏A・12345",
        "苏A。12345",
        "苏A‧12345",
        "苏A.123 45",
        "\u202a苏A12345\u202c",
    ],
    ids=ascii,
)
def test_one_plate_is_one_value_in_every_spelling(typed: str):
    assert normalised_plate(typed) == "苏A12345"


@pytest.mark.parametrize(
    "typed",
    ["", "A1", "---", "A" * 13, "苏A12345!", "A;DROP", "1" * 10_000, "\ud800ABCD", "😀1234"],
    ids=lambda t: ascii(t[:20]),
)
def test_what_is_no_plate_is_refused(typed: str):
    with pytest.raises(InputError) as refusal:
        normalised_plate(typed)
    assert refusal.value.field == "plate"


@pytest.mark.parametrize("typed", ["粤B12345D", "B-MW 1234", "京A·D12345", "ABC 1234", "香港AB1234"])
def test_plates_of_new_cars_and_other_places_are_taken(typed: str):
    assert normalised_plate(normalised_plate(typed)) == normalised_plate(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "11010519491231002X",
        "11010519491231002x",
        "110105 19491231 002X",
        "１１０１０５１９４９１２３１００２Ｘ",
        "110105-19491231-002X",
    ],
)
def test_one_identity_number_is_one_value_in_every_spelling(typed: str):
    assert normalised_id_number(typed) == "11010519491231002X"


def test_every_wrong_digit_of_an_identity_number_is_refused():
    good = "11010519491231002X"
    for at in range(len(good)):
        for other in "0123456789X":
            damaged = good[:at] + other + good[at + 1 :]
            if other != good[at]:
                with pytest.raises(InputError):
                    normalised_id_number(damaged)


def test_a_lost_or_doubled_digit_makes_no_passport_of_an_identity_number():
    good = "11010519491231002X"
    for at in range(len(good)):
        for damaged in (good[:at] + good[at + 1 :], good[: at + 1] + good[at:]):
            with pytest.raises(InputError):
                normalised_id_number(damaged)


@given(
    st.sampled_from(["110105", "440305", "810000", "911156"]),
    st.dates(min_value=date(1930, 1, 1), max_value=date(2020, 1, 1)),
    st.integers(0, 999),
)
def test_a_number_with_the_right_check_digit_is_taken(county: str, born: date, number: int):
    body = f"{county}{born:%Y%m%d}{number:03d}"
    whole = body + ric.calc_check_digit(body + "0")
    assert normalised_id_number(whole.lower()) == whole


@pytest.mark.parametrize(
    ("typed", "kept"), [("e12345678", "E12345678"), ("Ｇ1234567", "G1234567"), ("C4J-KM0 2H1", "C4JKM02H1")]
)
def test_a_passport_is_taken_as_it_is(typed: str, kept: str):
    assert normalised_id_number(typed) == kept


@pytest.mark.parametrize(
    "typed",
    ["", "1234", "A" * 21, "E1234567!", "身份证", "\ud800", "110105194912310021", "٣" * 18],
    ids=ascii,
)
def test_what_is_no_identity_number_is_refused(typed: str):
    with pytest.raises(InputError) as refusal:
        normalised_id_number(typed)
    assert refusal.value.field == "id_number"


# What begins with 179 is a way to dial another number, and no mobile.
MOBILES = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True).filter(lambda digits: not digits.startswith("179"))


@given(MOBILES, st.sampled_from(["", "+86"]))
def test_a_mobile_is_the_same_number_with_and_without_spaces(digits: str, country: str):
    """What is written without them is not shown to phonenumbers."""
    spaced = f"{country} {digits[:3]} {digits[3:7]} {digits[7:]}"
    assert normalised_phone(country + digits) == normalised_phone(spaced) == f"+86{digits}"
