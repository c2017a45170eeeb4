"""`python -m tests.api_fuzz`: calls the whole API at random against a real server and checks every answer."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path

from tests.api_fuzz.running import run
from tests.api_fuzz.world import world
from tests.scratch import scratch_folder


def main() -> int:
    """The failures, if any; the last line is JSON, the status 1 when there is one."""
    asked = argparse.ArgumentParser(prog="python -m tests.api_fuzz", description=__doc__)
    asked.add_argument("--examples", type=int, default=40, help="cases of each operation and phase at most")
    asked.add_argument("--seed", type=int, default=None, help="for the same cases again")
    asked.add_argument("--log", type=Path, default=None, help="where to write what schemathesis said")
    given = asked.parse_args()
    began = time.monotonic()
    with (
        tempfile.TemporaryDirectory(prefix="codeplace-fuzz-", dir=scratch_folder()) as folder,
        world(Path(folder) / "var") as site,
    ):
        done = run(site, Path(folder), examples=given.examples, seed=given.seed)
    if given.log is not None:
        given.log.write_text(done.log, encoding="utf-8")
    for failure in done.failures:
        print(failure)
    told = {"operations": done.operations, "cases": done.cases, "failures": len(done.failures)}
    print(json.dumps({**told, "seconds": round(time.monotonic() - began, 1)}))
    return 0 if done.is_whole else 1


if __name__ == "__main__":
    sys.exit(main())
