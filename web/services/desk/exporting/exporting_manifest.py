"""The manifest beside a file of entries: what it holds, who made it for what, and where the log stood."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from domain.canonical import canonical_json
from domain.hours import utc_text
from domain.log import Checkpoint
from web.db.connecting.connection import Connection, Record
from web.services.desk import searching
from web.services.desk.exporting import exporting_plans
from web.services.desk.exporting.exporting_columns import MASKED, UNMASKED
from web.services.desk.exporting.exporting_jobs import login
from web.services.desk.exporting.exporting_making import Made
from web.services.desk.filtering import filters, filters_people
from web.services.desk.filtering.filters import Filter
from web.services.desk.filtering.filters_people import Part
from web.services.installation import Installation
from web.services.logs import log_head
from web.store.desk.filtering_places import among
from web.store.logs import log
from web.store.scope import Scope


def promised(
    inst: Installation, scope: Scope, row: Record, wanted: Filter, done: Made, complete_to: int
) -> dict[str, Any]:
    """What a manifest says of its file, before the log is told of it.

    `complete_to` leaves were signed before the first row was read: none of those may be missing.
    """
    asked: dict[str, Any] = {**filters.to_args(wanted)}
    for part in Part:
        if part in asked:
            asked[part] = filters_people.masked_term(
                searching.opened(inst, row.account_id, wanted, part) or ""
            )
    return {
        "v": 1,
        "file": {
            "name": exporting_plans.name_of(inst, row), "form": row.form,
            "rows": done.rows, "bytes": done.size, "sha256": done.sha256,
        },
        "columns": [*MASKED, *(UNMASKED if row.unmasked else ())],
        "filter": asked,
        "venues": inst.read(lambda connection: _venues(connection, inst, scope, row.account_id, wanted)),
        "complete_to": complete_to,
        "unmasked": bool(row.unmasked),
        "purpose": row.purpose,
        "ordered_by": login(inst, row.account_id),
        "agreed_by": login(inst, row.agreed_by),
        "ordered": utc_text(row.made_ms, "milliseconds"),
        "made": utc_text(inst.now_ms(), "milliseconds"),
    }  # fmt: skip


def digest(promise: Mapping[str, Any]) -> str:
    """What the log keeps of it for ever: SHA-256 in hex of its canonical JSON."""
    return hashlib.sha256(canonical_json(promise)).hexdigest()


def closed(inst: Installation, promise: Mapping[str, Any], deed: str) -> tuple[bytes, int]:
    """The manifest as JSON, and the size of the log that it names; `deed` is the leaf about the file."""
    head, note = inst.read(lambda connection: _head(connection, inst))
    told = {
        **promise,
        "deed": deed,
        "log": {"origin": head.origin, "size": head.size, "root": head.root.hex()} if head else None,
        "checkpoint": note,
    }
    return json.dumps(told, ensure_ascii=False, indent=2).encode("utf-8"), head.size if head else 0


def signed(inst: Installation) -> int:
    """How many leaves the newest checkpoint covers."""
    newest = inst.ask(log.latest_checkpoint)
    return newest.size if newest is not None else 0


def _venues(
    connection: Connection, inst: Installation, scope: Scope, account_id: str, wanted: Filter
) -> list[str] | None:
    """The ids of the venues whose entries were looked at, as leaves name them; None for every venue."""
    places = among(connection, scope, searching.resolved(connection, inst, scope, account_id, wanted))
    if places.venue_ids is None and places.chosen is None:
        return None
    if places.chosen is not None:
        return sorted(connection.scalars(places.chosen))
    return sorted(places.venue_ids or ())


def _head(connection: Connection, inst: Installation) -> tuple[Checkpoint | None, str]:
    newest = log.latest_checkpoint(connection)
    if newest is None:
        return None, ""
    return log_head.opened(connection, newest.note), bytes(newest.note).decode()
