"""The simulator's page: asked by form, answered in both languages with every rule, and kept nowhere."""

from __future__ import annotations

from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from domain.access import Role
from tests.web.pages.site import PASSWORD, Site, hidden_fields, opened, seen, set_policy, signed_in
from tests.web.tenants import Tenant, tenant
from web.db.tables import metadata
from web.services import accounts
from web.services.people import visitors
from web.store.scope import PROGRAM


def asked(site: Site, client: FlaskClient, there: Tenant, **fields: Any) -> TestResponse:
    token = hidden_fields(opened(site, client, "/simulator").text)["csrf_token"]
    data = {"csrf_token": token, "entrance": there.entrance, "direction": "in", "who": "known", **fields}
    return client.post("/simulator", base_url=site.url, data=data)


def registered(site: Site, there: Tenant, name: str = "Ann Lee", phone: str = "13800138000") -> str:
    given = visitors.Registration(there.enterprise, name, phone, "visitor")
    return visitors.register(site.inst, PROGRAM, given).visitor_id


def everything(site: Site) -> dict[str, list[str]]:
    return site.inst.read(
        lambda c: {name: sorted(map(repr, c.execute(select(t)))) for name, t in metadata.tables.items()}
    )


def test_somebody_known_is_found_and_told_what_they_would_read_in_both_languages(
    site: Site, staff: FlaskClient, there: Tenant
) -> None:
    set_policy(site, there, temperature="require", temperature_limit_tenths=373)
    registered(site, there)
    before = everything(site)
    answer = asked(site, staff, there, visitor="138 0013 8000")
    said = seen(answer.text)
    for words in (
        "See staff", "Please have your temperature taken first.", "请先测量体温。", "This one decides.",
        "Room inside", "from the venue Park Ltd site", "A*** L***",
    ):  # fmt: skip
        assert words in said
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.request.query_string == b""
    warm = asked(site, staff, there, visitor="Ann Lee", temperature="37,3")
    assert "Your temperature is 37.3 °C or more." in seen(warm.text)
    assert "Welcome, please come in." in seen(
        asked(site, staff, there, visitor="Ann Lee", temperature="36.6").text
    )
    assert everything(site) == before


def test_of_several_one_is_chosen_and_nobody_elses_can_be(
    site: Site, staff: FlaskClient, there: Tenant
) -> None:
    mill = tenant(site.inst, "West Area", "Mill Ltd")
    first, second = registered(site, there), registered(site, there, phone="13800138001")
    foreign = registered(site, mill, "Bob Ray")
    which = asked(site, staff, there, visitor="Ann Lee")
    assert "Several visitors are found" in seen(which.text)
    assert "What every rule says" not in which.text
    for visitor in (first, second):
        assert f'value="{visitor}"' in which.text
        chosen = asked(site, staff, there, visitor="Ann Lee", chosen=visitor)
        assert visitors.visitor(site.inst, PROGRAM, visitor).short_number[:4] in seen(chosen.text)
    accounts.create_account(site.inst, "clerk", PASSWORD, Role.OWNER, enterprise_id=there.enterprise)
    clerk = signed_in(site, "clerk")
    refused = asked(site, clerk, there, visitor="Bob Ray", chosen=foreign)
    assert refused.status_code == 422
    assert "Nobody is found under this" in seen(refused.text)
    assert asked(site, clerk, mill, visitor="Ann Lee", chosen=first).status_code == 404


def test_somebody_made_up_is_judged_by_what_they_have(site: Site, staff: FlaskClient, there: Tenant) -> None:
    rules = [
        {"kind": "test", "max_age_hours": 48},
        {"kind": "Forklift licence", "max_age_hours": None, "classes": ["contractor"]},
    ]
    set_policy(site, there, credentials=rules, listed_areas=["Alpha"], vehicle_complete=True)
    person = {
        "who": "made-up", "visitor_class": "contractor", "at": "2026-11-20T10:00", "row": ["0", "1"],
        "credential-0-kind": "test", "credential-0-since": "2026-11-18T10:01", "credential-0-word": "seen",
        "credential-1-kind": "other", "credential-1-name": "Forklift licence", "credential-1-word": "seen",
    }  # fmt: skip
    assert "Welcome, please come in." in seen(asked(site, staff, there, **person).text)
    for change, told in (
        ({"credential-0-since": "2026-11-18T09:59"}, "This is older than 48 hours: Test result."),
        ({"credential-0-since": ""}, "The date of this is not known: Test result."),
        ({"credential-1-word": "own"}, "The staff have not seen this yet: Forklift licence."),
        ({"hold": "red"}, "Please speak to the staff here."),
        ({"area": "Alpha", "area_at": "2026-11-19T10:00"}, "You were in a listed area"),
        (
            {"has_vehicle": "1", "plate": "", "occupants": "2", "phones": "13800138000"},
            "Missing: plate, phone ×1.",
        ),
        ({"direction": "out", "row": []}, "You are checked out. Goodbye."),
    ):
        answer = asked(site, staff, there, **{**person, **change})
        assert told in seen(answer.text), told


def test_mistakes_are_told_beside_their_fields(site: Site, staff: FlaskClient, there: Tenant) -> None:
    wrong = {
        "who": "made-up", "at": "soon", "temperature": "366", "has_vehicle": "1", "occupants": "0",
        "row": ["0", "1"], "credential-0-since": "2026-11-18T10:01", "credential-1-kind": "test",
        "credential-1-until": "later", "area": "Alpha", "visitor_class": "contractor",
    }  # fmt: skip
    answer = asked(site, staff, there, **wrong)
    assert answer.status_code == 422
    for field in ("at", "temperature", "occupants", "credential-0-kind", "credential-1-until", "area_at"):
        assert f'id="{field}-error"' in answer.text, field
    nobody = asked(site, staff, there, visitor="")
    assert 'id="visitor-error"' in nobody.text
    assert nobody.status_code == 422


def test_without_an_entrance_the_page_says_what_comes_first(site: Site, staff: FlaskClient) -> None:
    assert "There is no entrance yet" in seen(opened(site, staff, "/simulator").text)
