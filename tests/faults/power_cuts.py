"""`python -m tests.faults.power_cuts`: the power is cut after every write of a spool, on paper.

The writer runs once under strace; what it wrote is played back, and at each call the disk is left as a power
cut could leave it. Each of these disks is opened as a restarted kiosk would. Ends in a line of JSON.
`--journal DELETE+OFF` shows that losses would be seen. Needs strace (Linux).
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random

import click

from kiosk.spool.high_water import HighWater
from tests.faults.aftermath import Said, aftermath
from tests.faults.disk import Call, Cut, Disk, calls_of, write_files

_FILES = ("entries.sqlite3", "entries.sqlite3-journal", "entries.sqlite3-wal", "high-water")
_CALLS = "openat,close,write,pwrite64,ftruncate,unlink,rename,fsync,fdatasync"


def traced(folder: Path, entries: int, journal: str) -> tuple[str, str]:
    """The trace of a writer at work in a new folder, and the path its words went to."""
    spool, said, trace = folder / "spool", folder / "said", folder / "trace"
    paths = [word for path in (spool, said, *(spool / name for name in _FILES)) for word in ("-P", path)]
    writer = [sys.executable, "-m", "tests.faults.writer", spool, str(entries), journal]
    spool.mkdir()
    with said.open("wb") as stdout:
        options = ["-f", "-y", "-xx", "-s", "1000000", "-e", f"trace={_CALLS}", "-o", trace]
        subprocess.run(["strace", *options, *paths, *writer], stdout=stdout, check=True)
    return trace.read_text("ascii"), str(said)


def crashes(folder: Path, calls: list[Call], said_path: str, seed: int) -> Iterator[tuple[Path, Said]]:
    """Every different disk that a power cut can leave, with what had been acknowledged by then."""
    disk, said, seen = Disk(str(folder / "spool")), Said(), set()
    random = Random(seed)
    for number, call in enumerate(calls):
        disk.follow(call)
        if call.path == said_path:
            said.hear(call.data.decode().splitlines())
        for cut in Cut:
            files = disk.after(cut, random)
            mark = hashlib.sha256(repr((sorted(files.items()), sorted(said.kept))).encode()).digest()
            if mark in seen:
                continue
            seen.add(mark)
            place = folder / f"after-{number}-{cut}"
            write_files(place, files)
            yield place, said
            shutil.rmtree(place)


@click.command()
@click.option("--entries", type=click.IntRange(1), default=45, show_default=True)
@click.option("--journal", default="", help="JOURNAL+SYNCHRONOUS instead of what the kiosk chooses.")
@click.option("--seed", type=int, default=1, show_default=True)
def command(entries: int, journal: str, seed: int) -> None:
    """Cut the power at every call; status 1 if anything acknowledged was lost or doubled."""
    found: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        trace, said_path = traced(folder, entries, journal)
        calls = list(calls_of(trace))
        for place, said in crashes(folder, calls, said_path, seed):
            marked = HighWater(place / "high-water").mark.seq
            left = aftermath(place, said)
            found["states"] += 1
            found["acknowledged"] = max(found["acknowledged"], len(said.kept))
            found["with_entries_lost"] += bool(left.lost)
            found["with_numbers_doubled"] += bool(left.doubled)
            found["set_aside_or_gap"] += bool(left.notice)
            found["numbers_reused"] += left.next_seq <= marked
    figures = {"calls": len(calls), "journal": journal or "as the kiosk chooses", **found}
    click.echo(json.dumps(figures))
    bad = ("with_entries_lost", "with_numbers_doubled", "set_aside_or_gap", "numbers_reused")
    sys.exit(1 if any(found[name] for name in bad) else 0)


if __name__ == "__main__":
    command()
