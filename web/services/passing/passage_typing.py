"""What staff type about a passage, read field by field into what the rules and the entry take."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import astuple, dataclass, replace

from domain.errors import InputError
from domain.venue import Direction
from domain.visitor import normalised_phone, normalised_plate

COMPANIONS_MOST = 50
OTHERS_MOST = 20
_CODE = "CP1:"


@dataclass(frozen=True, slots=True)
class Typed:
    """A passage as it was typed; `entry_id` was minted with the form.

    `who` is a short number, phone, name, identity number or the text of a code; `visitor_id` is set when
    staff chose among several; `phones` are those of the others in the vehicle, one a line.
    """

    entry_id: str
    who: str = ""
    visitor_id: str = ""
    name: str = ""
    phone: str = ""
    visitor_class: str = "visitor"
    direction: str = "in"
    temperature: str = ""
    companions: str = ""
    in_vehicle: bool = False
    plate: str = ""
    others: str = ""
    phones: str = ""

    def all(self) -> tuple[str, ...]:
        """Everything that was typed, for an id that a repeat has again."""
        return tuple(str(value) for value in astuple(self)[1:])

    def under(self, entry_id: str) -> Typed:
        """The same passage under another entry id."""
        return replace(self, entry_id=entry_id)


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen and measured; `occupants` are the phones of the others, "" for one not given."""

    direction: Direction
    temperature_tenths: int | None
    companions: int
    in_vehicle: bool
    plate: str
    occupants: tuple[str, ...]


def is_code(text: str) -> bool:
    """Whether a text came out of a code rather than from somebody's keyboard: ours, or an address."""
    return text.startswith(_CODE) or "://" in text


def seen(typed: Typed) -> Seen:
    """What was seen at the door; InputError names the first field that cannot be used."""
    if typed.direction not in set(Direction):
        raise InputError("direction", "Choose in or out.", "请选择进入或离开。")
    phones = tuple(_phone(line) for line in typed.phones.splitlines() if line.strip())
    others = max(len(phones), _count(typed.others, "others", OTHERS_MOST))
    plate = normalised_plate(typed.plate) if typed.plate.strip() else ""
    return Seen(
        Direction(typed.direction),
        parsed_temperature(typed.temperature) if typed.temperature.strip() else None,
        _count(typed.companions, "companions", COMPANIONS_MOST),
        typed.in_vehicle or bool(plate) or others > 0,
        plate,
        (*phones, *("",) * (others - len(phones))),
    )


def parsed_temperature(typed: str) -> int:
    """Tenths of a degree Celsius out of `36.6`, `36,6`, `36。6` or wide digits; InputError otherwise."""
    text = unicodedata.normalize("NFKC", typed).strip().removesuffix("°C").removesuffix("℃").strip()
    text = text.replace(",", ".").replace("。", ".")
    if re.fullmatch(r"\d{2}(\.\d)?", text):
        tenths = round(float(text) * 10)
        if 340 <= tenths <= 430:
            return tenths
    raise InputError(
        "temperature",
        "Give the temperature in °C with one decimal, from 34.0 to 43.0, for example 36.6.",
        "请填写 34.0 至 43.0 之间的摄氏体温，例如 36.6。",
    )


def _count(typed: str, field: str, most: int) -> int:
    digits = unicodedata.normalize("NFKC", typed).strip()
    if not re.fullmatch(r"[0-9]{0,3}", digits) or int(digits or 0) > most:
        raise InputError(field, f"Give a whole number from 0 to {most}.", f"请填写 0 至 {most} 的整数。")
    return int(digits or 0)


def _phone(line: str) -> str:
    try:
        return normalised_phone(line)
    except InputError as error:
        raise InputError("phones", error.sentence.en, error.sentence.zh) from None
