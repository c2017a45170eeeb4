"""Compares what the gates kept with what the server has, entry by entry, in the files themselves."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

from domain.canonical import canonical_json
from domain.sealed_entry import is_sealed, opened
from kiosk.host.identity import loaded_identity, state_folder
from kiosk.spool.file import FILE_NAME


@dataclass(frozen=True, slots=True)
class Kept:
    """One row of a gate's spool; `hash` is that of the entry, as the server opens it."""

    gate: str
    seq: int
    id: str
    hash: bytes
    state: str


@dataclass(frozen=True, slots=True)
class Arrived:
    """What the server has: entries by id, how many leaves and records each has, and its quarantine."""

    entries: Mapping[str, tuple[str, int, bytes]]
    leaves: Mapping[str, int]
    people: frozenset[str]
    aside: frozenset[tuple[str, str]]
    order: tuple[str, ...]


@dataclass
class Verdict:
    """The figures of a comparison; `odd` names a few entries of each kind that should not be."""

    entries: int = 0
    missing: int = 0
    doubled: int = 0
    for_staff: Counter[str] = field(default_factory=Counter)
    refused_wrongly: int = 0
    not_arrived_revoked: Counter[str] = field(default_factory=Counter)
    promised_lost: int = 0
    out_of_order: int = 0
    odd: list[str] = field(default_factory=list)

    def wrong(self, kind: str, kept: Kept) -> None:
        """Remember what should not be."""
        if len(self.odd) < 20:
            self.odd.append(f"{kind} {kept.gate} {kept.seq} {kept.id} {kept.state}")


def kept_by(name: str, home: Path, secrets: Mapping[str, bytes]) -> list[Kept]:
    """Every entry of a gate's spool, opened with the server's own keys by their kids."""
    path = state_folder(home, loaded_identity(home).kiosk_id) / FILE_NAME
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT seq, id, body, state FROM entry ORDER BY seq").fetchall()
    return [
        Kept(name, seq, identity, _hash(json.loads(body), secrets), state)
        for seq, identity, body, state in rows
    ]


def _hash(value: dict[str, object], secrets: Mapping[str, bytes]) -> bytes:
    plain = opened(value, secrets.get) if is_sealed(value) else value
    return hashlib.sha256(canonical_json(plain)).digest()


def promised_by(home: Path) -> set[int]:
    """The numbers of the entries that the gate told people about."""
    return {int(line) for line in (home / "promised.txt").read_text("ascii").split()}


def arrived(database: Path) -> Arrived:
    """What the server's database holds; nobody has it open."""
    with closing(sqlite3.connect(database)) as connection:

        def rows(query: str) -> list[Any]:
            return connection.execute(query).fetchall()

        order = tuple(ref for (ref,) in rows("SELECT ref FROM leaves WHERE kind = 'entry' ORDER BY id"))
        return Arrived(
            {row[0]: row[1:] for row in rows("SELECT id, device, seq, content_hash FROM entries")},
            Counter(order),
            frozenset(identity for (identity,) in rows("SELECT entry_id FROM entry_people")),
            frozenset(rows("SELECT kiosk_id, entry_id FROM quarantine")),
            order,
        )


def compared(
    spools: Mapping[str, list[Kept]], server: Arrived, devices: Mapping[str, str], revoked: set[str],
    poison: set[str],
) -> Verdict:  # fmt: skip
    """The verdict over all gates; `devices` are their ids, `poison` the entries that no server takes."""
    done = Verdict()
    collided = _collided(spools, devices)
    for name, spool in spools.items():
        for kept in spool:
            done.entries += 1
            found = server.entries.get(kept.id)
            if found is not None and found[2] == kept.hash:
                continue
            if name in revoked:
                done.not_arrived_revoked["waits" if kept.state == "new" else "lost in the restore"] += 1
            elif (devices[name], kept.id) not in server.aside:
                done.missing += 1
                done.wrong("missing", kept)
            elif kept.id in poison or (devices[name], kept.seq) in collided:
                done.for_staff["poison" if kept.id in poison else "cloned"] += 1
            else:
                done.refused_wrongly += 1
                done.wrong("refused", kept)
    done.doubled = _doubled(spools, server)
    done.out_of_order = _out_of_order(server)
    return done


def _collided(spools: Mapping[str, list[Kept]], devices: Mapping[str, str]) -> set[tuple[str, int]]:
    """Numbers that two images of one gate gave to different entries."""
    given: dict[tuple[str, int], set[str]] = {}
    for name, spool in spools.items():
        for kept in spool:
            given.setdefault((devices[name], kept.seq), set()).add(kept.id)
    return {number for number, ids in given.items() if len(ids) > 1}


def _doubled(spools: Mapping[str, list[Kept]], server: Arrived) -> int:
    """Entries that are there more than once, or that no gate ever made."""
    made = {kept.id for spool in spools.values() for kept in spool}
    strangers = sum(identity not in made for identity in server.entries)
    numbers = Counter((device, seq) for device, seq, _ in server.entries.values())
    return (
        strangers
        + sum(count - 1 for count in server.leaves.values())
        + sum(count - 1 for count in numbers.values())
        + len(server.people ^ server.entries.keys())
        + len(server.leaves.keys() ^ server.entries.keys())
    )


def _out_of_order(server: Arrived) -> int:
    """How often an entry came before an earlier one of its gate."""
    by_device: dict[str, list[int]] = {}
    for identity in server.order:
        device, seq, _ = server.entries[identity]
        by_device.setdefault(device, []).append(seq)
    return sum(later < earlier for seqs in by_device.values() for earlier, later in pairwise(seqs))
