"""Heartbeats of gates, and what the site then says of them."""

from __future__ import annotations

from sqlalchemy import select

from tests.web.tenants import Tenant
from web.db.tables import alerts
from web.services.gates import gates
from web.services.gates.fleet import fleet
from web.services.gates.fleet.fleet_values import Unit
from web.services.gates.fleet.vitals import columns, vitals_of
from web.services.gates.gates import Gate
from web.services.installation import Installation

BEAT = {"version": "1.0", "camera": "ok", "waiting": 0, "bundle_seq": 0, "foreign": 0, "fps": 29.97}


def beats(inst: Installation, gate: Gate, **told: object) -> None:
    heartbeat = {**BEAT, **told}
    gates.heard(inst, gate, gates.heartbeat_of(heartbeat), columns(vitals_of(heartbeat)))


def unit(inst: Installation, park: Tenant, gate: Gate | None = None) -> Unit:
    return fleet.detail(inst, park.staff, (gate or park.gate).id).unit


def open_silences(inst: Installation) -> list[str]:
    query = select(alerts.c.kiosk_id).where(alerts.c.settled_ms.is_(None), alerts.c.kind == "kiosk_silent")
    return list(inst.read(lambda c: c.scalars(query).all()))
