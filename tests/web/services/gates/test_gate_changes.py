"""The log says which kiosk stood where: an entry names both, and years later nobody remembers."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import select

from domain.enrolment import parsed_enrolment
from tests.web.log.tampering import sequenced
from tests.web.tenants import Tenant
from web.db.tables import leaves
from web.services.errors import GoneError, NotFoundError
from web.services.gates import gate_changes, gates
from web.services.gates.fleet import fleet
from web.services.installation import Installation
from web.services.logs.checking import log_fsck
from web.store.logs import log


def told(inst: Installation) -> list[dict[str, Any]]:
    """What the log says of kiosks, in order."""
    query = select(leaves.c.body).where(leaves.c.kind == "kiosk").order_by(leaves.c.id)
    return [json.loads(body) for body in inst.read(lambda connection: list(connection.scalars(query)))]


def test_a_kiosk_is_in_the_log_from_its_enrolment_to_its_end(inst: Installation, park: Tenant):
    token = parsed_enrolment(gates.new_enrolment(inst, park.staff, park.entrance).text).token
    kiosk = gates.enrol(inst, token, "gate", "1.0").kiosk_id
    fleet.move(inst, park.staff, kiosk, park.side_entrance, "clerk")
    gates.revoke_kiosk(inst, park.staff, kiosk, "owner")
    changes = [(leaf["change"], leaf["entrance"], leaf.get("by")) for leaf in told(inst)]
    assert changes == [
        ("enrolled", park.entrance, None),
        ("moved", park.side_entrance, "clerk"),
        ("withdrawn", park.side_entrance, "owner"),
    ]
    assert {(leaf["kiosk"], leaf["venue"]) for leaf in told(inst)} == {(kiosk, park.venue)}
    sequenced(inst)
    assert inst.ask(log.size) == 3
    found: list[object] = []
    log_fsck.checked(inst, found.append)
    assert found == []


def test_what_did_not_happen_is_not_in_the_log(inst: Installation, park: Tenant, mill: Tenant):
    token = parsed_enrolment(gates.new_enrolment(inst, park.staff, park.entrance).text).token
    gates.enrol(inst, token, "gate", "1.0")
    with pytest.raises(GoneError):
        gates.enrol(inst, token, "gate", "1.0")
    with pytest.raises(NotFoundError):
        fleet.move(inst, park.staff, park.gate.id, mill.entrance)
    with pytest.raises(NotFoundError):
        gates.revoke_kiosk(inst, mill.staff, park.gate.id)
    assert not inst.write(lambda c: gate_changes.withdrawn(c, inst, mill.staff, park.gate.id))
    gates.revoke_kiosk(inst, park.staff, park.gate.id)
    gates.revoke_kiosk(inst, park.staff, park.gate.id)
    assert [leaf["change"] for leaf in told(inst)] == ["enrolled", "withdrawn"]
