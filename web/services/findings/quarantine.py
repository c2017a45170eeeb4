"""What kiosks sent and could not be taken: why, what is in it, and taking it in as a new entry after all."""

from __future__ import annotations

import json
import secrets
from dataclasses import replace

from domain.alert import AlertKind
from domain.entry import Entry, Way, made_ms, uuid7
from domain.errors import InputError, shown_name
from domain.remedy import Remedy
from domain.wording import Sentence
from web.db.connecting.connection import Connection, Record
from web.db.connecting.turns import Turn, taken
from web.services.errors import GoneError, NotFoundError
from web.services.findings.alerts import checked_note
from web.services.findings.quarantine_rows import (
    Item,
    ItemDetail,
    entry_of,
    entry_shown,
    item_shown,
    value_of,
)
from web.services.gates import owners
from web.services.installation import Installation
from web.services.passing import recording
from web.services.passing.own_entries import DEVICE
from web.store import counters
from web.store.findings import alerts
from web.store.findings import quarantine as store
from web.store.findings.quarantine import KEY
from web.store.places import places
from web.store.scope import Scope

_FIELDS_MOST = 30


def listed(
    inst: Installation, scope: Scope, *, settled: bool, before: str = "", limit: int = 30
) -> tuple[tuple[Item, ...], str]:
    """What is in quarantine in scope, newest first, and the cursor of the page before it."""
    cursor = int(before) if before.isdecimal() and len(before) < 19 else None

    def work(connection: Connection) -> tuple[tuple[Item, ...], str]:
        rows = store.page(connection, scope, settled=settled, before=cursor, limit=limit + 1)
        shown = tuple(item_shown(connection, inst.cipher, row) for row in rows[:limit])
        return shown, str(shown[-1].id) if len(rows) > limit else ""

    return inst.read(work)


def open_count(inst: Installation, scope: Scope) -> int:
    """How many nobody looked at yet."""
    return inst.ask(lambda connection: store.open_count(connection, scope))


def detail(inst: Installation, scope: Scope, item_id: int) -> ItemDetail:
    """One of them; NotFoundError outside of the scope."""

    def work(connection: Connection) -> ItemDetail:
        row = _row(connection, scope, item_id)
        value = value_of(inst.cipher, row)
        entry = entry_of(value)
        door = places.entrance_row(connection, scope, entry.entrance) if isinstance(entry, Entry) else None
        shown = entry_shown(entry, door, row.received_ms) if isinstance(entry, Entry) else None
        names = tuple(shown_name(name) for name in value)[:_FIELDS_MOST] if isinstance(value, dict) else ()
        item = item_shown(connection, inst.cipher, row)
        fits = isinstance(entry, Entry) and door is not None and door.venue_id == entry.venue
        return ItemDetail(item, row.entry_id, row.body_hash.hex(), shown, names, fits)

    return inst.read(work)


def take(inst: Installation, scope: Scope, account_id: str, item_id: int, note: str = "") -> str:
    """Keep it as a new entry of this server, under a new id; the id.

    InputError when it is no entry or of no entrance in scope; GoneError when it was settled before.
    """

    def work(connection: Connection) -> str:
        taken(connection, Turn.APPENDING)
        row = _open(connection, scope, item_id)
        entry = entry_of(value_of(inst.cipher, row))
        if isinstance(entry, InputError):
            raise entry
        door = places.entrance_row(connection, scope, entry.entrance)
        if door is None or door.venue_id != entry.venue:
            raise InputError("entrance", "It is of no entrance of yours.", "不属于您管理的出入口。")
        new = replace(
            entry,
            id=uuid7(made_ms(entry.id), secrets.token_bytes(10)),
            device=DEVICE,
            seq=counters.raised(connection, counters.OWN_ENTRIES),
            way=Way.IMPORT,
        )
        recording.record(
            connection, inst.cipher, [new], row.received_ms, lambda made: owners.whose(connection, inst, made)
        )
        _settled(connection, inst, account_id, row, Remedy.TAKE_IN, note, new.id)
        return new.id

    return inst.write(work)


def dismiss(inst: Installation, scope: Scope, account_id: str, item_id: int, note: str) -> None:
    """Leave it out of the log; it stays here with the reason. InputError without one."""

    def work(connection: Connection) -> None:
        row = _open(connection, scope, item_id)
        _settled(connection, inst, account_id, row, checked_note(Remedy.DISMISS, note), note, "")

    inst.write(work)


def _settled(
    connection: Connection,
    inst: Installation,
    account_id: str,
    row: Record,
    remedy: Remedy,
    note: str,
    new_entry_id: str,
) -> None:
    checked_note(remedy, note)
    evidence = {"body_hash": row.body_hash.hex(), "why": row.why, "new_entry": new_entry_id}
    values: alerts.Values = {
        "key": f"{KEY}{row.id}",
        "kind": AlertKind.QUARANTINED.value,
        "venue_id": row.venue_id,
        "kiosk_id": row.kiosk_id,
        "entry_id": new_entry_id,
        "evidence": json.dumps(evidence, sort_keys=True),
        "found_ms": row.received_ms,
        "settled_ms": inst.now_ms(),
        "settled_by": account_id,
        "resolution": remedy.value,
        "note": note.strip(),
    }
    alerts.added(connection, [values])


def _row(connection: Connection, scope: Scope, item_id: int) -> Record:
    row = store.row(connection, scope, item_id)
    if row is None:
        raise NotFoundError
    return row


def _open(connection: Connection, scope: Scope, item_id: int) -> Record:
    row = _row(connection, scope, item_id)
    if row.settled_ms is not None:
        raise GoneError(Sentence("Somebody settled this already.", "该事项已有人处理。"))
    return row
