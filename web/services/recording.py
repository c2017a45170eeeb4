"""Writes entries: row, private record and leaf in one transaction, each entry id once."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict
from enum import StrEnum
from types import MappingProxyType

from domain.entry import Entry, content_hash
from domain.log import SALT_BYTES, entry_leaf, private_bytes
from web.db.connection import Connection, Record
from web.store import entries
from web.store.sealing import FieldCipher


class Receipt(StrEnum):
    """What became of an entry that was handed in."""

    STORED = "stored"
    DUPLICATE = "duplicate"
    CONFLICT = "conflict"
    INVALID = "invalid"


def record(
    connection: Connection,
    cipher: FieldCipher,
    made: list[Entry],
    received_ms: int,
    owners: Mapping[str, str] = MappingProxyType({}),
) -> dict[str, Receipt]:
    """What became of each entry, by id: the same id again is a duplicate, with other bytes a conflict.

    `owners` names visitors that were found out here, by entry id; the entry keeps what its gate knew.
    The look-up comes before anything else is asked: a repeated upload is never judged twice.
    """
    hashes = {entry.id: content_hash(entry) for entry in made}
    known = entries.known(connection, list(hashes))
    taken = _taken(connection, [entry for entry in made if entry.id not in known])
    receipts: dict[str, Receipt] = {}
    new: list[Entry] = []
    for entry in made:
        before = known.get(entry.id)
        if before is not None:
            receipts[entry.id] = Receipt.DUPLICATE if before == hashes[entry.id] else Receipt.CONFLICT
        elif (entry.device, entry.seq) in taken:
            receipts[entry.id] = Receipt.CONFLICT
        else:
            receipts[entry.id] = Receipt.STORED
            known[entry.id] = hashes[entry.id]
            taken.add((entry.device, entry.seq))
            new.append(entry)
    _append(connection, cipher, new, hashes, received_ms, owners)
    return receipts


def _taken(connection: Connection, made: list[Entry]) -> set[tuple[str, int]]:
    taken: set[tuple[str, int]] = set()
    for device in {entry.device for entry in made}:
        seqs = [entry.seq for entry in made if entry.device == device]
        taken |= {(device, seq) for seq in entries.taken_seqs(connection, device, seqs)}
    return taken


def _append(
    connection: Connection,
    cipher: FieldCipher,
    new: list[Entry],
    hashes: dict[str, bytes],
    received_ms: int,
    owners: Mapping[str, str],
) -> None:
    salts = {entry.id: secrets.token_bytes(SALT_BYTES) for entry in new}
    entries.appended(
        connection,
        [_row(entry, hashes[entry.id], received_ms) for entry in new],
        [
            {
                "entry_id": entry.id,
                "visitor_id": owners.get(entry.id, entry.private.visitor_id),
                "at_ms": entry.at_ms,
                "salt": salts[entry.id],
                "record_sealed": cipher.sealed(private_bytes(entry), record_place(entry.id)),
            }
            for entry in new
        ],
        [{"kind": "entry", "ref": entry.id, "body": entry_leaf(entry, salts[entry.id])} for entry in new],
    )


def record_place(entry_id: str) -> str:
    """Where a private record is sealed to."""
    return f"entry_people|record|{entry_id}"


def _row(entry: Entry, hashed: bytes, received_ms: int) -> entries.Values:
    return {
        "id": entry.id,
        "device": entry.device,
        "seq": entry.seq,
        "venue_id": entry.venue,
        "entrance_id": entry.entrance,
        "direction": entry.direction,
        "at_ms": entry.at_ms,
        "received_ms": received_ms,
        "outcome": entry.outcome,
        "reason": entry.reason,
        "presence": entry.presence,
        "way": entry.way,
        "policy_version": entry.policy_version,
        "bundle_seq": entry.bundle_seq,
        "clock": json.dumps(asdict(entry.clock), sort_keys=True),
        "content_hash": hashed,
        "corrects": entry.corrects,
    }


def details(cipher: FieldCipher, row: Record) -> dict[str, str]:
    """The values of an entry's sentence, while its private record is kept; else nothing."""
    if row.record_sealed is None:
        return {}
    record = json.loads(cipher.opened(row.record_sealed, record_place(row.id)))
    return dict(record["details"])
