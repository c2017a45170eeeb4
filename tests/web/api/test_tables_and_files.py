"""Tables and files: tried first, done with the plan of the answer, sent again safely, taken back."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from domain.access import Role
from tests.web.api.program import Program, program
from tests.web.tenants import SettableClock, Tenant
from web.services.installation import Installation

PLACES = "enterprise,venue,address,entrance\nPark Ltd,Hall 9,9 River Road,East door\nPark Ltd,,,x\n"
VISITS = "name,phone,host,day,from,until\nBo Li,13800138009,Ms Host,2026-11-21,09:00,10:00\nCy,1,Ms Host,,,\n"


def table(text: str) -> dict[str, Any]:
    return {"table": ("a.csv", text.encode())}


def picture(kind: str = "PNG", side: int = 300) -> bytes:
    body = BytesIO()
    Image.new("RGB", (side, side), "navy").save(body, kind)
    return body.getvalue()


def test_a_table_of_places_is_tried_done_and_taken_back(owner: Program, there: Tenant) -> None:
    tried = owner.form("POST", "/imports/places", table(PLACES))
    assert tried.status_code == 200, tried.text
    told = tried.json
    assert (told["venues"], told["entrances"], told["bad"]) == (1, 1, 1)
    assert told["rows"][1]["problems"][0]["column"] == "venue"
    assert "Hall 9" not in [row["name"] for row in owner.get("/venues")["items"]]
    done = owner.post("/imports/places/apply", {"plan": told["plan"]})
    assert done["venues"] == 1
    assert "Hall 9" in [row["name"] for row in owner.get("/venues")["items"]]
    again = owner.post("/imports/places/apply", {"plan": told["plan"]})
    assert (again["venues"], again["changed"]) == (0, 0)
    made = owner.get("/imports/places")["items"]
    assert [one["of"]["entrances"] for one in made] == [1]
    undone = owner.post(f"/imports/places/{made[0]['id']}/undo")
    assert undone["count"] == 2
    assert "Hall 9" not in [row["name"] for row in owner.get("/venues")["items"]]
    assert there.venue in [row["id"] for row in owner.get("/venues")["items"]]


def test_a_plan_is_for_its_account_its_table_and_an_hour(
    owner: Program, there: Tenant, embedded_park: tuple[Installation, Tenant], clock: SettableClock
) -> None:
    plan = {"plan": owner.form("POST", "/imports/places", table(PLACES)).json["plan"]}
    other = program(embedded_park[0], owner.client.application, there.staff)
    for caller, path in (
        (other, "/imports/places/apply"),
        (owner, "/imports/credentials/apply"),
        (owner, f"/enterprises/{there.enterprise}/imports/visits/apply"),
    ):
        refused = caller.call("POST", path, plan)
        assert (refused.status_code, refused.json["errors"][0]["pointer"]) == (422, "#/plan"), path
    clock.pass_s(3_601)
    assert owner.call("POST", "/imports/places/apply", plan).status_code == 422


@pytest.mark.parametrize(
    ("data", "said"), [(b"", "not empty"), (b"PK\x03\x04broken", "file"), (b"colour\nblue\n", "column")]
)
def test_a_table_that_is_none_is_refused_on_its_field(owner: Program, data: bytes, said: str) -> None:
    for path in ("/imports/places", "/imports/credentials", "/paper/rows", "/print-jobs/tables"):
        refused = owner.form("POST", path, {"table": ("a.csv", data)})
        assert (refused.status_code, refused.json["errors"][0]["pointer"]) == (422, "#/table"), path
        assert said in refused.json["detail"], path


def test_forms_are_forms_and_no_json(owner: Program) -> None:
    assert owner.call("POST", "/imports/places", {"table": "x"}).status_code == 415
    for fields in ({}, {"table": "text"}, {**table(PLACES), "colour": "blue"}):
        refused = owner.form("POST", "/imports/places", fields)
        assert refused.status_code == 400, fields
    anonymous = owner.form("POST", "/imports/places", table(PLACES), Authorization="Bearer x")
    assert anonymous.status_code == 401


def test_room_for_a_large_file_is_for_those_alone_who_may_send_it(
    owner: Program, there: Tenant, embedded_park: tuple[Installation, Tenant]
) -> None:
    large = {"file": ("a.cpk", b"x" * 3_000_000)}
    guard = program(embedded_park[0], owner.client.application, there.staff, Role.GUARD)
    assert owner.form("POST", "/quarantine-files", large).status_code == 422
    for key in ({}, {"Idempotency_Key": "large"}):
        assert guard.form("POST", "/quarantine-files", large, **key).status_code in (403, 413)


def test_a_form_that_is_sent_again_is_known_whatever_its_border(owner: Program, there: Tenant) -> None:
    sent = {"picture": ("a.png", picture()), "zh": "停电"}
    path = f"/venues/{there.venue}/gates/pictures"
    first, again = (owner.form("POST", path, dict(sent), Idempotency_Key="n") for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201), first.text
    assert first.json == again.json
    assert again.headers["Idempotent-Replayed"] == "true"
    other = owner.form("POST", path, {**sent, "picture": ("a.png", picture(side=301))}, Idempotency_Key="n")
    assert other.status_code == 422


def test_visits_come_as_a_table_and_go_as_a_batch(owner: Program, there: Tenant) -> None:
    path = f"/enterprises/{there.enterprise}"
    told = owner.form("POST", f"{path}/imports/visits", table(VISITS)).json
    assert (told["visits"], told["refused"], told["new_people"]) == (1, 1, 1)
    assert told["rows"][0]["who"] == "Bo L* · 138****8009" or "8009" in told["rows"][0]["who"]
    assert "13800138009" not in str(told)
    assert owner.post(f"{path}/imports/visits/apply", {"plan": told["plan"]})["visits"] == 1
    batch = owner.get(f"{path}/visit-batches")["items"][0]
    assert owner.post(f"/visit-batches/{batch['id']}/undo") == {"count": 1, "kept": 0}


def test_credentials_come_as_a_table(owner: Program, there: Tenant) -> None:
    given = {"enterprise_id": there.enterprise, "name": "Ann Lee", "phone": "13800138000"}
    who = owner.post("/visitors", given)["visitor_id"]
    text = "name,phone,kind,since,until\nAnn Lee,13800138000,induction,2026-11-01,2027-11-01\nX,1,a,b,c\n"
    told = owner.form("POST", "/imports/credentials", table(text)).json
    assert [row["fate"] for row in told["rows"]] == ["add", "refused"]
    assert owner.post("/imports/credentials/apply", {"plan": told["plan"]})["added"] == 1
    assert len(owner.get(f"/visitors/{who}/credentials")["items"]) == 1


def test_logos_and_pictures_are_kept_as_other_bytes_and_removed(owner: Program, there: Tenant) -> None:
    logo, spot = f"/enterprises/{there.enterprise}/logo", f"/venues/{there.venue}/picture"
    assert owner.form("PUT", logo, {"logo": ("a.jpg", picture("JPEG"))}).status_code == 204
    shown = owner.call("GET", logo)
    assert (shown.status_code, shown.mimetype) == (200, "image/png")
    for place in (spot, f"{spot}?entrance_id={there.entrance}"):
        assert owner.form("PUT", place, {"picture": ("a.jpg", picture("JPEG"))}).status_code == 204
        assert owner.call("GET", place).mimetype == "image/jpeg"
    kept = owner.get(f"/venues/{there.venue}/pictures")["items"]
    assert [one["entrance_id"] for one in kept] == ["", there.entrance]
    refused = owner.form("PUT", spot, {"picture": ("a.jpg", b"<svg/>")})
    assert (refused.status_code, refused.json["errors"][0]["pointer"]) == (422, "#/picture")
    too_large = owner.form("PUT", logo, {"logo": ("a.png", b"x" * 2_100_000)})
    assert too_large.status_code in (413, 422)
    for path in (logo, spot):
        assert owner.call("DELETE", path).status_code == 204
        assert owner.call("GET", path).status_code == 404


def test_the_register_of_a_day_is_tried_kept_and_taken_back(owner: Program, there: Tenant) -> None:
    door = f"/entrances/{there.entrance}/paper"
    text = "Time,In/Out,Name,Phone\n09:00,in,Bo Li,13800138009\n9:99,in,Cy,1\n"
    rows = owner.form("POST", "/paper/rows", table(text)).json["rows"]
    assert rows[0] == {
        "number": 2,
        "time": "09:00",
        "direction": "in",
        "name": "Bo Li",
        "phone": "13800138009",
    }
    day = {"day": "2026-11-20", "rows": rows}
    tried = owner.post(f"{door}/try", day)
    assert (tried["new"], tried["bad"]) == (1, 1)
    assert "13800138009" not in str(tried)
    assert {one["column"] for one in tried["rows"][1]["problems"]} == {"time", "phone"}
    assert owner.get(f"/venues/{there.venue}/paper")["items"] == []
    assert owner.post(door, day)["new"] == 1
    assert (owner.post(door, day)["new"], owner.post(door, day)["known"]) == (0, 1)
    batch = owner.get(f"/venues/{there.venue}/paper")["items"][0]
    assert owner.post(f"{door}/undo", {"received_ms": batch["received_ms"]}) == {"count": 1}
