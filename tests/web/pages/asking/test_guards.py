"""Who may do what: sessions, forged requests, foreign sites, and other people's things."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from domain.access import Role
from tests.web.pages.site import (
    PASSWORD,
    Site,
    hidden_fields,
    opened,
    poster_path,
    seen,
    sent,
    signed_in,
)
from tests.web.tenants import Tenant, tenant
from web.services import accounts
from web.views.asking.session import local_path

STAFF_PATHS = (
    "/",
    "/enterprises/new",
    "/visitors",
    "/visitors/new",
    "/kiosks",
    "/account",
    "/venues/x/log",
    "/desk",
)


def test_pages_of_the_staff_ask_strangers_to_sign_in(site: Site, visitor: FlaskClient) -> None:
    for path in STAFF_PATHS:
        answer = opened(site, visitor, path)
        assert answer.status_code == 302
        assert answer.location.startswith("/sign-in?next=")


def test_no_route_forgets_to_ask(site: Site) -> None:
    public = {"auth", "provider", "checkin", "me", "kiosk_api", "bootstrap", "log_files", "invitation_door"}
    public |= {"privacy", "staff_door", "health"}
    for rule in site.app.url_map.iter_rules():
        if rule.endpoint.split(".")[0] in public or rule.endpoint in ("static", "healthz", "metrics"):
            continue
        # Programs are asked for their token: tests/web/api/test_calling.py.
        if rule.endpoint.startswith("api_"):
            continue
        # A number is a name as well, and the only one where a path asks for a number.
        path = site.app.url_map.bind("park.example").build(rule.endpoint, dict.fromkeys(rule.arguments, "1"))
        method = "GET" if "GET" in (rule.methods or ()) else "POST"
        answer = site.client().open(path, method=method, base_url=site.url)
        assert (answer.status_code, method) in {(302, "GET"), (400, "POST"), (401, "POST")}, rule


def test_a_post_without_token_or_with_another_sessions_token_changes_nothing(
    site: Site, staff: FlaskClient, there: Tenant
) -> None:
    path = poster_path(site, there)
    fields = {"name": "Ann", "phone": "13800138000"}
    strangers = hidden_fields(opened(site, site.client(), path).text)
    for client in (staff, site.client()):
        for hidden in ({}, {"csrf_token": "x"}, {"csrf_token": strangers["csrf_token"]}):
            answer = client.post(path, base_url=site.url, data={**fields, **hidden})
            assert answer.status_code == 400
            assert "open for too long" in seen(answer.text)
    assert staff.post("/sign-out", base_url=site.url).status_code == 400
    assert opened(site, staff, "/").status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "https://park.example.evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_a_post_from_a_foreign_site_is_refused_with_a_good_token(
    site: Site, visitor: FlaskClient, there: Tenant, headers: dict[str, str]
) -> None:
    path = poster_path(site, there)
    form = {**hidden_fields(opened(site, visitor, path).text), "name": "Ann", "phone": "13800138000"}
    answer = visitor.post(path, base_url=site.url, data=form, headers=headers)
    assert answer.status_code == 403
    own = {"Origin": "https://park.example", "Sec-Fetch-Site": "same-origin"}
    assert visitor.post(path, base_url=site.url, data=form, headers=own).status_code == 303


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example", "/\\evil.example", "https://evil.example", "https:evil.example", "evil.example",
        "/\t/evil.example", "\\\\evil.example", "/a\r\nSet-Cookie: x=1", "javascript:alert(1)", "", " //evil",
    ],
)  # fmt: skip
def test_only_paths_of_this_site_are_gone_on_to(target: str) -> None:
    assert local_path(target) is None


def test_nothing_of_another_enterprise_is_shown_or_changed(site: Site, there: Tenant) -> None:
    other = tenant(site.inst, "West Area", "Mill Ltd")
    accounts.create_account(site.inst, "clerk", PASSWORD, Role.OWNER, enterprise_id=there.enterprise)
    clerk = signed_in(site, login="clerk")
    assert "Mill" not in seen(opened(site, clerk, "/").text + opened(site, clerk, "/kiosks").text)
    assert "Add an enterprise" not in seen(opened(site, clerk, "/").text)
    venue = f"/venues/{other.venue}"
    for path in (
        venue, f"/enterprises/{other.enterprise}", f"/enterprises/{other.enterprise}/venues/new",
        f"{venue}/log",
        f"{venue}/log.csv", f"/desk?venue={other.venue}",
        f"/desk/newer?venue={other.venue}",
        f"/desk/entries.csv?entrance={other.entrance}", f"/desk?kiosk={other.gate.id}",
        f"{venue}/posters/{other.poster}",
        f"/venues/{there.venue}/posters/{other.poster}", f"{venue}/posters/{other.poster}/poster.pdf",
    ):  # fmt: skip
        assert opened(site, clerk, path).status_code == 404, path
    for path, fields in (
        (f"{venue}/state", {"state": "closed"}),
        (f"{venue}/entrances", {"name": "x"}),
        (f"{venue}/entrances/{other.entrance}/posters", {}),
        (f"{venue}/entrances/{other.entrance}/enrolment", {}),
        (f"{venue}/posters/{other.poster}/revoke", {}),
        (f"/kiosks/{other.gate.id}/revoke", {}),
    ):
        assert sent(site, clerk, path, page="/", **fields).status_code == 404, path


def test_what_is_too_large_is_refused_before_it_is_read(
    site: Site, visitor: FlaskClient, there: Tenant
) -> None:
    path = poster_path(site, there)
    large = visitor.post(path, base_url=site.url, data={"name": "x" * 2_100_000})
    assert large.status_code == 413
    many = visitor.post(path, base_url=site.url, data={f"f{n}": "x" for n in range(10_000)})
    assert many.status_code in (400, 413)


@pytest.mark.parametrize("path", ["/nothing", "/enterprises/nobody", "/venues/x/posters/y/poster.exe"])
def test_errors_are_pages_in_both_languages(site: Site, staff: FlaskClient, path: str) -> None:
    answer = opened(site, staff, path)
    assert answer.status_code == 404
    assert "There is nothing here" in seen(answer.text)
    assert "没有找到内容" in seen(answer.text)


def test_a_fault_of_ours_is_a_page_without_a_word_of_the_program(site: Site) -> None:
    site.app.testing = False
    site.app.config["PROPAGATE_EXCEPTIONS"] = False
    client = site.client()
    form = hidden_fields(opened(site, client, "/sign-in").text)
    site.app.view_functions["checkin.number"] = lambda: 1 // 0
    answer = client.post("/n", base_url=site.url, data=form)
    assert answer.status_code == 500
    assert "系统出错了" in seen(answer.text)
    assert not any(word in answer.text for word in ("Traceback", "ZeroDivision", "File "))
