"""Writes entries: row, private record and leaf in one transaction, each entry id once."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

import structlog

from domain.entry import Entry, people_in
from domain.entry_bytes import EntryBytes, clock_text, entry_bytes
from domain.errors import TamperedError
from domain.log import SALT_BYTES
from domain.true_time import TrueTime, true_time
from web.db.connecting.connection import Connection, Record
from web.services.connecting import events
from web.store.passing import entries, one_entry
from web.store.passing.poster_uses import Use
from web.store.sealing import FieldCipher
from web.store.visits import visit_entries


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
    owners_of: Callable[[list[Entry]], Mapping[str, str]] = lambda new: {},
    *,
    made_by: str = "",
) -> list[Receipt]:
    """What became of each entry, in order: the same id again is a duplicate, with other bytes a conflict.

    `owners_of` is asked about the new ones alone, and names visitors that were found out here, by entry
    id; the entry keeps what its gate knew. The look-up comes before anything else is asked: a repeated
    upload is never judged twice. `made_by` is the account of whoever made them by hand.
    """
    written = [entry_bytes(entry) for entry in made]
    hashes = [one.content_hash() for one in written]
    known = entries.known(connection, [entry.id for entry in made])
    used = _used_numbers(connection, [entry for entry in made if entry.id not in known])
    receipts: list[Receipt] = []
    new: dict[str, Entry] = {}
    kept: dict[str, EntryBytes] = {}
    for entry, hashed, one in zip(made, hashes, written, strict=True):
        before = known.get(entry.id)
        if before is not None:
            receipts.append(Receipt.DUPLICATE if before == hashed else Receipt.CONFLICT)
        elif (entry.device, entry.seq) in used:
            receipts.append(Receipt.CONFLICT)
        else:
            receipts.append(Receipt.STORED)
            known[entry.id] = hashed
            used.add((entry.device, entry.seq))
            new[entry.id], kept[entry.id] = entry, one
    fresh = list(new.values())
    if fresh:
        _append(connection, cipher, fresh, kept, received_ms, owners_of(fresh), made_by)
    return receipts


def kept(
    connection: Connection, cipher: FieldCipher, entry: Entry, received_ms: int,
    classes: Mapping[str, str], *, has_visits: bool, is_heard: bool,
) -> None:  # fmt: skip
    """Write an entry of which the caller knows that it is new, the class and visits of whose it is, and
    whether anybody hears of it.
    """
    when, whose = true_time(entry, received_ms), {entry.id: entry.private.visitor_id}
    announced = _announced(connection, [entry], whose, {entry.id: when}) if has_visits else {}
    _write(
        connection, cipher, [entry], {entry.id: entry_bytes(entry)}, received_ms, {entry.id: when}, whose,
        classes, announced, is_heard=is_heard,
    )  # fmt: skip


def kept_and_used(
    connection: Connection, cipher: FieldCipher, entry: Entry, received_ms: int,
    classes: Mapping[str, str], use: Use,
) -> int:  # fmt: skip
    """As `kept`, of whom no visit is announced and nobody hears, with the use of a poster, all by one
    statement of PostgreSQL; how often its network has used it in this hour.
    """
    when, whose = true_time(entry, received_ms), entry.private.visitor_id
    written, salt = entry_bytes(entry), secrets.token_bytes(SALT_BYTES)
    row = row_of(entry, written.content_hash(), received_ms, when)
    person = _person_of(cipher, entry, written, salt, when, whose, classes)
    return one_entry.kept_and_used(connection, row, person, _leaf_of(entry, written, salt), use)


def _used_numbers(connection: Connection, made: list[Entry]) -> set[tuple[str, int]]:
    used: set[tuple[str, int]] = set()
    for device in {entry.device for entry in made}:
        seqs = [entry.seq for entry in made if entry.device == device]
        used |= {(device, seq) for seq in entries.taken_seqs(connection, device, seqs)}
    return used


def _append(
    connection: Connection,
    cipher: FieldCipher,
    new: list[Entry],
    written: Mapping[str, EntryBytes],
    received_ms: int,
    owners: Mapping[str, str],
    made_by: str,
) -> None:
    times = {entry.id: true_time(entry, received_ms) for entry in new}
    whose = {entry.id: owners.get(entry.id, entry.private.visitor_id) for entry in new}
    classes = entries.classes_of(connection, list(whose.values()))
    announced = _announced(connection, new, whose, times)
    _write(connection, cipher, new, written, received_ms, times, whose, classes, announced, made_by)


def _announced(
    connection: Connection, new: list[Entry], whose: Mapping[str, str], times: Mapping[str, TrueTime]
) -> dict[str, str]:
    """Which visits they were, by entry id."""
    return visit_entries.passed(
        connection,
        [
            visit_entries.Passed(entry.id, whose[entry.id], entry.venue, times[entry.id].ms, entry.direction)
            for entry in new
            if not entry.corrects
        ],
    )


def _write(
    connection: Connection, cipher: FieldCipher, new: list[Entry], written: Mapping[str, EntryBytes],
    received_ms: int, times: Mapping[str, TrueTime], whose: Mapping[str, str], classes: Mapping[str, str],
    announced: Mapping[str, str], made_by: str = "", *, is_heard: bool = True,
) -> None:  # fmt: skip
    salts = {entry.id: secrets.token_bytes(SALT_BYTES) for entry in new}
    entries.appended(
        connection,
        [row_of(entry, written[entry.id].content_hash(), received_ms, times[entry.id]) for entry in new],
        [
            _person_of(
                cipher,
                entry,
                written[entry.id],
                salts[entry.id],
                times[entry.id],
                whose[entry.id],
                classes,
                announced.get(entry.id, ""),
                made_by,
            )
            for entry in new
        ],
        [_leaf_of(entry, written[entry.id], salts[entry.id]) for entry in new],
    )
    if is_heard:
        events.entries_recorded(connection, new, received_ms)


def _person_of(
    cipher: FieldCipher, entry: Entry, written: EntryBytes, salt: bytes, when: TrueTime, whose: str,
    classes: Mapping[str, str], visit_id: str = "", made_by: str = "",
) -> entries.Values:  # fmt: skip
    """The row of who it was."""
    return {
        "entry_id": entry.id,
        "visitor_id": whose,
        # Who was where is looked for, and forgotten, by when it really was.
        "at_ms": when.ms,
        "salt": salt,
        "record_sealed": cipher.sealed(written.private, record_place(entry.id)),
        "visitor_class": classes.get(whose, ""),
        "cti": entry.private.cti,
        "temperature_tenths": entry.private.temperature_tenths,
        "plate_digest": cipher.digest("plate", plate) if (plate := entry.private.plate) else None,
        "visit_id": visit_id,
        "made_by": made_by,
    }


def _leaf_of(entry: Entry, written: EntryBytes, salt: bytes) -> entries.Values:
    return {"kind": "entry", "ref": entry.id, "body": written.leaf(salt)}


def record_place(entry_id: str) -> str:
    """Where a private record is sealed to."""
    return f"entry_people|record|{entry_id}"


def row_of(entry: Entry, hashed: bytes, received_ms: int, when: TrueTime) -> entries.Values:
    """The row of an entry with its content's hash."""
    # Words as plain texts: SQLite's driver asks each member of an enumeration how to write it.
    return {
        "id": entry.id,
        "device": entry.device,
        "seq": entry.seq,
        "venue_id": entry.venue,
        "entrance_id": entry.entrance,
        "direction": str(entry.direction),
        "at_ms": entry.at_ms,
        "received_ms": received_ms,
        "outcome": str(entry.outcome),
        "reason": str(entry.reason),
        "presence": str(entry.presence),
        "way": str(entry.way),
        "policy_version": entry.policy_version,
        "bundle_seq": entry.bundle_seq,
        "clock": clock_text(entry.clock),
        "content_hash": hashed,
        "corrects": entry.corrects,
        "true_ms": when.ms,
        "time_quality": str(when.quality),
        "people": people_in(entry),
    }


def details(cipher: FieldCipher, row: Record) -> dict[str, str]:
    """The values of an entry's sentence, while its private record is kept and whole; else nothing."""
    return dict(private(cipher, row).get("details", {}))


def code_of(cipher: FieldCipher, row: Record) -> str:
    """The id of the code that was shown, in hex; "" for none, or when the record is not kept any more."""
    return str(private(cipher, row).get("cti", ""))


def private(cipher: FieldCipher, row: Record) -> dict[str, Any]:
    """The private record as it was kept; nothing when it is forgotten, or damaged."""
    if row.record_sealed is None:
        return {}
    try:
        return dict(json.loads(cipher.opened(row.record_sealed, record_place(row.id))))
    except TamperedError:
        # One damaged row must not hide all others from the people who have to see it.
        structlog.get_logger().error("record_does_not_open", entry=row.id)
        return {}
