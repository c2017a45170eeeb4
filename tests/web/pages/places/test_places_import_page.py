"""The import of places as a clerk does it: upload, look, one press, and back again."""

from __future__ import annotations

import io

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from domain.access import Role
from tests.web.pages.site import PASSWORD, Site, hidden_fields, opened, seen, sent, signed_in
from tests.web.tenants import Tenant
from web.services import accounts
from web.services.places import places
from web.store.scope import PROGRAM

_TABLE = """单位名称,场所名称,地址,容纳人数,出入口,备注
江畔纺织厂,一号厂房,滨海路1号,200,东门,
江畔纺织厂,一号厂房,滨海路1号,200,西门,
江畔纺织厂,二号厂房,,200,东门,
"""
_PAGE = "/places/import"


def uploaded(site: Site, client: FlaskClient, table: bytes) -> TestResponse:
    hidden = hidden_fields(opened(site, client, _PAGE).text)
    data = {"csrf_token": hidden["csrf_token"], "table": (io.BytesIO(table), "table.csv")}
    return client.post(_PAGE, base_url=site.url, data=data)


def test_a_table_is_checked_done_and_taken_back(site: Site, staff: FlaskClient, there: Tenant) -> None:
    report = uploaded(site, staff, _TABLE.encode("gb18030"))
    text = seen(report.text)
    assert "address: A new venue needs its address." in text
    assert "Columns that are left out: 备注" in text
    assert len(places.venues(site.inst, PROGRAM)) == 1
    rows = hidden_fields(report.text)["rows"]
    answer = sent(site, staff, f"{_PAGE}/apply", page=_PAGE, rows=rows, issue="1")
    told = seen(opened(site, staff, answer.location).text)
    assert "Imported: 1 enterprise, 1 venue, 2 entrances." in told
    assert "1 enterprise, 1 venue, 2 entrances, 2 posters" in told
    [venue] = [row for row in places.venues(site.inst, PROGRAM) if row.name == "一号厂房"]
    doors = places.venue(site.inst, PROGRAM, venue.id).entrances
    assert [(door.name, len(door.posters)) for door in doors] == [("东门", 1), ("西门", 1)]
    sent(site, staff, f"{_PAGE}/undo", page=_PAGE)
    assert "6 things were taken back." in seen(opened(site, staff, _PAGE).text)
    assert len(places.venues(site.inst, PROGRAM)) == 1


def test_rows_of_another_account_or_of_nobody_are_not_taken(
    site: Site, staff: FlaskClient, there: Tenant
) -> None:
    rows = hidden_fields(uploaded(site, staff, _TABLE.encode()).text)["rows"]
    accounts.create_account(site.inst, "clerk", PASSWORD, Role.OWNER, enterprise_id=there.enterprise)
    clerk = signed_in(site, "clerk")
    for given in (rows, "", "x"):
        sent(site, clerk, f"{_PAGE}/apply", page=_PAGE, rows=given)
        assert "too old" in seen(opened(site, clerk, _PAGE).text)
    assert len(places.venues(site.inst, PROGRAM)) == 1
    assert sent(site, clerk, f"{_PAGE}/undo", page=_PAGE, **{"import": "nothing"}).status_code == 404


def test_a_useless_file_is_named_beside_the_field(site: Site, staff: FlaskClient, there: Tenant) -> None:
    for table in (b"", b"a,b\n1,2\n", b"x" * 1_600_000):
        answer = uploaded(site, staff, table)
        assert answer.status_code == 422
        assert "table-error" in answer.text


def test_an_enterprise_that_imports_reads_that_its_venues_wait_and_prints_them_later(
    site: Site, staff: FlaskClient, there: Tenant
) -> None:
    accounts.create_account(site.inst, "clerk", PASSWORD, Role.OWNER, enterprise_id=there.enterprise)
    clerk = signed_in(site, "clerk")
    table = (
        "单位名称,场所名称,地址,出入口\nPark Ltd,一号厂房,滨海路1号,东门\nPark Ltd,二号厂房,滨海路2号,东门\n"
    )
    rows = hidden_fields(uploaded(site, clerk, table.encode()).text)["rows"]
    sent(site, clerk, f"{_PAGE}/apply", page=_PAGE, rows=rows)
    told = seen(opened(site, clerk, _PAGE).text)
    assert "2 new venues wait for the office" in told
    assert "2 venues wait for review" in told
    assert "Print 2 codes" not in told
    for venue in places.venues(site.inst, PROGRAM):
        if venue.state == "applied":
            sent(site, staff, f"/venues/{venue.id}/approve", page=f"/venues/{venue.id}")
    assert "Print 2 codes" in seen(opened(site, clerk, _PAGE).text)


def test_of_two_imports_the_newest_has_the_strong_button(
    site: Site, staff: FlaskClient, there: Tenant
) -> None:
    for number in (1, 2):
        table = f"单位名称,场所名称,地址,出入口\nPark Ltd,厂房{number},滨海路1号,东门\n"
        rows = hidden_fields(uploaded(site, staff, table.encode()).text)["rows"]
        sent(site, staff, f"{_PAGE}/apply", page=_PAGE, rows=rows, issue="1")
    page = opened(site, staff, _PAGE).text
    assert seen(page).count("Print 1 code") == 2
    assert page.count("btn-primary") == 1


def test_an_import_that_adds_a_door_to_a_venue_that_waits_offers_no_print(site: Site, there: Tenant) -> None:
    accounts.create_account(site.inst, "clerk", PASSWORD, Role.OWNER, enterprise_id=there.enterprise)
    clerk = signed_in(site, "clerk")
    for door in ("东门", "西门"):
        table = f"单位名称,场所名称,地址,出入口\nPark Ltd,一号厂房,滨海路1号,{door}\n"
        rows = hidden_fields(uploaded(site, clerk, table.encode()).text)["rows"]
        sent(site, clerk, f"{_PAGE}/apply", page=_PAGE, rows=rows)
    told = seen(opened(site, clerk, _PAGE).text)
    assert told.count("1 venue waits for review") == 2
    assert "Print 1 code" not in told
