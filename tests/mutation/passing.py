"""Which tests pass which lines of the code, so that a mutant meets only those that can notice it."""

from __future__ import annotations

import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from _pytest.runner import runtestprotocol

from tests.mutation.trial import Check


class Passing:
    """Tests by the lines they passed, with how long each took; those that killed before are asked first."""

    def __init__(self) -> None:
        self._by_line: dict[tuple[str, int], set[int]] = defaultdict(set)
        self._checks: list[Check] = []
        self._killers: dict[str, list[str]] = defaultdict(list)

    @classmethod
    def recorded(cls, items: Sequence[pytest.Item], folder: Path) -> Passing:
        """Runs every test once and looks where it goes; one that fails without a mutant is left out."""
        passing = cls()
        for item in items:
            begun = time.process_time()
            with _lines_of(str(folder)) as seen:
                is_good = _passes(item)
            if not is_good:
                print(f"left out, for it fails as it is: {item.nodeid}", flush=True)
                continue
            number, seconds = len(passing._checks), time.process_time() - begun
            passing._checks.append(Check(item.nodeid, partial(_passes, item), seconds))
            for line in seen:
                passing._by_line[line].add(number)
        return passing

    def tests_of(self, path: Path, lines: range, where: str) -> list[Check]:
        """The tests that pass these lines, former killers of this function and then quick ones first."""
        found = set().union(*(self._by_line.get((str(path), line), set()) for line in lines))
        killers = self._killers[where]

        def order(number: int) -> tuple[int, float]:
            name = self._checks[number].name
            return (killers.index(name) if name in killers else len(killers), self._checks[number].seconds)

        return [self._checks[n] for n in sorted(found, key=order)]

    def note(self, where: str, said: str) -> None:
        """Remember who killed a mutant of a function."""
        killers = self._killers[where]
        if "::" in said:
            if said in killers:
                killers.remove(said)
            killers.insert(0, said)


def _passes(item: pytest.Item) -> bool:
    return not any(report.failed for report in runtestprotocol(item, log=False, nextitem=None))


@contextmanager
def _lines_of(folder: str) -> Iterator[set[tuple[str, int]]]:
    seen: set[tuple[str, int]] = set()

    def inside(frame: FrameType, event: str, argument: Any) -> Any:
        seen.add((frame.f_code.co_filename, frame.f_lineno))
        return inside

    def outside(frame: FrameType, event: str, argument: Any) -> Any:
        return inside(frame, event, argument) if frame.f_code.co_filename.startswith(folder) else None

    sys.settrace(outside)
    try:
        yield seen
    finally:
        sys.settrace(None)
