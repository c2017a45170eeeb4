"""The visitor's own page: what they declare, what they see of it, and what they never see of a hold."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from werkzeug.test import TestResponse

from tests.web.holding import on_hold
from tests.web.pages.site import Site, opened, seen
from tests.web.tenants import Tenant
from web.services.people import credentials, holds, travels
from web.services.people.credential_values import Given
from web.services.people.visitors import Registration, register
from web.store.scope import PROGRAM

HOLD = holds.Given("red", "Owes 3,000 yuan", "Call Ms Chen, 8021", "Write to appeals@park.example")


@pytest.fixture
def holder(site: Site, there: Tenant) -> tuple[str, str]:
    """A visitor's id and the secret of their link."""
    done = register(
        site.inst, there.staff, Registration(there.enterprise, "王小明", "13800138000", "visitor")
    )
    return done.visitor_id, done.link.partition("#")[2]


def asked(site: Site, secret: str, path: str = "", language: str = "en", **fields: str) -> TestResponse:
    headers = {"Authorization": f"Bearer {secret}", "Accept-Language": language}
    return site.app.test_client().post(f"/me/own{path}", base_url=site.url, data=fields, headers=headers)


def test_a_declared_proof_is_shown_as_not_yet_seen_then_verified_then_ended(
    site: Site, there: Tenant, holder: tuple[str, str]
) -> None:
    who, secret = holder
    assert "None yet" in seen(asked(site, secret).text)
    fields = {"kind": "test", "since_day": "2026-11-19", "since_time": "08:30", "until_day": "2026-11-22"}
    declared = asked(site, secret, "/credentials", **fields)
    assert declared.status_code == 200
    text = seen(declared.text)
    assert "Test result since 2026-11-19 08:30:00 · until 2026-11-22 Not yet seen by staff Take back" in text
    assert "待工作人员核验" in seen(asked(site, secret, language="zh").text)
    credentials.verify(site.inst, there.staff, "ann", who, credentials.own(site.inst, who)[0].id)
    text = seen(asked(site, secret).text)
    assert "Verified" in text
    assert "Take back" not in text
    site.clock.pass_s(3 * 86_400)
    assert "Ended" in seen(asked(site, secret).text)


def test_a_declaration_is_taken_back_and_what_staff_withdrew_is_gone(
    site: Site, there: Tenant, holder: tuple[str, str]
) -> None:
    who, secret = holder
    asked(site, secret, "/credentials", kind="", other="Forklift licence")
    own = credentials.own(site.inst, who)[0].id
    assert "Forklift" not in seen(asked(site, secret, "/credentials/withdraw", credential=own).text)
    credentials.add(site.inst, there.staff, "ann", who, Given("permit"))
    theirs = credentials.own(site.inst, who)[0].id
    assert asked(site, secret, "/credentials/withdraw", credential=theirs).status_code == 404
    assert len(credentials.own(site.inst, who)) == 1


def test_travels_are_declared(site: Site, holder: tuple[str, str]) -> None:
    who, secret = holder
    assert "C 区 2026-11-18" in seen(asked(site, secret, "/travels", area="C 区", day="2026-11-18").text)
    assert travels.listed(site.inst, PROGRAM, who)[0].source == "self"


@pytest.mark.parametrize(
    ("path", "fields", "field"),
    [
        ("/credentials", {"kind": ""}, "other"),
        ("/credentials", {"kind": "test", "since_day": "2026-12-01"}, "since_day"),
        ("/credentials", {"kind": "test", "until_day": "x"}, "until_day"),
        ("/travels", {"area": "", "day": "2026-11-18"}, "area"),
        ("/travels", {"area": "C"}, "day"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(
    site: Site, holder: tuple[str, str], path: str, fields: dict[str, str], field: str
) -> None:
    answer = asked(site, holder[1], path, **fields)
    assert answer.status_code == 422
    assert f'{field}-error"' in answer.text


def test_a_hold_asks_to_speak_to_the_staff_and_tells_neither_level_nor_reason(
    site: Site, there: Tenant, holder: tuple[str, str]
) -> None:
    who, secret = holder
    said = []
    for level in ("yellow", "red"):
        made = on_hold(site.inst, there.staff, who, replace(HOLD, level=level))
        for language in ("en", "zh"):
            said.append(asked(site, secret, language=language).text)
        holds.lift(site.inst, PROGRAM, "admin", who, made)
    assert said[:2] == said[2:]
    assert "Please speak to the staff Write to appeals@park.example" in seen(said[0])
    for word in ("red", "yellow", "Chen", "8021", "yuan", "红", "黄", "管控"):
        assert word not in " ".join(seen(page) for page in said).replace("declared", "")
    assert "speak to the staff" not in seen(asked(site, secret).text)


@pytest.mark.parametrize("path", ["", "/credentials", "/credentials/withdraw", "/travels"])
def test_without_the_secret_there_is_nothing(site: Site, holder: tuple[str, str], path: str) -> None:
    for secret in ("", "x", "é"):
        answer = asked(site, secret, path, kind="test", area="C", day="2026-11-18")
        assert answer.status_code == 401
        assert answer.headers["Cache-Control"] == "no-store"
    assert asked(site, holder[1]).headers["Cache-Control"] == "no-store"
    assert credentials.own(site.inst, holder[0]) == []


def test_nobody_takes_back_what_somebody_else_declared(
    site: Site, there: Tenant, holder: tuple[str, str]
) -> None:
    other = register(site.inst, there.staff, Registration(there.enterprise, "李雷", "13900139000", "visitor"))
    credentials.declare(site.inst, other.visitor_id, Given("test"))
    theirs = credentials.own(site.inst, other.visitor_id)[0].id
    assert asked(site, holder[1], "/credentials/withdraw", credential=theirs).status_code == 404
    assert len(credentials.own(site.inst, other.visitor_id)) == 1


def test_a_phone_that_is_none_is_said_beside_its_field_and_every_id_is_there_once(
    site: Site, there: Tenant
) -> None:
    given = Registration(there.enterprise, "Ann Lee", "13800138000", "visitor")
    secret = register(site.inst, there.staff, given).link.partition("#")[2]
    headers = {"Authorization": f"Bearer {secret}", "Accept-Language": "en"}
    client = site.app.test_client()
    wrong = client.post(
        "/me/own/data", base_url=site.url, headers=headers, data={"own-name": "Ann Lee", "own-phone": "12"}
    )
    assert wrong.status_code == 422
    assert 'id="own-phone-error"' in wrong.text
    page = opened(site, client, "/me").text
    ids = re.findall(r' id="([^"]+)"', page + wrong.text)
    assert len(ids) == len(set(ids))
    assert client.post("/me/own/withdraw", base_url=site.url).status_code == 401
