"""What is in quarantine as pages show it: why it is there, and what it holds, with people masked."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from domain.entry import Entry
from domain.entry_wire import entry_from_json
from domain.errors import InputError, TamperedError
from domain.reason import sentence_of
from domain.sealed_entry import NOT_OPENED, is_sealed
from domain.true_time import true_time
from domain.visitor import masked_name, masked_phone, masked_tail
from domain.wording import Sentence
from web.db.connecting.connection import Connection, Record
from web.services.passing import recording
from web.store.passing import entries
from web.store.sealing import FieldCipher

_CHANGED = Sentence(
    "An entry with this id is here already, with other contents.", "该标识的记录已存在，但内容不同。"
)
_NUMBER_USED = Sentence(
    "Another entry of this kiosk has this number already.", "该终端已有另一条记录使用了同一编号。"
)
_UNREADABLE = Sentence("What was kept of it cannot be read.", "已保存的内容无法读取。")


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


def value_of(cipher: FieldCipher, row: Record) -> object:
    """What was sent, as JSON; None when it cannot be read any more."""
    try:
        body = cipher.opened(row.body_sealed, f"quarantine|body|{row.body_hash.hex()}")
        return json.loads(body)
    except (TamperedError, ValueError, RecursionError):
        return None


def entry_of(value: object) -> Entry | InputError:
    """The entry that it is, or why it is none."""
    if is_sealed(value):
        return NOT_OPENED
    try:
        return entry_from_json(value)
    except InputError as error:
        return error


def item_shown(connection: Connection, cipher: FieldCipher, row: Record) -> Item:
    """A row of quarantine as lists show it."""
    return Item(
        row.id,
        row.why,
        _why(connection, row, entry_of(value_of(cipher, row))),
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


def entry_shown(entry: Entry, door: Record | None, received_ms: int) -> Shown:
    """An entry with its people masked; `door` is its entrance, if it is one in scope."""
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
