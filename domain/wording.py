"""A sentence a person reads, in the two languages that are equals here."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sentence:
    """The same thing said in English and in Chinese."""

    en: str
    zh: str

    def __str__(self) -> str:
        return self.en
