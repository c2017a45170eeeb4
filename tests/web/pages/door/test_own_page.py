"""The visitor's own page: what the server hands out, to whom, and when."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.web.pages.site import Site, opened, seen
from tests.web.tenants import Tenant
from web.services.people.visitors import Registration, register, renew_link


def link_of(site: Site, there: Tenant) -> tuple[str, str]:
    """A new visitor's id and the secret of the private link."""
    given = Registration(there.enterprise, "王小明", "13800138000", "contractor")
    done = register(site.inst, there.staff, given)
    return done.visitor_id, done.link.partition("#")[2]


def asked(site: Site, secret: str, language: str = "en", **body: Any) -> TestResponse:
    """The answer to a request for codes with this secret."""
    headers = {"Authorization": f"Bearer {secret}", "Accept-Language": language}
    return site.app.test_client().post("/me/strip", base_url=site.url, json=body, headers=headers)


def test_the_page_itself_knows_nobody(site: Site, visitor: FlaskClient, there: Tenant) -> None:
    link_of(site, there)
    page = opened(site, visitor, "/me")
    assert page.status_code == 200
    assert "王小明" not in page.text


def test_a_phone_without_script_is_told_how_to_come_in_and_not_to_wait(
    site: Site, visitor: FlaskClient
) -> None:
    html = visitor.get("/me?lang=en").text
    shown, told = html.partition("<noscript>")[0], html.partition("<noscript>")[2].partition("</noscript>")[0]
    assert "Fetching your code" not in shown
    assert "scan the code on its poster at the door" in told


def test_the_first_strip_begins_now_and_tells_the_servers_time(site: Site, there: Tenant) -> None:
    _, secret = link_of(site, there)
    got = asked(site, secret).get_json()
    now_s = site.clock() // 1000
    assert got["now_ms"] == site.clock()
    assert (got["name"], got["class"], got["size"]) == ("王小明", "Contractor", 45)
    assert [start for start, _ in got["windows"]] == [now_s // 30 * 30 + 30 * n for n in range(10)]
    assert asked(site, secret, "zh").get_json()["class"] == "施工人员"


def test_the_next_stretch_is_where_the_page_asks_for_it(site: Site, there: Tenant) -> None:
    _, secret = link_of(site, there)
    first = asked(site, secret).get_json()["first"]
    got = asked(site, secret, first=first + 10, count=55).get_json()
    assert len(got["windows"]) == 55
    assert got["windows"][0][0] == (first + 10) * 30


@pytest.mark.parametrize(
    "body",
    [{"count": 0}, {"count": -1}, {"count": 10**9}, {"first": 0}, {"first": 10**40}, {"first": -(10**40)}],
)
def test_windows_out_of_reach_are_refused(site: Site, there: Tenant, body: dict[str, int]) -> None:
    _, secret = link_of(site, there)
    answer = asked(site, secret, **body)
    assert answer.status_code == 422
    assert answer.get_json()["error"]


@pytest.mark.parametrize(
    "body", [{"first": True}, {"first": "1"}, {"count": 1.5}, {"count": None}, {"x": [1]}]
)
def test_odd_bodies_are_answered_as_if_nothing_was_asked(
    site: Site, there: Tenant, body: dict[str, Any]
) -> None:
    _, secret = link_of(site, there)
    assert len(asked(site, secret, **body).get_json()["windows"]) == 10


@pytest.mark.parametrize("secret", ["", "x", "é", "x" * 5000])
def test_without_the_secret_there_is_nothing(site: Site, there: Tenant, secret: str) -> None:
    link_of(site, there)
    answer = asked(site, secret)
    assert answer.status_code == 401
    assert "not valid any more" in answer.get_json()["error"]


def test_a_new_link_ends_the_old_one(site: Site, there: Tenant) -> None:
    visitor_id, secret = link_of(site, there)
    renewed = renew_link(site.inst, there.staff, visitor_id).partition("#")[2]
    assert asked(site, secret).status_code == 401
    assert asked(site, renewed).status_code == 200


def test_the_answer_is_never_kept_by_anybody_between(site: Site, there: Tenant) -> None:
    _, secret = link_of(site, there)
    for answer in (asked(site, secret), asked(site, "x")):
        assert answer.headers["Cache-Control"] == "no-store"


def test_the_secret_counts_only_in_its_header(site: Site, there: Tenant) -> None:
    _, secret = link_of(site, there)
    client = site.client()
    assert client.post(f"/me/strip?token={secret}", base_url=site.url).status_code == 401
    assert client.get(f"/me/{secret}", base_url=site.url).status_code == 404
    assert "王" not in seen(client.get(f"/me?{secret}", base_url=site.url).text)


@pytest.mark.parametrize(("language", "words"), [("en", ("In", "Out")), ("zh", ("进", "出"))])
def test_the_list_of_visits_speaks_the_language_of_the_page(
    site: Site, visitor: FlaskClient, language: str, words: tuple[str, str]
) -> None:
    page = opened(site, visitor, f"/me?lang={language}").text
    assert f'data-in="{words[0]}" data-out="{words[1]}"' in page


def test_the_page_can_be_put_among_a_phones_apps_and_its_worker_serves_it_alone(
    site: Site, visitor: FlaskClient
) -> None:
    manifest = opened(site, visitor, "/me/app.webmanifest?lang=zh")
    assert manifest.mimetype == "application/manifest+json"
    told = manifest.get_json()
    assert (told["start_url"], told["scope"], told["display"]) == ("/me", "/me", "standalone")
    assert told["lang"] == "zh-CN"
    assert [opened(site, visitor, icon["src"]).mimetype for icon in told["icons"]] == ["image/png"] * 2
    worker = opened(site, visitor, "/me/worker.js")
    assert worker.headers["Service-Worker-Allowed"] == "/me"
    assert worker.headers["Cache-Control"] == "no-cache"
    assert worker.mimetype == "text/javascript"
