"""Two kiosks, one venue: who is inside is known at both, each person counted once."""

from __future__ import annotations

import pytest

from domain.decision import Decision, Outcome, Presence
from domain.reason import Reason
from domain.venue import Direction
from kiosk.gate.particulars import Particulars
from tests.web.fleet.conftest import Station, Stations
from tests.web.tenants import SettableClock, Tenant, rule
from web.services.gates import venue_news
from web.services.installation import Installation, start_of_day_ms
from web.store.drawn import presence

ADMITTED, REFUSED = Outcome.ADMITTED, Outcome.REFUSED
IN, OUT = Direction.IN, Direction.OUT


def counted(inst: Installation, park: Tenant) -> int:
    since = start_of_day_ms(inst.now_ms(), "Asia/Shanghai")
    return inst.read(lambda c: presence.people_inside(c, park.venue, since, inst.now_ms() + 1))


@pytest.fixture
def gates_of_park(inst: Installation, park: Tenant, stations: Stations) -> tuple[Station, Station]:
    rule(inst, park, capacity=3, reentry="refuse")
    north, south = stations.at(park, park.entrance), stations.at(park, park.side_entrance)
    for station in (north, south):
        station.syncs()
        assert station.is_online
        assert station.trust.rules.policy.capacity == 3
    return north, south


def test_a_full_venue_is_full_at_its_other_gate_and_an_exit_there_makes_room(
    inst: Installation, park: Tenant, gates_of_park: tuple[Station, Station]
):
    north, south = gates_of_park
    assert [north.shows(who) for who in ("wang", "li", "chen")] == [ADMITTED] * 3
    assert north.inside == 3, "its own are counted before they are sent"
    assert north.entry("zhao").reason is Reason.VENUE_FULL
    north.syncs()
    south.syncs()
    assert (north.inside, south.inside, counted(inst, park)) == (3, 3, 3)
    refused = south.entry("zhao")
    assert (refused.outcome, refused.reason) == (REFUSED, Reason.VENUE_FULL)
    assert south.shows("li", OUT) is ADMITTED
    assert south.shows("zhao") is ADMITTED, "the place is free at once where li left"
    assert north.shows("sun") is REFUSED, "north does not know yet"
    south.syncs()
    north.syncs()
    assert (north.inside, south.inside, counted(inst, park)) == (3, 3, 3)
    assert south.shows("wang", OUT) is ADMITTED
    south.syncs()
    north.syncs()
    assert north.shows("sun") is ADMITTED


def test_who_came_in_at_one_gate_is_inside_for_the_other(gates_of_park: tuple[Station, Station]):
    north, south = gates_of_park
    assert north.shows("wang") is ADMITTED
    assert south.shows("wang") is ADMITTED, "not told yet"
    assert south.shows("wang", OUT) is ADMITTED
    north.syncs()
    south.syncs()
    north.syncs()
    assert north.shows("wang") is ADMITTED, "left by the other gate"
    north.syncs()
    south.syncs()
    again = south.entry("wang")
    assert (again.outcome, again.reason) == (REFUSED, Reason.ALREADY_INSIDE)


def test_companions_and_strangers_fill_the_venue_too(
    inst: Installation, park: Tenant, gates_of_park: tuple[Station, Station]
):
    north, south = gates_of_park
    assert north.shows("", IN, Particulars(companions=1)) is ADMITTED
    assert north.shows("li") is ADMITTED
    north.syncs()
    south.syncs()
    assert (south.inside, counted(inst, park)) == (3, 3)
    assert south.entry("chen").reason is Reason.VENUE_FULL
    assert south.shows("", OUT, Particulars(companions=1)) is ADMITTED
    south.syncs()
    north.syncs()
    assert (north.inside, counted(inst, park)) == (1, 1)


def test_what_a_correction_takes_back_at_one_gate_counts_at_none(gates_of_park: tuple[Station, Station]):
    north, south = gates_of_park
    entry = north.entry("wang")
    north.syncs()
    south.syncs()
    assert south.inside == 1
    judged = north.register.stated(Decision(Outcome.REFERRED, Reason.TAKEN_BACK, Presence.STAFF))
    north.register.kept(judged, corrects=entry.id)
    north.syncs()
    south.syncs()
    assert (north.inside, south.inside) == (0, 0)


def test_offline_a_gate_goes_on_with_what_it_knew_and_catches_up(
    inst: Installation, park: Tenant, gates_of_park: tuple[Station, Station]
):
    north, south = gates_of_park
    north.shows("wang")
    north.syncs()
    south.syncs()
    south.network.is_up = False
    south.syncs()
    assert not south.is_online
    assert (south.shows("li"), south.shows("chen")) == (ADMITTED, ADMITTED)
    assert south.inside == 3
    assert south.entry("zhao").reason is Reason.VENUE_FULL
    north.shows("wang", OUT)
    north.syncs()
    south.network.is_up = True
    south.syncs()
    south.syncs()
    assert (south.inside, counted(inst, park)) == (2, 2)
    assert south.shows("zhao") is ADMITTED


def test_a_restarted_gate_asks_for_the_whole_day_and_counts_its_own_once(
    gates_of_park: tuple[Station, Station],
):
    north, south = gates_of_park
    south.shows("wang")
    north.shows("li")
    north.syncs()
    south.syncs()
    south.restart()
    assert south.inside == 2, "what its own disk tells, of the other gate too"
    south.syncs()
    assert south.inside == 2


def test_at_midnight_of_the_venue_everybody_is_forgotten(
    inst: Installation, gates_of_park: tuple[Station, Station], clock: SettableClock
):
    north, south = gates_of_park
    north.shows("wang")
    north.syncs()
    south.syncs()
    clock.pass_s(14 * 3600)  # from ten in the morning there
    south.boot_ms += 14 * 3_600_000
    south.syncs()
    assert south.inside == 0
    assert south.shows("wang") is ADMITTED


def test_another_venue_is_another_house(inst: Installation, park: Tenant, mill: Tenant, stations: Stations):
    ours, theirs = stations.at(park, park.entrance), stations.at(mill, mill.entrance)
    ours.syncs()
    ours.shows("wang")
    ours.syncs()
    theirs.syncs()
    assert (ours.inside, theirs.inside) == (1, 0)


def test_a_day_of_many_pages_arrives_whole(
    inst: Installation, park: Tenant, gates_of_park: tuple[Station, Station], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(venue_news, "PAGE", 7)
    north, south = gates_of_park
    for number in range(40):
        north.shows(f"v{number}", OUT)
        north.shows(f"v{number}")
        if number % 3:
            north.shows(f"v{number}", OUT)
    north.syncs()
    south.syncs(40)
    assert north.inside == counted(inst, park) == south.inside == 3


def test_a_server_that_cannot_tell_leaves_the_gate_with_its_own(gates_of_park: tuple[Station, Station]):
    north, _ = gates_of_park
    north.network.lacks = "venue"
    north.shows("wang")
    north.syncs()
    assert (north.is_online, north.inside) == (True, 1)
