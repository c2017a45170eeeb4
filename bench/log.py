"""`python -m bench log`: how fast the log takes leaves, proves them, and is checked from beginning to end."""

from __future__ import annotations

import json
import os
import random
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import click

from bench import log_entries, log_tree
from bench.clocks import Clocks
from domain.log import Checkpoint, entry_leaf
from domain.note import NoteKey
from domain.proof_file import ProofFile, checked_proof, parsed_proof
from web.db.connecting.connection import Connection
from web.services.installation import Installation, opened
from web.services.logs import log_tree as tree
from web.services.logs import sequencing
from web.services.logs.checking import log_fsck
from web.services.logs.checking.log_checks import Finding
from web.services.signing_keys import keys
from web.settings import Settings
from web.store.logs import log

_T = TypeVar("_T")
_PROOFS = 1_000
_BATCH = 500
_URL = "https://park.example"


@click.command("log")
@click.option("--appended", default=100_000, show_default=True, help="Leaves to append and to sequence.")
@click.option("--leaves", default=10_000_000, show_default=True, help="Size of the log that is proved.")
@click.option("--checked", default=1_000_000, show_default=True, help="Entries that fsck checks.")
@click.option("--database", default="", help="Append and sequence there, by its empty PostgreSQL's URL.")
@click.pass_obj
def log_command(clocks: Clocks, appended: int, leaves: int, checked: int, database: str) -> None:
    """Append, prove, verify, check; SQLite unless a database is given. 测量存证日志。"""
    figures: dict[str, Any] = {}
    with _installation(clocks, database) as inst:
        figures["append_sequence_per_s"] = round(_appended(inst, appended, clocks))
    rate = figures["append_sequence_per_s"]
    _tell(f"{appended} leaves, appended in batches of {_BATCH} and sequenced: {rate} a second")
    with _installation(clocks) as inst:
        log_tree.filled(inst.settings.home / "codeplace.db", inst, leaves)
        figures |= _proved(inst, leaves, clocks)
    _tell(f"{_PROOFS} random proofs in a synthetic log of {leaves} leaves (hashes without their leaves)")
    with _installation(clocks) as inst:
        _tell(f"making {checked} entries as gates send them …")
        log_entries.recorded(inst, checked)
        while sequencing.sequence(inst):
            pass
        used_s = _processor_s()
        figures["fsck_1m_s"] = round(_checked(inst, checked, clocks) * 1_000_000 / checked, 1)
        figures["fsck_1m_processor_s"] = round((_processor_s() - used_s) * 1_000_000 / checked, 1)
    if checked != 1_000_000:
        _tell(f"fsck of {checked} entries, reckoned for 1,000,000")
    click.echo(json.dumps(figures | {"leaves": leaves, "checked": checked}))


@contextmanager
def _installation(clocks: Clocks, database: str = "") -> Iterator[Installation]:
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(Path(folder), database, _URL, "Pilot District")
        inst = opened(settings, lambda: int(clocks.now() * 1000))
        try:
            keys.ensure(inst)
            yield inst
        finally:
            inst.close()


def _appended(inst: Installation, count: int, clocks: Clocks) -> float:
    """Leaves a second: each batch in a transaction of its own, then all sequenced and signed."""
    bodies = [
        entry_leaf(entry, bytes(32)) for batch in log_entries.made(count, "venue", "door") for entry in batch
    ]
    began_s = clocks.seconds()
    for start in range(0, count, _BATCH):
        rows: list[dict[str, object]] = [
            {"kind": "entry", "ref": str(start + n), "body": body}
            for n, body in enumerate(bodies[start : start + _BATCH])
        ]

        def work(connection: Connection, rows: list[dict[str, object]] = rows) -> None:
            log.appended(connection, rows)

        inst.write(work)
    while sequencing.sequence(inst):
        pass
    return count / (clocks.seconds() - began_s)


def _proved(inst: Installation, leaves: int, clocks: Clocks) -> dict[str, float]:
    """Milliseconds for a proof, for its check with the signature, and for a gate's proof of consistency."""
    newest = inst.read(log.latest_checkpoint)
    assert newest is not None
    _, key = inst.read(lambda connection: _key(connection, inst))
    chance = random.Random(1)  # noqa: S311 - no secret
    proving: list[float] = []
    verifying: list[float] = []
    growing: list[float] = []
    for index in (chance.randrange(leaves) for _ in range(_PROOFS)):
        prove = partial(tree.included, index=index, checkpoint=newest)
        hashes = _timed(clocks, partial(inst.read, prove), proving)
        text = ProofFile(index, hashes, newest.note).text()
        head = _timed(clocks, partial(_verified, log_tree.leaf_of(index), text, key), verifying)
        assert head.size == leaves
        _timed(clocks, partial(inst.read, partial(tree.grew, old=index + 1, checkpoint=newest)), growing)
    return {
        "prove_ms": _middle(proving), "prove_p99_ms": _high(proving),
        "verify_ms": _middle(verifying), "verify_p99_ms": _high(verifying),
        "consistency_ms": _middle(growing), "consistency_p99_ms": _high(growing),
    }  # fmt: skip


def _key(connection: Connection, inst: Installation) -> tuple[bytes, NoteKey]:
    name, kid, _ = keys.signing(connection, inst, keys.LOG)
    return kid, name


def _checked(inst: Installation, count: int, clocks: Clocks) -> float:
    began_s = clocks.seconds()
    wrong: list[Finding] = []
    with click.progressbar(length=count, label="fsck", file=sys.stderr, width=30) as bar:
        workers = os.cpu_count() or 1
        done = log_fsck.checked(inst, wrong.append, lambda leaves: bar.update(leaves - bar.pos), workers)
    if wrong or done.leaves != count:
        raise click.ClickException(f"{len(wrong)} findings in {done.leaves} of {count} leaves: {wrong[:3]}")
    return clocks.seconds() - began_s


def _verified(leaf: bytes, text: bytes, key: NoteKey) -> Checkpoint:
    return checked_proof(leaf, parsed_proof(text), key)


def _processor_s() -> float:
    """Processor seconds of this process and of those it waited for: what they take when nothing else runs."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


def _timed(clocks: Clocks, work: Callable[[], _T], times: list[float]) -> _T:
    """What `work` gives; how many milliseconds it took is added to `times`."""
    began_s = clocks.seconds()
    made = work()
    times.append((clocks.seconds() - began_s) * 1000)
    return made


def _middle(values: list[float]) -> float:
    return round(statistics.median(values), 3)


def _high(values: list[float]) -> float:
    return round(statistics.quantiles(values, n=100)[98], 3)


def _tell(line: str) -> None:
    click.echo(line, err=True)
