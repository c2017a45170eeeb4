"""Logos and photographs handed in on the pages of prints; what is wrong with a file is said beside it."""

from __future__ import annotations

import io

from flask.testing import FlaskClient
from PIL import Image
from werkzeug.test import TestResponse

from tests.web.pages.site import Site, hidden_fields, opened, seen, sent
from tests.web.tenants import Tenant


def test_a_logo_is_handed_in_seen_and_removed(site: Site, staff: FlaskClient, there: Tenant) -> None:
    page = f"/enterprises/{there.enterprise}/logo"
    refused = uploaded(site, staff, page, "logo", b"no picture", "x.png")
    assert refused.status_code == 422
    assert 'id="logo-error"' in refused.text
    assert uploaded(site, staff, page, "logo", _png(), "x.png").status_code == 303
    assert opened(site, staff, f"{page}.png").data.startswith(b"\x89PNG")
    assert sent(site, staff, f"{page}/remove", page).status_code == 303
    assert "There is none yet." in seen(opened(site, staff, page).text)


def test_a_sheet_is_checked_and_a_wrong_file_or_distance_is_told_beside_its_field(
    site: Site, staff: FlaskClient, there: Tenant
) -> None:
    page = f"/prints/check?entrance={there.entrance}"
    picture = opened(site, staff, f"/entrances/{there.entrance}/print.png").data
    found = uploaded(site, staff, page, "file", picture, "poster.png", paper="A4")
    assert "Passes" in seen(found.text)
    assert "This is poster No. 1 of Park Ltd site, North gate." in seen(found.text)
    heic = uploaded(site, staff, page, "file", b"\0\0\0\x18ftypheic", "x.heic")
    assert heic.status_code == 422
    assert 'id="file-error"' in heic.text
    assert "HEIC" in seen(heic.text)
    far = uploaded(site, staff, page, "file", picture, "x.png", distance="a mile")
    assert 'id="distance-error"' in far.text
    large = uploaded(site, staff, page, "file", bytes(5_000_000), "x.png")
    assert large.status_code == 422  # read, and found to be no picture
    assert uploaded(site, staff, page, "file", bytes(17_000_000), "x.png").status_code == 413


def test_a_large_file_of_a_kiosk_reaches_its_page_and_a_large_form_does_not(
    site: Site, staff: FlaskClient, there: Tenant
) -> None:
    brought = uploaded(site, staff, "/quarantine/bring", "file", bytes(5_000_000), "entries.bin")
    assert brought.status_code == 400  # read, and found to be none of ours
    logo = f"/enterprises/{there.enterprise}/logo"
    assert uploaded(site, staff, logo, "logo", bytes(5_000_000), "x.png").status_code == 413


def uploaded(
    site: Site, staff: FlaskClient, page: str, name: str, body: bytes, called: str, **fields: str
) -> TestResponse:
    hidden = hidden_fields(opened(site, staff, page).text)
    data = {**hidden, **fields, name: (io.BytesIO(body), called)}
    return staff.post(page, base_url=site.url, data=data)


def _png() -> bytes:
    body = io.BytesIO()
    Image.new("RGB", (200, 100), "navy").save(body, "PNG")
    return body.getvalue()
