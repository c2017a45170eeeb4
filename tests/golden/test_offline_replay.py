"""The golden cases of a gate that was offline: its entry comes late and the server agrees."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.golden.cases import Case, Runner, possible
from tests.golden.running import WAYS, Ground, Template, ground


@pytest.fixture(scope="module")
def here(golden: Template) -> Iterator[Ground]:
    with ground(golden, Runner.REPLAY) as entered:
        yield entered


@pytest.mark.parametrize("case", possible(Runner.REPLAY), ids=lambda case: case.id)
def test_what_a_gate_decided_offline_is_what_the_server_decides(here: Ground, case: Case):
    told, wanted = WAYS[Runner.REPLAY](here, case)
    assert told == wanted, case.json["title"]
