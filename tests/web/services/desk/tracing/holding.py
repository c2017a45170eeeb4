"""Whom a trace found is put on hold: the rules that tests choose, who is on hold, and what the log says."""

from __future__ import annotations

import json

from sqlalchemy import select

from domain.hold import Hold
from tests.web.alone import Holder
from tests.web.services.desk.tracing.asking import asked, typed
from tests.web.tenants import SettableClock, Tenant
from web.db.tables import leaves
from web.services.desk.tracing import tracing
from web.services.desk.tracing.tracing_holds import Chosen
from web.services.installation import Installation
from web.services.passing.known import known_at
from web.services.people import holds

GIVEN = holds.Given(
    "yellow", "Was near somebody ill", "Ask for a test", "Call 8021 at the clinic", purpose="investigation"
)
CLOSE, ALL = Chosen("close", "", "14", GIVEN), Chosen("met", "", "14", GIVEN)


def released(inst: Installation, park: Tenant, clock: SettableClock, account: str) -> str:
    """The id of a trace whose result was released."""
    made = asked(inst, park.area, account, typed(clock, "13800138000", second=True))
    tracing.release(inst, park.area, account, made.id, str(made.people))
    return made.id


def in_force(inst: Installation, town: dict[str, Holder]) -> dict[str, tuple[Hold, ...]]:
    """Whom a gate would know to be on hold now, by name."""
    names = {who.visitor: name for name, who in town.items()}
    known = inst.read(lambda c: known_at(c, list(names), inst.now_ms()))
    return {names[who]: facts.holds for who, facts in known.items() if facts.holds}


def told(inst: Installation) -> list[dict[str, object]]:
    """What the log says of holds, oldest first."""
    rows = inst.read(
        lambda c: list(c.execute(select(leaves).where(leaves.c.kind == "hold").order_by(leaves.c.id)))
    )
    return [json.loads(row.body) for row in rows]
