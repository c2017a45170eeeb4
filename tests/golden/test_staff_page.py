"""The golden cases at the desk of the staff: one press, the answer and its entry."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.golden.cases import Case, Runner, possible
from tests.golden.running import WAYS, Ground, Template, ground


@pytest.fixture(scope="module")
def here(golden: Template) -> Iterator[Ground]:
    with ground(golden, Runner.STAFF) as entered:
        yield entered


@pytest.mark.parametrize("case", possible(Runner.STAFF), ids=lambda case: case.id)
def test_the_staff_page_decides_as_written(here: Ground, case: Case):
    told, wanted = WAYS[Runner.STAFF](here, case)
    assert told == wanted, case.json["title"]
