"""Today's figures count what happened here, today, and nobody else's."""

from __future__ import annotations

from tests.web.tenants import SettableClock, Tenant
from web.services.installation import Installation
from web.services.passing import checkin
from web.services.passing.checkin import CheckIn
from web.services.places import places
from web.store.scope import PROGRAM


def _came(inst: Installation, tenant: Tenant, phone: str) -> None:
    checkin.check_in(inst, tenant.poster, CheckIn(checkin.new_entry_id(inst), "李雷", phone))


def test_an_enterprise_counts_its_own_entries_of_today_and_no_others(
    inst: Installation, park: Tenant, mill: Tenant, clock: SettableClock
) -> None:
    _came(inst, park, "13900139000")
    clock.pass_s(86_400)
    _came(inst, park, "13900139001")
    _came(inst, park, "13900139002")
    _came(inst, mill, "13900139003")
    counted = {row.id: row.entries_today for row in places.enterprises(inst, PROGRAM)}
    assert counted == {park.enterprise: 2, mill.enterprise: 1}
    assert places.enterprise(inst, park.staff, park.enterprise).entries_today == 2
    admitted = {row.id: row.admitted_today for row in places.venues(inst, PROGRAM)}
    assert admitted == {park.venue: 2, mill.venue: 1}
