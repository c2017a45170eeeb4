"""Enterprises and areas move within the tree: told first, done at once, and gates know whom they should."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import insert, select

from domain.errors import InputError
from tests.web.following import Follower, followed
from tests.web.services.scopes.asking import admin
from tests.web.tenants import Tenant, enrolled
from web.db.connecting.connection import Connection
from web.db.tables import areas as area_table
from web.db.tables import kiosks, policies
from web.services import accounts
from web.services.errors import NotFoundError
from web.services.gates.gate import Gate
from web.services.installation import Installation
from web.services.people import visitors
from web.services.places import areas, liaisons, moving, places
from web.services.rules.policies import in_force
from web.store import counters
from web.store.places import places as place_store
from web.store.scope import PROGRAM, Scope

TOP = admin(PROGRAM)


def area_of(tenant: Tenant) -> str:
    return tenant.area.area_path.strip("/").split("/")[-1]


def path_of(inst: Installation, area_id: str) -> str:
    return str(inst.read(lambda c: c.scalar(select(area_table.c.path).where(area_table.c.id == area_id))))


def ruled(inst: Installation, area_id: str, **asks: object) -> None:
    row = {
        "scope_kind": "area",
        "scope_id": area_id,
        "version": 2,
        "body": json.dumps(asks),
        "account_id": "a",
    }
    inst.write(lambda c: c.execute(insert(policies).values(**row, created_ms=inst.now_ms())))


def capacity(inst: Installation, tenant: Tenant) -> int | None:
    def work(connection: Connection) -> int | None:
        door = place_store.entrance_row(connection, PROGRAM, tenant.entrance)
        assert door is not None
        return in_force(connection, door).policy.capacity

    return inst.read(work)


def person(inst: Installation, tenant: Tenant, enterprise: str, phone: str) -> str:
    given = visitors.Registration(enterprise, "Wang Wei", phone, "contractor")
    return visitors.register(inst, PROGRAM, given).visitor_id


def fresh(inst: Installation, gate: Gate) -> Follower:
    """The same gate from the beginning of its stream."""
    made = Follower(inst, gate)
    made.follows()
    return made


def all_know_what_they_should(inst: Installation, gates: list[Follower]) -> None:
    """Whoever went on with the stream knows just what a gate knows that began at its beginning."""
    for gate in gates:
        gate.follows()
        assert set(gate.visitors) == set(fresh(inst, gate.gate).visitors)


def test_an_enterprise_moves_with_its_rules_its_liaison_and_what_gates_know(
    inst: Installation, park: Tenant, mill: Tenant
):
    ruled(inst, area_of(park), capacity=5)
    ruled(inst, area_of(mill), capacity=8)
    liaison = liaisons.add(inst, park.area, area_of(park), "李强", "13900139000")
    liaisons.assign(inst, park.area, [park.enterprise], liaison)
    accounts.create_account(
        inst, "east", "a sentence works well", accounts.ADMIN, area_path=park.area.area_path
    )
    neighbour = places.create_enterprise(inst, park.area, "Neighbour")
    hall = places.create_venue(inst, PROGRAM, neighbour, name="Hall", address="x")
    beside, _ = enrolled(inst, PROGRAM, places.create_entrance(inst, PROGRAM, hall, "Door"))
    who = person(inst, park, park.enterprise, "13800138000")
    stays = person(inst, park, neighbour, "13800138001")
    gates = [followed(inst, gate) for gate in (park.gate, mill.gate, beside)]
    assert [set(gate.visitors) for gate in gates] == [{who, stays}, set(), {who, stays}]
    assert capacity(inst, park) == 5

    told = moving.enterprise_effects(inst, TOP, park.enterprise, area_of(mill))
    assert told == moving.Effects(
        "Park Ltd", "West Area", 1, 1, 1, ("East Area",), ("West Area",), losing=1, gaining=0, freed=1
    )
    bundle = inst.read(lambda c: counters.value_of(c, counters.BUNDLE))
    moving.move_enterprise(inst, TOP, park.enterprise, area_of(mill))
    assert inst.read(lambda c: counters.value_of(c, counters.BUNDLE)) > bundle
    assert capacity(inst, park) == 8
    assert [one.id for one in places.enterprises(inst, park.area)] == [neighbour]
    assert {one.id for one in places.enterprises(inst, mill.area)} == {mill.enterprise, park.enterprise}
    assert places.enterprise(inst, park.staff, park.enterprise).liaison_id == ""
    all_know_what_they_should(inst, gates)
    assert [set(gate.visitors) for gate in gates] == [{who}, {who}, {stays}]

    moving.move_enterprise(inst, TOP, park.enterprise, area_of(park))
    all_know_what_they_should(inst, gates)
    assert [set(gate.visitors) for gate in gates] == [{who, stays}, set(), {who, stays}]


def test_an_area_moves_with_all_that_is_in_it_and_whoever_looks_after_it(
    inst: Installation, park: Tenant, mill: Tenant
):
    street = areas.add(inst, TOP, area_of(park), "Street")
    grid = areas.add(inst, TOP, street, "Grid")
    shop = places.create_enterprise(inst, park.area, "Shop", area_id=grid)
    venue = places.create_venue(inst, PROGRAM, shop, name="Shop", address="x")
    inside, _ = enrolled(inst, PROGRAM, places.create_entrance(inst, PROGRAM, venue, "Door"))
    login = "street@example.org"
    accounts.create_account(
        inst, login, "a sentence works well", accounts.ADMIN, area_path=path_of(inst, street)
    )
    who, other = (
        person(inst, park, enterprise, phone)
        for enterprise, phone in ((shop, "13800138000"), (mill.enterprise, "13800138001"))
    )
    gates = [followed(inst, gate) for gate in (inside, park.gate, mill.gate)]
    assert [set(gate.visitors) for gate in gates] == [{who}, {who}, {other}]

    told = moving.area_effects(inst, TOP, street, area_of(mill))
    assert (told.name, told.target, told.enterprises, told.venues, told.gates) == (
        "Street",
        "West Area",
        1,
        1,
        1,
    )
    moving.move_area(inst, TOP, street, area_of(mill))
    assert path_of(inst, grid) == f"{mill.area.area_path}{street}/{grid}/"
    account = accounts.sign_in(inst, login, "a sentence works well")
    assert account is not None
    assert account.scope == Scope(area_path=path_of(inst, street))
    assert [one.id for one in places.enterprises(inst, account.scope)] == [shop]
    assert {one.id for one in places.enterprises(inst, mill.area)} == {mill.enterprise, shop}
    assert [row.name for row in areas.tree(inst, mill.area)] == ["West Area", "Street", "Grid"]
    all_know_what_they_should(inst, gates)
    assert [set(gate.visitors) for gate in gates] == [{who, other}, set(), {who, other}]


def test_whom_the_district_knows_its_gates_go_on_knowing_without_a_new_beginning(
    inst: Installation, park: Tenant, mill: Tenant
):
    top = places.root(inst, PROGRAM).strip("/")
    office = places.create_enterprise(inst, PROGRAM, "Office", area_id=top)
    venue = places.create_venue(inst, PROGRAM, office, name="Office", address="x")
    gate, _ = enrolled(inst, PROGRAM, places.create_entrance(inst, PROGRAM, venue, "Door"))
    who = person(inst, park, park.enterprise, "13800138000")
    district = followed(inst, gate)
    epoch = district.place.epoch
    moving.move_enterprise(inst, TOP, park.enterprise, area_of(mill))
    district.follows()
    assert (district.place.epoch, set(district.visitors)) == (epoch, {who})
    assert inst.read(lambda c: c.scalar(select(kiosks.c.facts_seq).where(kiosks.c.id == gate.id)))


def test_what_cannot_be_moved_is_said_and_stays(inst: Installation, park: Tenant, mill: Tenant):
    street = areas.add(inst, TOP, area_of(park), "Street")
    grid = areas.add(inst, TOP, street, "Grid")
    areas.add(inst, TOP, area_of(mill), "STREET")
    deep = area_of(mill)
    for at in range(10):
        deep = areas.add(inst, TOP, deep, f"Level {at}")
    for target, part in (
        (street, "below itself"), (grid, "below itself"), (area_of(park), "already"),
        (area_of(mill), "here already"), (deep, "levels deep"),
    ):  # fmt: skip
        with pytest.raises(InputError, match=part):
            moving.move_area(inst, TOP, street, target)
    with pytest.raises(InputError, match="already"):
        moving.move_enterprise(inst, TOP, park.enterprise, area_of(park))
    offered = {row.id for row in moving.places_for_area(inst, TOP, street)}
    assert {street, grid} & offered == set()
    assert {area_of(park), area_of(mill)} < offered
    assert path_of(inst, street) == f"{park.area.area_path}{street}/"


def test_only_administrators_of_both_places_move_anything(inst: Installation, park: Tenant, mill: Tenant):
    street = areas.add(inst, TOP, area_of(park), "Street")
    clerk = accounts.Account("c", "c", accounts.CLERK, PROGRAM)
    for account in (admin(park.area), admin(mill.area), admin(park.staff), admin(mill.staff), clerk):
        for ask in (
            lambda who: moving.move_enterprise(inst, who, park.enterprise, area_of(mill)),
            lambda who: moving.enterprise_effects(inst, who, park.enterprise, area_of(mill)),
            lambda who: moving.move_area(inst, who, street, area_of(mill)),
            lambda who: moving.area_effects(inst, who, street, area_of(mill)),
        ):
            with pytest.raises(NotFoundError):
                ask(account)
    for account in (admin(mill.area), admin(park.staff), clerk):
        with pytest.raises(NotFoundError):
            moving.places_for_area(inst, account, street)
    inside = admin(park.area)
    moving.move_enterprise(inst, inside, park.enterprise, street)
    assert places.enterprise(inst, park.staff, park.enterprise).area_name == "Street"
