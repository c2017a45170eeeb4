"""Everything that is kept of one entry, masked, with what takes it back and where the log has it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from domain.visitor import masked_name, masked_phone, masked_tail
from web.db.connecting.connection import Connection
from web.services.desk.searching import Row, shown_row
from web.services.errors import NotFoundError
from web.services.installation import Installation
from web.services.passing import recording
from web.services.people.visitors import place
from web.store.logs import log
from web.store.passing import entries, entry_details
from web.store.scope import Scope


@dataclass(frozen=True, slots=True)
class Person:
    """Who it was, masked; parts that are not kept are ""."""

    name: str
    phone: str
    plate: str
    occupants: tuple[str, ...]
    companions: int
    temperature_tenths: int | None
    code: str
    is_kept: bool


@dataclass(frozen=True, slots=True)
class Detail:
    """An entry with its person, gate, rules and clock; `index` in the log is None while it waits.

    `maker` is the login of whoever made it by hand, "" for none.
    """

    row: Row
    person: Person
    kiosk_name: str
    device: str
    seq: int
    policy_version: int
    bundle_seq: int
    clock: Mapping[str, Any]
    index: int | None
    takes_back: str
    taken_back_by: tuple[str, ...]
    maker: str


def of_entry(inst: Installation, scope: Scope, entry_id: str) -> Detail:
    """One entry in scope; NotFoundError outside of it."""

    def work(connection: Connection) -> Detail:
        row = entries.row(connection, scope, entry_id)
        if row is None:
            raise NotFoundError
        leaf = log.leaf_of(connection, "entry", entry_id)
        return Detail(
            row=shown_row(inst, row),
            person=_person(connection, inst, row),
            kiosk_name=entry_details.kiosk_name(connection, row.device),
            device=row.device,
            seq=row.seq,
            policy_version=row.policy_version,
            bundle_seq=row.bundle_seq,
            clock=json.loads(row.clock),
            index=leaf.leaf_index if leaf else None,
            takes_back=row.corrects,
            taken_back_by=entry_details.taken_back_by(connection, entry_id),
            maker=entry_details.maker(connection, entry_id),
        )

    return inst.look(work)


def _person(connection: Connection, inst: Installation, row: Any) -> Person:
    private = recording.private(inst.cipher, row)
    known = entry_details.visitor(connection, row.visitor_id or "")
    phone = str(private.get("phone", ""))
    name = masked_name(str(private.get("name", ""))) or (known.masked_name if known else "")
    if not phone and known:
        phone = inst.cipher.opened(known.phone_sealed, place("phone", known.id)).decode()
    plate, cti = str(private.get("plate", "")), str(private.get("cti", ""))
    return Person(
        name=name,
        phone=masked_phone(phone) if phone else "",
        plate=masked_tail(plate) if plate else "",
        occupants=tuple(masked_phone(one) for one in private.get("occupants", ())),
        companions=int(private.get("companions", 0)),
        temperature_tenths=private.get("temperature_tenths"),
        code=f"{cti[:4]}…{cti[-4:]}" if cti else "",
        is_kept=bool(private),
    )
