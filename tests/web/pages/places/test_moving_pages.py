"""Moving within the tree and replacing posters, as pages show it: told first, done with one press."""

from __future__ import annotations

from flask.testing import FlaskClient

from domain.access import Role
from tests.web.pages.site import PASSWORD, Site, hidden_fields, opened, seen, sent, signed_in
from tests.web.tenants import Tenant, tenant
from web.services import accounts
from web.services.places import areas, places
from web.services.places.posters import posters
from web.store.scope import PROGRAM


def area_of(there: Tenant) -> str:
    return there.area.area_path.strip("/").split("/")[-1]


def test_an_enterprise_is_moved_after_its_page_said_what_changes(
    site: Site, staff: FlaskClient, there: Tenant
) -> None:
    other = tenant(site.inst, "West Area", "Mill Ltd")
    page = f"/enterprises/{there.enterprise}"
    assert f"{page}/move" in opened(site, staff, page).text
    assert "West Area" in seen(opened(site, staff, f"{page}/move").text)
    told = opened(site, staff, f"{page}/move?to={area_of(other)}")
    for part in ("It will belong to West Area.", "The rules of entry stay as they are.", "1 gate fetches"):
        assert part in seen(told.text)
    assert "将归属 West Area" in seen(opened(site, staff, f"{page}/move?to={area_of(other)}&lang=zh").text)
    opened(site, staff, f"{page}?lang=en")
    moved = staff.post(
        f"{page}/move", base_url=site.url, data={**hidden_fields(told.text), "to": area_of(other)}
    )
    assert moved.location == page
    shown = seen(opened(site, staff, page).text)
    assert "The enterprise was moved." in shown
    assert "Area West Area" in shown
    refused = opened(site, staff, f"{page}/move?to={area_of(other)}")
    assert refused.status_code == 422
    assert "It is there already." in seen(refused.text)


def test_an_area_is_moved_but_never_below_itself(site: Site, staff: FlaskClient, there: Tenant) -> None:
    tenant(site.inst, "West Area", "Mill Ltd")
    rows = {row.name: row for row in areas.tree(site.inst, PROGRAM)}
    west, east = rows["West Area"].id, rows["East Area"].id
    page = f"/areas/{east}"
    assert f"{page}/move" in opened(site, staff, page).text
    answer = sent(site, staff, f"{page}/move", page=f"{page}/move?to={west}", to=west)
    assert answer.location == page
    assert "The area was moved." in seen(opened(site, staff, page).text)
    assert [row.name for row in areas.tree(site.inst, PROGRAM)][1:] == ["West Area", "East Area"]
    below = opened(site, staff, f"/areas/{west}/move?to={east}")
    assert "cannot hang below itself" in seen(below.text)
    assert opened(site, staff, "/areas/nothing/move").status_code == 404


def test_clerks_of_an_enterprise_are_not_offered_a_move(site: Site, there: Tenant) -> None:
    accounts.create_account(site.inst, "clerk", PASSWORD, Role.OWNER, enterprise_id=there.enterprise)
    clerk = signed_in(site, "clerk")
    page = f"/enterprises/{there.enterprise}"
    assert "/move" not in opened(site, clerk, page).text
    assert opened(site, clerk, f"{page}/move").status_code == 403


def test_a_reprint_names_the_poster_it_replaces_and_a_withdrawal_is_taken_back(
    site: Site, staff: FlaskClient, there: Tenant
) -> None:
    venue = f"/venues/{there.venue}"
    newer = posters.issue(site.inst, PROGRAM, there.entrance)
    assert "It takes the place of" in seen(opened(site, staff, f"{venue}/posters/{newer}").text)
    assert "Takes the place of" in seen(opened(site, staff, venue).text)
    assert "Withdraw the old one" not in seen(opened(site, staff, venue).text)
    taken = opened(site, staff, f"{venue}/posters/{newer}/poster.pdf?download=1")
    assert taken.data.startswith(b"%PDF")
    states = {
        poster.id: poster.state
        for door in places.venue(site.inst, PROGRAM, there.venue).entrances
        for poster in door.posters
    }
    assert states == {newer: "printed", there.poster: "issued"}
    refused = sent(site, staff, f"{venue}/posters/{newer}/withdraw-older", page=venue)
    assert refused.location == venue
    assert "Photograph the new poster where it hangs first" in seen(opened(site, staff, venue).text)
    sent(site, staff, f"{venue}/posters/{there.poster}/revoke", page=venue)
    assert "Takes the place of" not in seen(opened(site, staff, venue).text)
    sent(site, staff, f"{venue}/posters/{there.poster}/restore", page=venue)
    assert "The poster counts again." in seen(opened(site, staff, venue).text)
