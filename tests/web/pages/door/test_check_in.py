"""Checking in from a poster: once though sent twice, and an answer that cannot be mistaken."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.web.pages.site import Site, hidden_fields, opened, poster_path, seen, sent, set_policy
from tests.web.tenants import Tenant
from web.services.desk.filtering.filters import Filter
from web.services.desk.searching import Row, search
from web.services.places import places
from web.services.places.posters import posters
from web.store.scope import PROGRAM

PERSON = {"name": "李雷", "phone": "139 0000 1111"}


def entries(site: Site, there: Tenant) -> tuple[Row, ...]:
    return search(site.inst, PROGRAM, Filter(venue_id=there.venue)).rows


def test_the_page_says_where_one_is_why_and_for_how_long(
    site: Site, visitor: FlaskClient, there: Tenant
) -> None:
    answer = opened(site, visitor, poster_path(site, there))
    for said in ("Park Ltd site", "North gate", "1 Park Ltd Road", "Park Ltd keeps who entered", "28 days"):
        assert said in seen(answer.text)


def test_checking_in_makes_one_entry_and_shows_the_decision_in_both_languages(
    site: Site, visitor: FlaskClient, there: Tenant
) -> None:
    done = sent(site, visitor, poster_path(site, there), **PERSON)
    page = opened(site, visitor, done.location)
    for said in (
        "Admitted",
        "放行",
        "Welcome, please come in.",
        "欢迎，请进。",
        "Park Ltd site",
        "North gate",
    ):
        assert said in seen(page.text)
    (entry,) = entries(site, there)
    assert (entry.outcome, entry.way, entry.presence, entry.masked_name) == (
        "admitted", "poster", "poster_static", "李*",
    )  # fmt: skip


def test_a_form_sent_twice_is_one_entry_with_the_first_answer(
    site: Site, visitor: FlaskClient, there: Tenant
) -> None:
    path = poster_path(site, there)
    form = {**hidden_fields(opened(site, visitor, path).text), **PERSON}
    pages = []
    for _ in range(3):
        answer = visitor.post(path, base_url=site.url, data=form)
        pages.append(opened(site, visitor, answer.location).text)
        site.clock.pass_s(30)
    assert len(entries(site, there)) == 1
    began = 'data-at="1795140000000"'
    assert all(began in page for page in pages)


def test_going_back_and_typing_another_name_is_another_entry(
    site: Site, visitor: FlaskClient, there: Tenant
) -> None:
    path = poster_path(site, there)
    form = {**hidden_fields(opened(site, visitor, path).text), **PERSON}
    visitor.post(path, base_url=site.url, data=form)
    visitor.post(path, base_url=site.url, data={**form, "name": "韩梅梅"})
    visitor.post(path, base_url=site.url, data={**form, "name": " 韩梅梅 ", "phone": "+8613900001111"})
    assert sorted(entry.masked_name for entry in entries(site, there)) == ["李*", "韩**"]


def test_a_form_without_its_entry_id_still_checks_in(site: Site, visitor: FlaskClient, there: Tenant) -> None:
    answer = sent(site, visitor, poster_path(site, there), **PERSON, entry_id="../../etc")
    assert answer.status_code == 303
    assert len(entries(site, there)) == 1


def test_the_address_of_the_answer_holds_nothing_about_the_person(
    site: Site, visitor: FlaskClient, there: Tenant
) -> None:
    set_policy(site, there, temperature="require")
    answer = sent(site, visitor, poster_path(site, there), **PERSON, temperature="38.2")
    assert answer.location.startswith("/checked-in/AQAA")
    page = opened(site, visitor, answer.location)
    assert "37.3 °C or more" in seen(page.text)
    assert page.headers["Cache-Control"] == "no-store"


def test_an_answer_is_over_after_half_an_hour_and_cannot_be_made_up(
    site: Site, visitor: FlaskClient, there: Tenant
) -> None:
    location = sent(site, visitor, poster_path(site, there), **PERSON).location
    site.clock.pass_s(29 * 60)
    assert opened(site, visitor, location).status_code == 200
    site.clock.pass_s(2 * 60)
    for path in (location, location[:-2] + "AA", "/checked-in/x", "/checked-in/é"):
        assert opened(site, visitor, path).status_code == 410


@pytest.mark.parametrize(
    ("asks", "outcome", "word"),
    [
        ({"classes": ["employee"]}, "refused", "Refused"),
        ({"temperature": "require"}, "referred", "See staff"),
        ({"capacity": 0}, "refused", "The venue is full"),
    ],
)
def test_a_refusal_is_as_clear_as_an_admission_and_is_an_entry(
    site: Site, visitor: FlaskClient, there: Tenant, asks: dict[str, object], outcome: str, word: str
) -> None:
    set_policy(site, there, **asks)
    page = opened(site, visitor, sent(site, visitor, poster_path(site, there), **PERSON).location)
    assert f'class="answer {outcome}"' in page.text
    assert word in seen(page.text)
    assert [entry.outcome for entry in entries(site, there)] == [outcome]


def test_the_path_is_taken_in_any_case_with_slash_and_campaign(
    site: Site, visitor: FlaskClient, there: Tenant
) -> None:
    symbols = poster_path(site, there)[3:]
    for path in (
        f"/v/{symbols.lower()}",
        f"/V/{symbols.lower()}/",
        f"/v/{symbols}/?utm_source=x",
        f"/V/{symbols}?x=1",
    ):
        answer = opened(site, visitor, path)
        assert answer.status_code == 200
        assert "Park Ltd site" in seen(answer.text)


def test_unknown_posters_all_look_alike(site: Site, visitor: FlaskClient, there: Tenant) -> None:
    symbols = poster_path(site, there)[3:]
    mistyped = symbols[:-1] + ("A" if symbols[-1] != "A" else "E")
    bodies = set()
    for path in (mistyped, "A" * 26, "short", "x" * 300, "%00", "é" * 26):
        answer = opened(site, visitor, f"/V/{path}")
        assert answer.status_code == 404
        bodies.add(answer.text)
    assert len(bodies) == 1
    assert "We do not know this code" in seen(bodies.pop())


@pytest.mark.parametrize(
    ("state", "status", "said"),
    [("paused", 200, "Paused for the moment"), ("closed", 410, "This venue is closed")],
)
def test_a_venue_that_is_not_open_says_so_and_asks_nothing(
    site: Site, visitor: FlaskClient, there: Tenant, state: str, status: int, said: str
) -> None:
    places.set_venue_state(site.inst, PROGRAM, there.venue, state)
    answer = opened(site, visitor, poster_path(site, there))
    assert answer.status_code == status
    assert said in seen(answer.text)
    assert "<input" not in answer.text
    assert entries(site, there) == ()


@pytest.mark.parametrize("state", ["paused", "closed"])
def test_a_form_that_was_open_when_the_venue_shut_is_refused_as_at_a_gate(
    site: Site, visitor: FlaskClient, there: Tenant, state: str
) -> None:
    path = poster_path(site, there)
    form = {**hidden_fields(opened(site, visitor, path).text), **PERSON}
    places.set_venue_state(site.inst, PROGRAM, there.venue, state)
    answer = visitor.post(path, base_url=site.url, data=form)
    page = seen(opened(site, visitor, answer.location).text)
    assert "This venue is not open. Please ask its staff when it will be." in page
    assert [row.outcome for row in entries(site, there)] == ["refused"]


def test_a_withdrawn_poster_says_so(site: Site, visitor: FlaskClient, there: Tenant) -> None:
    posters.revoke(site.inst, PROGRAM, there.poster)
    answer = opened(site, visitor, poster_path(site, there))
    assert answer.status_code == 410
    assert "此场所码已作废" in seen(answer.text)


def test_a_confidential_venue_asks_for_nobodys_name(site: Site, visitor: FlaskClient, there: Tenant) -> None:
    set_policy(site, there, confidential=True, temperature="ask")
    page = opened(site, visitor, poster_path(site, there))
    assert 'name="name"' not in page.text
    assert 'name="phone"' not in page.text
    assert 'name="temperature"' in page.text
    assert "keeps nobody" in seen(page.text)
    done = sent(site, visitor, poster_path(site, there))
    assert "Admitted" in seen(opened(site, visitor, done.location).text)
    (entry,) = entries(site, there)
    assert (entry.outcome, entry.masked_name) == ("admitted", "")
