"""What becomes of a keyed-in register, row by row, before and after it is recorded."""

from __future__ import annotations

from dataclasses import dataclass

from domain.wording import Sentence
from web.services.passing.paper.paper_rows import Problem


@dataclass(frozen=True, slots=True)
class Told:
    """What becomes of one row.

    `problems` are what to mend; else `outcome` is what the entry says, and `rules` the sentence of the
    rules where they would have decided otherwise. `is_known`: the row had been recorded before.
    `near_ms` is when a gate or phone has the same person going the same way, which may be this passage.
    """

    number: int
    masked_name: str
    problems: tuple[Problem, ...] = ()
    at_ms: int = 0
    direction: str = ""
    outcome: str = ""
    sentence: Sentence | None = None
    is_known: bool = False
    rules: Sentence | None = None
    rules_outcome: str = ""
    near_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """Every row in the order of the table, and how many of each kind there are."""

    rows: tuple[Told, ...]

    @property
    def new(self) -> int:
        """Rows that make an entry."""
        return sum(not row.problems and not row.is_known for row in self.rows)

    @property
    def known(self) -> int:
        """Rows that were recorded before."""
        return sum(row.is_known for row in self.rows)

    @property
    def bad(self) -> int:
        """Rows with something to mend."""
        return sum(bool(row.problems) for row in self.rows)

    @property
    def near(self) -> int:
        """Rows that may be in the log already, from a gate or a phone."""
        return sum(row.near_ms is not None for row in self.rows)

    @property
    def differing(self) -> int:
        """Rows where the person at the door decided otherwise than the rules."""
        return sum(row.rules is not None for row in self.rows)


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows that were keyed in together and can still be taken back."""

    entrance_id: str
    entrance_name: str
    received_ms: int
    rows: int
