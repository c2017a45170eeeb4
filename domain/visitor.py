"""Visitors: their classes, how their names, phones and plates are normalised, and how they are masked."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum

import phonenumbers
from stdnum.cn import ric
from stdnum.exceptions import ValidationError

from domain.errors import InputError
from domain.wording import Sentence

NAME_LIMIT = 200
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af]")
_JOINER = "\u200d"
_BLANKS = "\u115f\u1160\u2800\u3164\uffa0"  # letters and symbols by category, empty to the eye
# What phonenumbers would only say again, at a twentieth of all that a check-in costs. Numbers that begin like
# the code of a carrier (179…) are left to it.
_CHINESE_MOBILE = re.compile(r"(?:\+86)?(1(?!79)[3-9][0-9]{9})")
_PHONE = re.compile(r"[+0-9\s()./\-‐-―−]{3,40}")
_PLATE = re.compile(r"[0-9A-Z\u4e00-\u9fff]{4,12}")


class VisitorClass(StrEnum):
    """Why a person is here; policies accept or refuse by it."""

    RESIDENT = "resident"
    EMPLOYEE = "employee"
    CONTRACTOR = "contractor"
    VISITOR = "visitor"
    COURIER = "courier"


CLASS_NAMES: dict[VisitorClass, Sentence] = {
    VisitorClass.RESIDENT: Sentence("Resident", "居民"),
    VisitorClass.EMPLOYEE: Sentence("Employee", "员工"),
    VisitorClass.CONTRACTOR: Sentence("Contractor", "施工人员"),
    VisitorClass.VISITOR: Sentence("Visitor", "访客"),
    VisitorClass.COURIER: Sentence("Courier", "快递外卖"),
}


def cleaned(text: str, field: str, limit: int = NAME_LIMIT) -> str:
    """One line of text without control characters or surplus spaces; InputError if empty or too long."""
    line = text if _is_clean(text) else _one_line(text)
    if not line.replace(_JOINER, "").strip():
        raise InputError(field, "Please fill this in.", "请填写此项。")
    if len(line) > limit:
        raise InputError(
            field,
            f"This has {len(line)} characters; {limit} is the most. Please shorten it.",
            f"共 {len(line)} 个字符，最多 {limit} 个，请缩短。",
        )
    return line


def _is_clean(text: str) -> bool:
    """Whether nothing but letters and digits stands there, each in its one spelling: so most names are."""
    return text.isalnum() and unicodedata.is_normalized("NFC", text) and not any(c in text for c in _BLANKS)


def _one_line(text: str) -> str:
    known = text.encode("utf-8", "replace").decode("utf-8")
    visible = "".join(" " if c.isspace() else c for c in known if c.isspace() or _printable(c))
    # After the removal: a mark may have stood between a letter and its accent.
    return " ".join(unicodedata.normalize("NFC", visible).split())


def _printable(character: str) -> bool:
    # Cc/Cf would hide or reorder text (bidi overrides), Cs are lone surrogates. Emoji need their joiners.
    if character == _JOINER:
        return True
    category = unicodedata.category(character)
    if category == "Cn":
        # Rare names and emoji younger than this Python's Unicode; the last two of a plane are no characters.
        return 0x1F000 <= ord(character) < 0x40000 and ord(character) & 0xFFFE != 0xFFFE
    return category not in ("Cc", "Cf", "Cs", "Co") and character not in _BLANKS


def is_one_line(text: str) -> bool:
    """Whether `cleaned` could have left this text: rare characters that this Python knows no name of, too."""
    return text.isprintable() or all(c == " " or (_printable(c) and not c.isspace()) for c in text)


def normalised_phone(typed: str, region: str = "CN") -> str:
    """The E.164 form of a phone number written in any usual way; InputError when it cannot be one."""
    if region == "CN" and (mobile := _CHINESE_MOBILE.fullmatch(typed)):
        return f"+86{mobile[1]}"
    refusal = InputError(
        "phone",
        "This is not a complete phone number, for example 138 0013 8000 or +44 20 7946 0018.",
        "电话号码不完整，例如 138 0013 8000；境外号码请加国家区号，如 +44…",
    )
    digits = _without_marks(unicodedata.normalize("NFKC", typed))
    # phonenumbers would end the number at a letter, so that an O for a 0 made another person's number.
    if not _PHONE.fullmatch(digits):
        raise refusal
    # Most are typed in groups; a search looks twice whether it can be one, and phonenumbers takes its time.
    if region == "CN" and (mobile := _CHINESE_MOBILE.fullmatch(re.sub("[ -]", "", digits))):
        return f"+86{mobile[1]}"
    try:
        number = phonenumbers.parse(digits, region)
    except phonenumbers.NumberParseException:
        raise refusal from None
    possible = phonenumbers.is_possible_number_with_reason(number)
    if possible is not phonenumbers.ValidationResult.IS_POSSIBLE or _is_miscounted(number):
        raise refusal
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def _is_miscounted(number: phonenumbers.PhoneNumber) -> bool:
    """Whether a Chinese number lost or gained a digit: a mobile has 11, a landline 10 with its area code."""
    national = str(number.national_number)
    is_whole = len(national) == 11 if re.match("1[3-9]", national) else len(national) >= 10
    return number.country_code == 86 and not is_whole


def _without_marks(text: str) -> str:
    # Numbers copied from a phone's contacts stand between invisible direction marks.
    return "".join(c for c in text if unicodedata.category(c) != "Cf").strip()


def normalised_plate(typed: str) -> str:
    """A number plate in upper case without separators; InputError when it cannot be one."""
    normal = _without_marks(unicodedata.normalize("NFKC", typed))
    plate = re.sub(r"[\s·•‧∙⋅・.。\-‐-―−]", "", normal).upper()
    if not _PLATE.fullmatch(plate):
        raise InputError(
            "plate",
            "A plate has 4 to 12 letters and digits, for example 苏A·12345.",
            "车牌为 4 至 12 位汉字、字母和数字，例如 苏A·12345。",
        )
    return plate


def normalised_id_number(typed: str) -> str:
    """A resident identity number (GB 11643, check digit verified) or another document's number."""
    normal = _without_marks(unicodedata.normalize("NFKC", typed))
    number = re.sub(r"[\s\-‐-―−]", "", normal).upper()
    # Passports are shorter: one of 14 or more is a resident's, and lost or gained a digit if not 18.
    is_good = _is_resident_number(number) if len(number) > 13 else re.fullmatch(r"[0-9A-Z]{5,13}", number)
    if not is_good:
        raise InputError(
            "id_number",
            "This is not a valid identity number; please check each digit, or give a passport number.",
            "证件号码有误，请逐位核对；也可填写护照号码。",
        )
    return number


def _is_resident_number(number: str) -> bool:
    # Check digit and birth date, but no list of counties: new ones, and foreigners' cards, are missing in it.
    try:
        ric.get_birth_date(number)
    except (ValidationError, ValueError):
        return False
    return re.fullmatch("[0-9]{17}[0-9X]", number) is not None and ric.calc_check_digit(number) == number[-1]


def masked_name(name: str) -> str:
    """The first letter of each word, or the family name of a Chinese name; the rest as stars."""
    if _HAN.match(name):
        return name[:1] + "*" * max(1, min(len(name) - 1, 3))
    return " ".join(f"{word[:1]}***" for word in name.split()[:3])


def masked_phone(phone: str) -> str:
    """A phone with its middle hidden, so that its owner recognises it and nobody else learns it."""
    digits = phone.removeprefix("+86")
    return f"{digits[:3]}****{digits[-4:]}" if len(digits) >= 11 else "****" + digits[-2:]


def masked_tail(number: str) -> str:
    """An identity number or plate with all but its ends hidden."""
    return f"{number[:2]}****{number[-2:]}" if len(number) > 6 else "****"
