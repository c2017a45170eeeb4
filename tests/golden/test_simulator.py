"""The golden cases in the simulator: the command, and the page where it has no option."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.golden.cases import Case, Runner, possible
from tests.golden.running import WAYS, Ground, Template, ground


@pytest.fixture(scope="module")
def here(golden: Template) -> Iterator[Ground]:
    with ground(golden, Runner.SIMULATOR) as entered:
        yield entered


@pytest.mark.parametrize("case", possible(Runner.SIMULATOR), ids=lambda case: case.id)
def test_the_simulator_says_what_would_be_decided(here: Ground, case: Case):
    told, wanted = WAYS[Runner.SIMULATOR](here, case)
    assert told == wanted, case.json["title"]
