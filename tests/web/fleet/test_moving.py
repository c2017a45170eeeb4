"""A kiosk is moved: it takes up its new entrance by itself, and what it made before still counts."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from domain.bundle import opened_bundle
from domain.decision import Outcome
from domain.errors import TamperedError
from domain.reason import Reason
from kiosk.host.identity import loaded_identity
from tests.web.fleet.conftest import Station, Stations
from tests.web.tenants import Tenant, entry_item
from web.db.tables import entries, quarantine
from web.services.errors import NotFoundError
from web.services.gates import gates, ingest
from web.services.gates.fleet import fleet
from web.services.installation import Installation
from web.services.passing.recording import Receipt
from web.services.places import places
from web.store import policies


@pytest.fixture
def station(park: Tenant, stations: Stations) -> Station:
    made = stations.at(park, park.entrance)
    made.syncs()
    return made


def kiosk_of(station: Station) -> str:
    return loaded_identity(station.home).kiosk_id


def at_entrances(inst: Installation) -> list[str]:
    query = select(entries.c.entrance_id).order_by(entries.c.seq)
    return list(inst.read(lambda c: c.scalars(query).all()))


def test_a_moved_kiosk_decides_at_its_new_entrance_and_keeps_it_over_a_restart(
    inst: Installation, park: Tenant, station: Station
):
    station.shows("wang")
    station.syncs()
    fleet.move(inst, park.staff, kiosk_of(station), park.side_entrance)
    station.syncs()
    station.syncs()
    assert station.trust.rules.entrance.id == park.side_entrance
    assert loaded_identity(station.home).entrance.name == "South gate"
    assert station.trust.notice is None
    station.shows("li")
    station.syncs()
    assert at_entrances(inst) == [park.entrance, park.side_entrance]
    station.network.is_up = False
    station.restart()
    assert station.trust.rules.entrance.id == park.side_entrance
    assert station.inside == 2, "the venue is the same"


def test_killed_between_rules_and_identity_it_stands_where_the_rules_say(
    inst: Installation, park: Tenant, station: Station
):
    before = (station.home / "kiosk.json").read_bytes()
    fleet.move(inst, park.staff, kiosk_of(station), park.side_entrance)
    station.syncs()
    (station.home / "kiosk.json").write_bytes(before)
    station.restart()
    assert station.trust.rules.entrance.id == park.side_entrance
    station.syncs()
    assert loaded_identity(station.home).entrance.id == park.side_entrance


def test_what_was_made_before_the_move_is_taken_after_it(inst: Installation, park: Tenant, station: Station):
    station.network.is_up = False
    station.syncs()
    made = [station.entry(who) for who in ("wang", "li", "chen")]
    fleet.move(inst, park.staff, kiosk_of(station), park.side_entrance)
    station.network.is_up = True
    station.syncs()
    assert station.spool.counts() == type(station.spool.counts())(0, 0)
    assert at_entrances(inst) == [park.entrance] * len(made)
    assert inst.read(lambda c: c.execute(select(quarantine)).all()) == []


def test_entries_of_an_entrance_it_never_had_stay_refused(inst: Installation, park: Tenant, mill: Tenant):
    fleet.move(inst, park.staff, park.gate.id, park.side_entrance)
    fleet.move(inst, park.staff, park.gate.id, park.entrance)
    fleet.move(inst, park.staff, park.gate.id, park.side_entrance)
    gate = gates.gate_of(inst, park.credential)
    assert gate is not None
    assert gate.entrance_id == park.side_entrance
    doors = (
        (park.entrance, park.venue), (park.side_entrance, park.venue), (mill.entrance, mill.venue),
        (park.entrance, mill.venue),
    )  # fmt: skip
    items = [
        entry_item(park.gate, seq, inst.now_ms(), entrance=entrance, venue=venue)
        for seq, (entrance, venue) in enumerate(doors, 1)
    ]
    done = ingest.ingest(inst, gate, items)
    assert [one.status for one in done.results] == [
        Receipt.STORED, Receipt.STORED, Receipt.INVALID, Receipt.INVALID,
    ]  # fmt: skip


def test_in_another_venue_its_rules_and_people_are_others(inst: Installation, park: Tenant, station: Station):
    hall = places.create_venue(inst, park.staff, park.enterprise, name="Hall", address="2 Park Road")
    door = places.create_entrance(inst, park.staff, hall, "Hall door")
    inst.write(lambda c: policies.added(c, ("venue", hall), '{"capacity": 1, "reentry": "refuse"}', "a", 1))
    station.shows("wang")
    station.shows("li")
    station.syncs()
    assert station.inside == 2
    fleet.move(inst, park.staff, kiosk_of(station), door)
    station.syncs()
    station.syncs()
    assert station.inside == 0, "they are in the other venue"
    assert station.shows("wang") is Outcome.ADMITTED
    assert station.entry("chen").reason is Reason.VENUE_FULL
    station.restart()
    assert station.inside == 1


def test_rules_of_another_kiosk_at_the_same_entrance_are_refused(
    inst: Installation, park: Tenant, station: Station
):
    note = gates.bundle(inst, park.gate, 0)
    assert note is not None
    identity = loaded_identity(station.home)
    assert opened_bundle(note, identity.bundle_key, park.entrance, 0, park.gate.id).kiosk_id == park.gate.id
    with pytest.raises(TamperedError, match="another kiosk"):
        opened_bundle(note, identity.bundle_key, park.entrance, 0, identity.kiosk_id)
    with pytest.raises(TamperedError, match="another kiosk"):
        station.trust.accept(note)
    with pytest.raises(TamperedError, match="another entrance"):
        opened_bundle(note, identity.bundle_key, park.side_entrance, 0)
    assert opened_bundle(note, identity.bundle_key, park.side_entrance, 0, park.gate.id)


def test_nobody_moves_a_kiosk_into_or_out_of_what_is_not_theirs(
    inst: Installation, park: Tenant, mill: Tenant
):
    for scope, kiosk, door in (
        (mill.staff, park.gate.id, mill.entrance), (mill.staff, mill.gate.id, park.entrance),
        (park.staff, park.gate.id, "nothing"),
    ):  # fmt: skip
        with pytest.raises(NotFoundError):
            fleet.move(inst, scope, kiosk, door)
    assert fleet.detail(inst, park.staff, park.gate.id).unit.entrance_id == park.entrance
