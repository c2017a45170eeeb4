"""Recording by hand at an entrance: one press decides and records, the form is ready for the next person."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.web.pages.site import Site, hidden_fields, opened, seen, sent, set_policy
from tests.web.tenants import Tenant, entry_item
from web.services.desk import searching
from web.services.desk.filtering.filters import Filter
from web.services.desk.searching import Row
from web.services.gates import ingest
from web.services.people import codes, visitors
from web.services.people.visitors import Registration
from web.services.places import places
from web.store.scope import PROGRAM


def desk(there: Tenant) -> str:
    return f"/entrances/{there.entrance}/passages"


def registered(site: Site, there: Tenant, name: str = "Wang Wei", phone: str = "13800138000") -> str:
    given = Registration(there.enterprise, name, phone, "contractor", plate="苏A12345")
    return visitors.register(site.inst, PROGRAM, given).visitor_id


def log(site: Site, there: Tenant) -> tuple[Row, ...]:
    return searching.search(site.inst, PROGRAM, Filter(venue_id=there.venue)).rows


def recorded(site: Site, staff: FlaskClient, there: Tenant, **typed: Any) -> str:
    """The page after one press, as its reader sees it."""
    site.clock.pass_s(10)
    answer = sent(site, staff, desk(there), **typed)
    assert answer.status_code == 303, seen(answer.text)
    return seen(opened(site, staff, answer.location).text)


def test_each_way_to_name_a_visitor_makes_their_entry(site: Site, staff: FlaskClient, there: Tenant) -> None:
    person = registered(site, there)
    number = visitors.visitor(site.inst, PROGRAM, person).short_number
    card = codes.card_text(site.inst, PROGRAM, person)
    for who in (number.lower(), "138 0013 8000", "wang wei", "苏A·12345", f"{card}\r\n"):
        page = recorded(site, staff, there, who=who)
        for said in ("Admitted", "W*** W***", "Welcome, please come in.", "欢迎，请进。"):
            assert said in page
    assert {(row.way, row.masked_name, row.outcome) for row in log(site, there)} == {
        ("staff", "W*** W***", "admitted")
    }
    assert [row.presence for row in log(site, there)] == ["static", "staff", "staff", "staff", "staff"]


def test_the_form_is_ready_for_the_next_person(site: Site, staff: FlaskClient, there: Tenant) -> None:
    registered(site, there)
    answer = sent(site, staff, desk(there), who="Wang Wei", direction="out", temperature="36.6")
    page = opened(site, staff, answer.location).text
    assert (
        "autofocus" in page.split('name="who"')[0].rpartition("<input")[2] + page.split('name="who"')[1][:200]
    )
    assert "Wang Wei" not in page
    assert "36.6" not in page.replace('placeholder="36.6"', "")
    assert '<input type="radio" name="direction" value="out" checked>' in page
    assert "wang" not in answer.location.lower()


def test_somebody_new_is_registered_in_the_same_press(site: Site, staff: FlaskClient, there: Tenant) -> None:
    not_found = sent(site, staff, desk(there), who="139 0000 1111")
    assert not_found.status_code == 422
    assert "Nobody is found under this." in seen(not_found.text)
    assert 'value="139 0000 1111"' in not_found.text.split('name="phone"')[1][:200]
    recorded(site, staff, there, name="李雷", phone="139 0000 1111", visitor_class="courier")
    recorded(site, staff, there, who="李雷", direction="out")
    assert [(row.masked_name, row.visitor_class, row.direction) for row in log(site, there)] == [
        ("李*", "courier", "out"), ("李*", "courier", "in"),
    ]  # fmt: skip


def test_of_several_the_right_one_is_chosen(site: Site, staff: FlaskClient, there: Tenant) -> None:
    first = registered(site, there)
    registered(site, there, phone="13900139000")
    form = hidden_fields(opened(site, staff, desk(there)).text)
    asked = staff.post(desk(there), base_url=site.url, data={**form, "who": "Wang Wei"})
    assert asked.status_code == 200
    assert "Which one?" in seen(asked.text)
    assert "138****8000" in asked.text
    assert log(site, there) == ()
    chosen = {**hidden_fields(asked.text), "who": "Wang Wei", "visitor_id": first}
    assert staff.post(desk(there), base_url=site.url, data=chosen).status_code == 303
    [row] = log(site, there)
    assert row.masked_name == "W*** W***"


def test_a_form_sent_twice_is_one_entry_and_filled_in_otherwise_another(
    site: Site, staff: FlaskClient, there: Tenant
) -> None:
    registered(site, there)
    set_policy(site, there, reentry="refuse")
    form = {**hidden_fields(opened(site, staff, desk(there)).text), "who": "Wang Wei"}
    shown = [staff.post(desk(there), base_url=site.url, data=form).location for _ in range(3)]
    assert len(set(shown)) == len(log(site, there)) == 1
    assert "Admitted" in seen(opened(site, staff, shown[2]).text)
    other = staff.post(desk(there), base_url=site.url, data={**form, "temperature": "36.5"})
    assert "You are already checked in." in seen(opened(site, staff, other.location).text)
    assert len(log(site, there)) == 2


def test_a_refusal_says_why_and_is_in_the_log(site: Site, staff: FlaskClient, there: Tenant) -> None:
    registered(site, there)
    set_policy(site, there, classes=["resident"])
    page = recorded(site, staff, there, who="Wang Wei")
    assert "Refused" in page
    assert "This entrance is not for your visitor class." in page
    assert [row.outcome for row in log(site, there)] == ["refused"]


def test_an_incomplete_vehicle_is_refused_with_what_is_missing(
    site: Site, staff: FlaskClient, there: Tenant
) -> None:
    registered(site, there)
    set_policy(site, there, vehicle_complete=True)
    typed = {"who": "Wang Wei", "in_vehicle": "y", "others": "2", "phones": "139 0013 9000\n"}
    assert "Missing: plate, phone ×1" in recorded(site, staff, there, **typed)
    typed |= {"plate": "苏A·54321", "phones": "139 0013 9000\n137 0013 7000"}
    assert "Admitted" in recorded(site, staff, there, **typed)


def test_somebody_elses_code_is_answered_and_not_kept(site: Site, staff: FlaskClient, there: Tenant) -> None:
    answer = sent(site, staff, desk(there), who="https://example.org/pay")
    assert answer.status_code == 200
    assert "This is not a visitor code." in seen(answer.text)
    assert "Nothing was recorded." in seen(answer.text)
    assert log(site, there) == ()


def test_an_entry_is_taken_back_once_and_only_within_the_hour(
    site: Site, staff: FlaskClient, there: Tenant
) -> None:
    registered(site, there)
    made = sent(site, staff, desk(there), who="Wang Wei").location
    path = f"{desk(there)}/{made.partition('entry=')[2]}/take-back"
    token = hidden_fields(opened(site, staff, made).text)
    site.clock.pass_s(10)
    for _ in range(2):
        gone = staff.post(path, base_url=site.url, data=token)
        assert "does not count" in seen(opened(site, staff, gone.location).text)
    assert [(row.is_correction, row.taken_back) for row in log(site, there)] == [(True, False), (False, True)]
    site.clock.pass_s(10)
    second = sent(site, staff, desk(there), who="Wang Wei", direction="out").location
    site.clock.pass_s(3601)
    late = staff.post(
        f"{desk(there)}/{second.partition('entry=')[2]}/take-back", base_url=site.url, data=token
    )
    assert "within an hour" in seen(opened(site, staff, late.location).text)
    assert len(log(site, there)) == 3


def test_a_kiosks_entry_is_not_taken_back_here(site: Site, staff: FlaskClient, there: Tenant) -> None:
    item = entry_item(there.gate, 1, site.clock())
    ingest.ingest(site.inst, there.gate, [item])
    token = hidden_fields(opened(site, staff, desk(there)).text)
    staff.post(f"{desk(there)}/{item['id']}/take-back", base_url=site.url, data=token)
    assert [row.taken_back for row in log(site, there)] == [False]


def test_a_confidential_venue_counts_without_a_name(site: Site, staff: FlaskClient, there: Tenant) -> None:
    set_policy(site, there, confidential=True)
    assert "Admitted" in recorded(site, staff, there)
    [row] = log(site, there)
    assert (row.masked_name, row.outcome) == ("", "admitted")


def test_nothing_typed_asks_for_something(site: Site, staff: FlaskClient, there: Tenant) -> None:
    for typed, said in (
        ({}, "Scan a code, or give a number, phone or name."),
        ({"who": "x", "temperature": "hot"}, "Give the temperature in °C"),
        ({"who": "x", "companions": "many"}, "Give a whole number from 0 to 50."),
        ({"who": "x", "phones": "12"}, "This is not a complete phone number"),
        ({"who": "x", "plate": "?"}, "A plate has 4 to 12 letters"),
        ({"name": "Ann"}, "This is not a complete phone number"),
        ({"who": "x", "direction": "up"}, "Choose in or out."),
    ):
        answer = sent(site, staff, desk(there), **typed)
        assert answer.status_code == 422
        assert said in seen(answer.text), typed


@pytest.mark.parametrize("state", ["paused", "closed"])
def test_a_venue_that_is_not_open_warns_before_and_refuses(
    site: Site, staff: FlaskClient, there: Tenant, state: str
) -> None:
    registered(site, there)
    places.set_venue_state(site.inst, PROGRAM, there.venue, state)
    assert "everybody who comes in will be refused" in seen(opened(site, staff, desk(there)).text)
    assert "This venue is not open." in recorded(site, staff, there, who="Wang Wei")
