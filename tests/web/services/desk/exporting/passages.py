"""Three passages of the park, and what the log and files say of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sqlalchemy import select

from tests.web.tenants import Tenant, entry_item
from web.db.tables import leaves
from web.services.gates import ingest
from web.services.installation import Installation
from web.services.logs import sequencing
from web.services.people import visitors
from web.services.people.visitors import Registration


def filled(inst: Installation, park: Tenant) -> list[str]:
    """The ids of three passages: Wang Wei by car with company, one too hot, one measured."""
    given = Registration(park.enterprise, "Wang Wei", "13800138000", "courier", plate="苏A12345")
    person = visitors.register(inst, park.staff, given).visitor_id
    private = {"visitor_id": person, "occupants": ["+8613900139000"]}
    hot = {"outcome": "referred", "reason": "temperature_high"}
    items = [
        entry_item(park.gate, 1, inst.now_ms() - 3_000, private=private),
        entry_item(park.gate, 2, inst.now_ms() - 2_000, **hot, private={"details": {"limit": "37.3"}}),
        entry_item(park.gate, 3, inst.now_ms() - 1_000, private={"temperature_tenths": 366}),
    ]
    ingest.ingest(inst, park.gate, list(items))
    while sequencing.sequence(inst):
        pass
    return [str(item["id"]) for item in items]


def deeds(inst: Installation) -> list[dict[str, Any]]:
    """What the log says of files, oldest first."""
    query = select(leaves.c.body).where(leaves.c.kind == "export").order_by(leaves.c.id)
    return [json.loads(body) for body in inst.read(lambda c: list(c.scalars(query)))]


def jsonl(path: Path) -> list[dict[str, Any]]:
    """The rows of a file of JSON Lines."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]
