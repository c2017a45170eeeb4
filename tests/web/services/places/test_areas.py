"""The tree of areas: added to, renamed, emptied, and never beyond an account's own subtree."""

from __future__ import annotations

import pytest

from domain.errors import InputError
from tests.web.tenants import Tenant
from web.services.accounts import ADMIN, CLERK, Account
from web.services.errors import NotFoundError
from web.services.installation import Installation
from web.services.places import areas, places
from web.store.scope import PROGRAM, Scope


def admin(scope: Scope, role: str = ADMIN) -> Account:
    return Account("a", "a", role, scope)


def area_of(tenant: Tenant) -> str:
    return tenant.area.area_path.strip("/").split("/")[-1]


def test_a_tree_grows_to_any_depth_and_is_shown_with_what_is_in_and_below_each(
    inst: Installation, park: Tenant, mill: Tenant
):
    account = admin(park.area)
    street = areas.add(inst, account, area_of(park), " 滨江  街道 ")
    community = areas.add(inst, account, street, "东社区")
    grid = areas.add(inst, account, community, "Grid 7")
    places.create_enterprise(inst, park.area, "Corner shop", area_id=grid)
    tree = areas.tree(inst, park.area)
    assert [(row.name, row.depth, row.enterprises, row.enterprises_below) for row in tree] == [
        ("East Area", 0, 1, 2), ("滨江 街道", 1, 0, 1), ("东社区", 2, 0, 1), ("Grid 7", 3, 1, 1),
    ]  # fmt: skip
    assert tree[0].venues_below == 1
    assert {"East Area", "West Area", "Grid 7"} < {row.name for row in areas.tree(inst, PROGRAM)}
    narrow = Scope(area_path=tree[2].path)
    assert [row.name for row in areas.tree(inst, narrow)] == ["东社区", "Grid 7"]
    assert [row.name for row in places.enterprises(inst, narrow)] == ["Corner shop"]
    assert areas.tree(inst, park.staff) == ()


def test_a_name_is_there_once_beside_its_neighbours(inst: Installation, park: Tenant):
    account = admin(park.area)
    first = areas.add(inst, account, area_of(park), "Quay")
    second = areas.add(inst, account, area_of(park), "Hill")
    for change in (
        lambda: areas.add(inst, account, area_of(park), "QUAY"),
        lambda: areas.rename(inst, account, second, "quay"),
        lambda: areas.rename(inst, account, second, " "),
    ):
        with pytest.raises(InputError) as refused:
            change()
        assert refused.value.field == "name"
    areas.rename(inst, account, first, "QUAY")
    assert areas.add(inst, account, second, "Quay")


def test_only_an_area_that_nothing_stands_in_is_removed(inst: Installation, park: Tenant):
    account = admin(park.area)
    upper = areas.add(inst, account, area_of(park), "Upper")
    lower = areas.add(inst, account, upper, "Lower")
    for full in (area_of(park), upper):
        with pytest.raises(InputError):
            areas.remove(inst, account, full)
    areas.remove(inst, account, lower)
    areas.remove(inst, account, upper)
    assert [row.name for row in areas.tree(inst, park.area)] == ["East Area"]


def test_nobody_changes_areas_of_others_or_without_the_role(inst: Installation, park: Tenant, mill: Tenant):
    theirs = area_of(mill)
    for account in (
        admin(park.area), admin(mill.area, CLERK), admin(mill.staff), admin(Scope()), admin(park.staff),
    ):  # fmt: skip
        for change in (
            lambda one=account: areas.add(inst, one, theirs, "New"),
            lambda one=account: areas.rename(inst, one, theirs, "New"),
            lambda one=account: areas.remove(inst, one, theirs),
        ):
            with pytest.raises(NotFoundError):
                change()
    with pytest.raises(NotFoundError):
        places.create_enterprise(inst, park.area, "Stray", area_id=theirs)


def test_a_tree_has_an_end(inst: Installation, park: Tenant):
    account, below = admin(park.area), area_of(park)
    for depth in range(areas.DEPTH_MOST - 2):
        below = areas.add(inst, account, below, f"Level {depth}")
    with pytest.raises(InputError) as refused:
        areas.add(inst, account, below, "One more")
    assert refused.value.field == "name"
