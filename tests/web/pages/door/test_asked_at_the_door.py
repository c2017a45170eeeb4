"""What a poster's page asks besides name and phone: only what the rules ask for, and unverified."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from tests.web.pages.site import Site, opened, poster_path, seen, sent, set_policy
from tests.web.tenants import Tenant
from web.db.tables import credentials, visited_areas
from web.services.desk.filtering.filters import Filter
from web.services.desk.searching import search
from web.store.scope import PROGRAM

PERSON = {"name": "李雷", "phone": "139 0000 1111"}
CAR = {"in_vehicle": "y", "plate": "苏A·12345"}


def told(site: Site, visitor: FlaskClient, there: Tenant, **typed: str) -> str:
    """What the answer says to a check-in of PERSON."""
    done = sent(site, visitor, poster_path(site, there), **PERSON, **typed)
    assert done.status_code == 303, seen(done.text)
    site.clock.pass_s(30)
    return seen(opened(site, visitor, done.location).text)


def key_of(site: Site, visitor: FlaskClient, there: Tenant) -> str:
    """The name that the one credential's fields begin with."""
    (key,) = set(
        re.findall(r'name="(proof_\w+)_since"', opened(site, visitor, poster_path(site, there)).text)
    )
    return key


def proofs(site: Site) -> list[tuple[str, int, str, bool]]:
    rows = site.inst.read(lambda c: c.execute(credentials.select().order_by(credentials.c.created_ms)).all())
    return [(row.kind, row.verified, row.source, row.withdrawn_ms is not None) for row in rows]


def test_where_nothing_is_asked_only_name_and_phone_have_to_be_typed(
    site: Site, visitor: FlaskClient, there: Tenant
) -> None:
    page = opened(site, visitor, poster_path(site, there)).text
    assert set(re.findall(r'<(?:input|textarea)[^>]* name="(\w+)"', page)) == {
        "csrf_token", "entry_id", "name", "phone", "companions", "in_vehicle", "plate",
    }  # fmt: skip


def test_the_page_asks_whether_one_stands_there_and_says_who_sees_it_until_when(
    site: Site, visitor: FlaskClient, there: Tenant
) -> None:
    page = seen(opened(site, visitor, poster_path(site, there)).text)
    number = site.inst.read(lambda c: c.exec_driver_sql("SELECT short_number FROM posters").scalar_one())
    where = ("Is this where you stand?", "Park Ltd site", "North gate", "1 Park Ltd Road")
    for said in (
        *where,
        f"{number[:4]} {number[4:]}",
        "Its staff can look this up, nobody else.",
        "2026-12-19",  # when 28 whole days are over
    ):
        assert said in page


def test_everybody_in_a_vehicle_gives_a_phone_and_the_visitors_own_counts(
    site: Site, visitor: FlaskClient, there: Tenant
) -> None:
    set_policy(site, there, vehicle_complete=True)
    assert "Welcome" in told(site, visitor, there, **CAR)
    assert "phone ×2" in told(site, visitor, there, **CAR, others="2")
    assert "phone ×1" in told(site, visitor, there, **CAR, others="2", phones="13900002222")
    assert "plate" in told(site, visitor, there, in_vehicle="y", others="1", phones="13900002222")
    assert "Welcome" in told(site, visitor, there, **CAR, others="2", phones="13900002222\n+44 20 7946 0018")
    assert "Welcome" in told(site, visitor, there), "on foot"
    rows = search(site.inst, PROGRAM, Filter(venue_id=there.venue)).rows
    assert [row.outcome for row in rows].count("refused") == 3


