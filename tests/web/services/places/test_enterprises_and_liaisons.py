"""What is known of enterprises, who looks after them, and places that are put right."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from domain.errors import InputError
from tests.web.tenants import Tenant
from web.services.errors import NotFoundError
from web.services.gates import gates
from web.services.installation import Installation
from web.services.places import enterprises_details, liaisons, places, places_changing
from web.services.places.enterprises_details import Given
from web.store.scope import Scope

GOOD = Given("Park Ltd", "91350100M000100Y43", "company", "small", "陈静", "138 0013 8000")


def area_of(tenant: Tenant) -> str:
    return tenant.area.area_path.strip("/").split("/")[-1]


def test_an_enterprise_keeps_what_it_is_and_its_contact_is_sealed(inst: Installation, park: Tenant):
    enterprises_details.change(inst, park.staff, park.enterprise, GOOD)
    shown = enterprises_details.detail(inst, park.area, park.enterprise).given
    assert shown == Given("Park Ltd", "91350100M000100Y43", "company", "small", "陈静", "+8613800138000")
    row = inst.read(lambda c: c.execute(text("SELECT * FROM enterprises")).first())
    assert row is not None
    assert "陈静".encode() not in row.contact_name_sealed
    enterprises_details.change(inst, park.staff, park.enterprise, Given("Park Ltd"))
    assert enterprises_details.detail(inst, park.staff, park.enterprise).given == Given("Park Ltd")


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("name", Given(" ")),
        ("credit_code", Given("Park", "91350100M000100Y44")),
        ("enterprise_kind", Given("Park", kind="castle")),
        ("size_class", Given("Park", size_class="huge")),
        ("contact_phone", Given("Park", contact_phone="12")),
        ("contact_name", Given("Park", contact_name="x" * 500)),
    ],
)
def test_a_bad_field_is_named(embedded_park: tuple[Installation, Tenant], field: str, given: Given):
    inst, park = embedded_park
    with pytest.raises(InputError) as refused:
        enterprises_details.change(inst, park.staff, park.enterprise, given)
    assert refused.value.field == field


def test_a_credit_code_belongs_to_one_enterprise(inst: Installation, park: Tenant):
    enterprises_details.change(inst, park.area, park.enterprise, GOOD)
    enterprises_details.change(inst, park.area, park.enterprise, GOOD)
    other = places.create_enterprise(inst, park.area, "Other")
    for again in (
        lambda: places.create_enterprise(inst, park.area, "Third", GOOD.credit_code),
        lambda: enterprises_details.change(inst, park.area, other, Given("Other", GOOD.credit_code)),
    ):
        with pytest.raises(InputError) as refused:
            again()
        assert refused.value.field == "credit_code"


def test_a_liaison_has_several_enterprises_and_the_unassigned_are_listed(inst: Installation, park: Tenant):
    second = places.create_enterprise(inst, park.area, "Second Ltd")
    li = liaisons.add(inst, park.area, area_of(park), "李 强", "13900139000")
    assert [one.name for one in liaisons.board(inst, park.area).unassigned] == ["Park Ltd", "Second Ltd"]
    assert liaisons.assign(inst, park.area, [park.enterprise, second], li) == 2
    board = liaisons.board(inst, park.area)
    assert board.unassigned == ()
    assert [one.name for one in board.liaisons[0].enterprises] == ["Park Ltd", "Second Ltd"]
    assert "强" not in board.liaisons[0].masked_name
    assert "0139" not in board.liaisons[0].masked_phone
    own = enterprises_details.detail(inst, park.staff, park.enterprise).liaison
    assert own == liaisons.Person("李 强", "+8613900139000")
    liaisons.change(inst, park.area, li, "李强", "13900139001")
    assert liaisons.person(inst, park.area, li)[1] == liaisons.Person("李强", "+8613900139001")
    liaisons.assign(inst, park.area, [second], "")
    assert [one.id for one in liaisons.board(inst, park.area).unassigned] == [second]
    liaisons.remove(inst, park.area, li)
    assert len(liaisons.board(inst, park.area).unassigned) == 2


def test_the_same_liaison_is_not_added_twice(inst: Installation, park: Tenant):
    liaisons.add(inst, park.area, area_of(park), "李强", "13900139000")
    with pytest.raises(InputError):
        liaisons.add(inst, park.area, area_of(park), " 李强 ", "+86 139 0013 9000")


def test_nothing_of_another_tenant_is_found(inst: Installation, park: Tenant, mill: Tenant):
    theirs = liaisons.add(inst, mill.area, area_of(mill), "Wu", "13900139000")
    liaisons.assign(inst, mill.area, [mill.enterprise], theirs)
    ours = liaisons.add(inst, park.area, area_of(park), "Li", "13900139001")
    venue = {"name": "n", "address": "a", "kind": "other", "capacity": None, "time_zone": "UTC"}
    for scope in (park.area, park.staff, Scope()):
        for ask in (
            lambda s=scope: enterprises_details.detail(inst, s, mill.enterprise),
            lambda s=scope: enterprises_details.change(inst, s, mill.enterprise, Given("Mine")),
            lambda s=scope: liaisons.person(inst, s, theirs),
            lambda s=scope: liaisons.change(inst, s, theirs, "Li", "13900139002"),
            lambda s=scope: liaisons.remove(inst, s, theirs),
            lambda s=scope: liaisons.assign(inst, s, [mill.enterprise], ours),
            lambda s=scope: liaisons.assign(inst, s, [park.enterprise], theirs),
            lambda s=scope: liaisons.add(inst, s, area_of(mill), "Li", "13900139002"),
            lambda s=scope: places_changing.change_venue(inst, s, mill.venue, **venue),
            lambda s=scope: places_changing.rename_entrance(inst, s, mill.entrance, "Mine"),
        ):
            with pytest.raises(NotFoundError):
                ask()
        assert theirs not in {one.id for one in liaisons.board(inst, scope).liaisons}
    assert places.enterprise(inst, mill.area, mill.enterprise).name == "Mill Ltd"


def test_a_liaison_looks_after_enterprises_of_their_own_area_only(
    inst: Installation, park: Tenant, mill: Tenant
):
    whole = Scope(area_path="/" + park.area.area_path.split("/")[1] + "/")
    li = liaisons.add(inst, whole, area_of(park), "Li", "13900139001")
    with pytest.raises(InputError) as refused:
        liaisons.assign(inst, whole, [park.enterprise, mill.enterprise], li)
    assert "Mill Ltd" in refused.value.sentence.en
    assert len(liaisons.board(inst, whole).unassigned) == 2


def test_a_venue_and_an_entrance_are_put_right_and_gates_hear_of_it(inst: Installation, park: Tenant):
    def heard() -> int:
        return gates.heard(inst, park.gate, gates.Heartbeat("1", "ok", 0, 0, 0)).bundle_seq

    before = heard()
    values = {"name": "新楼", "address": "2 Road", "kind": "office", "capacity": 9, "time_zone": "UTC"}
    places_changing.change_venue(inst, park.staff, park.venue, **values)
    between = heard()
    places_changing.rename_entrance(inst, park.staff, park.entrance, " 东门 ")
    assert before < between < heard()
    detail = places.venue(inst, park.staff, park.venue)
    assert (detail.row.name, detail.row.time_zone, detail.capacity) == ("新楼", "UTC", 9)
    assert "东门" in {door.name for door in detail.entrances}
    with pytest.raises(InputError) as refused:
        places_changing.change_venue(inst, park.staff, park.venue, **{**values, "kind": "castle"})
    assert refused.value.field == "kind"


def test_a_credit_code_of_somebody_elses_enterprise_is_neither_seen_nor_told(
    inst: Installation, park: Tenant, mill: Tenant
):
    theirs = Given("Mill Ltd", GOOD.credit_code)
    enterprises_details.change(inst, mill.area, mill.enterprise, theirs)
    enterprises_details.change(inst, park.area, park.enterprise, GOOD)
    assert places.enterprises_of_area(inst, park.area, area_of(mill)) == []
    assert [row.id for row in places.enterprises_of_area(inst, park.area, area_of(park))] == [park.enterprise]
