"""The round without a script: photographs and presses alone; and who may use the camera where."""

from __future__ import annotations

import io
import json
import secrets

import pytest
from flask.testing import FlaskClient

from domain.access import Role
from tests.web.pages.site import LOGIN, Site, hidden_fields, opened, poster_path, seen, signed_in
from tests.web.tenants import Tenant
from web.services import accounts
from web.services.places.posters import posters
from web.services.visits.rounds import rounds
from web.store.scope import PROGRAM

JSON = {"Accept": "application/json"}


def picture(site: Site, poster_id: str) -> tuple[io.BytesIO, str]:
    made = posters.artefact(site.inst, PROGRAM, poster_id, kind="png", languages=("en",), size="A5")
    return io.BytesIO(made.body), "photo.png"


def test_the_camera_is_allowed_on_the_page_of_the_round_alone(
    site: Site, staff: FlaskClient, there: Tenant
) -> None:
    assert opened(site, staff, "/patrol").headers["Permissions-Policy"].startswith("camera=(self),")
    for path in ("/", poster_path(site, there), "/me", "/patrol/days/2026-11-20", "/static/theme.css"):
        assert opened(site, staff, path).headers["Permissions-Policy"].startswith("camera=(),"), path


def test_a_phone_without_script_photographs_a_poster_ticks_and_takes_back(
    site: Site, staff: FlaskClient, there: Tenant
) -> None:
    page = opened(site, staff, "/patrol").text
    assert "never seen" in seen(page)
    token = hidden_fields(page)["csrf_token"]
    look = {"csrf_token": token, "id": secrets.token_hex(16), "entrance": there.entrance}
    done = staff.post(
        "/patrol/looks", base_url=site.url, data={**look, "picture": picture(site, there.poster)}
    )
    assert (done.status_code, done.location) == (303, f"/patrol#door-{there.entrance}")
    page = opened(site, staff, "/patrol").text
    assert "This is poster No. 1 of this door." in seen(page)
    assert "1 / 1 doors looked at today" in seen(page)
    staff.post("/patrol/looks/undo", base_url=site.url, data={"csrf_token": token, "id": look["id"]})
    assert "0 / 1 doors looked at today" in seen(opened(site, staff, "/patrol").text)


def test_what_is_no_picture_or_shows_no_code_is_said_and_not_kept(
    site: Site, staff: FlaskClient, there: Tenant
) -> None:
    token = hidden_fields(opened(site, staff, "/patrol").text)["csrf_token"]
    blank = io.BytesIO(b"P5 not a picture")
    look = {"csrf_token": token, "id": secrets.token_hex(16), "entrance": there.entrance}
    for upload in ((blank, "x.jpg"), None):
        data = {**look, **({"picture": upload} if upload else {})}
        answer = staff.post("/patrol/looks", base_url=site.url, data=data, headers=JSON)
        assert answer.status_code == 422
        assert answer.get_json()["error"]
    assert rounds.history(site.inst, PROGRAM, rounds.this_day(site.inst)) == ()


@pytest.mark.parametrize("texts", ["no json", "{}", "[1, null]", '"x"', json.dumps(["\ud800", "x" * 5000])])
def test_texts_that_no_phone_sends_break_nothing(
    site: Site, staff: FlaskClient, there: Tenant, texts: str
) -> None:
    token = hidden_fields(opened(site, staff, "/patrol").text)["csrf_token"]
    data = {
        "csrf_token": token, "id": secrets.token_hex(16), "entrance": there.entrance, "texts": texts,
        "missing": "yes",
    }  # fmt: skip
    assert staff.post("/patrol/looks", base_url=site.url, data=data, headers=JSON).status_code == 200
    assert staff.post("/patrol/whose", base_url=site.url, data=data, headers=JSON).status_code == 422


def test_the_looks_of_a_day_are_a_page_and_a_table_and_no_formula(
    site: Site, staff: FlaskClient, there: Tenant
) -> None:
    assert "Nobody was on a round that day" in seen(opened(site, staff, "/patrol/days/2026-11-20").text)
    token = hidden_fields(opened(site, staff, "/patrol").text)["csrf_token"]
    data = {
        "csrf_token": token, "id": secrets.token_hex(16), "entrance": there.entrance,
        "texts": json.dumps(["https://evil.example/x"]),
    }  # fmt: skip
    staff.post("/patrol/looks", base_url=site.url, data=data, headers=JSON)
    page = seen(opened(site, staff, "/patrol/days/2026-11-20").text)
    assert "Park Ltd site · North gate" in page
    assert "Foreign code evil.example" in page
    table = opened(site, staff, "/patrol/days/2026-11-20.csv")
    assert table.data.decode("utf-8-sig").splitlines()[1].endswith(f",evil.example,{LOGIN}")
    for day in ("2026-13-01", "x", "9999-12-31", "0001-01-01"):
        assert opened(site, staff, f"/patrol/days/{day}").status_code == 404
    found = seen(opened(site, staff, "/inbox").text)
    assert "A foreign code at a door" in found


def test_an_enterprises_clerk_has_a_round_of_its_own_doors(site: Site, there: Tenant) -> None:
    password = "a password for tests only"
    accounts.create_account(site.inst, "clerk", password, Role.OWNER, enterprise_id=there.enterprise)
    clerk = signed_in(site, "clerk")
    page = seen(opened(site, clerk, "/patrol").text)
    assert "Park Ltd site · North gate" in page
    assert "Whose doors" not in page
