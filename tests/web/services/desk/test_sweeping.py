"""Whoever is gone unseen is let out by a guard, once, and comes back when the guard was wrong."""

from __future__ import annotations

import pytest

from domain.errors import InputError
from tests.web.services.desk.passing import came, drawn
from tests.web.tenants import SettableClock, Tenant
from web.services.desk.filtering.filters import Filter
from web.services.desk.inside import sweeping
from web.services.desk.inside.inside import inside
from web.services.desk.searching import search
from web.services.errors import NotFoundError
from web.services.installation import Installation
from web.services.passing.checkin import new_entry_id


def names(inst: Installation, park: Tenant) -> list[str]:
    return [one.masked_name for one in inside(inst, park.staff, park.venue).listed]


def test_who_is_ticked_is_out_and_nobody_else(inst: Installation, park: Tenant, clock: SettableClock):
    gone = came(inst, park, "李雷", "13900139000", companions="2")
    stays = came(inst, park, "韩梅梅", "13800138000")
    drawn(inst)
    clock.pass_s(3_600)
    form = new_entry_id(inst)
    assert sweeping.sweep(inst, park.staff, park.venue, form, [gone, "unknown"]) == 1
    assert names(inst, park) == ["韩**"]
    assert sweeping.sweep(inst, park.staff, park.venue, form, [gone]) == 0, "sent twice it is one"
    assert sweeping.sweep(inst, park.staff, park.venue, new_entry_id(inst), [gone]) == 0, "already gone"
    row = search(inst, park.staff, Filter(venue_id=park.venue)).rows[0]
    assert (row.way, row.direction, row.outcome, row.presence) == ("sweep", "out", "admitted", "staff")
    exits = inside(inst, park.staff, park.venue).exits
    assert exits is not None
    assert exits.by_ending == {"swept": 1}
    assert sweeping.swept(inst, park.staff, park.venue)[0].people == 3
    assert stays


def test_a_sweep_is_taken_back_within_the_hour(inst: Installation, park: Tenant, clock: SettableClock):
    gone = came(inst, park, "李雷", "13900139000")
    drawn(inst)
    sweeping.sweep(inst, park.staff, park.venue, new_entry_id(inst), [gone])
    (out,) = sweeping.swept(inst, park.staff, park.venue)
    for _ in range(2):
        sweeping.take_back(inst, park.staff, park.venue, out.entry_id)
    assert names(inst, park) == ["李*"]
    assert [one.is_taken_back for one in sweeping.swept(inst, park.staff, park.venue)] == [True]
    assert sweeping.sweep(inst, park.staff, park.venue, new_entry_id(inst), [gone]) == 1
    again = next(one for one in sweeping.swept(inst, park.staff, park.venue) if not one.is_taken_back)
    clock.pass_s(3_601)
    with pytest.raises(InputError):
        sweeping.take_back(inst, park.staff, park.venue, again.entry_id)
    assert sweeping.swept(inst, park.staff, park.venue) == ()


def test_nobody_sweeps_a_venue_of_others(inst: Installation, park: Tenant, mill: Tenant):
    gone = came(inst, park, "李雷", "13900139000")
    drawn(inst)
    with pytest.raises(NotFoundError):
        sweeping.sweep(inst, mill.staff, park.venue, new_entry_id(inst), [gone])
    assert sweeping.sweep(inst, mill.staff, mill.venue, new_entry_id(inst), [gone]) == 0
    sweeping.sweep(inst, park.staff, park.venue, new_entry_id(inst), [gone])
    (out,) = sweeping.swept(inst, park.staff, park.venue)
    assert sweeping.swept(inst, mill.staff, park.venue) == ()
    with pytest.raises(NotFoundError):
        sweeping.take_back(inst, mill.staff, park.venue, out.entry_id)
    with pytest.raises(NotFoundError):
        sweeping.take_back(inst, park.staff, park.venue, gone)


def test_an_empty_sweep_is_told(inst: Installation, park: Tenant):
    with pytest.raises(InputError):
        sweeping.sweep(inst, park.staff, park.venue, new_entry_id(inst), [])
