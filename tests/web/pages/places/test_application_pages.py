"""Applying for codes, reviewing them, and hanging the posters up, as the pages show it."""

from __future__ import annotations

import io
import re

import pytest
from flask.testing import FlaskClient

from domain.access import Role
from domain.venue import poster_symbols
from tests.web.pages.site import PASSWORD, Site, hidden_fields, opened, seen, sent, signed_in
from tests.web.tenants import Tenant
from web.services import accounts
from web.services.places import places
from web.services.places.posters import posters
from web.store.scope import PROGRAM


@pytest.fixture
def clerk(site: Site, there: Tenant) -> FlaskClient:
    """Signed in for the enterprise alone."""
    accounts.create_account(site.inst, "clerk", PASSWORD, Role.OWNER, enterprise_id=there.enterprise)
    return signed_in(site, "clerk")


def strong(page: str) -> list[str]:
    """What the strong buttons of a page say, but those within a fold."""
    shown = re.sub(r"<details.*?</details>", "", page, flags=re.S)
    return [seen(f"<{one}") for one in re.findall(r'class="btn btn-primary".*?</(?:a|button)>', shown, re.S)]


def test_an_enterprise_applies_is_returned_applies_again_and_gets_its_posters(
    site: Site, staff: FlaskClient, clerk: FlaskClient, there: Tenant
) -> None:
    new = f"/enterprises/{there.enterprise}/venues/new"
    venue = sent(site, clerk, new, name="New hall", address="2 Road", kind="office").location
    assert sent(site, clerk, f"{venue}/entrances", page=venue, name="Door").location == venue
    assert "waits for review" in seen(opened(site, clerk, venue).text)
    assert "Approve" not in seen(opened(site, clerk, venue).text)
    assert "1 application waits for review" in seen(opened(site, staff, "/").text)
    assert "1 venue of yours waits for the office" in seen(opened(site, clerk, "/").text)
    assert "New hall" in seen(opened(site, staff, "/applications").text)
    sent(site, staff, f"{venue}/return", page=venue, reason="Which floor?")
    assert "Which floor?" in seen(opened(site, clerk, venue).text)
    assert "waits for review" not in seen(opened(site, staff, "/").text)
    sent(site, clerk, f"{venue}/again", page=venue)
    assert sent(site, clerk, f"{venue}/approve", page=venue).status_code == 403
    sent(site, staff, f"{venue}/approve", page=venue)
    assert "1 poster was issued" in seen(opened(site, staff, venue).text)
    assert "Nothing waits for review" in seen(opened(site, staff, "/applications").text)
    [door] = places.venue(site.inst, PROGRAM, venue.rpartition("/")[2]).entrances
    scanned = opened(site, site.client(), f"/V/{door.posters[0].symbols}")
    assert "Not open yet" in seen(scanned.text)


def test_an_applicant_is_never_sent_round_in_a_circle(
    site: Site, staff: FlaskClient, clerk: FlaskClient, there: Tenant
) -> None:
    new = f"/enterprises/{there.enterprise}/venues/new"
    venue = sent(site, clerk, new, name="New hall", address="2 Road", kind="office").location
    first = seen(opened(site, clerk, venue).text)
    assert "ready to print" not in first
    assert "Nothing else is asked of you" not in first  # the door is: it stands below
    sent(site, clerk, f"{venue}/entrances", page=venue, name="Door")
    waiting = seen(opened(site, clerk, venue).text)
    assert "Nothing else is asked of you" in waiting
    assert "Record by hand" not in waiting
    [door] = places.venue(site.inst, PROGRAM, venue.rpartition("/")[2]).entrances
    prints = opened(site, clerk, f"/entrances/{door.id}/print").text
    assert "Issue the code" not in seen(prints)
    assert "Its code is issued when it is approved" in seen(prints)
    sent(site, staff, f"{venue}/approve", page=venue)
    assert "then press “Open the venue”" in seen(opened(site, clerk, venue).text)
    assert "Download PDF" in seen(opened(site, clerk, f"/entrances/{door.id}/print").text)


