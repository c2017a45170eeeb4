"""Two downloads at once in a process that has drawn nothing yet."""

from __future__ import annotations

import subprocess
import sys

_COLD = """
import sys, threading
from datetime import date
from printables.kinds.poster import PosterContent, poster
from printables.svg import svg

sys.setswitchinterval(1e-6)
content = PosterContent(
    "HTTPS://PARK.EXAMPLE/V/" + "A" * 26, "BCDF2346", "云杉科技园", "南门", "云杉路 8 号", "park.example",
    "00001", date(2026, 3, 1), "云杉科技", 28,
)
barrier, failures = threading.Barrier(6), []

def draw():
    barrier.wait()
    try:
        svg(poster(content))
    except Exception as error:
        failures.append(repr(error))

threads = [threading.Thread(target=draw) for _ in range(6)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
sys.exit("; ".join(failures) or 0)
"""


def test_the_first_posters_may_be_drawn_by_several_threads_at_once() -> None:
    for _ in range(2):
        done = subprocess.run([sys.executable, "-c", _COLD], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
