"""`python -m tests.faults.kills`: a writer is killed again and again on one spool. Ends in a line of JSON."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from itertools import islice
from pathlib import Path
from random import Random

import click

from tests.faults.aftermath import Aftermath, Said, aftermath

_MOST_ENTRIES = 30


def killed(folder: Path, count: int, seed: int) -> tuple[Said, Aftermath]:
    """What `count` writers said before each was killed at a moment of its own, and what is left."""
    random, said = Random(seed), Said()
    for _ in range(count):
        writer = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.writer", str(folder), "0"],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert writer.stdout is not None
        lines = list(islice(writer.stdout, random.randint(1, _MOST_ENTRIES)))
        time.sleep(random.random() * 0.004)
        writer.kill()
        lines += writer.stdout.readlines()
        writer.stdout.close()
        writer.wait()
        said.hear(line.rstrip("\n") for line in lines if line.endswith("\n"))
    return said, aftermath(folder, said)


@click.command()
@click.option("--count", type=click.IntRange(1), default=300, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True)
def command(count: int, seed: int) -> None:
    """Kill a writer many times; status 1 if anything acknowledged was lost or doubled."""
    with tempfile.TemporaryDirectory() as name:
        said, left = killed(Path(name), count, seed)
    figures = {
        "kills": count,
        "acknowledged": len(said.kept),
        "lost": len(left.lost),
        "doubled": len(left.doubled),
        "said": sorted(set(said.other)),
        "notice": left.notice,
    }
    click.echo(json.dumps(figures))
    sys.exit(0 if left.good else 1)


if __name__ == "__main__":
    command()
