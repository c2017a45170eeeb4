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
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003134f]")
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
    normal = unicodedata.normalize("NFC", text.encode("utf-8", "replace").decode("utf-8"))
    visible = "".join(" " if c.isspace() else c for c in normal if c.isspace() or _printable(c))
    line = " ".join(visible.split())
    if not line:
        raise InputError(field, "Please fill this in.", "请填写此项。")
    if len(line) > limit:
        raise InputError(
            field,
            f"This has {len(line)} characters; {limit} is the most. Please shorten it.",
            f"共 {len(line)} 个字符，最多 {limit} 个，请缩短。",
        )
    return line


def _printable(character: str) -> bool:
    # Cc/Cf would hide or reorder text (bidi overrides), Cs are lone surrogates. Emoji need their joiners.
    return character == "\u200d" or unicodedata.category(character) not in (
        "Cc",
        "Cf",
        "Cs",
        "Cn",
        "Co",
    )


def normalised_phone(typed: str, region: str = "CN") -> str:
    """The E.164 form of a phone number written in any usual way; InputError when it cannot be one."""
    refusal = InputError(
        "phone",
        "This is not a complete phone number, for example 138 0013 8000 or +44 20 7946 0018.",
        "电话号码不完整，例如 138 0013 8000；境外号码请加国家区号，如 +44…",
    )
    try:
        number = phonenumbers.parse(unicodedata.normalize("NFKC", typed), region)
    except phonenumbers.NumberParseException:
        raise refusal from None
    if not phonenumbers.is_possible_number(number) or len(typed) > 40:
        raise refusal
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def normalised_plate(typed: str) -> str:
    """A number plate in upper case without separators; InputError when it cannot be one."""
    plate = re.sub(r"[\s·•.\-]", "", unicodedata.normalize("NFKC", typed)).upper()
    if not _PLATE.fullmatch(plate):
        raise InputError(
            "plate",
            "A plate has 4 to 12 letters and digits, for example 苏A·12345.",
            "车牌为 4 至 12 位汉字、字母和数字，例如 苏A·12345。",
        )
    return plate


def normalised_id_number(typed: str) -> str:
    """A resident identity number (GB 11643, check digit verified) or another document's number."""
    number = re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", typed)).upper()
    looks_resident = re.fullmatch(r"\d{17}[\dX]", number) is not None
    try:
        if looks_resident:
            return str(ric.validate(number))
    except ValidationError:
        number = ""
    if not re.fullmatch(r"[0-9A-Z]{5,20}", number):
        raise InputError(
            "id_number",
            "This is not a valid identity number; please check each digit, or give a passport number.",
            "证件号码有误，请逐位核对；也可填写护照号码。",
        )
    return number


def masked_name(name: str) -> str:
    """The first letter of each word, or the family name of a Chinese name; the rest as stars."""
    if _HAN.match(name):
        return name[:1] + "*" * max(1, min(len(name) - 1, 3))
    return " ".join(f"{word[:1]}***" for word in name.split()[:3])


def masked_phone(phone: str) -> str:
    """A phone with its middle hidden, so that its owner recognises it and nobody else learns it."""
    digits = phone.removeprefix("+86")
    return f"{digits[:3]}****{digits[-4:]}" if len(digits) >= 9 else "****" + digits[-2:]


def masked_tail(number: str) -> str:
    """An identity number or plate with all but its ends hidden."""
    return f"{number[:2]}****{number[-2:]}" if len(number) > 5 else "****"
