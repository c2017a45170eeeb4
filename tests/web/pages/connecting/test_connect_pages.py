"""Tokens and webhooks on their pages: made, shown once, ended, and what was delivered."""

from __future__ import annotations

import re

from flask.testing import FlaskClient

from tests.web.pages.site import Site, opened, seen, sent, signed_in
from tests.web.tenants import Tenant
from web.services.connecting import tokens, webhooks
from web.services.connecting.events import CHOICES
from web.store.scope import PROGRAM


def _made(site: Site, staff: FlaskClient, **fields: object) -> str:
    """The page after a token was made."""
    told = {"name": "Till", "days": "90", "scopes": ["see_places"], **fields}
    answer = sent(site, staff, "/connect/tokens", page="/connect", **told)  # type: ignore[arg-type]
    assert answer.status_code == 303
    return opened(site, staff, answer.location).text


def test_a_tokens_secret_is_shown_once_and_opens_the_api(
    site: Site, staff: FlaskClient, there: Tenant
) -> None:
    page = _made(site, staff)
    secret = re.search(tokens.PATTERN, page)
    assert secret is not None
    again = opened(site, staff, "/connect")
    assert secret[0] not in again.text
    assert "Till" in seen(again.text)
    assert again.headers["Cache-Control"] == "no-store"
    program = site.client()
    header = {"Authorization": f"Bearer {secret[0]}"}
    assert program.get("/api/v1/venues", base_url=site.url, headers=header).status_code == 200
    assert program.get("/api/v1/kiosks", base_url=site.url, headers=header).status_code == 403
    (one,) = tokens.listed(site.inst, "admin")
    sent(site, staff, f"/connect/tokens/{one.id}/revoke", page="/connect")
    assert program.get("/api/v1/venues", base_url=site.url, headers=header).status_code == 401


def test_what_cannot_be_a_token_is_told_beside_its_field(site: Site, staff: FlaskClient) -> None:
    for fields, said in (({"name": " "}, "Please fill this in"), ({"scopes": []}, "Choose at least one")):
        told = {"name": "Till", "days": "90", "scopes": ["see_places"], **fields}
        answer = sent(site, staff, "/connect/tokens", page="/connect", **told)  # type: ignore[arg-type]
        assert answer.status_code == 422
        assert said in seen(answer.text)
    for days in ("0", "366", "x", "99999"):
        fields = {"name": "Till", "scopes": "see_places", "days": days}
        assert sent(site, staff, "/connect/tokens", page="/connect", **fields).status_code == 422
    assert tokens.listed(site.inst, "admin") == []


def test_a_webhook_is_made_tested_paused_and_removed(site: Site, staff: FlaskClient) -> None:
    events = [event.value for event in CHOICES]
    fields = {"url": "https://receiver.example/hook", "events": events}
    made = sent(site, staff, "/connect/webhooks", page="/connect", **fields)  # type: ignore[arg-type]
    path = made.location
    shown = opened(site, staff, path).text
    assert "whsec_" in shown
    assert "whsec_" not in opened(site, staff, path).text
    sent(site, staff, f"{path}/test", page=path)
    (delivery,), _ = webhooks.deliveries(site.inst, PROGRAM, path.rpartition("/")[2])
    assert "Waiting" in seen(opened(site, staff, path).text)
    assert opened(site, staff, f"{path}/deliveries/{delivery.id}").json["type"] == "test"  # type: ignore[index]
    sent(site, staff, f"{path}/deliveries/{delivery.id}/retry", page=path)
    sent(site, staff, f"{path}/secret", page=path)
    assert "whsec_" in opened(site, staff, path).text
    sent(site, staff, f"{path}/pause", page=path, paused="1")
    assert "Paused" in seen(opened(site, staff, path).text)
    assert opened(site, staff, f"{path}?state=dead").status_code == 200
    sent(site, staff, f"{path}/remove", page=path)
    assert opened(site, staff, path).status_code == 404
    wrong = sent(site, staff, "/connect/webhooks", page="/connect", url="http://receiver.example/")
    assert (wrong.status_code, "https://" in seen(wrong.text)) == (422, True)


def test_the_description_is_there_for_everybody_in_both_languages(site: Site) -> None:
    stranger = site.client()
    page = opened(site, stranger, "/api/docs")
    assert page.status_code == 200
    assert "/api/v1/" in seen(page.text).replace("\u200b", "")
    assert "<script>" not in page.text
    chinese = stranger.get("/api/docs", base_url=site.url, headers={"Accept-Language": "zh"})
    assert "接口说明" in chinese.text
    described = opened(site, stranger, "/api/openapi.json")
    assert described.json["openapi"].startswith("3.1")  # type: ignore[index]


def test_whoever_may_not_connect_does_not_see_the_page(site: Site, there: Tenant) -> None:
    assert opened(site, site.client(), "/connect").status_code == 302
    assert "/connect" in opened(site, signed_in(site), "/account").text
