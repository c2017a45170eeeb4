"""A sentence a person reads, in the two languages that are equals here."""

from __future__ import annotations

import re
from dataclasses import dataclass

_DIGITS = re.compile(r"([0-9]{1,18})")


@dataclass(frozen=True, slots=True)
class Sentence:
    """The same thing said in English and in Chinese."""

    en: str
    zh: str

    def __str__(self) -> str:
        return self.en

    def filled(self, **values: object) -> Sentence:
        """This sentence with its `{name}` places filled; the values are never read as templates."""
        texts = {name: str(value) for name, value in values.items()}
        return Sentence(self.en.format_map(texts), self.zh.format_map(texts))


def in_order(name: str) -> tuple[str | int, ...]:
    """The key that sorts names as people count: Gate 2 before Gate 10."""
    parts = _DIGITS.split(name.casefold())
    return tuple(int(part) if at % 2 else part for at, part in enumerate(parts))
