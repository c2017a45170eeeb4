from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_bench_of_the_log_prints_its_figures_for_a_small_log():
    """Each proof that it times is checked, and fsck ends the bench when it finds anything."""
    sizes = ["--appended", "600", "--leaves", "70000", "--checked", "300"]
    command = [sys.executable, "-m", "bench", "log", *sizes]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout.splitlines()[-1])
    assert (figures["leaves"], figures["checked"]) == (70_000, 300)
    for name in ("append_sequence_per_s", "prove_ms", "verify_ms", "consistency_ms", "fsck_1m_s"):
        assert figures[name] > 0, name
