from __future__ import annotations

import json
import subprocess
import sys


def test_a_short_day_loses_nothing_doubles_nothing_and_does_not_grow() -> None:
    """The full one is `python -m bench soak`."""
    done = subprocess.run(
        [sys.executable, "-m", "bench", "soak", "--sightings", "1500"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr[-2000:]
    figures = json.loads(done.stdout.splitlines()[-1])
    assert figures["sightings"] == 1500
    assert figures["entries"] >= 1400
    assert figures["failed_requests"] > 0, "the network fails at times"
    assert figures["redundant_sends"] > 0, "a lost reply makes entries travel twice"
    assert (figures["lost"], figures["doubled"], figures["waiting"], figures["quarantined"]) == (0, 0, 0, 0)
    assert figures["memory_growth_percent"] < 5
    assert figures["handle_growth"] == 0
