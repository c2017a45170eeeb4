"""The picture of a place, from the clerk's page to the phone before the poster."""

from __future__ import annotations

import io
import re

from flask.testing import FlaskClient

from tests.web.pages.site import Site, hidden_fields, opened, poster_path, seen
from tests.web.services.visits.photographs import photograph
from tests.web.tenants import Tenant

FIRST_VIEW_MOST = 60_000


def handed_in(site: Site, staff: FlaskClient, there: Tenant, data: bytes, entrance: str = "") -> int:
    path = f"/venues/{there.venue}/pictures"
    form = hidden_fields(opened(site, staff, path).text)
    fields = {**form, "entrance": entrance, "picture": (io.BytesIO(data), "door.jpg")}
    return staff.post(path, base_url=site.url, data=fields).status_code


def test_a_picture_goes_from_the_clerk_to_the_phone_and_the_first_view_stays_small(
    site: Site, staff: FlaskClient, visitor: FlaskClient, there: Tenant
) -> None:
    assert "<img" not in opened(site, visitor, poster_path(site, there)).text
    assert handed_in(site, staff, there, photograph()) == 303
    page = opened(site, visitor, poster_path(site, there))
    [tag] = re.findall(r"<img[^>]+>", page.text)
    assert 'loading="lazy"' in tag
    assert re.search(r'width="\d+" height="\d+"', tag)
    assert 'alt="Picture of Park Ltd site"' in tag
    address = re.search(r'src="([^"]+)"', tag)
    assert address is not None
    picture = opened(site, visitor, address[1])
    assert picture.mimetype == "image/jpeg"
    assert "immutable" in picture.headers["Cache-Control"]
    files = [opened(site, visitor, path) for path in re.findall(r'(?:src|href)="(/static/[^"]+)"', page.text)]
    assert sum(len(part.data) + len(str(part.headers)) for part in (page, picture, *files)) < FIRST_VIEW_MOST
    assert opened(site, visitor, address[1].replace(".jpg", "0.jpg")).status_code == 404
    assert opened(site, visitor, "/V/x/0.jpg").status_code == 404


def test_the_clerk_sees_what_is_kept_is_told_what_is_wrong_and_takes_it_away(
    site: Site, staff: FlaskClient, there: Tenant
) -> None:
    path = f"/venues/{there.venue}/pictures"
    assert handed_in(site, staff, there, b"no picture", there.entrance) == 422
    assert handed_in(site, staff, there, photograph(), there.entrance) == 303
    page = opened(site, staff, path).text
    assert "Picture of North gate" in page
    assert opened(site, staff, f"{path}/picture.jpg?entrance={there.entrance}").mimetype == "image/jpeg"
    form = {"csrf_token": hidden_fields(page)["csrf_token"], "entrance": there.entrance}
    assert staff.post(f"{path}/remove", base_url=site.url, data=form).status_code == 303
    assert "Picture of North gate" not in opened(site, staff, path).text
    assert staff.post(f"{path}/remove", base_url=site.url, data=form).status_code == 404
    assert "No picture yet" in seen(opened(site, staff, path).text)
