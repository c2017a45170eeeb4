"""Ends a whole site: archive of the log, gates withdrawn, everybody erased, certificate, keys destroyed.

Each step is noted in a file when it is done: stopped anywhere, it goes on there.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from domain.errors import InputError
from web.db.connecting.connection import Connection
from web.services.gates import gates
from web.services.installation import Installation
from web.services.keeping.purging import runs
from web.services.keeping.purging.runs import SITE, SITE_END, Erased
from web.services.logs import sequencing
from web.services.signing_keys import keys
from web.store.keeping import keeping_end
from web.store.master_keys import is_in_file
from web.store.scope import PROGRAM

NOTE = "decommission.json"
_AT_ONCE = 1_000
_FOLDERS = ("exports", "export-jobs", "prints")


@dataclass(frozen=True, slots=True)
class Standing:
    """What the end would mean now: gates that are still in use, and entries waiting in them."""

    gates: int
    waiting: int
    holds: int


def standing(inst: Installation) -> Standing:
    """What whoever ends the site has to know first."""
    rows = inst.ask(keeping_end.kiosks)
    held = inst.ask(keeping_end.holds_in_force)
    return Standing(len(rows), sum(row.waiting for row in rows), held)


def expect_named(inst: Installation, typed: str) -> None:
    """InputError unless the operator's name was typed, or while a legal hold is in force."""
    if typed.strip() != inst.settings.operator:
        raise InputError(
            "operator",
            "That is not the operator's name: nothing was done.",
            "运营方名称不符，未执行任何操作。",
        )
    if inst.ask(keeping_end.holds_in_force):
        raise InputError("holds", "A legal hold is in force. Lift it first.", "仍有法律保全生效，请先解除。")


def ended(inst: Installation, archive: Path) -> Iterator[str]:
    """Do what is left to do, step by step; yields the name of each step when it is done.

    The archive holds the log, which names nobody: its leaves, its last head, its key and the certificate.
    """
    archive.mkdir(parents=True, exist_ok=True)
    steps: dict[str, Callable[[], None]] = {
        "gates": partial(_gates, inst),
        "people": partial(_people, inst),
        "files": partial(_files, inst),
        "certificate": partial(_certificate, inst, archive),
        "archive": partial(_archived, inst, archive),
        "keys": partial(_keys, inst),
    }
    note = inst.settings.home / NOTE
    done: list[str] = json.loads(note.read_text("utf-8")) if note.exists() else []
    for name, step in steps.items():
        if name not in done:
            step()
            done.append(name)
            draft = note.with_suffix(".part")
            draft.write_text(json.dumps(done), encoding="utf-8")
            draft.replace(note)
        yield name


def _gates(inst: Installation) -> None:
    for row in inst.ask(keeping_end.kiosks):
        gates.revoke_kiosk(inst, PROGRAM, row.id)


def _people(inst: Installation) -> None:
    def piece(connection: Connection, table: str) -> int:
        count = keeping_end.erased(connection, table, _AT_ONCE)
        runs.noted(connection, inst, "", Erased(table, count, SITE, None), SITE_END)
        return count

    for table in keeping_end.PEOPLE:
        while inst.write(partial(piece, table=table)):
            pass

    def staff(connection: Connection) -> None:
        count = keeping_end.emptied(connection, inst.now_ms())
        runs.noted(connection, inst, "", Erased("accounts", count, SITE, None), SITE_END)

    inst.write(staff)


def _files(inst: Installation) -> None:
    for name in _FOLDERS:
        shutil.rmtree(inst.settings.home / name, ignore_errors=True)


def _certificate(inst: Installation, archive: Path) -> None:
    run_id = inst.write(lambda connection: runs.finished(connection, inst, "", SITE_END))
    found = [run for run in runs.listed(inst, PROGRAM) if run.cause == SITE_END and run_id in ("", run.id)]
    (archive / "certificate.txt").write_text(found[0].certificate if found else "", encoding="utf-8")


def _archived(inst: Installation, archive: Path) -> None:
    while sequencing.sequence(inst):
        pass
    after = -1
    with (archive / "leaves.jsonl").open("wb") as file:
        while rows := inst.ask(partial(keeping_end.leaves, after=after, limit=_AT_ONCE)):
            file.writelines(bytes(row.body) + b"\n" for row in rows)
            after = rows[-1].leaf_index
    (archive / "checkpoint").write_bytes(inst.ask(keeping_end.last_head))
    name, _, _ = inst.ask(lambda connection: keys.signing(connection, inst, keys.LOG))
    (archive / "key.txt").write_text(f"{name.text}\n", encoding="utf-8")


def _keys(inst: Installation) -> None:
    inst.write(keeping_end.keys_erased)
    path = inst.settings.master_key_file
    if is_in_file(inst.settings) and path.exists():
        path.write_bytes(bytes(path.stat().st_size))
        path.unlink()
