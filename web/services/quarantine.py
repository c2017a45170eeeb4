"""What kiosks sent and could not be taken: why, what is in it, and taking it in as a new entry after all."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace

from domain.alert import AlertKind, Remedy
from domain.entry import Entry, Way, entry_from_json, made_ms, uuid7
from domain.errors import InputError, TamperedError, shown_name
from domain.reason import sentence_of
from domain.true_time import true_time
from domain.visitor import masked_name, masked_phone, masked_tail
from domain.wording import Sentence
from web.db.connection import Connection, Record
from web.db.turns import Turn, taken
from web.services import recording
from web.services.alerts import checked_note
from web.services.errors import GoneError, NotFoundError
from web.services.installation import Installation
from web.services.own_entries import DEVICE
from web.store import alerts, counters, entries, places
from web.store import quarantine as store
from web.store.quarantine import KEY
from web.store.scope import Scope
from web.store.sealing import FieldCipher

_CHANGED = Sentence(
    "An entry with this id is here already, with other contents.", "该标识的记录已存在，但内容不同。"
)
_NUMBER_USED = Sentence(
    "Another entry of this kiosk has this number already.", "该终端已有另一条记录使用了同一编号。"
)
_UNREADABLE = Sentence("What was kept of it cannot be read.", "已保存的内容无法读取。")
_FIELDS_MOST = 30


@dataclass(frozen=True, slots=True)
class Item:
    """Something in quarantine as the list shows it; `settled_ms` is None while nobody looked at it."""

    id: int
    why: str
    sentence: Sentence
    kiosk_id: str
    kiosk_name: str
    venue_name: str
    time_zone: str
    seq: int | None
    received_ms: int
    settled_ms: int | None
    settled_by: str
    resolution: str
    note: str
    new_entry_id: str


@dataclass(frozen=True, slots=True)
class Shown:
    """What is in it as an entry, people masked."""

    at_ms: int
    true_ms: int
    direction: str
    outcome: str
    reason: Sentence
    way: str
    entrance_name: str
    person: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ItemDetail:
    """One of them: its fields, or the names of its fields where it is no entry."""

    item: Item
    entry_id: str
    body_hash: str
    shown: Shown | None
    fields: tuple[str, ...]
    can_be_taken: bool


def listed(
    inst: Installation, scope: Scope, *, settled: bool, before: str = "", limit: int = 30
) -> tuple[tuple[Item, ...], str]:
    """What is in quarantine in scope, newest first, and the cursor of the page before it."""
    cursor = int(before) if before.isdecimal() and len(before) < 19 else None

    def work(connection: Connection) -> tuple[tuple[Item, ...], str]:
        rows = store.page(connection, scope, settled=settled, before=cursor, limit=limit + 1)
        shown = tuple(_item(connection, inst.cipher, row) for row in rows[:limit])
        return shown, str(shown[-1].id) if len(rows) > limit else ""

    return inst.read(work)


def open_count(inst: Installation, scope: Scope) -> int:
    """How many nobody looked at yet."""
    return inst.read(lambda connection: store.open_count(connection, scope))


def detail(inst: Installation, scope: Scope, item_id: int) -> ItemDetail:
    """One of them; NotFoundError outside of the scope."""

    def work(connection: Connection) -> ItemDetail:
        row = _row(connection, scope, item_id)
        value = _value(inst.cipher, row)
        entry = _entry(value)
        door = places.entrance_row(connection, scope, entry.entrance) if isinstance(entry, Entry) else None
        shown = _shown(entry, door, row.received_ms) if isinstance(entry, Entry) else None
        names = tuple(shown_name(name) for name in value)[:_FIELDS_MOST] if isinstance(value, dict) else ()
        item = _item(connection, inst.cipher, row)
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
        entry = _entry(_value(inst.cipher, row))
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
        recording.record(connection, inst.cipher, [new], row.received_ms)
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


def _value(cipher: FieldCipher, row: Record) -> object:
    try:
        body = cipher.opened(row.body_sealed, f"quarantine|body|{row.body_hash.hex()}")
        return json.loads(body)
    except (TamperedError, ValueError, RecursionError):
        return None


def _entry(value: object) -> Entry | InputError:
    try:
        return entry_from_json(value)
    except InputError as error:
        return error


def _item(connection: Connection, cipher: FieldCipher, row: Record) -> Item:
    return Item(
        row.id,
        row.why,
        _why(connection, row, _entry(_value(cipher, row))),
        row.kiosk_id,
        row.kiosk_name,
        row.venue_name,
        row.time_zone,
        row.seq,
        row.received_ms,
        row.settled_ms,
        row.settled_login or "",
        row.resolution or "",
        row.note or "",
        row.new_entry_id or "",
    )


def _why(connection: Connection, row: Record, entry: Entry | InputError) -> Sentence:
    if isinstance(entry, InputError):
        return entry.sentence
    if row.why == recording.Receipt.CONFLICT:
        return _CHANGED if entries.known(connection, [entry.id]) else _NUMBER_USED
    if entry.device != row.kiosk_id:
        return Sentence("The entry is another kiosk's.", "该记录属于其他终端。")
    if entry.entrance != row.entrance_id:
        return Sentence("The entry is of another entrance.", "该记录属于其他出入口。")
    return _UNREADABLE


def _shown(entry: Entry, door: Record | None, received_ms: int) -> Shown:
    private = entry.private
    masked: Mapping[str, str] = {
        "name": masked_name(private.name) if private.name else "",
        "phone": masked_phone(private.phone) if private.phone else "",
        "plate": masked_tail(private.plate) if private.plate else "",
    }
    return Shown(
        entry.at_ms,
        true_time(entry, received_ms).ms,
        entry.direction,
        entry.outcome,
        sentence_of(entry.reason, private.details),
        entry.way,
        door.name if door is not None else "",
        tuple(value for value in masked.values() if value),
    )
