"""`python -m tests.log.go_agrees`: random proofs, good and bad, get one verdict from us and from Go.

Needs Debian's golang-go and golang-golang-x-mod-dev; `--keep FILE` writes a sample as vectors.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from tests.log.cases import Case, made, verdict

_SOURCE = Path(__file__).parent / "checker" / "main.go"
# Where Debian puts the sources of Go's packages.
_GO_PATH = "/usr/share/gocode"
_KEPT = 400


def built(folder: Path) -> Path:
    """The checker, built; SystemExit with what to install when it cannot be."""
    program = folder / "checker"
    environment = {**os.environ, "GO111MODULE": "off", "GOPATH": _GO_PATH, "GOCACHE": str(folder / "cache")}
    command = ["go", "build", "-o", str(program), str(_SOURCE)]
    try:
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        sys.exit("Go is not here: apt-get install golang-go golang-golang-x-mod-dev")
    if done.returncode:
        sys.exit(f"{done.stderr}\nThe checker needs: apt-get install golang-go golang-golang-x-mod-dev")
    return program


def go_verdicts(cases: list[Case]) -> list[bool]:
    """What golang.org/x/mod/sumdb says of each case."""
    with tempfile.TemporaryDirectory(prefix="go-agrees-") as folder:
        text = "".join(f"{json.dumps(case)}\n" for case in cases)
        done = subprocess.run(
            [str(built(Path(folder)))], input=text, capture_output=True, text=True, check=True, timeout=300
        )
    return [line == "true" for line in done.stdout.splitlines()]


def main() -> None:
    """Compare, print the figures, and end with status 1 when any verdict differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=6962)
    parser.add_argument("--keep", type=Path)
    asked = parser.parse_args()
    chance = random.Random(asked.seed)
    cases = [made(chance) for _ in range(asked.count)]
    ours, gos = [verdict(case) for case in cases], go_verdicts(cases)
    apart = [case for case, one, other in zip(cases, ours, gos, strict=True) if one != other]
    for case in apart[:5]:
        print("DIFFERENT", json.dumps(case))
    if asked.keep and not apart:
        # Half good, half bad: most random proofs are bad.
        good, bad = ([n for n, holds in enumerate(gos) if holds is wanted] for wanted in (True, False))
        chosen = sorted([*good[: _KEPT // 2], *bad[: _KEPT // 2]])
        kept = [{**cases[n], "holds": gos[n]} for n in chosen]
        lines = ",\n".join(json.dumps(case, sort_keys=True) for case in kept)
        asked.keep.write_text(f"[\n{lines}\n]\n", encoding="utf-8")
    counted = Counter(gos)
    print(
        json.dumps({"proofs": len(cases), "good": counted[True], "bad": counted[False], "apart": len(apart)})
    )
    sys.exit(1 if apart else 0)


if __name__ == "__main__":
    main()
