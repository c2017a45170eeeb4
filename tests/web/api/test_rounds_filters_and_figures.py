"""Rounds, saved filters, figures, lists as files, own data and prints: what the pages do, for programs."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from domain.access import Right, Role
from tests.web.api.program import Program, program
from tests.web.tenants import Tenant, entry_item
from web.services.connecting import tokens
from web.services.desk.projecting import projecting
from web.services.gates import ingest
from web.services.installation import Installation
from web.services.logs import sequencing
from web.services.people.visitors import Registration, register

LOOK = "0123456789abcdef" * 2


@pytest.fixture
def passed(embedded_park: tuple[Installation, Tenant]) -> str:
    """Somebody who is inside, and whom the desk knows of; their name."""
    inst, park = embedded_park
    who = register(inst, park.staff, Registration(park.enterprise, "Ann Lee", "13800138000", "visitor"))
    item = entry_item(park.gate, 1, inst.now_ms(), private={"visitor_id": who.visitor_id})
    ingest.ingest(inst, park.gate, [item])
    while sequencing.sequence(inst):
        pass
    projecting.caught_up(inst, 500)
    return who.visitor_id


def file_of(caller: Program, path: str, body: Any = None, method: str = "POST", **headers: str) -> Any:
    answer = caller.call(method, path, body, **headers)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Disposition"].startswith("attachment")
    return answer


def test_a_round_is_walked_and_read_again(owner: Program, there: Tenant) -> None:
    before = owner.get("/rounds/today")
    assert (before["total"], before["done"]) == (1, 0)
    seen = owner.post("/rounds/looks", {"id": LOOK, "entrance_id": there.entrance, "texts": []})
    assert seen["verdict"] == "missing"
    assert owner.post("/rounds/looks", {"id": LOOK, "entrance_id": there.entrance, "texts": []}) == seen
    assert owner.get("/rounds/today")["done"] == 1
    day = owner.get("/rounds/days/2026-11-20")["items"]
    assert [one["verdict"] for one in day] == ["missing"]
    assert b"missing" not in file_of(owner, "/rounds/days/2026-11-20/table", method="GET").data
    owner.post(f"/rounds/looks/{LOOK}/undo")
    assert owner.get("/rounds/today")["done"] == 0
    assert owner.call("POST", f"/rounds/looks/{LOOK}/undo").status_code == 404
    foreign = {"texts": ["https://evil.example/pay"]}
    assert owner.call("POST", "/rounds/whose", foreign).status_code == 422
    assert owner.call("GET", "/rounds/days/yesterday").status_code == 422


def test_a_saved_filter_stands_for_what_it_holds_and_is_ones_own(
    owner: Program, there: Tenant, passed: str, site_app: Flask, embedded_park: tuple[Installation, Tenant]
) -> None:
    wanted = {"who": "Ann Lee", "venue_id": there.venue}
    made = owner.post("/saved-filters", {"name": "Ann at the park", "filter": wanted})["id"]
    assert owner.get("/saved-filters")["items"] == [{"id": made, "name": "Ann at the park"}]
    found = owner.post("/search/entries", {"filter": {"saved_id": made}})["items"]
    assert len(found) == 1
    other = program(embedded_park[0], site_app, there.staff)
    assert other.get("/saved-filters")["items"] == []
    assert other.call("POST", "/search/entries", {"filter": {"saved_id": made}}).status_code == 404
    assert other.call("DELETE", f"/saved-filters/{made}").status_code == 404
    assert owner.call("DELETE", f"/saved-filters/{made}").status_code == 204
    assert passed


def test_figures_come_as_tables_and_pictures_in_the_callers_language(
    owner: Program, there: Tenant, passed: str
) -> None:
    asked = {"filter": {"period": "today", "venue_id": there.venue}}
    english = file_of(owner, "/figures/table", asked).data.decode("utf-8-sig")
    chinese = file_of(owner, "/figures/table", asked, Accept_Language="zh").data.decode("utf-8-sig")
    assert english.startswith("from,until")
    assert chinese.startswith("开始日期")
    for chart in ("hours", "days", "pace", "dwell"):
        drawn = file_of(owner, f"/figures/charts/{chart}", {**asked, "size": "narrow"})
        assert drawn.mimetype == "image/svg+xml"
        assert b"<svg" in drawn.data
        assert b"<script" not in drawn.data
    assert owner.call("POST", "/figures/charts/nothing", asked).status_code == 404
    times = owner.post("/figures/times", asked)
    assert times["first_day"] == "2026-11-20"
    sheet = owner.get(f"/figures/days/2026-11-20?enterprise_id={there.enterprise}")
    assert [(one["venue_id"], one["sums"]["people_in"]) for one in sheet["venues"]] == [(there.venue, 1)]
    assert b"," in file_of(owner, "/figures/days/2026-11-20/table", method="GET").data
    assert passed


def test_lists_leave_as_files_masked_and_the_log_says_so_first(
    owner: Program, there: Tenant, passed: str
) -> None:
    entries = file_of(owner, "/search/entries/table", {"filter": {"period": "today"}}).data.decode()
    inside = file_of(owner, "/inside/table", {"venue_id": there.venue}).data.decode()
    for text in (entries, inside):
        assert "Ann Lee" not in text
        assert "13800138000" not in text
    assert file_of(owner, f"/venues/{there.venue}/inside/sheets").data.startswith(b"%PDF")
    looks = owner.post("/search/looks", {"deed": "export"})["items"]
    assert len(looks) == 3
    table = file_of(owner, "/search/looks/table", {"deed": "export"}).data.decode("utf-8-sig")
    assert len(table.splitlines()) == 4
    roll = owner.post(f"/venues/{there.venue}/roll-calls", {"mode": "drill"})["id"]
    owner.post(f"/roll-calls/{roll}/end")
    assert file_of(owner, f"/roll-calls/{roll}/table").mimetype == "text/csv"
    assert file_of(owner, f"/roll-calls/{roll}/sheets").data.startswith(b"%PDF")
    assert passed


def test_own_data_needs_a_purpose_of_its_list_and_the_right_to_see_people_in_clear(
    owner: Program, there: Tenant, passed: str, site_app: Flask, embedded_park: tuple[Installation, Tenant]
) -> None:
    path = f"/visitors/{passed}"
    for purpose in ("", "curiosity", "investigation"):
        assert owner.call("POST", f"{path}/own-data", {"purpose": purpose}).status_code == 400
    clear = file_of(owner, f"{path}/own-data", {"purpose": "own_request"})
    assert "Ann Lee" in clear.data.decode()
    blind = [right.value for right in Right if right not in (Right.UNMASK, Right.OWN_ACCOUNT)]
    scopes = [right for right in blind if Right(right) in owner_rights()]
    narrow = program(embedded_park[0], site_app, there.staff, Role.OWNER, scopes)
    assert narrow.call("POST", f"{path}/own-data", {"purpose": "own_request"}).status_code == 403
    assert narrow.call("POST", f"{path}/erase", {"purpose": "own_request", "sure": False}).status_code == 400
    erased = owner.post(f"{path}/erase", {"purpose": "own_request", "sure": True})
    assert erased["state"] == "done"
    assert owner.call("GET", path).status_code == 404
    asked = owner.get("/data-requests")["items"]
    assert [one["purpose"] for one in asked] == ["own_request", "own_request"]


def owner_rights() -> tuple[Right, ...]:
    return tokens.grantable(Role.OWNER)


def test_a_venue_surrounds_its_area_until_that_is_taken_back(owner: Program, there: Tenant) -> None:
    path, what = f"/venues/{there.venue}", {"name": "Gate", "address": "1 Road"}
    assert owner.get(path)["surrounds"] is False
    for said, surrounds in (({"surrounds": True}, True), ({}, True), ({"surrounds": False}, False)):
        assert owner.call("PUT", path, {**what, **said}).status_code == 204
        assert owner.get(path)["surrounds"] is surrounds
        [inside] = owner.get(f"/inside?venue_id={there.venue}")["venues"]
        assert (inside["surrounds"], inside["beyond"]) == (surrounds, 0)
    made = owner.post(
        "/venues", {"enterprise_id": there.enterprise, **what, "name": "Wall", "surrounds": True}
    )
    assert owner.get(f"/venues/{made['id']}")["surrounds"] is True


def test_prints_are_files_and_posters_of_cards_take_the_right_of_people(
    owner: Program, there: Tenant, passed: str
) -> None:
    assert file_of(owner, f"/entrances/{there.entrance}/print?kind=label", method="GET").data[:4] == b"%PDF"
    notice = {"title": "Water off", "dated": "2026-11-20", "form": "svg"}
    assert b"<svg" in file_of(owner, "/prints/notice", notice).data
    card = {"household": "Flat 3", "issued_on": "2026-11-20", "people": [{"role": "Doctor", "name": "Li"}]}
    assert file_of(owner, "/prints/contact-card", card).data[:4] == b"%PDF"
    assert file_of(owner, f"/visitors/{passed}/windscreen", {"subject": "苏A12345"}).data[:4] == b"%PDF"
    rows = b"venue,entrance\nHall,\nNowhere,\n"
    job = owner.form("POST", "/print-jobs/tables", {"table": ("a.csv", rows)}).json["id"]
    told = owner.get(f"/print-jobs/{job}/proposal")["rows"]
    assert [row["is_missing"] for row in told][-1] is True
    plan = owner.post(f"/print-jobs/{job}/missing")
    assert plan["bad"] >= 1 or plan["venues"] >= 1
    doors = owner.get("/entrances?limit=1")
    assert doors["items"][0]["id"] == there.entrance
