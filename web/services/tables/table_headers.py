"""The names above the columns of a table that people made: any case, either language, or both at once."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import TypeVar

_C = TypeVar("_C")
_BETWEEN_WORDS = re.compile(r"[\s_\-/|()*:.·]+")
# “Phone 电话” is one column that is called by both its names.
_ONE_SCRIPT = re.compile(r"[\x00-\x7f]*[\x21-\x7f]|[^\x00-\x7f]+")
_LONGEST_SHOWN = 40


def called(names: Mapping[_C, str]) -> dict[str, _C]:
    """Which column each name means; `names` are divided by semicolons."""
    return {plain(name): column for column, listed in names.items() for name in listed.split(";")}


def meant(name: str, known: Mapping[str, _C]) -> _C | None:
    """The column that a cell of the first row names; None for a name that is not known."""
    written = plain(name)
    if written in known:
        return known[written]
    named = {known.get(part.strip()) for part in _ONE_SCRIPT.findall(written)}
    return named.pop() if len(named) == 1 else None


def plain(name: str) -> str:
    """A name without what people write differently: case, width, spaces and marks between words."""
    return _BETWEEN_WORDS.sub(" ", unicodedata.normalize("NFKC", name).casefold()).strip()


def shown(cell: str) -> str:
    """A cell on one line, short enough for a sentence."""
    line = "".join(character if character.isprintable() else " " for character in cell.strip())
    return line if len(line) <= _LONGEST_SHOWN else line[: _LONGEST_SHOWN - 1] + "…"
