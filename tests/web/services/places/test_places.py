"""Enterprises, venues and entrances: what may be typed, what is shown, and which rules hold where."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from domain.errors import InputError
from domain.policy import Asked
from domain.venue import VenueState
from tests.web.tenants import SettableClock, Tenant, entry_item, tenant
from web.services.errors import ExistsError, NotFoundError
from web.services.gates import gates, ingest
from web.services.installation import Installation, start_of_day_ms
from web.services.places import places, places_changing
from web.services.rules import policies
from web.store import policies as policy_store
from web.store.places import places as place_store
from web.store.scope import PROGRAM, Scope


def test_the_first_area_is_made_once_and_named_after_who_runs_the_service(inst: Installation):
    paths: list[str] = []
    threads = [threading.Thread(target=lambda: paths.append(places.root(inst, PROGRAM))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(paths) == 6
    assert len({*paths}) == 1
    top = inst.read(lambda c: place_store.top_area(c, PROGRAM))
    assert top is not None
    assert (top.name, top.path) == ("Pilot District", paths[0])


@pytest.mark.parametrize("typed", ["91350100M000100Y43", " 91350100m000100y43 ", "", "  "])
def test_a_good_credit_code_is_kept_in_its_form_or_left_out(inst: Installation, park: Tenant, typed: str):
    made = places.create_enterprise(inst, park.area, "  Mill \n Works ", typed)
    row = places.enterprise(inst, park.area, made)
    assert row.name == "Mill Works"
    assert row.credit_code == ("91350100M000100Y43" if typed.strip() else "")


@pytest.mark.parametrize(
    "typed", ["91350100M000100Y44", "91350100M000100Y4", "x" * 500, "９１", "\ud800", "\0"]
)
def test_a_credit_code_with_a_mistake_is_named(embedded: Installation, typed: str):
    scope = Scope(area_path=places.root(embedded, PROGRAM))
    with pytest.raises(InputError) as refused:
        places.create_enterprise(embedded, scope, "Mill", typed)
    assert refused.value.field == "credit_code"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "\u200b\u202e"),
        ("name", "x" * 10_000),
        ("address", " "),
        ("address", "x" * 10_000),
        ("kind", "castle"),
        ("kind", ""),
        ("capacity", 0),
        ("capacity", -1),
        ("capacity", 10**7),
        ("time_zone", "Mars/Olympus"),
        ("time_zone", ""),
        ("time_zone", "../../etc/passwd"),
        ("time_zone", "\0"),
        ("time_zone", "x" * 5000),
        ("time_zone", "Asia"),
    ],
)
def test_a_venue_names_the_field_that_is_wrong_and_is_not_made(
    embedded: Installation, field: str, value: Any
):
    scope = Scope(area_path=places.root(embedded, PROGRAM))
    enterprise = places.create_enterprise(embedded, scope, "Mill")
    given = {"name": "Hall", "address": "1 Mill Road", "kind": "office", "capacity": 10, "time_zone": "UTC"}
    with pytest.raises(InputError) as refused:
        places.create_venue(embedded, scope, enterprise, **{**given, field: value})
    assert refused.value.field == field
    assert refused.value.sentence.zh != refused.value.sentence.en
    assert places.venues(embedded, scope) == []


def test_a_venue_is_shown_with_its_entrances_posters_and_gates(inst: Installation, park: Tenant):
    detail = places.venue(inst, park.staff, park.venue)
    assert (detail.row.name, detail.row.state, detail.row.entrances) == ("Park Ltd site", "open", 2)
    doors = {door.id: door for door in detail.entrances}
    north, south = doors[park.entrance], doors[park.side_entrance]
    assert [poster.id for poster in north.posters] == [park.poster]
    assert [kiosk.id for kiosk in north.kiosks] == [park.gate.id]
    assert (south.posters, south.kiosks) == ((), ())
    assert north.posters[0].url == f"HTTPS://PARK.EXAMPLE/V/{north.posters[0].symbols}"


def test_todays_figures_count_the_day_of_the_default_zone(
    inst: Installation, park: Tenant, clock: SettableClock
):
    today = start_of_day_ms(clock.ms, places.DEFAULT_ZONE)
    batch = [
        entry_item(park.gate, 1, today - 1),
        entry_item(park.gate, 2, today),
        entry_item(park.gate, 3, clock.ms, outcome="refused", reason="code_expired"),
        entry_item(park.gate, 4, clock.ms, outcome="referred", reason="on_hold"),
    ]
    ingest.ingest(inst, park.gate, list(batch))
    [row] = places.venues(inst, park.staff)
    assert (row.admitted_today, row.refused_today) == (1, 1)
    [enterprise] = places.enterprises(inst, park.staff)
    assert (enterprise.venues, enterprise.entries_today) == (1, 3)


def test_the_state_of_a_venue_is_one_of_three_and_reaches_its_gates(inst: Installation, park: Tenant):
    before = gates.heard(inst, park.gate, gates.Heartbeat("1", "ok", 0, 0, 0)).bundle_seq
    for state in ("approved", "", "shut"):
        with pytest.raises(InputError) as refused:
            places.set_venue_state(inst, park.staff, park.venue, state)
        assert refused.value.field == "state"
    places.set_venue_state(inst, park.staff, park.venue, "paused")
    assert places.venue(inst, park.staff, park.venue).row.state == VenueState.PAUSED
    assert gates.heard(inst, park.gate, gates.Heartbeat("1", "ok", 0, 0, 0)).bundle_seq > before


def test_an_entrance_needs_a_name_and_a_venue(inst: Installation, park: Tenant):
    with pytest.raises(InputError) as refused:
        places.create_entrance(inst, park.staff, park.venue, " ")
    assert refused.value.field == "name"
    with pytest.raises(NotFoundError):
        places.create_entrance(inst, park.staff, "nothing", "Door")


def test_the_same_venue_is_made_once_however_many_ask_at_a_time(inst: Installation, park: Tenant):
    def ask(address: str) -> str:
        try:
            return places.create_venue(inst, park.staff, park.enterprise, name=" New  hall", address=address)
        except ExistsError as there:
            return there.identity

    with ThreadPoolExecutor(4) as several:
        [made] = set(several.map(ask, ["2 Road", "2  Road", "2 Road ", "2 Road"]))
    assert [row.id for row in places.venues(inst, park.staff) if row.name == "New hall"] == [made]
    assert ask("3 Road") != made
    places.set_venue_state(inst, park.staff, made, "closed")
    assert ask("2 Road") != made


def test_the_same_entrance_is_made_once_in_a_venue(inst: Installation, park: Tenant, mill: Tenant):
    with pytest.raises(ExistsError) as there:
        places.create_entrance(inst, park.staff, park.venue, " North  gate")
    assert there.value.identity == park.entrance
    assert len(places.venue(inst, park.staff, park.venue).entrances) == 2
    hall = places.create_venue(inst, park.staff, park.enterprise, name="Hall", address="2 Road")
    assert places.create_entrance(inst, park.staff, hall, "North gate") != park.entrance


def test_a_venue_is_not_given_what_another_one_is_called(inst: Installation, park: Tenant):
    def change(venue: str, name: str, address: str) -> None:
        values = {"kind": "office", "capacity": None, "time_zone": "UTC"}
        places_changing.change_venue(inst, park.staff, venue, name=name, address=address, **values)

    hall = places.create_venue(inst, park.staff, park.enterprise, name="Hall", address="2 Road")
    other = places.create_venue(inst, park.staff, park.enterprise, name="Hall", address="3 Road")
    for _ in range(2):
        with pytest.raises(ExistsError) as there:
            change(other, " Hall ", "2  Road")
        assert there.value.identity == hall
        assert "another name or address" in there.value.sentence.en
    change(hall, " Hall ", "2  Road")
    change(hall, "Ｈａｌｌ", "2 Road")
    change(other, "Hall", "2 Road")
    assert {row.name for row in places.venues(inst, park.staff)} >= {"Hall", "Ｈａｌｌ"}


def test_a_closed_venue_is_not_opened_again_beside_the_one_that_took_its_name(
    inst: Installation, park: Tenant
):
    hall = {"name": "Hall", "address": "2 Road"}
    old = places.create_venue(inst, park.staff, park.enterprise, **hall)
    places.set_venue_state(inst, park.staff, old, "closed")
    new = places.create_venue(inst, park.staff, park.enterprise, **hall)
    for state in ("open", "paused"):
        with pytest.raises(ExistsError) as there:
            places.set_venue_state(inst, park.staff, old, state)
        assert there.value.identity == new
    places.set_venue_state(inst, park.staff, new, "closed")
    places.set_venue_state(inst, park.staff, old, "open")
    assert places.venue(inst, park.staff, old).row.state == VenueState.OPEN


def test_venues_that_were_twins_already_can_still_be_put_right(inst: Installation, park: Tenant):
    hall = {"name": "Hall", "address": "2 Road"}
    twins = [places.create_venue(inst, park.staff, park.enterprise, name="Hall", address=at) for at in "23"]
    inst.write(lambda c: [place_store.venue_changed(c, park.staff, one, **hall) for one in twins])
    for one in twins:
        values = {"kind": "office", "capacity": 9, "time_zone": "UTC"}
        places_changing.change_venue(inst, park.staff, one, **hall, **values)
        places.set_venue_state(inst, park.staff, one, "paused")
        places.set_venue_state(inst, park.staff, one, "open")


def test_an_entrance_is_not_given_the_name_of_another_one_of_its_venue(inst: Installation, park: Tenant):
    with pytest.raises(ExistsError) as there:
        places_changing.rename_entrance(inst, park.staff, park.side_entrance, " North  gate")
    assert there.value.identity == park.entrance
    assert "another name" in there.value.sentence.en
    places_changing.rename_entrance(inst, park.staff, park.entrance, " North  gate")
    places_changing.rename_entrance(inst, park.staff, park.entrance, "Ｎorth gate")
    places_changing.rename_entrance(inst, park.staff, park.side_entrance, "North gate")


def policy(inst: Installation, kind: str, identity: str, **changes: Any) -> int:
    return inst.write(lambda c: policy_store.added(c, (kind, identity), json.dumps(changes), "a", 1))


def holding(inst: Installation, entrance: str):
    def work(connection):
        door = place_store.entrance_row(connection, PROGRAM, entrance)
        assert door is not None
        return policies.policy_for(connection, door)

    return inst.read(work)


def test_the_stricter_of_the_newest_layers_holds(inst: Installation, park: Tenant):
    assert holding(inst, park.entrance).temperature is Asked.OFF
    policy(inst, "venue", park.venue, temperature="ask")
    assert [holding(inst, door).temperature for door in (park.entrance, park.side_entrance)] == [
        Asked.ASK
    ] * 2
    policy(inst, "entrance", park.entrance, temperature="require")
    assert holding(inst, park.entrance).temperature is Asked.REQUIRE
    assert holding(inst, park.side_entrance).temperature is Asked.ASK
    policy(inst, "entrance", park.entrance, temperature="off")
    assert holding(inst, park.entrance).temperature is Asked.ASK
    policy(inst, "venue", park.venue)
    assert holding(inst, park.entrance).temperature is Asked.OFF


def test_a_policy_is_known_by_the_number_it_was_kept_under(inst: Installation, park: Tenant):
    assert holding(inst, park.entrance).version == 1
    numbers = [policy(inst, "venue", park.venue, temperature="ask") for _ in range(3)]
    assert numbers == [2, 3, 4]
    assert holding(inst, park.entrance).version == 4
    assert holding(inst, park.side_entrance).version == 4


def test_a_venue_without_a_policy_has_its_own_capacity(inst: Installation, park: Tenant):
    made = places.create_venue(inst, park.staff, park.enterprise, name="Hall", address="2 Road", capacity=40)
    entrance = places.create_entrance(inst, park.staff, made, "Door")
    assert holding(inst, entrance).capacity == 40
    assert holding(inst, park.entrance).capacity is None


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "Europe/Berlin", "America/Havana", "Pacific/Apia", "UTC"])
def test_a_day_begins_at_its_midnight_even_when_clocks_change(zone: str):
    # 2026-03-29 and 2026-10-25: the changes of Europe; Havana changes at midnight itself.
    for noon in (1_774_778_400_000, 1_792_922_400_000, 1_772_971_200_000, 1_793_534_400_000):
        start = start_of_day_ms(noon, zone)
        assert 0 < noon - start <= 25 * 3_600_000
        assert start_of_day_ms(start, zone) == start


def test_enterprises_and_venues_are_listed_as_people_count(inst: Installation):
    there = tenant(inst, "East", "Park")
    for number in ("10", "2", "1"):
        places.create_enterprise(inst, PROGRAM, f"Firm {number}")
        name = f"{number} 号楼"
        places.create_venue(
            inst, PROGRAM, there.enterprise, name=name, address=f"{number} Quay", kind="office"
        )
    firms = [row.name for row in places.enterprises(inst, PROGRAM) if row.name.startswith("Firm")]
    assert firms == ["Firm 1", "Firm 2", "Firm 10"]
    buildings = [row.name for row in places.venues(inst, PROGRAM) if row.name.endswith("号楼")]
    assert buildings == ["1 号楼", "2 号楼", "10 号楼"]
