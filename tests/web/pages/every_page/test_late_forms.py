"""A form sent after its time: nothing that was typed is lost, and every page of an error leads on."""

from __future__ import annotations

from flask.testing import FlaskClient

from tests.web.pages.site import Site, hidden_fields, opened, poster_path, seen, sent
from tests.web.tenants import Tenant
from web.services.places import places
from web.store.scope import PROGRAM

_HOUR_S = 3_600


def test_a_visitor_whose_page_is_too_old_checks_in_with_one_more_press(
    site: Site, visitor: FlaskClient, there: Tenant
) -> None:
    path = poster_path(site, there)
    form = hidden_fields(opened(site, visitor, path).text)
    typed = {"name": "Ann <b>", "phone": "13800138000", "direction": "in"}
    phone = site.client()  # an app that forgot its cookies
    late = phone.post(f"{path}?lang=en", base_url=site.url, data={**form, **typed})
    assert late.status_code == 400
    assert "what you typed is not lost" in seen(late.text)
    again = hidden_fields(late.text)
    assert {name: again[name] for name in typed} == typed
    assert again["entry_id"] == form["entry_id"], "it stays one entry, however often it is sent"
    done = phone.post(f"{path}?lang=en", base_url=site.url, data=again)
    assert done.status_code == 303
    assert "Admitted" in seen(opened(site, phone, done.location).text)


def test_a_clerk_who_was_signed_out_while_typing_signs_in_and_sends_it(
    site: Site, staff: FlaskClient, there: Tenant
) -> None:
    path = f"/venues/{there.venue}/edit"
    page = hidden_fields(opened(site, staff, path).text)
    site.clock.pass_s(3 * _HOUR_S)
    fields = {"name": "A longer name", "address": "1 Harbour Road", "kind": "office", "capacity": ""}
    named = {"Origin": site.url}
    late = staff.post(path, base_url=site.url, data={**page, **fields}, headers=named)
    assert late.status_code == 401
    assert "Sign in, which opens beside this page" in seen(late.text)
    assert 'action="/venues/' in late.text
    assert hidden_fields(late.text)["name"] == "A longer name"
    assert places.venue(site.inst, PROGRAM, there.venue).row.name != "A longer name"


def test_a_password_is_never_written_into_a_page(site: Site) -> None:
    client = site.client()
    data = {"login": "ann", "password": "a secret of Ann"}
    answer = client.post("/sign-in", base_url=site.url, data=data)
    assert answer.status_code == 400
    assert "a secret of Ann" not in answer.text


def test_a_foreign_site_gets_no_form_to_send_again(site: Site, there: Tenant) -> None:
    data = {"name": "Ann", "phone": "13800138000"}
    headers = {"Origin": "https://evil.example"}
    answer = site.client().post(poster_path(site, there), base_url=site.url, data=data, headers=headers)
    assert answer.status_code == 403
    assert "13800138000" not in answer.text


def test_what_staff_do_is_not_offered_by_a_browser_that_names_no_origin(
    site: Site, staff: FlaskClient, there: Tenant
) -> None:
    path, fields = f"/venues/{there.venue}/edit", {"name": "Planted", "address": "1 Road", "kind": "office"}
    for client in (staff, site.client()):  # signed in, and signed out
        answer = client.post(path, base_url=site.url, data={**fields, "csrf_token": "of another site"})
        assert answer.status_code in (400, 401)
        assert "Planted" not in answer.text


def test_an_error_leads_on(site: Site, staff: FlaskClient, there: Tenant) -> None:
    assert 'href="/"' in opened(site, staff, "/nothing").text
    assert 'href="/n"' in opened(site, site.client(), "/nothing").text
    form = f"{site.url}/places/import"
    body = {**hidden_fields(opened(site, staff, form).text), "table": "x" * 3_000_000}
    large = staff.post("/places/import", base_url=site.url, data=body, headers={"Referer": form})
    assert large.status_code == 413
    assert "At most 2 MB" in seen(large.text)
    assert 'href="/places/import"' in large.text


def test_a_link_back_never_leaves_the_site(site: Site, staff: FlaskClient, there: Tenant) -> None:
    headers = {"Referer": "https://evil.example/places/import"}
    answer = sent(site, staff, "/places/import", table="")
    assert answer.status_code == 422
    gone = staff.post(f"/venues/{there.venue}/nothing", base_url=site.url, headers=headers)
    assert "evil.example" not in gone.text
