"""What the office reads when a gate refuses the log."""

from __future__ import annotations

from domain.alert import AlertKind
from tests.web.tenants import Tenant
from web.services.findings import alerts
from web.services.findings.alerts import Wanted
from web.services.installation import Installation


def told(inst: Installation, park: Tenant) -> list[alerts.AlertDetail]:
    """The open alerts about the log."""
    found = alerts.listed(inst, park.staff, Wanted(kinds=(AlertKind.LOG_REFUSED,)))
    return [alerts.detail(inst, park.staff, row.id) for row in found.rows]
