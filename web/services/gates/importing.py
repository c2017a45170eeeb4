"""Takes in what a kiosk could not deliver, out of the file it sealed: also once it was withdrawn (S15)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass

from domain.alert import AlertKind
from domain.entry_file import EntryFile, kiosk_of, opened_file
from domain.errors import InputError, TamperedError
from web.db.connecting.connection import Connection, Record
from web.services.findings.finding import Found, raised
from web.services.gates import gaps, ingest
from web.services.gates.gates import Gate
from web.services.installation import Installation
from web.services.passing.recording import Receipt
from web.store.gates import fleet
from web.store.scope import Scope

# 100,000 entries take some 15 MB.
FILE_MOST = 64_000_000


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a file's entries."""

    kiosk_name: str
    stored: int
    duplicate: int
    refused: int


def imported(inst: Installation, scope: Scope, raw: bytes) -> Imported:
    """Take a kiosk's file in, each entry once, however often it is brought and whatever was stopped.

    InputError when it is no such file or of no kiosk in scope, TamperedError when that kiosk did not seal it.
    """
    kiosk_id = kiosk_of(raw)
    row = inst.ask(lambda connection: fleet.sealing_of(connection, scope, kiosk_id))
    if row is None:
        raise InputError("file", "It is of a kiosk that is not yours.", "文件来自不属于您管理的终端。")
    content = _opened(raw, row)
    gate = Gate(row.id, row.entrance_id, row.venue_id)
    told: list[object] = [dict(gap) for gap in content.gaps]
    counts: dict[Receipt, int] = dict.fromkeys(Receipt, 0)
    for batch in _batches(content):
        for result in ingest.ingest(inst, gate, batch).results:
            counts[result.status] += 1
    for at in range(0, len(told), gaps.MOST):
        ingest.ingest(inst, gate, [], told[at : at + gaps.MOST])
    refused = counts[Receipt.CONFLICT] + counts[Receipt.INVALID]
    done = Imported(row.name, counts[Receipt.STORED], counts[Receipt.DUPLICATE], refused)
    if row.revoked_ms is not None and done.stored:
        inst.write(lambda connection: _told_of(connection, inst, row, raw, done))
    return done


def _opened(raw: bytes, row: Record) -> EntryFile:
    try:
        return opened_file(raw, row.credential_hash)
    except TamperedError:
        # It may have taken up its new credential without a word to the server since.
        if row.next_credential_hash is None:
            raise
        return opened_file(raw, row.next_credential_hash)


def _batches(content: EntryFile) -> Iterator[list[object]]:
    for at in range(0, len(content.bodies), ingest.ENTRIES_MOST):
        yield [json.loads(body) for body in content.bodies[at : at + ingest.ENTRIES_MOST]]


def _told_of(connection: Connection, inst: Installation, row: Record, raw: bytes, done: Imported) -> None:
    digest = hashlib.sha256(raw).hexdigest()
    evidence = {
        "stored": done.stored, "duplicate": done.duplicate, "refused": done.refused, "file": digest,
    }  # fmt: skip
    kind = AlertKind.IMPORTED_AFTER_REVOCATION
    found = Found(f"{kind}|{row.id}|{digest[:32]}", kind, row.venue_id, row.id, evidence=evidence)
    raised(connection, [found], inst.now_ms())
