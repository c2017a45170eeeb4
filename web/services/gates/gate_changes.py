"""Tells the log which kiosk stands where from when on, and which may send nothing any more.

An entry names its kiosk and entrance: years later the log says by itself that this kiosk stood there then.
"""

from __future__ import annotations

from enum import StrEnum

from domain.log import kiosk_leaf
from web.db.connecting.connection import Connection
from web.services.installation import Installation
from web.store.gates import fleet, kiosks
from web.store.passing import entries
from web.store.scope import Scope


class Change(StrEnum):
    """What happened to a kiosk."""

    ENROLLED = "enrolled"
    MOVED = "moved"
    WITHDRAWN = "withdrawn"


def told(
    connection: Connection, inst: Installation, kiosk_id: str, change: Change, entrance_id: str,
    venue_id: str, by: str = "",
) -> None:  # fmt: skip
    """Keep the leaf of a change, with it; `by` is the account that did it, if one did."""
    leaf = kiosk_leaf(inst.now_ms(), kiosk_id, change.value, entrance_id, venue_id, by)
    entries.leaf_added(connection, "kiosk", kiosk_id, leaf)


def withdrawn(connection: Connection, inst: Installation, scope: Scope, kiosk_id: str, by: str = "") -> bool:
    """Take the credential of a kiosk in scope away, and tell the log the first time; False without one."""
    row = fleet.sealing_of(connection, scope, kiosk_id)
    if row is None:
        return False
    if kiosks.withdrawn(connection, scope, kiosk_id, inst.now_ms()):
        told(connection, inst, kiosk_id, Change.WITHDRAWN, row.entrance_id, row.venue_id, by)
    return True
