"""How programs call: with a token and nothing else, within its scopes, told in one shape what is wrong."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import update

from domain.access import Right, Role
from tests.web.api.program import Program, program
from tests.web.tenants import SettableClock, Tenant, tenant
from web.api.declaring.operations import RIGHTS_OF
from web.db.tables import grants
from web.services.connecting import tokens
from web.services.installation import Installation
from web.views.asking.extensions import limiter
from web.views.asking.guarding import access_table


def test_without_a_living_token_nothing_is_answered(owner: Program) -> None:
    wrong = ["", "Bearer", "Bearer x", "Basic YTpi", f"Token {owner.secret}", f"Bearer {tokens.new_secret()}"]
    for header in wrong:
        answer = owner.call("GET", "/venues", Authorization=header)
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
        assert "Set-Cookie" not in answer.headers
    assert owner.call("GET", "/venues").status_code == 200


def test_every_operation_asks_for_a_token_and_is_in_the_table_of_access(
    site_app: Flask, owner: Program
) -> None:
    rules = [rule for rule in site_app.url_map.iter_rules() if rule.endpoint.startswith("api_")]
    operations = [rule for rule in rules if not rule.endpoint.startswith("api_docs.")]
    assert {rule.endpoint for rule in operations} == set(RIGHTS_OF)
    assert len(RIGHTS_OF) == len({name.partition(".")[2] for name in RIGHTS_OF})
    adapter = site_app.url_map.bind("localhost")
    for rule in operations:
        path = adapter.build(rule.endpoint, dict.fromkeys(rule.arguments, "1"))
        method = next(iter((rule.methods or set()) - {"HEAD", "OPTIONS"}))
        answer = owner.client.open(path, method=method)
        assert answer.status_code == 401, rule
        need = access_table(site_app)[rule.endpoint]
        assert (need.by_token, need.need(method)) == (True, RIGHTS_OF[rule.endpoint])
        limiter.reset()


def test_a_token_reaches_what_its_scopes_and_its_role_both_have(
    site_app: Flask, embedded_park: tuple[Installation, Tenant]
) -> None:
    inst, park = embedded_park
    narrow = program(inst, site_app, park.staff, Role.OWNER, [Right.SEE_PLACES.value])
    assert narrow.call("GET", "/venues").status_code == 200
    refused = narrow.call("POST", "/venues", {"enterprise_id": park.enterprise, "name": "x", "address": "y"})
    assert (refused.status_code, refused.mimetype) == (403, "application/problem+json")
    guard = program(inst, site_app, park.staff, Role.GUARD)
    # Even before anybody looks at what was sent.
    assert guard.call("POST", "/venues", {}).status_code == 403


def test_a_token_ends_with_its_time_its_grant_its_account_and_by_itself(
    site_app: Flask, embedded_park: tuple[Installation, Tenant], clock: SettableClock
) -> None:
    inst, park = embedded_park
    by_time, by_hand = program(inst, site_app, park.staff), program(inst, site_app, park.staff)
    tokens.revoke(inst, by_hand.account.id, by_hand.token_id)
    assert by_hand.call("GET", "/venues").status_code == 401
    assert by_time.call("GET", "/venues").status_code == 200
    clock.pass_s(30 * 86_400)
    assert by_time.call("GET", "/venues").status_code == 401
    of_grant = program(inst, site_app, park.staff)
    ending = update(grants).where(grants.c.id == of_grant.account.grant_id).values(ended_ms=clock())
    inst.write(lambda connection: connection.execute(ending))
    assert of_grant.call("GET", "/venues").status_code == 401


def test_what_is_of_others_looks_like_what_never_was(
    owner: Program, embedded_park: tuple[Installation, Tenant]
) -> None:
    other = tenant(embedded_park[0], "West Area", "Mill Ltd")
    answers = [owner.call("GET", f"/venues/{name}") for name in (other.venue, "nothing")]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].json == answers[1].json


def test_problems_name_the_place_and_speak_the_callers_language(owner: Program, there: Tenant) -> None:
    body = {"enterprise_id": there.enterprise, "name": 7, "address": "a", "colour": "blue"}
    english = owner.call("POST", "/venues", body)
    assert english.status_code == 400
    assert english.mimetype == "application/problem+json"
    assert {error["pointer"]: error["detail"] for error in english.json["errors"]} == {
        "#/name": "This has to be a text.",
        "#/colour": "There is no such field.",
    }
    chinese = owner.call("POST", "/venues", body, Accept_Language="zh-CN")
    assert {error["detail"] for error in chinese.json["errors"]} == {"须为文本。", "没有此字段。"}
    del body["colour"]
    refused = owner.call("POST", "/venues", {**body, "name": " "})
    assert (refused.status_code, refused.json["errors"][0]["pointer"]) == (422, "#/name")


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"data": b"a=b", "content_type": "application/x-www-form-urlencoded"}, 415),
        ({"data": b"{", "content_type": "application/json"}, 400),
        ({"data": b"[]", "content_type": "application/json"}, 400),
        ({"data": b"", "content_type": "application/json"}, 400),
        ({"data": b"[" * 200_000, "content_type": "application/json"}, 400),
        ({"data": b'{"name":"' + b"x" * 2_100_000 + b'"}', "content_type": "application/json"}, 413),
    ],
)
def test_bodies_that_are_none_are_refused(owner: Program, sent: dict[str, object], status: int) -> None:
    header = {"Authorization": f"Bearer {owner.secret}"}
    answer = owner.client.post("/api/v1/enterprises", headers=header, **sent)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")


def test_addresses_and_methods_that_are_none_are_problems_too(owner: Program) -> None:
    for method, path, status in (("GET", "/nothing", 404), ("DELETE", "/venues", 405)):
        answer = owner.call(method, path)
        assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")


def test_guessing_tokens_is_slowed_down(owner: Program) -> None:
    answers = [owner.call("GET", "/venues", Authorization="Bearer x").status_code for _ in range(61)]
    assert answers == [401] * 60 + [429]
    # Whoever has a good one is not concerned.
    assert owner.call("GET", "/venues").status_code == 200
