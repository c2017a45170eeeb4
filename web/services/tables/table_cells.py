"""Reads the cells of one row and gathers everything that has to be mended in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from domain.errors import InputError
from domain.wording import Sentence

_C = TypeVar("_C")
_T = TypeVar("_T")


@dataclass(frozen=True)  # no slots: a generic class with them cannot be made by its alias
class Problem(Generic[_C]):
    """What to mend: the column it lies in, and how."""

    column: _C
    sentence: Sentence


class CellReader(Generic[_C]):
    """Reads cells by their columns; `problems` is what was wrong with them."""

    def __init__(self, cells: Mapping[_C, str]) -> None:
        self._cells = cells
        self.problems: list[Problem[_C]] = []

    def read(self, column: _C, reader: Callable[[str], _T], otherwise: _T) -> _T:
        """A cell as `reader` understands it; what is wrong with it is noted."""
        try:
            return reader(self._cells.get(column, ""))
        except InputError as error:
            self.problems.append(Problem(column, error.sentence))
            return otherwise

    def optional(self, column: _C, reader: Callable[[str], _T], otherwise: _T) -> _T:
        """A cell that may be empty."""
        return self.read(column, reader, otherwise) if self._cells.get(column) else otherwise
