"""What a parser is to the mutation run: where its mutants come from, how it reads them, and what may pass."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from domain.errors import InputError, TamperedError
from tests.mutation.changes import Draw


@dataclass(frozen=True)
class Parser:
    """`read` gives what it read, or refuses by None, an enum or an error of the domain.

    `is_right` says of what was read whether it had to be: nothing that lacks our signature or is another
    spelling of good input, only what the format leaves to others or what our own key signed anew.
    """

    name: str
    share: int
    originals: tuple[Any, ...]
    mutant: Callable[[Draw], Any]
    read: Callable[[Any], object]
    is_right: Callable[[Any, Any], bool] = lambda shown, read: False


@dataclass
class Tally:
    """What came of one parser's mutants; `slowest_ms` is the process's own time for the slowest."""

    inputs: int = 0
    accepted: int = 0
    right: int = 0
    uncaught: int = 0
    slowest_ms: float = 0.0
    results: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


def tried(parser: Parser, count: int, draw: Draw) -> Tally:
    """Gives the parser `count` mutants, none of which is good input itself."""
    tally = Tally(count)
    for _ in range(count):
        shown = parser.mutant(draw)
        while shown in parser.originals:
            shown = parser.mutant(draw)
        _try(parser, shown, tally)
    return tally


def _try(parser: Parser, shown: Any, tally: Tally) -> None:
    # The process's time: what others do on this machine meanwhile is not the parser's.
    begun = time.process_time_ns()
    try:
        read = parser.read(shown)
    except (InputError, TamperedError) as refusal:
        read, said = None, refusal.sentence.en
    except Exception as error:  # the count of these is the result
        tally.uncaught += 1
        tally.wrong.append(f"uncaught {error!r} for {shown!r}")
        return
    else:
        said = read.value if isinstance(read, StrEnum) else "refused" if read is None else "read"
    finally:
        tally.slowest_ms = max(tally.slowest_ms, (time.process_time_ns() - begun) / 1e6)
    tally.results[said] += 1
    if read is None or isinstance(read, StrEnum):
        return
    if _is_right(parser, shown, read):
        tally.right += 1
    else:
        tally.accepted += 1
        tally.wrong.append(f"accepted {shown!r}")


def _is_right(parser: Parser, shown: Any, read: object) -> bool:
    """What was read and cannot even be written again was not to be read."""
    try:
        return parser.is_right(shown, read)
    except (ValueError, TypeError):
        return False
