"""Compares what gates kept, promised and answered with what the database has and what was due."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import asdict
from typing import Any

from bench.faults.stage import Stage
from bench.sync.audit import Arrived, arrived, compared, kept_by, promised_by
from bench.sync.town import Town
from domain.sealed_entry import is_sealed, opened
from kiosk.host.identity import loaded_identity, state_folder
from kiosk.spool.file import FILE_NAME


def verdict(stage: Stage) -> dict[str, Any]:
    """The figures; `missing`, `doubled`, `promised_lost`, `wrong_answers` and `refused_wrongly` must be 0."""
    town = stage.town
    spools = {gate.name: kept_by(gate.name, gate.home, town.secrets) for gate in town.gates}
    here = _of_postgres(stage) if stage.postgres else arrived(town.home / "codeplace.db")
    devices = {gate.name: gate.kiosk_id for gate in town.gates}
    done = compared(spools, here, devices, set(), set())
    for gate in town.gates:
        done.promised_lost += len(promised_by(gate.home) - {kept.seq for kept in spools[gate.name]})
    told = asdict(done)
    keys = ("entries", "missing", "doubled", "promised_lost", "refused_wrongly", "odd")
    return {name: told[name] for name in keys} | {"wrong_answers": _wrong(town)}


def _of_postgres(stage: Stage) -> Arrived:
    assert stage.postgres is not None
    rows = stage.postgres.rows
    order = tuple(ref for (ref,) in rows("SELECT ref FROM leaves WHERE kind = 'entry' ORDER BY id"))
    found = rows("SELECT id, device, seq, encode(content_hash, 'hex') FROM entries")
    return Arrived(
        {identity: (device, int(seq), bytes.fromhex(hashed)) for identity, device, seq, hashed in found},
        Counter(order),
        frozenset(identity for (identity,) in rows("SELECT entry_id FROM entry_people")),
        frozenset((kiosk, entry) for kiosk, entry in rows("SELECT kiosk_id, entry_id FROM quarantine")),
        order,
    )


def _wrong(town: Town) -> int:
    """How many were let in without a good code, or turned away with one."""
    wrong = 0
    for gate in town.gates:
        path = state_folder(gate.home, loaded_identity(gate.home).kiosk_id) / FILE_NAME
        with closing(sqlite3.connect(path)) as connection:
            bodies = [json.loads(body) for (body,) in connection.execute("SELECT body FROM entry")]
        for body in bodies:
            entry: Any = opened(body, town.secrets.get) if is_sealed(body) else body
            is_good = bool(entry["private"]["cti"] or entry["private"]["name"])
            wrong += entry["outcome"] == ("refused" if is_good else "admitted")
    return wrong
