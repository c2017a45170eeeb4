"""How much a phone loads at a poster, and how many phones a poster serves before it slows them down."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from tests.web.pages.site import Site, hidden_fields, opened, poster_path, seen, set_policy
from tests.web.tenants import Tenant
from web.services.desk.filtering.filters import Filter
from web.services.desk.searching import search
from web.store.scope import PROGRAM

_EVERYTHING: dict[str, object] = {
    "temperature": "require", "vehicle_complete": True, "listed_areas": [f"Area {n}" for n in range(30)],
    "credentials": [{"kind": kind, "max_age_hours": 48} for kind in ("test", "booster", "induction")],
}  # fmt: skip


@pytest.mark.parametrize("asks", [{}, _EVERYTHING], ids=["nothing asked", "everything asked"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_first_view_weighs_less_than_60_kb_though_nothing_is_compressed(
    site: Site, visitor: FlaskClient, there: Tenant, asks: dict[str, object], language: str
) -> None:
    set_policy(site, there, **asks)
    page = opened(site, visitor, f"{poster_path(site, there)}?lang={language}")
    addresses = set(re.findall(r'(?:src|href)="(/static/[^"]+)"', page.text))
    assert {address.partition("?")[0] for address in addresses} == {
        "/static/slim.css", "/static/door.js", "/static/icon.svg",
    }  # fmt: skip
    parts = [page, *(opened(site, visitor, address.replace("&amp;", "&")) for address in addresses)]
    assert all(part.status_code == 200 for part in parts)
    assert sum(len(part.data) + len(str(part.headers)) for part in parts) < 60_000


def test_nothing_on_the_page_comes_from_anywhere_else(
    site: Site, visitor: FlaskClient, there: Tenant
) -> None:
    page = opened(site, visitor, poster_path(site, there)).text
    assert re.findall(r'(?:src|href|action)="(?!/static/|/n|/me"|/privacy/|#|\?lang=)[^"]*"', page) == []


def test_300_phones_behind_one_address_are_served(site: Site, there: Tenant) -> None:
    path = poster_path(site, there)
    for nth in range(300):
        phone = site.client()
        form = {**hidden_fields(opened(site, phone, "/n").text), "name": "", "phone": f"1380013{nth:04d}"}
        assert phone.post(path, base_url=site.url, data=form).status_code == 422, nth


def test_one_phone_that_floods_is_slowed_down_and_told_for_how_long_and_nobody_else_is(
    site: Site, visitor: FlaskClient, there: Tenant
) -> None:
    path = poster_path(site, there)
    form = {**hidden_fields(opened(site, visitor, path).text), "name": "", "phone": ""}
    answers = [visitor.post(path, base_url=site.url, data=form) for _ in range(40)]
    assert [answer.status_code for answer in answers] == [422] * 30 + [429] * 10
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 60
    assert "Too many tries" in seen(answers[-1].text)
    assert "Wait a minute" in seen(answers[-1].text)
    assert "操作过于频繁" in seen(answers[-1].text)
    other = site.client()
    person = {**hidden_fields(opened(site, other, path).text), "name": "李雷", "phone": "13900001111"}
    assert other.post(path, base_url=site.url, data=person).status_code == 303


def test_a_flood_of_new_sessions_is_stopped_at_its_poster_in_any_case_of_letters(
    site: Site, there: Tenant
) -> None:
    path = poster_path(site, there)
    statuses = []
    for nth in range(310):
        # Each a new session of the same poster, whose address is written in another way.
        phone = site.client()
        form = {**hidden_fields(opened(site, phone, "/n").text), "name": "", "phone": ""}
        where = path.lower() if nth % 2 else path
        statuses.append(phone.post(where, base_url=site.url, data=form).status_code)
    assert statuses == [422] * 300 + [429] * 10
    assert search(site.inst, PROGRAM, Filter(venue_id=there.venue)).rows == ()
