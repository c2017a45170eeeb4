"""What choosing a remedy does, in the transaction that settles the alert."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from domain.errors import InputError
from domain.remedy import Remedy
from domain.venue import PosterState
from web.db.connecting.connection import Connection, Record
from web.services.errors import NotFoundError
from web.services.findings import pairing
from web.services.findings.rejudging import Doors
from web.services.gates import gate_changes
from web.services.installation import Installation
from web.services.passing import own_entries, recording
from web.services.places.posters import posters
from web.store.gates import changes, kiosks
from web.store.passing import entries
from web.store.people import history, visitors
from web.store.places import places
from web.store.scope import Scope


def done(
    connection: Connection, inst: Installation, scope: Scope, alert: Record, remedy: Remedy, by: str
) -> None:
    """Do it for the account `by`; InputError when it cannot be done any more.

    Choices that only say something do nothing here.
    """
    if remedy in (Remedy.TAKE_BACK, Remedy.TAKE_FIRST_BACK):
        _take_back(connection, inst, scope, alert.entry_id)
    elif remedy is Remedy.TAKE_SECOND_BACK:
        _take_back(connection, inst, scope, alert.other_entry_id)
    elif remedy is Remedy.WITHDRAW_CODE:
        _withdraw(connection, inst, scope, alert.other_entry_id or alert.entry_id)
    elif remedy is Remedy.REVOKE_KIOSK:
        # A kiosk of another venue by now is for its own staff to withdraw.
        if not gate_changes.withdrawn(connection, inst, scope, alert.kiosk_id, by):
            raise NotFoundError
    elif remedy is Remedy.REPLACE_POSTER:
        _replace(connection, inst, scope, json.loads(alert.evidence))
    elif remedy is Remedy.ASK_AGAIN:
        told = json.loads(alert.evidence)
        kiosks.asked_again(connection, alert.kiosk_id, told["first"], told["last"])


def _take_back(connection: Connection, inst: Installation, scope: Scope, entry_id: str) -> None:
    """A correcting entry of this server; what it means for other pairs of the day is looked at anew."""
    row = entries.row(connection, scope, entry_id)
    door = places.entrance_row(connection, scope, row.entrance_id) if row else None
    if row is None or door is None:
        raise NotFoundError
    if row.taken_back:
        return
    own_entries.taken_back(connection, inst, door, row, row.visitor_id or "")
    pairing.paired(connection, Doors(connection), (), inst.now_ms(), {row.id: row})


def _replace(connection: Connection, inst: Installation, scope: Scope, told: Mapping[str, Any]) -> None:
    """A new poster for the door, and the old one no longer good; once, whoever did it."""
    row = places.poster_row(connection, scope, poster_id=told["poster_id"])
    if row is None:
        raise NotFoundError
    if row.state != PosterState.REVOKED:
        values = {"state": PosterState.REVOKED, "revoked_ms": inst.now_ms()}
        places.poster_changed(connection, scope, row.id, **values)
        posters.issued_within(connection, inst, row.entrance_id)


def _withdraw(connection: Connection, inst: Installation, scope: Scope, entry_id: str) -> None:
    row = entries.row(connection, scope, entry_id)
    if row is None:
        raise NotFoundError
    cti = recording.code_of(inst.cipher, row)
    found = history.code_rows(connection, [cti]) if cti else ()
    if not found:
        raise InputError(
            "remedy",
            "It is not known any more which code was shown. Choose another way.",
            "已无法得知所出示的码，请选择其他处理方式。",
        )
    code = found[0]
    visitors.codes_revoked(connection, code.visitor_id, code.code_class, inst.now_ms())
    changes.touched(connection, [code.visitor_id])