def test_steps_are_counted_for_whoever_takes_them(
    site: Site, staff: FlaskClient, clerk: FlaskClient, there: Tenant
) -> None:
    mine = f"/enterprises/{there.enterprise}/venues/new"
    assert "Step 1 of 2" in seen(opened(site, clerk, mine).text)
    assert "Step 1 of 2" in seen(opened(site, staff, mine).text)
    venue = sent(site, clerk, mine, name="New hall", address="2 Road", kind="office").location
    assert "Step 2 of 2" in seen(opened(site, clerk, venue).text)
    assert "Step 1 of 3" in seen(opened(site, staff, "/enterprises/new").text)
    first = sent(site, staff, "/enterprises/new", name="Corner shop", credit_code="").location
    assert "Step 2 of 3" in seen(opened(site, staff, first).text)
    venue = sent(site, staff, first, name="Shop", address="3 Road", kind="office").location
    assert "Step 3 of 3" in seen(opened(site, staff, venue).text)


def test_an_enterprise_without_a_venue_has_one_strong_button_and_no_zeros(site: Site, there: Tenant) -> None:
    enterprise = places.create_enterprise(site.inst, PROGRAM, "Corner shop")
    accounts.create_account(site.inst, "keeper", PASSWORD, Role.OWNER, enterprise_id=enterprise)
    keeper = signed_in(site, "keeper")
    empty = opened(site, keeper, "/").text
    assert f'<a class="btn btn-primary" href="/enterprises/{enterprise}/venues/new">' in empty
    assert empty.count("btn-primary") == 1
    assert "admitted today" not in seen(empty)
    assert "once the office approved it" in seen(empty)
    new = f"/enterprises/{enterprise}/venues/new"
    sent(site, keeper, new, name="Shop", address="3 Road", kind="office")
    begun = opened(site, keeper, "/").text
    assert "btn-primary" not in begun
    assert "admitted today" in seen(begun)


def test_a_venue_that_waits_offers_no_print_before_it_has_a_poster(
    site: Site, staff: FlaskClient, clerk: FlaskClient, there: Tenant
) -> None:
    new = f"/enterprises/{there.enterprise}/venues/new"
    venue = sent(site, clerk, new, name="New hall", address="2 Road", kind="office").location
    sent(site, clerk, f"{venue}/entrances", page=venue, name="Door")
    [door] = places.venue(site.inst, PROGRAM, venue.rpartition("/")[2]).entrances
    for link in (f'href="/entrances/{door.id}/print"', f"codes?venue={venue.rpartition('/')[2]}"):
        assert link not in opened(site, clerk, venue).text
    assert "The poster follows when the venue is approved" in seen(opened(site, clerk, venue).text)
    sent(site, staff, f"{venue}/approve", page=venue)
    for link in (f'href="/entrances/{door.id}/print"', f"codes?venue={venue.rpartition('/')[2]}"):
        assert link in opened(site, clerk, venue).text


def test_an_applicant_reads_at_home_what_the_office_decided(
    site: Site, staff: FlaskClient, clerk: FlaskClient, there: Tenant
) -> None:
    new = f"/enterprises/{there.enterprise}/venues/new"
    venues = []
    for name in ("New hall", "Old hall"):
        venues.append(sent(site, clerk, new, name=name, address="2 Road", kind="office").location)
        sent(site, clerk, f"{venues[-1]}/entrances", page=venues[-1], name="Door")
    sent(site, staff, f"{venues[0]}/return", page=venues[0], reason="Which floor?")
    home = opened(site, clerk, "/").text
    assert "New hall went back to you: Which floor?" in seen(home)
    assert f'href="{venues[0]}"' in home
    assert "were approved" not in seen(home)
    assert "went back to you" not in seen(opened(site, staff, "/").text)
    sent(site, clerk, f"{venues[0]}/again", page=venues[0])
    assert "went back to you" not in seen(opened(site, clerk, "/").text)
    sent(site, staff, f"{venues[0]}/approve", page=venues[0])
    assert "1 venue was approved: print its poster" in seen(opened(site, clerk, "/").text)
    sent(site, staff, f"{venues[1]}/approve", page=venues[1])
    assert "2 venues were approved: print their posters" in seen(opened(site, clerk, "/").text)
    assert "were approved" not in seen(opened(site, staff, "/").text)
    [door] = places.venue(site.inst, PROGRAM, venues[0].rpartition("/")[2]).entrances
    opened(site, clerk, f"/entrances/{door.id}/print.pdf?kind=poster")
    printed = seen(opened(site, clerk, "/").text)
    assert "1 venue has its poster: once it hangs, open the venue" in printed
    assert "1 venue was approved: print its poster" in printed
    for venue in venues:
        sent(site, clerk, f"{venue}/state", page=venue, state="open")
    assert "approved" not in seen(opened(site, clerk, "/").text)


