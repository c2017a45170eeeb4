"""Who is inside: by name, by number where nobody is named, and how sure that is."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import insert

from domain.errors import InputError
from tests.web.services.desk.passing import HOUR, came, drawn, left
from tests.web.tenants import SettableClock, Tenant
from web.db.tables import policies
from web.services.desk.inside import inside, inside_list
from web.services.desk.projecting import projecting_endings
from web.services.desk.projecting.projecting_endings import ended_by_rule
from web.services.errors import NotFoundError
from web.services.installation import Installation
from web.store.drawn import inside as store
from web.store.drawn.inside import Among


def test_whoever_came_and_did_not_leave_is_inside_the_longest_first(
    inst: Installation, park: Tenant, clock: SettableClock
):
    came(inst, park, "李雷", "13900139000", companions="2")
    clock.pass_s(60)
    came(inst, park, "韩梅梅", "13800138000")
    clock.pass_s(60)
    came(inst, park, "王伟", "13700137000")
    left(inst, park, "王伟", "13700137000")
    drawn(inst)

    found = inside.inside(inst, park.staff, park.venue)

    assert [(one.masked_name, one.people, one.entrance_name) for one in found.listed] == [
        ("李*", 3, "North gate"),
        ("韩**", 1, "North gate"),
    ]
    assert found.people == 4
    assert found.unnamed == 0
    assert found.exits is not None
    assert (found.exits.seen, found.exits.all) == (1, 1)
    assert [(venue.venue_id, venue.people) for venue in found.venues] == [(park.venue, 4)]


def test_whoever_is_not_seen_to_leave_is_inside_until_the_hour_of_the_venue(
    inst: Installation, park: Tenant, clock: SettableClock
):
    came(inst, park, "李雷", "13900139000")
    drawn(inst)
    clock.pass_s(13 * HOUR)
    assert ended_by_rule(inst) == 0
    assert inside.inside(inst, park.staff).people == 1
    clock.pass_s(2 * HOUR)
    assert ended_by_rule(inst) == 1
    found = inside.inside(inst, park.staff, park.venue)
    assert found.people == 0
    assert found.exits is not None
    assert (found.exits.seen, found.exits.all) == (0, 1)


def test_a_confidential_venue_counts_and_lists_nobody(inst: Installation, park: Tenant, clock: SettableClock):
    row = {"scope_kind": "venue", "scope_id": park.venue, "version": 1, "account_id": "", "created_ms": 0}
    inst.write(lambda c: c.execute(insert(policies).values(**row, body=json.dumps({"confidential": True}))))
    for _ in range(3):
        came(inst, park, "", "")
        clock.pass_s(5)
    left(inst, park, "", "")
    drawn(inst)
    found = inside.inside(inst, park.staff, park.venue)
    assert (found.people, found.unnamed, found.listed) == (2, 2, ())
    assert inside.inside(inst, park.staff).people == 2
    clock.pass_s(15 * HOUR)
    assert inside.inside(inst, park.staff).people == 0, "the day of the venue is over"


@pytest.mark.parametrize("odd", ["", "nothing", "\0", "\ud800", "' OR 1=1 --", "%", "x" * 10_000])
def test_nobody_sees_who_is_inside_a_venue_of_others(
    inst: Installation, park: Tenant, mill: Tenant, odd: str
):
    came(inst, park, "李雷", "13900139000")
    drawn(inst)
    for venue in (park.venue, odd) if odd else (park.venue,):
        for ask in (
            lambda venue: inside.inside(inst, mill.staff, venue),
            lambda venue: inside_list.csv(inst, mill.staff, "somebody", venue, "", ""),
            lambda venue: inside_list.sheets(inst, mill.staff, "somebody", venue),
        ):
            with pytest.raises(NotFoundError):
                ask(venue)
    assert inside.inside(inst, mill.staff).people == 0
    assert inside.inside(inst, mill.staff, enterprise_id=park.enterprise).venues == ()
    assert inside_list.csv(inst, mill.staff, "somebody", "", park.enterprise, "").count(b"\n") == 1
    now_ms = inst.now_ms()
    rows = inst.read(lambda c: store.venue_rows(c, park.staff, Among(park.venue)))
    assert inst.read(lambda c: inside.exits_of(c, mill.staff, rows[0], now_ms)).all == 0
    assert inst.read(lambda c: inside.unnamed_at(c, mill.staff, rows, now_ms)) == {}


def test_a_long_list_says_that_it_is_cut(inst: Installation, park: Tenant):
    for nth in range(3):
        came(inst, park, "李雷", f"1390013900{nth}")
    drawn(inst)
    found = inside.inside(inst, park.staff, park.venue, most=2)
    assert len(found.listed) == 2
    assert found.is_cut
    assert inside.inside(inst, park.staff, park.venue, most=0).listed == ()
    assert found.people == 3


def test_a_venue_of_the_night_ends_its_stays_at_noon(
    inst: Installation, park: Tenant, mill: Tenant, clock: SettableClock
):
    clock.pass_s(12 * HOUR)
    came(inst, park, "李雷", "13900139000")
    projecting_endings.set_end(inst, park.staff, park.venue, "12:00")
    drawn(inst)
    clock.pass_s(8 * HOUR)
    assert ended_by_rule(inst) == 0
    assert inside.inside(inst, park.staff, park.venue).venues[0].ends == "12:00"
    clock.pass_s(6 * HOUR)
    assert ended_by_rule(inst) == 1
    for typed in ("24:00", "noon", "12", "", "1:5"):
        with pytest.raises(InputError):
            projecting_endings.set_end(inst, park.staff, park.venue, typed)
    with pytest.raises(NotFoundError):
        projecting_endings.set_end(inst, mill.staff, park.venue, "12:00")
