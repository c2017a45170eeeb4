"""The manifest beside a file of entries: what it holds, who made it for what, and where the log stood."""

from __future__ import annotations

import json
from typing import Any

from domain.hours import utc_text
from domain.log import Checkpoint
from web.db.connecting.connection import Connection, Record
from web.services.desk import searching
from web.services.desk.exporting.exporting_columns import MASKED, UNMASKED
from web.services.desk.exporting.exporting_jobs import login
from web.services.desk.exporting.exporting_making import Made
from web.services.desk.filtering import filters, filters_people
from web.services.desk.filtering.filters import Filter
from web.services.desk.filtering.filters_people import Part
from web.services.installation import Installation
from web.services.logs import log_head
from web.store.logs import log


def manifest(
    inst: Installation, row: Record, wanted: Filter, done: Made, *, name: str, deed: str
) -> tuple[bytes, int]:
    """The manifest as JSON, and the size of the log that it names; `deed` is the leaf about the file."""
    head, note = inst.read(lambda connection: _head(connection, inst))
    asked: dict[str, Any] = {**filters.to_args(wanted)}
    for part in Part:
        if part in asked:
            asked[part] = filters_people.masked_term(
                searching.opened(inst, row.account_id, wanted, part) or ""
            )
    told = {
        "v": 1,
        "file": {
            "name": name, "form": row.form, "rows": done.rows, "bytes": done.size, "sha256": done.sha256,
        },
        "columns": [*MASKED, *(UNMASKED if row.unmasked else ())],
        "filter": asked,
        "unmasked": bool(row.unmasked),
        "purpose": row.purpose,
        "ordered_by": login(inst, row.account_id),
        "agreed_by": login(inst, row.agreed_by),
        "ordered": utc_text(row.made_ms, "milliseconds"),
        "made": utc_text(inst.now_ms(), "milliseconds"),
        "deed": deed,
        "log": {"origin": head.origin, "size": head.size, "root": head.root.hex()} if head else None,
        "checkpoint": note,
    }  # fmt: skip
    return json.dumps(told, ensure_ascii=False, indent=2).encode("utf-8"), head.size if head else 0


def _head(connection: Connection, inst: Installation) -> tuple[Checkpoint | None, str]:
    newest = log.latest_checkpoint(connection)
    if newest is None:
        return None, ""
    return log_head.opened(connection, newest.note), bytes(newest.note).decode()
