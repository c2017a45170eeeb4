"""Gates that decide alone, and what the server then found in their entries, said shortly for tests."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select

from tests.web.tenants import Tenant, entry_item
from web.db.tables import alerts, codes, holds
from web.services.gates.gates import Gate
from web.services.gates.ingest import ingest
from web.services.installation import Installation, new_id
from web.services.people import visitors
from web.services.people.visitors import Registration

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000


@dataclass(frozen=True)
class Holder:
    """A visitor with a card."""

    visitor: str
    cti: str

    @property
    def shown(self) -> dict[str, str]:
        """What an entry keeps of who it was."""
        return {"visitor_id": self.visitor, "cti": self.cti}


def holder(inst: Installation, there: Tenant, name: str = "Ann Lee", **code: Any) -> Holder:
    """A visitor of the enterprise, known for a year, with a card that ends in a year."""
    made = visitors.register(
        inst, there.staff, Registration(there.enterprise, name, "13800138000", "visitor")
    )
    now = inst.now_ms()
    cti = hashlib.md5(new_id().encode()).hexdigest()  # any 16 bytes
    row = {"code_class": 1, "expires_s": (now + 365 * DAY) // 1000, "issued_ms": now - 365 * DAY, **code}
    inst.write(lambda c: c.execute(insert(codes).values(cti=cti, visitor_id=made.visitor_id, **row)).rowcount)
    return Holder(made.visitor_id, cti)


def held(inst: Installation, who: Holder, confirmed_ms: int, lifted_ms: int | None = None) -> None:
    """A red hold that was in force from one time to another."""
    row = {
        "id": new_id(), "visitor_id": who.visitor, "level": "red", "reason_sealed": b"x", "instruction": "",
        "appeal": "", "proposed_by": "a", "proposed_ms": confirmed_ms, "confirmed_by": "b",
        "confirmed_ms": confirmed_ms, "lifted_ms": lifted_ms,
    }  # fmt: skip
    inst.write(lambda c: c.execute(insert(holds).values(**row)).rowcount)


def passed(gate: Gate, seq: int, at_ms: int, who: Holder | None, **changes: Any) -> dict[str, Any]:
    """An entry of a gate that let somebody pass."""
    return entry_item(gate, seq, at_ms, private=who.shown if who else {}, **changes)


def took(inst: Installation, gate: Gate, *items: object) -> list[str]:
    """What became of a batch."""
    return [str(result.status) for result in ingest(inst, gate, list(items)).results]


def found(inst: Installation, kind: str = "") -> list[Any]:
    """The open alerts, oldest first."""
    query = select(alerts).where(alerts.c.settled_ms.is_(None)).order_by(alerts.c.id)
    return inst.read(lambda c: list(c.execute(query.where(alerts.c.kind == kind) if kind else query)))


def kinds(inst: Installation) -> list[str]:
    """The kinds of the open alerts."""
    return [row.kind for row in found(inst)]


def evidence(row: Any) -> Any:
    """What an alert rests on."""
    return json.loads(row.evidence)
