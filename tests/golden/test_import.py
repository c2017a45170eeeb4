"""The golden cases keyed in from paper, judged as of their own time."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.golden.cases import Case, Runner, possible
from tests.golden.running import WAYS, Ground, Template, ground


@pytest.fixture(scope="module")
def here(golden: Template) -> Iterator[Ground]:
    with ground(golden, Runner.IMPORT) as entered:
        yield entered


@pytest.mark.parametrize("case", possible(Runner.IMPORT), ids=lambda case: case.id)
def test_a_keyed_in_row_is_decided_as_written(here: Ground, case: Case):
    told, wanted = WAYS[Runner.IMPORT](here, case)
    assert told == wanted, case.json["title"]
