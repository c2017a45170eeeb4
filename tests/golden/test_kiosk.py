"""The golden cases at a real gate: rules and visitors its server signed, entries on its disk."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.golden.cases import Case, Runner, possible
from tests.golden.running import WAYS, Ground, Template, ground


@pytest.fixture(scope="module")
def here(golden: Template) -> Iterator[Ground]:
    with ground(golden, Runner.KIOSK) as entered:
        yield entered


@pytest.mark.parametrize("case", possible(Runner.KIOSK), ids=lambda case: case.id)
def test_a_kiosk_decides_as_written(here: Ground, case: Case):
    told, wanted = WAYS[Runner.KIOSK](here, case)
    assert told == wanted, case.json["title"]
