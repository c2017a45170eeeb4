"""Prints of a table on the site: told row by row, one press to print, one to import what is missing."""

from __future__ import annotations

import io
import re

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.web.pages.site import Site, hidden_fields, opened, seen
from tests.web.tenants import Tenant
from web.services.places import places
from web.services.printing import printing_working
from web.store.scope import PROGRAM


def uploaded(site: Site, staff: FlaskClient, text: str, **fields: str) -> TestResponse:
    hidden = hidden_fields(opened(site, staff, "/prints/table").text)
    data = {**hidden, **fields, "table": (io.BytesIO(text.encode("gb18030")), "doors.csv")}
    return staff.post("/prints/table", base_url=site.url, data=data)


def pressed(site: Site, staff: FlaskClient, page: str, path: str, **fields: str) -> TestResponse:
    hidden = hidden_fields(opened(site, staff, page).text)
    return staff.post(path, base_url=site.url, data={**hidden, **fields})


def test_a_table_is_told_row_by_row_and_printed_on_one_press(site: Site, staff: FlaskClient, there: Tenant):
    asked = uploaded(site, staff, "场所,出入口,备注\nPark Ltd site,,\n没有,门,\n", file="zip", size="A5")
    assert asked.status_code == 303
    report = asked.location
    told = seen(opened(site, staff, report).text)
    for part in ("to print 2", "codes to issue first 1", "rows left out 1", "There is no venue of this name"):
        assert part in told
    assert "没有此名称的场所" in seen(opened(site, staff, f"{report}?lang=zh").text)
    opened(site, staff, f"{report}?lang=en")
    job = report.replace("/table/", "/jobs/")
    assert opened(site, staff, job).location == report
    assert "To be confirmed" in seen(opened(site, staff, "/prints").text)
    assert pressed(site, staff, report, f"{report}/print").location == job
    printing_working.work_off(site.inst)
    done = seen(opened(site, staff, job).text)
    assert "2 codes" in done
    assert "没有 · 门 Row 3: There is no venue of this name here." in done
    assert opened(site, staff, f"{job}/file").mimetype == "application/zip"
    assert opened(site, staff, report).status_code == 404


def test_a_table_that_cannot_be_used_is_told_beside_the_field_and_keeps_the_choices(
    site: Site, staff: FlaskClient, there: Tenant
):
    for text, sentence in (("", "choose a file"), ("colour\nred\n", "has no column")):
        answer = uploaded(site, staff, text, size="A5")
        assert answer.status_code == 422
        assert sentence in seen(answer.text)
        assert re.search(r'value="A5" checked', answer.text)
    answer = uploaded(site, staff, "venue\nx\n", kind="label", labels="grid", grid="no grid")
    assert answer.status_code == 422
    assert "Describe the sheet" in seen(answer.text)


def test_what_is_missing_is_imported_first_and_printed_from_there(
    site: Site, staff: FlaskClient, there: Tenant
):
    text = "venue,entrance,address,enterprise\nAnnex,Door,3 Road,Park Ltd\nAnnex,Yard,,Park Ltd\n"
    report = uploaded(site, staff, text).location
    page = opened(site, staff, report)
    assert "Import the 2 places that are missing" in seen(page.text)
    assert "Print" not in seen(page.text).partition("Choose another table")[0].partition("rows left out")[2]
    plan = pressed(site, staff, report, f"{report}/import")
    assert "new venues 1" in seen(plan.text)
    done = staff.post("/places/import/apply", base_url=site.url, data=hidden_fields(plan.text))
    imported = opened(site, staff, done.location)
    assert "Print 2 codes" in seen(imported.text)
    [path] = set(re.findall(r"/prints/imported/[a-z0-9]+", imported.text))
    job = pressed(site, staff, done.location, path).location
    printing_working.work_off(site.inst)
    assert "2 codes · 2 pages" in seen(opened(site, staff, job).text)
    assert {venue.name for venue in places.venues(site.inst, PROGRAM)} == {"Annex", "Park Ltd site"}
    assert pressed(site, staff, done.location, "/prints/imported/nothing").status_code == 404
