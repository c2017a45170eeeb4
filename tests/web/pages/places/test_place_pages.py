"""Areas, enterprises, liaisons and venues as their pages show and change them."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from domain.access import Role
from tests.web.pages.site import LOGIN, PASSWORD, Site, opened, seen, sent, signed_in
from tests.web.tenants import Tenant, tenant
from web.services import accounts
from web.services.places import areas, enterprises_details, liaisons, places
from web.store.scope import PROGRAM


def area_of(there: Tenant) -> str:
    return there.area.area_path.strip("/").split("/")[-1]


@pytest.fixture
def clerk(site: Site, there: Tenant) -> FlaskClient:
    """Signed in for the enterprise alone."""
    accounts.create_account(site.inst, "clerk", PASSWORD, Role.OWNER, enterprise_id=there.enterprise)
    return signed_in(site, "clerk")


def test_an_area_is_added_renamed_and_removed_where_the_tree_shows_it(
    site: Site, staff: FlaskClient, there: Tenant
) -> None:
    page = f"/areas/{area_of(there)}"
    assert sent(site, staff, f"{page}/areas", page=page, **{"new-name": "高新园区"}).location == page
    assert "高新园区" in seen(opened(site, staff, page).text)
    twice = sent(site, staff, f"{page}/areas", page=page, **{"new-name": "高新园区"})
    assert twice.status_code == 422
    assert "already" in seen(twice.text)
    below = areas.tree(site.inst, there.area)[1]
    sent(site, staff, f"/areas/{below.id}", name="Tech park")
    assert "Tech park" in seen(opened(site, staff, "/areas").text)
    wrong = sent(site, staff, f"/areas/{below.id}", name=" ")
    assert wrong.status_code == 422
    sent(site, staff, f"/areas/{below.id}/remove", page=f"/areas/{below.id}")
    assert "Tech park" not in seen(opened(site, staff, "/areas").text)


def test_an_enterprise_is_added_in_the_area_that_was_chosen(
    site: Site, staff: FlaskClient, there: Tenant
) -> None:
    assert "East Area" in seen(opened(site, staff, f"/enterprises/new?area={area_of(there)}").text)
    sent(site, staff, "/enterprises/new", name="Corner shop", credit_code="", area=area_of(there))
    assert "Corner shop" in {row.name for row in places.enterprises(site.inst, there.area)}


def test_an_enterprise_is_put_right_and_a_mistake_stays_beside_its_field(
    site: Site, staff: FlaskClient, there: Tenant
) -> None:
    page = f"/enterprises/{there.enterprise}/edit"
    typed = {"name": "Harbour Ltd", "enterprise_kind": "company", "contact_name": "陈静"}
    wrong = sent(site, staff, page, **typed, contact_phone="12")
    assert wrong.status_code == 422
    assert 'value="Harbour Ltd"' in wrong.text
    assert "contact_phone-error" in wrong.text
    assert sent(site, staff, page, **typed, contact_phone="13800138000").status_code == 303
    assert "Harbour Ltd" in seen(opened(site, staff, f"/enterprises/{there.enterprise}").text)
    assert enterprises_details.detail(site.inst, PROGRAM, there.enterprise).given.contact_name == "陈静"


def test_liaisons_are_added_assigned_and_seen_by_their_enterprise(
    site: Site, staff: FlaskClient, clerk: FlaskClient, there: Tenant
) -> None:
    assert "1 enterprise without a liaison" in seen(opened(site, staff, "/liaisons").text)
    sent(site, staff, "/liaisons", name="李强", phone="13900139000", area=area_of(there))
    [li] = liaisons.board(site.inst, PROGRAM).liaisons
    sent(site, staff, "/liaisons/assign", page="/liaisons", enterprise=there.enterprise, liaison=li.id)
    assert "Every enterprise has a liaison" in seen(opened(site, staff, "/liaisons").text)
    assert "李强" not in opened(site, staff, "/liaisons").text
    assert "李强 +8613900139000" in seen(opened(site, clerk, f"/enterprises/{there.enterprise}").text)
    sent(site, staff, f"/liaisons/{li.id}", name="李强", phone="13900139001")
    assert "+8613900139001" in seen(opened(site, staff, f"/liaisons/{li.id}").text)
    sent(site, staff, f"/liaisons/{li.id}/remove", page=f"/liaisons/{li.id}")
    assert "Nobody is in the list yet" in seen(opened(site, staff, "/liaisons").text)
    wrong = sent(site, staff, "/liaisons", name="", phone="13900139000", area=area_of(there))
    assert wrong.status_code == 422


def test_a_venue_and_an_entrance_are_put_right(site: Site, staff: FlaskClient, there: Tenant) -> None:
    page = f"/venues/{there.venue}"
    typed = {"name": "Tower", "address": "1 Quay", "kind": "office", "time_zone": "Europe/Berlin"}
    assert sent(site, staff, f"{page}/edit", **typed, capacity="x").status_code == 422
    assert sent(site, staff, f"{page}/edit", **typed, capacity="40").location == page
    name = f"{page}/entrances/{there.entrance}/name"
    sent(site, staff, name, page=page, name="East door")
    shown = seen(opened(site, staff, page).text)
    assert all(word in shown for word in ("Tower", "1 Quay", "East door", "40"))
    sent(site, staff, name, page=page, name=" ")
    assert "East door" in seen(opened(site, staff, page).text)


def test_a_name_that_another_venue_or_entrance_has_is_refused_beside_the_field_or_above_the_page(
    site: Site, staff: FlaskClient, there: Tenant
) -> None:
    taken = {"name": "Hall", "address": "2 Road"}
    old = places.create_venue(site.inst, PROGRAM, there.enterprise, **taken)
    page = f"/venues/{there.venue}"
    refused = sent(site, staff, f"{page}/edit", **taken, kind="office", time_zone="UTC", capacity="")
    assert refused.status_code == 422
    assert "Another one needs another name or address." in seen(refused.text)
    sent(site, staff, f"{page}/entrances/{there.side_entrance}/name", page=page, name="North gate")
    assert "The venue has an entrance of this name already." in seen(opened(site, staff, page).text)
    places.set_venue_state(site.inst, PROGRAM, old, "closed")
    places.create_venue(site.inst, PROGRAM, there.enterprise, **taken)
    sent(site, staff, f"/venues/{old}/state", page=page, state="open")
    assert "Another one needs another name or address." in seen(opened(site, staff, page).text)


def test_an_enterprise_account_has_no_areas_and_nobody_elses_pages(
    site: Site, clerk: FlaskClient, there: Tenant
) -> None:
    other = tenant(site.inst, "West Area", "Mill Ltd")
    assert "no area for you" in seen(opened(site, clerk, "/areas").text)
    assert "no area for you" in seen(opened(site, clerk, "/liaisons").text)
    for path in (
        f"/areas/{area_of(there)}", f"/enterprises/{other.enterprise}/edit", f"/venues/{other.venue}/edit",
        "/liaisons/nothing",
    ):  # fmt: skip
        assert opened(site, clerk, path).status_code == 404
    own = f"/enterprises/{there.enterprise}/edit"
    assert sent(site, clerk, f"/venues/{other.venue}/edit", page=own, name="x").status_code == 404
    assert (
        sent(site, clerk, f"/areas/{area_of(there)}/areas", page=own, **{"new-name": "x"}).status_code == 403
    )
    assert (
        sent(site, clerk, f"/enterprises/{other.enterprise}/liaison", page=own, liaison="").status_code == 404
    )


def test_strangers_are_asked_to_sign_in(site: Site, visitor: FlaskClient, there: Tenant) -> None:
    for path in (
        "/areas",
        "/liaisons",
        f"/enterprises/{there.enterprise}/edit",
        f"/venues/{there.venue}/edit",
    ):
        assert "/sign-in" in opened(site, visitor, path).location
    assert LOGIN not in opened(site, visitor, "/sign-in").text
