"""`python -m tests.faults.syscalls`: every system call on the spool's files fails once, or kills the writer.

For each call that the writer makes on its files, one writer gets an I/O error there, one a full disk, and one
is killed. Afterwards nothing that was acknowledged may be missing and no number used twice. Ends in a line of
JSON. Needs strace (Linux).
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

import click

from kiosk.spool.spool import Spool
from tests.faults.aftermath import Said, aftermath
from tests.faults.writer import AT_MS, entry_numbered, sealed

_THERE = 3
_FAULTS = ("error=EIO", "error=ENOSPC", "signal=SIGKILL")
_FILES = ("entries.sqlite3", "entries.sqlite3-journal", "entries.sqlite3-wal", "high-water")
_CALLS = (
    *("openat", "newfstatat", "pread64", "pwrite64", "write", "fsync", "fdatasync", "ftruncate"),
    *("unlink", "fcntl", "lseek", "close", "mkdir", "utimensat"),
)


def strace(folder: Path, entries: int, options: list[str]) -> subprocess.CompletedProcess[str]:
    """Run a writer on the spool in `folder` under strace, which sees only calls on its files."""
    spool = folder / "spool"
    paths = [word for path in (spool, *(spool / name for name in _FILES)) for word in ("-P", str(path))]
    writer = [sys.executable, "-m", "tests.faults.writer", str(spool), str(entries)]
    return subprocess.run(
        ["strace", "-f", "-o", str(folder / "trace"), *paths, *options, *writer],
        capture_output=True,
        text=True,
        check=False,
    )


def calls_made(entries: int) -> Counter[str]:
    """How often the writer makes each call on its files when nothing fails."""
    with tempfile.TemporaryDirectory() as name:
        begun(Path(name))
        strace(Path(name), entries, ["-e", f"trace={','.join(_CALLS)}"])
        lines = (Path(name) / "trace").read_text().splitlines()
    words = (line.split(maxsplit=1)[-1].partition("(")[0] for line in lines)
    return Counter(word for word in words if word in _CALLS)


def begun(folder: Path) -> Said:
    """A spool in `folder` that holds a few entries already, and their ids."""
    said, spool = Said(), Spool(folder / "spool", lambda: AT_MS)
    for _ in range(_THERE):
        entry = spool.commit(entry_numbered, AT_MS, sealed)
        said.kept[entry.seq] = entry.id
    spool.close()
    return said


def struck(call: str, number: int, fault: str, entries: int) -> tuple[Said, str, int]:
    """What a writer said whose `number`th `call` met a fault, what is wrong then, and its exit status."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        said = begun(folder)
        options = ["-e", f"trace={call}", "-e", f"inject={call}:{fault}:when={number}"]
        done = strace(folder, entries, options)
        said.hear(done.stdout.splitlines())
        left = aftermath(folder / "spool", said)
    wrong = [f"lost {left.lost}"] if left.lost else []
    wrong += [f"doubled {left.doubled}"] if left.doubled else []
    wrong += ["a sound spool was set aside"] if any("damaged" in line for line in said.other) else []
    wrong += [done.stderr.strip().splitlines()[-1]] if "Traceback" in done.stderr else []
    return said, "; ".join(wrong), done.returncode


@click.command()
@click.option("--entries", type=click.IntRange(1), default=6, show_default=True)
@click.option("--every", type=click.IntRange(1), default=1, show_default=True, help="Only every nth call.")
def command(entries: int, every: int) -> None:
    """Let each call fail in three ways; status 1 if anything was lost, doubled or not understood."""
    made = calls_made(entries)
    tally: Counter[str] = Counter()
    for call, count in made.items():
        for number in range(1, count + 1, every):
            for fault in _FAULTS:
                said, wrong, status = struck(call, number, fault, entries)
                tally["cases"] += 1
                tally["bad"] += bool(wrong)
                tally["acknowledged"] += len(said.kept)
                tally["refused_and_said"] += any(
                    line.startswith(("refused", "closed")) for line in said.other
                )
                tally["killed"] += status != 0 and fault == _FAULTS[-1]
                if wrong:
                    click.echo(f"{call} {number} {fault}: {wrong}", err=True)
    click.echo(json.dumps({"calls": sum(made.values()), **tally, "by_call": dict(made)}))
    sys.exit(1 if tally["bad"] else 0)


if __name__ == "__main__":
    command()
