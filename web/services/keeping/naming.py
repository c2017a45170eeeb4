"""Whether a text names one person, however it is written: to find what was typed about them and forget it."""

from __future__ import annotations

import json
import re
import unicodedata
from contextlib import suppress
from dataclasses import dataclass

from web.db.connecting.connection import Connection, Record
from web.services.installation import Installation
from web.services.people.visitors import place
from web.store.keeping import keeping_person
from web.store.keeping.keeping_person import Kept

_LEAST = 2
_SHORT = 5


@dataclass(frozen=True, slots=True)
class Person:
    """All that names somebody, in normal form."""

    marks: frozenset[str]

    def is_named(self, text: str) -> bool:
        """Whether a text holds a name, a number, a plate or a code of this person."""
        folded = _folded(text)
        seen, words = _joined(folded), set(re.split(r"\W+", folded))
        return any(mark in words if _is_short(mark) else mark in seen for mark in self.marks)


def person_of(connection: Connection, inst: Installation, row: Record) -> Person:
    """Whoever a row of `visitors` is about."""
    names = {row.id, row.short_number}
    for column in ("name", "phone", "id_number", "plate"):
        sealed = getattr(row, f"{column}_sealed")
        if sealed:
            names.add(inst.cipher.opened(sealed, place(column, row.id)).decode())
    names |= {code.cti for code in keeping_person.rows_of(connection, Kept.CODES, row.id)}
    names |= {national for name in names if (national := _national(name))}
    return Person(frozenset(mark for name in names if len(mark := _joined(_folded(name))) >= _LEAST))


def _national(phone: str) -> str:
    """A Chinese number as people write it, without its country."""
    return phone.removeprefix("+86") if phone.startswith("+86") else ""


def _is_short(mark: str) -> bool:
    """Whether it is so short that it stands within other words too."""
    return mark.isascii() and len(mark) < _SHORT


def _folded(text: str) -> str:
    """Without case and width; what JSON escapes is read."""
    if "\\u" in text:
        with suppress(ValueError):
            text = json.dumps(json.loads(text), ensure_ascii=False)
    return unicodedata.normalize("NFKC", text).casefold()


def _joined(folded: str) -> str:
    """Without spaces and signs between letters and digits."""
    return "".join(letter for letter in folded if letter.isalnum())
