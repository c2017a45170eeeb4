"""Leaving by poster: from the same form, whatever became of the venue, and with those who came along."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.web.pages.site import Site, hidden_fields, opened, poster_path, seen, sent, set_policy
from tests.web.tenants import Tenant
from web.services.desk.filtering.filters import Filter
from web.services.desk.searching import Row, search
from web.services.places import places
from web.services.places.posters import posters
from web.store.drawn import presence
from web.store.scope import PROGRAM

PERSON = {"name": "李雷", "phone": "139 0000 1111"}


def entries(site: Site, there: Tenant) -> list[tuple[str, str, str]]:
    rows: tuple[Row, ...] = search(site.inst, PROGRAM, Filter(venue_id=there.venue)).rows
    return [(row.direction, row.outcome, row.masked_name) for row in reversed(rows)]


def inside(site: Site, there: Tenant) -> int:
    return site.inst.read(lambda c: presence.people_inside(c, there.venue, 0, site.clock() + 1))


def test_who_came_in_leaves_by_the_other_button_of_the_same_form(
    site: Site, visitor: FlaskClient, there: Tenant
) -> None:
    path = poster_path(site, there)
    form = {**hidden_fields(opened(site, visitor, path).text), **PERSON, "companions": "4"}
    visitor.post(path, base_url=site.url, data={**form, "direction": "in"})
    assert inside(site, there) == 5
    site.clock.pass_s(60)
    done = visitor.post(path, base_url=site.url, data={**form, "direction": "out"})
    page = seen(opened(site, visitor, done.location).text)
    for said in (
        "Checked out",
        "已离开",
        "You are checked out. Goodbye.",
        "已登记离开，再见。",
        "Park Ltd site",
    ):
        assert said in page
    assert "When you leave" not in page
    assert entries(site, there) == [("in", "admitted", "李*"), ("out", "admitted", "李*")]
    assert inside(site, there) == 0


def test_leaving_twice_with_one_form_is_one_entry(site: Site, visitor: FlaskClient, there: Tenant) -> None:
    path = poster_path(site, there)
    form = {**hidden_fields(opened(site, visitor, path).text), **PERSON, "direction": "out"}
    for _ in range(3):
        assert visitor.post(path, base_url=site.url, data=form).status_code == 303
        site.clock.pass_s(5)
    assert entries(site, there) == [("out", "admitted", "李*")]


def test_nothing_but_who_it_is_matters_to_somebody_who_leaves(
    site: Site, visitor: FlaskClient, there: Tenant
) -> None:
    set_policy(
        site, there, temperature="require", vehicle_complete=True, listed_areas=["East"], capacity=0,
        classes=["employee"], credentials=[{"kind": "test", "max_age_hours": None}],
    )  # fmt: skip
    path = poster_path(site, there)
    leaving = opened(site, visitor, f"{path}?way=out").text
    for name in ("temperature", "companions", "plate", "areas", "area_day"):
        assert f'name="{name}"' not in leaving
    assert "proof_" not in leaving
    wrong = {"temperature": "hot", "plate": "?", "companions": "many", "others": "x", "area_day": "x"}
    assert sent(site, visitor, path, **PERSON, **wrong, direction="out").status_code == 303
    assert entries(site, there) == [("out", "admitted", "李*")]


def test_leaving_without_a_name_asks_for_it_and_still_means_leaving(
    site: Site, visitor: FlaskClient, there: Tenant
) -> None:
    answer = sent(site, visitor, poster_path(site, there), direction="out", name="", phone="")
    assert answer.status_code == 422
    assert "Are you leaving this place?" in seen(answer.text)
    assert answer.text.count("Please fill this in.") == 1
    assert 'value="in"' not in answer.text


@pytest.mark.parametrize("state", ["paused", "closed"])
def test_nobody_is_kept_inside_by_a_venue_that_shut(
    site: Site, visitor: FlaskClient, there: Tenant, state: str
) -> None:
    path = poster_path(site, there)
    sent(site, visitor, path, **PERSON)
    places.set_venue_state(site.inst, PROGRAM, there.venue, state)
    shut = opened(site, visitor, path).text
    assert f'href="{path}?way=out"' in shut
    leaving = opened(site, visitor, f"{path}?way=out")
    assert leaving.status_code == 200
    assert "Check in instead" not in seen(leaving.text)
    site.clock.pass_s(60)
    form = {**hidden_fields(leaving.text), **PERSON, "direction": "out"}
    assert visitor.post(path, base_url=site.url, data=form).status_code == 303
    assert inside(site, there) == 0


def test_a_withdrawn_poster_lets_nobody_out_either(site: Site, visitor: FlaskClient, there: Tenant) -> None:
    posters.revoke(site.inst, PROGRAM, there.poster)
    answer = opened(site, visitor, f"{poster_path(site, there)}?way=out")
    assert answer.status_code == 410
    assert "<input" not in answer.text


def test_a_direction_that_is_none_is_refused_in_a_sentence(
    site: Site, visitor: FlaskClient, there: Tenant
) -> None:
    answer = sent(site, visitor, poster_path(site, there), **PERSON, direction="up")
    assert answer.status_code == 422
    assert "Choose in or out." in seen(answer.text)
    assert entries(site, there) == []


def test_a_confidential_venue_counts_out_whom_it_counted_in(
    site: Site, visitor: FlaskClient, there: Tenant
) -> None:
    set_policy(site, there, confidential=True)
    path = poster_path(site, there)
    came = sent(site, visitor, path, companions="2")
    assert inside(site, there) == 3
    # Nothing of a confidential venue stays on the phone.
    assert 'data-venue=""' in opened(site, visitor, came.location).text
    assert "data-venue" not in opened(site, visitor, path).text
    site.clock.pass_s(60)
    sent(site, visitor, path, companions="1", direction="out")
    assert inside(site, there) == 1
