"""What staff type at the kiosk, read field by field, so that each error can stand beside its field."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import TypeVar

from domain.errors import CodePlaceError, InputError
from domain.venue import parsed_short_number
from domain.visitor import cleaned, normalised_phone, normalised_plate
from domain.wording import Sentence

NAME_MOST = 60
WHY_MOST = 80
COMPANIONS_MOST = 50
OTHERS_MOST = 20
TYPED_MOST = 200
WIDTH_MOST_MM = 2_000
COLDEST, HOTTEST = 300, 450  # tenths of a degree, as an entry takes them
_T = TypeVar("_T")


class FormError(CodePlaceError):
    """At least one field cannot be used; `errors` holds the sentence of each by its name."""

    def __init__(self, errors: Mapping[str, Sentence]) -> None:
        super().__init__(next(iter(errors.values())))
        self.errors = dict(errors)


class Form:
    """Reads fields by name and gathers what is wrong; `checked` tells of it all at once."""

    def __init__(self, values: object) -> None:
        self._values: Mapping[object, object] = values if isinstance(values, Mapping) else {}
        self._errors: dict[str, Sentence] = {}

    def typed(self, name: str) -> str:
        """What stands in a field, "" when it is empty, absent or no text."""
        value = self._values.get(name)
        return value.strip()[:TYPED_MOST] if isinstance(value, str) else ""

    def read(self, name: str, reader: Callable[[str], _T], otherwise: _T) -> _T:
        """A field as `reader` understands it; `otherwise` when it cannot be used, which is noted."""
        try:
            return reader(self.typed(name))
        except InputError as error:
            self._errors[name] = error.sentence
            return otherwise

    def optional(self, name: str, reader: Callable[[str], str]) -> str:
        """A field that may be left empty."""
        return self.read(name, reader, "") if self.typed(name) else ""

    def checked(self) -> None:
        """FormError if any field read before cannot be used."""
        if self._errors:
            raise FormError(self._errors)


def tenths(typed: str) -> int:
    """A body temperature in tenths of a degree Celsius; InputError outside of what anybody has."""
    found = re.fullmatch(r"([0-9]{2})(?:[.,。]([0-9]))?", unicodedata.normalize("NFKC", typed))
    value = int(found[1]) * 10 + int(found[2] or 0) if found else 0
    if not COLDEST <= value <= HOTTEST:
        raise InputError(
            "temperature",
            "Give a temperature from 30.0 to 45.0 °C, for example 36.6.",
            "请输入 30.0 至 45.0 °C 的体温，例如 36.6。",
        )
    return value


def count(most: int) -> Callable[[str], int]:
    """A reader of a whole number from 0 to `most`; an empty field is 0."""

    def reader(typed: str) -> int:
        if not re.fullmatch(r"[0-9]{0,3}", typed) or int(typed or 0) > most:
            raise InputError(
                "count", f"Give a whole number from 0 to {most}.", f"请输入 0 至 {most} 的整数。"
            )
        return int(typed or 0)

    return reader


def width_mm(typed: str) -> float:
    """The printed width of a code in millimetres."""
    found = re.fullmatch(r"[0-9]{1,4}(?:[.,。][0-9]{1,2})?", unicodedata.normalize("NFKC", typed))
    value = float(re.sub("[,。]", ".", found[0])) if found else 0.0
    if not 1 <= value <= WIDTH_MOST_MM:
        raise InputError(
            "width",
            f"Give the width in millimetres, from 1 to {WIDTH_MOST_MM}, for example 92.",
            f"请输入 1 至 {WIDTH_MOST_MM} 毫米的宽度，例如 92。",
        )
    return value


def name(typed: str) -> str:
    """A person's name."""
    return cleaned(typed, "name", NAME_MOST)


def why(typed: str) -> str:
    """The reason for a refusal."""
    return cleaned(typed, "why", WHY_MOST)


def phone(typed: str) -> str:
    """A phone number in E.164 form."""
    return normalised_phone(typed)


def plate(typed: str) -> str:
    """A number plate in upper case."""
    return normalised_plate(typed)


def number(typed: str) -> str:
    """A visitor's short number with its check symbol in order."""
    found = parsed_short_number(typed)
    if found is None:
        raise InputError(
            "number",
            "This is not a short number: it has 8 letters and digits. Please check each of them.",
            "编号有误：应为 8 位字母和数字，请逐位核对。",
        )
    return found
