"""The full run is `python -m bench query`; here it goes through with few entries, in a small town."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ASKED = {"venue_hour", "person", "venue_newest", "trace", "month", "silent"}


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_the_bench_of_queries_prints_all_its_figures_for_few_entries(database: str):
    sizes = ["--rows", "6000", "--times", "2", "--only", database]
    command = [sys.executable, "-m", "bench", "query", *sizes]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout.splitlines()[-1])
    assert figures["rows"] > 5_000
    for asked in (figures[database], figures["pages"][database]):
        assert asked.keys() == ASKED
        assert all(0 < middle <= high for middle, high in asked.values())
    for came in ("ingest", "ingest_late"):
        assert all(rate > 0 for rate in figures[came][database])
