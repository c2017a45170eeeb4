"""The codes of an enterprise: how many hang, where one is missing, and which nobody used for a week."""

from __future__ import annotations

from datetime import date

from tests.web.services.desk.passing import drawn
from tests.web.tenants import SettableClock, Tenant
from web.services.installation import Installation
from web.services.passing import checkin
from web.services.passing.checkin import CheckIn
from web.services.places import places
from web.services.places.posters import enterprise_codes, posters

DAY_S = 86_400


def comes(inst: Installation, poster: str) -> None:
    checkin.check_in(inst, poster, CheckIn(checkin.new_entry_id(inst), "Ann", "13800138000"))
    drawn(inst)


def test_a_code_that_nobody_used_for_a_week_is_silent_and_a_new_one_is_not(
    inst: Installation, park: Tenant, clock: SettableClock
):
    fresh = enterprise_codes.codes(inst, park.staff, park.enterprise)
    assert (dict(fresh.by_state), fresh.without, fresh.silent) == ({"issued": 1}, 1, ())
    clock.pass_s(8 * DAY_S)
    (silent,) = enterprise_codes.codes(inst, park.staff, park.enterprise).silent
    assert (silent.entrance_name, silent.last) == ("North gate", None)
    comes(inst, park.poster)
    assert enterprise_codes.codes(inst, park.staff, park.enterprise).silent == ()
    clock.pass_s(7 * DAY_S)
    (silent,) = enterprise_codes.codes(inst, park.staff, park.enterprise).silent
    assert silent.last == date(2026, 11, 28)
    places.set_venue_state(inst, park.staff, park.venue, "paused")
    assert enterprise_codes.codes(inst, park.staff, park.enterprise).silent == (), "nobody can come in"


def test_a_door_has_the_newest_of_its_codes_that_count(inst: Installation, park: Tenant):
    second = posters.issue(inst, park.staff, park.entrance)
    assert dict(enterprise_codes.codes(inst, park.staff, park.enterprise).by_state) == {"issued": 1}
    for poster in (second, park.poster):
        posters.revoke(inst, park.staff, poster)
    assert enterprise_codes.codes(inst, park.staff, park.enterprise).without == 2


def test_of_another_tenant_nothing_is_told(inst: Installation, park: Tenant, mill: Tenant):
    told = enterprise_codes.codes(inst, mill.staff, park.enterprise)
    assert (dict(told.by_state), told.without, told.silent) == ({}, 0, ())
