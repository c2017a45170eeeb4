"""People who stay in a venue for a while, and questions about one of them."""

from __future__ import annotations

from typing import Any

from tests.web.alone import Holder, passed
from tests.web.tenants import SettableClock, Tenant
from web.services.desk.tracing import tracing
from web.services.desk.tracing.tracing import Trace, Typed
from web.services.gates.gates import Gate
from web.services.installation import Installation
from web.services.people import visitors
from web.services.people.visitors import Registration
from web.store.scope import Scope


def somebody(inst: Installation, there: Tenant, name: str, phone: str) -> Holder:
    made = visitors.register(inst, there.staff, Registration(there.enterprise, name, phone, "visitor"))
    return Holder(made.visitor_id, "")


def stayed(seq: int, gate: Gate, who: Holder, at_ms: int, for_ms: int) -> list[dict[str, Any]]:
    went_out = passed(gate, seq + 1, at_ms + for_ms, who, direction="out")
    return [passed(gate, seq, at_ms, who), went_out]


def typed(clock: SettableClock, who: str, **changes: Any) -> Typed:
    said = {"visitor_id": "", "days": "14", "minutes": "30", "until_ms": clock.ms, "second": False}
    return Typed(**{"who": who, "purpose": "investigation", "note": "case 17", **said, **changes})


def asked(inst: Installation, scope: Scope, account: str, what: Typed) -> Trace:
    trace_id = tracing.ask(inst, scope, account, what)
    assert isinstance(trace_id, str)
    return tracing.trace(inst, scope, trace_id)
