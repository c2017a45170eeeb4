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

    def filled(self, **values: object) -> Sentence:
        """This sentence with its `{name}` places filled; the values are never read as templates."""
        texts = {name: str(value) for name, value in values.items()}
        return Sentence(self.en.format_map(texts), self.zh.format_map(texts))