def test_a_refused_form_that_is_filled_in_further_is_decided_anew(
    site: Site, visitor: FlaskClient, there: Tenant
) -> None:
    set_policy(site, there, vehicle_complete=True)
    fixed = {"entry_id": "01a1f6ae-9900-7008-a0bf-59dfa9133a86"}
    assert "Refused" in told(site, visitor, there, **fixed, **CAR, others="1")
    assert "Refused" in told(site, visitor, there, **fixed, **CAR, others="1")
    assert "Welcome" in told(site, visitor, there, **fixed, **CAR, others="1", phones="13900002222")
    assert len(search(site.inst, PROGRAM, Filter(venue_id=there.venue)).rows) == 2


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({**CAR, "phones": "12"}, "This is not a complete phone number"),
        ({**CAR, "others": "-1"}, "Give a whole number from 0 to 20."),
        ({"companions": "1000"}, "Give a whole number from 0 to 50."),
        ({"plate": "?"}, "A plate has 4 to 12 letters and digits"),
        ({"areas": "East", "area_day": ""}, "Please give the last day you were there."),
        ({"areas": "East", "area_day": "soon"}, "This is not a date."),
        ({"proof": "2027-01-01"}, "This date has not come yet."),
        ({"proof": "31.12.2025"}, "This is not a date."),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_the_rest_is_kept(
    site: Site, visitor: FlaskClient, there: Tenant, typed: dict[str, str], said: str
) -> None:
    set_policy(
        site,
        there,
        vehicle_complete=True,
        listed_areas=["East"],
        credentials=[{"kind": "test", "max_age_hours": None}],
    )
    key = key_of(site, visitor, there)
    fields = {f"{key}_since" if name == "proof" else name: value for name, value in typed.items()}
    answer = sent(site, visitor, poster_path(site, there), **PERSON, **fields)
    assert answer.status_code == 422
    assert said in seen(answer.text)
    assert 'aria-invalid="true"' in answer.text
    assert 'value="李雷"' in answer.text
    assert proofs(site) == []
    assert search(site.inst, PROGRAM, Filter(venue_id=there.venue)).rows == ()


def test_a_declared_proof_sends_to_the_staff_where_they_must_have_seen_it(
    site: Site, visitor: FlaskClient, there: Tenant
) -> None:
    set_policy(site, there, credentials=[{"kind": "test", "max_age_hours": 48}])
    key = key_of(site, visitor, there)
    assert "Refused" in told(site, visitor, there)
    day = {f"{key}_since": "2026-11-19", f"{key}_time": "18:00"}
    assert "See staff" in told(site, visitor, there, **day)
    assert proofs(site) == [("test", 0, "self", False)]


def test_ones_word_is_enough_where_the_rules_say_so_and_a_newer_word_replaces_the_older(
    site: Site, visitor: FlaskClient, there: Tenant
) -> None:
    set_policy(site, there, credentials=[{"kind": "入园培训", "max_age_hours": 48, "verified": False}])
    key = key_of(site, visitor, there)
    assert "Refused" in told(site, visitor, there, **{f"{key}_since": "2026-11-01"})
    assert "Welcome" in told(site, visitor, there, **{f"{key}_since": "2026-11-19"})
    assert "Welcome" in told(site, visitor, there, **{f"{key}_since": "2026-11-19"})
    assert proofs(site) == [("入园培训", 0, "self", True), ("入园培训", 0, "self", False)]


def test_what_is_asked_of_others_only_is_not_asked_of_visitors(
    site: Site, visitor: FlaskClient, there: Tenant
) -> None:
    set_policy(
        site, there, credentials=[{"kind": "induction", "max_age_hours": None, "classes": ["contractor"]}]
    )
    assert "proof_" not in opened(site, visitor, poster_path(site, there)).text


def test_a_listed_area_that_is_ticked_refers_and_one_made_up_is_not_kept(
    site: Site, visitor: FlaskClient, there: Tenant
) -> None:
    set_policy(site, there, listed_areas=["East", "West"], listed_days=7)
    page = seen(opened(site, visitor, poster_path(site, there)).text)
    assert "Were you in one of these areas in the last 7 days?" in page
    assert "not verified" in page
    assert "Welcome" in told(site, visitor, there, areas="North", area_day="2026-11-19")
    assert "See staff" in told(site, visitor, there, areas="East", area_day="2026-11-19")
    rows = site.inst.read(lambda c: c.execute(visited_areas.select()).all())
    assert [(row.area, row.source) for row in rows] == [("East", "self")]


def test_a_confidential_venue_asks_for_nothing_that_tells_who_somebody_is(
    site: Site, visitor: FlaskClient, there: Tenant
) -> None:
    set_policy(
        site, there, confidential=True, vehicle_complete=True, listed_areas=["East"],
        credentials=[{"kind": "test", "max_age_hours": None}],
    )  # fmt: skip
    page = opened(site, visitor, poster_path(site, there)).text
    assert set(re.findall(r'<(?:input|textarea)[^>]* name="(\w+)"', page)) == {
        "csrf_token", "entry_id", "companions",
    }  # fmt: skip