def test_the_one_strong_button_of_an_approved_venue_is_what_comes_next(
    site: Site, staff: FlaskClient, clerk: FlaskClient, there: Tenant
) -> None:
    new = f"/enterprises/{there.enterprise}/venues/new"
    venue = sent(site, clerk, new, name="New hall", address="2 Road", kind="office").location
    sent(site, clerk, f"{venue}/entrances", page=venue, name="Door")
    sent(site, staff, f"{venue}/approve", page=venue)
    [door] = places.venue(site.inst, PROGRAM, venue.rpartition("/")[2]).entrances
    [fresh] = door.posters
    poster, number = f"{venue}/posters/{fresh.id}", f"{fresh.short_number[:4]} {fresh.short_number[4:]}"
    assert f'<a href="{poster}">1 venue was approved' in opened(site, clerk, "/").text
    assert "then open the venue: until then" in seen(opened(site, clerk, poster).text)
    assert strong(opened(site, clerk, venue).text) == [f"Print {number}"]
    opened(site, clerk, f"{poster}/poster.pdf?download=1")
    assert strong(opened(site, clerk, venue).text) == ["Open the venue"]
    sent(site, clerk, f"{venue}/state", page=venue, state="open")
    assert strong(opened(site, clerk, venue).text) == ["Log"]


def test_pressing_twice_adds_one_venue_and_one_entrance(
    site: Site, staff: FlaskClient, there: Tenant
) -> None:
    new = f"/enterprises/{there.enterprise}/venues/new"
    fields = {"name": "New hall", "address": "2 Road", "kind": "office"}
    venue = sent(site, staff, new, **fields).location
    again = sent(site, staff, new, **(fields | {"name": " New  hall "}))
    assert again.location == venue
    assert "The enterprise has a venue of this name at this address already" in seen(
        opened(site, staff, venue).text
    )
    for _ in range(2):
        sent(site, staff, f"{venue}/entrances", page=venue, name="Door")
    assert "The venue has an entrance of this name already" in seen(opened(site, staff, venue).text)
    assert len(places.venue(site.inst, PROGRAM, venue.rpartition("/")[2]).entrances) == 1


@pytest.mark.parametrize("state", ["paused", "closed"])
def test_who_scans_a_venue_that_is_not_open_is_told_so(site: Site, there: Tenant, state: str) -> None:
    places.set_venue_state(site.inst, PROGRAM, there.venue, state)
    page = seen(opened(site, site.client(), f"/V/{poster_symbols(bytes.fromhex(there.poster))}").text)
    assert ("Paused for the moment" if state == "paused" else "This venue is closed") in page


def test_a_poster_is_marked_printed_and_seen_by_a_photograph_larger_than_a_form(
    site: Site, staff: FlaskClient, there: Tenant
) -> None:
    venue = f"/venues/{there.venue}"
    poster = f"{venue}/posters/{there.poster}"
    sent(site, staff, f"{poster}/printed", page=venue)
    assert "printed 2026-11-20" in seen(opened(site, staff, venue).text)
    made = posters.artefact(site.inst, PROGRAM, there.poster, kind="png", languages=("zh",), size="A5")
    token = hidden_fields(opened(site, staff, venue).text)["csrf_token"]
    photo = made.body + b"\0" * 3_000_000
    for body, told in ((b"", "Choose a photograph"), (photo, "this is the right poster")):
        data = {"csrf_token": token, "photo": (io.BytesIO(body), "photo.jpg")}
        answer = staff.post(f"{poster}/posted", base_url=site.url, data=data)
        assert answer.status_code == 303
        assert told in seen(opened(site, staff, venue).text)
    assert "hung up 2026-11-20" in seen(opened(site, staff, venue).text)
