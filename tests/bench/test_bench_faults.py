"""The short run of `python -m bench faults`: two sites and their PostgreSQL killed under gates that send."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from bench.__main__ import bench

ZERO = ("missing", "doubled", "promised_lost", "refused_wrongly", "wrong_answers", "still_waiting")


@pytest.mark.parametrize(("part", "name"), [("kills", "kills"), ("full-disk", "full_disk")])
def test_nothing_is_lost_doubled_or_answered_wrongly(part: str, name: str) -> None:
    arguments = [
        "faults",
        "--minutes",
        "0.06",
        "--kiosks",
        "2",
        "--every",
        "1",
        "--rate",
        "25",
        "--only",
        part,
    ]
    done = CliRunner().invoke(bench, arguments)
    assert done.exit_code == 0, done.output
    found = json.loads(done.output.splitlines()[-1])[name]
    assert {key: found[key] for key in ZERO} == dict.fromkeys(ZERO, 0)
    assert found["entries"] >= 50
    if part == "kills":
        assert found["kills"]["database"] >= 1
    else:
        assert found["waited_while_full"] > 0
        assert found["site_lived_through_it"]
