"""Visitors as a gate knows them, and the signed pages that tell it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from domain.facts import VisitorFacts
from domain.facts_page import FactsPage, KnownVisitor, line_of, sealed_page
from domain.visitor import VisitorClass
from kiosk.facts.known import KnownVisitors
from tests.kiosk.conftest import NOW_S
from tests.kiosk.office import NOTE_NAME, Office, cti

YEAR_S = 365 * 86_400
OFFICE = Office(NOW_S)


def person(
    number: int, name: str = "王*", codes: tuple[int, ...] | None = None, revoked: tuple[int, ...] = ()
) -> KnownVisitor:
    facts = VisitorFacts(f"v{number}", VisitorClass.VISITOR, masked_name=name, short_number=f"N{number:07d}")
    ctis = tuple(cti(code) for code in ((number,) if codes is None else codes))
    return KnownVisitor(facts, ctis, tuple((cti(code), NOW_S + YEAR_S) for code in revoked))


def page(after: int, *known: KnownVisitor, epoch: str = "a", **changed: Any) -> bytes:
    values: dict[str, Any] = {
        "epoch": epoch,
        "after": after,
        "upto": after + 1,
        "newest": after + 1,
        "lines": tuple(line_of(one) for one in known),
    } | changed
    return sealed_page(FactsPage(**values), NOTE_NAME, OFFICE.bundle_key)


@pytest.fixture
def opens(tmp_path: Path) -> Iterator[Callable[[], KnownVisitors]]:
    made: list[KnownVisitors] = []

    def again() -> KnownVisitors:
        if made:
            made[-1].close()
        made.append(KnownVisitors(tmp_path, OFFICE.note_key))
        return made[-1]

    yield again
    made[-1].close()


@pytest.fixture
def known(opens: Callable[[], KnownVisitors]) -> KnownVisitors:
    return opens()


def names(known: KnownVisitors, *numbers: int) -> list[str | None]:
    found = [known.by_code(cti(number)) for number in numbers]
    return [facts.masked_name if facts else None for facts in found]
