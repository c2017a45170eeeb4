"""The full run is `python -m bench export`; here it goes through with few entries."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
FIGURES = {"rows", "csv_rows_per_s", "xlsx_rows_per_s", "jsonl_rows_per_s", "peak_mb"}


def test_the_bench_of_files_prints_all_its_figures_for_few_entries():
    command = [sys.executable, "-m", "bench", "export", "--rows", "5000"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    figures = json.loads(done.stdout.splitlines()[-1])
    assert figures.keys() == FIGURES
    assert figures["rows"] > 4_000
    # So few rows are no measure: whether they were fast enough is not looked at.
    assert done.returncode == 0 or "rows a second" in done.stderr
