"""Bad input: it stays in the form, and beside the field stands what to do, in the page's language."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.web.pages.site import LOGIN, Site, opened, poster_path, seen, sent, set_policy
from tests.web.tenants import Tenant
from web.services.desk.filtering.filters import Filter
from web.services.desk.searching import search
from web.services.passing import poster_pages
from web.services.people import visitors
from web.store.scope import PROGRAM

STRANGE = (
    "<script>alert(1)</script>",
    "{{7*7}}",
    "' OR 1=1--",
    '=HYPERLINK("http://evil")',
    "👩‍👩‍👧‍👦",
    "\u202eabc",
    "a\x00b",
    "\ud800x",
    "a\r\nb",
)


def test_an_empty_form_says_so_beside_each_field(site: Site, staff: FlaskClient, there: Tenant) -> None:
    answer = sent(site, staff, "/visitors/new", name="", phone="", visitor_class="visitor")
    assert answer.status_code == 422
    assert answer.text.count("Please fill this in.") == 1
    assert "not a complete phone number" in seen(answer.text)
    for field in ("name", "phone"):
        assert f'aria-describedby="{"phone-hint " if field == "phone" else ""}{field}-error"' in answer.text


def test_what_was_typed_stays_and_the_sentence_is_chinese_on_a_chinese_page(
    site: Site, visitor: FlaskClient, there: Tenant
) -> None:
    path = poster_path(site, there) + "?lang=zh"
    answer = sent(site, visitor, path, name="李雷", phone="123", plate="x")
    assert answer.status_code == 422
    assert 'value="李雷"' in answer.text
    assert 'value="123"' in answer.text
    assert "电话号码不完整" in seen(answer.text)
    assert "车牌为 4 至 12 位" in seen(answer.text)
    assert "Please" not in seen(answer.text)


def test_a_name_of_ten_thousand_letters_is_refused_with_the_limit(
    site: Site, staff: FlaskClient, there: Tenant
) -> None:
    long = "x" * 10_000
    for path, fields in (
        ("/enterprises/new", {"name": long}),
        (f"/enterprises/{there.enterprise}/venues/new", {"name": long, "address": long}),
        (f"/venues/{there.venue}/entrances", {"name": long, "page": f"/venues/{there.venue}"}),
        ("/visitors/new", {"name": long, "phone": "13800138000"}),
        (poster_path(site, there), {"name": long, "phone": "13800138000"}),
    ):
        answer = sent(site, staff, path, **fields)
        assert answer.status_code == 422
        assert "10000 characters; 200 is the most" in seen(answer.text)


@pytest.mark.parametrize("name", STRANGE)
def test_strange_names_are_shown_as_text_and_never_run(
    site: Site, staff: FlaskClient, there: Tenant, name: str
) -> None:
    answer = sent(site, staff, "/enterprises/new", name=name.encode("utf-8", "replace").decode())
    page = opened(site, staff, "/").text if answer.status_code == 303 else answer.text
    assert "<script>alert" not in page
    assert "49" not in seen(page)
    assert not any(hidden in page for hidden in ("\x00", "\u202e", "\ud800"))


def test_a_formula_in_an_address_is_text_in_the_file(site: Site, staff: FlaskClient, there: Tenant) -> None:
    sent(site, site.client(), poster_path(site, there), name="=cmd|calc", phone="13800138000")
    lines = opened(site, staff, f"/desk/entries.csv?venue={there.venue}").text.splitlines()
    assert len(lines) == 2
    assert not any(cell.startswith("=") for cell in lines[1].split(","))


@pytest.mark.parametrize("typed", ["366", "-1", "NaN", "98.6 °F", "36.66", "３６．６x"])
def test_a_temperature_that_cannot_be_one_is_refused(
    site: Site, visitor: FlaskClient, there: Tenant, typed: str
) -> None:
    set_policy(site, there, temperature="ask")
    answer = sent(site, visitor, poster_path(site, there), name="Ann", phone="13800138000", temperature=typed)
    assert answer.status_code == 422
    assert "from 34.0 to 43.0" in seen(answer.text)


@pytest.mark.parametrize(
    ("phone", "plate"),
    [
        ("+86 138 0013 8000", "苏Ａ·１２３４５"),
        ("１３８００１３８０００", "苏A 12345"),
        ("+1 650-253-0000", ""),
    ],
)
def test_phones_and_plates_are_taken_as_people_write_them(
    site: Site, visitor: FlaskClient, there: Tenant, phone: str, plate: str
) -> None:
    answer = sent(site, visitor, poster_path(site, there), name="Ann", phone=phone, plate=plate)
    assert answer.status_code == 303


@pytest.mark.parametrize("capacity", ["0", "-3", "many", "1e9", "99999999999999999999"])
def test_a_capacity_that_is_no_number_of_people_is_refused(
    site: Site, staff: FlaskClient, there: Tenant, capacity: str
) -> None:
    path = f"/enterprises/{there.enterprise}/venues/new"
    answer = sent(site, staff, path, name="A", address="B", kind="office", capacity=capacity)
    assert "whole number of people" in seen(answer.text)


def test_a_wrong_credit_code_is_named_beside_its_field(site: Site, staff: FlaskClient) -> None:
    answer = sent(site, staff, "/enterprises/new", name="A", credit_code="91110000600037341M")
    assert answer.status_code == 422
    assert 'id="credit_code-error"' in answer.text


def test_choices_that_were_not_offered_are_refused(site: Site, staff: FlaskClient, there: Tenant) -> None:
    venue = sent(
        site, staff, f"/enterprises/{there.enterprise}/venues/new", name="A", address="B", kind="moon"
    )
    assert 'id="kind-error"' in venue.text
    person = sent(site, staff, "/visitors/new", name="A", phone="13800138000", visitor_class="king")
    assert 'id="visitor_class-error"' in person.text


def test_a_wrong_password_is_told_beside_the_field_and_keeps_the_login(site: Site) -> None:
    answer = sent(site, site.client(), "/sign-in", login=LOGIN, password="wrong")
    assert answer.status_code == 422
    assert 'id="password-error"' in answer.text
    assert f'value="{LOGIN}"' in answer.text
    assert "wrong" not in seen(answer.text)


def test_a_mistyped_short_number_is_told_apart_from_an_unknown_one(
    site: Site, visitor: FlaskClient, there: Tenant
) -> None:
    known = poster_pages.poster_page(site.inst, poster_path(site, there)[3:])
    assert known is not None
    assert "8 letters and digits" in seen(sent(site, visitor, "/n", number="0000").text)
    found = sent(site, visitor, "/n", number=f" {known.short_number[:4].lower()}-{known.short_number[4:]} ")
    assert found.location == poster_path(site, there)


def test_a_time_that_cannot_be_read_is_told_and_does_not_hide_entries(
    site: Site, staff: FlaskClient, there: Tenant
) -> None:
    sent(site, site.client(), poster_path(site, there), name="Ann", phone="13800138000")
    answer = opened(site, staff, f"/desk?venue={there.venue}&from=yesterday&until=9999-99-99T00:00")
    assert answer.text.count("Give date and time like") == 2
    assert "A***" in seen(answer.text)


def test_nothing_that_was_refused_left_a_trace(site: Site, staff: FlaskClient, there: Tenant) -> None:
    sent(site, staff, "/visitors/new", name="", phone="1", visitor_class="visitor")
    sent(site, site.client(), poster_path(site, there), name="Ann", phone="1")
    assert visitors.listed(site.inst, PROGRAM) == []
    assert search(site.inst, PROGRAM, Filter(venue_id=there.venue)).rows == ()
