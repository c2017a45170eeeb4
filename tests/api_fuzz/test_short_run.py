"""A short run over the whole API in the suite; `python -m tests.api_fuzz` is the long one."""

from __future__ import annotations

from pathlib import Path

from tests.api_fuzz.running import run
from tests.api_fuzz.world import world
from web.api.declaring.operations import RIGHTS_OF
from web.api.gates import kiosk_calls


def test_no_operation_breaks_or_answers_what_is_not_described(tmp_path: Path) -> None:
    with world(tmp_path / "var") as site:
        done = run(site, tmp_path, examples=1, phases=("fuzzing",), seed=7)
    assert done.failures == ()
    assert done.operations == len(RIGHTS_OF) + len(kiosk_calls.SUMMARIES)
    assert done.cases >= done.operations
