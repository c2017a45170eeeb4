"""The golden cases by a poster's form: the page, the entry and its sentences."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.golden.cases import Case, Runner, possible
from tests.golden.running import WAYS, Ground, Template, ground


@pytest.fixture(scope="module")
def here(golden: Template) -> Iterator[Ground]:
    with ground(golden, Runner.PHONE) as entered:
        yield entered


@pytest.mark.parametrize("case", possible(Runner.PHONE), ids=lambda case: case.id)
def test_a_phone_check_in_is_decided_as_written(here: Ground, case: Case):
    told, wanted = WAYS[Runner.PHONE](here, case)
    assert told == wanted, case.json["title"]
