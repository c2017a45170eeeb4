"""A clerk's way from signing in to a printed poster, and what else staff do every day."""

from __future__ import annotations

import re

import pypdfium2
import pytest
from flask.testing import FlaskClient

from reader.reading import Effort, read
from tests.web.pages.site import LOGIN, PASSWORD, Site, next_code, opened, seen, sent
from tests.web.tenants import Tenant, enrolled
from web.services.places import places
from web.store.scope import PROGRAM


def test_a_clerk_gets_from_sign_in_to_a_readable_poster_in_three_forms(site: Site) -> None:
    clerk = site.client()
    first = opened(site, clerk, "/")
    assert first.location == "/sign-in?next=/"
    code = sent(site, clerk, first.location, login=LOGIN, password=PASSWORD)
    home = sent(site, clerk, code.location, code=next_code(site))
    assert "Start with the enterprise" in seen(opened(site, clerk, home.location).text)

    to_venue = sent(site, clerk, "/enterprises/new", name="Park Ltd", credit_code="").location
    to_entrance = sent(site, clerk, to_venue, name="Tower", address="1 Quay", kind="office").location
    offered = opened(site, clerk, to_entrance).text
    assert 'value="Main entrance"' in offered
    posters = sent(site, clerk, f"{to_entrance}/entrances", page=to_entrance, name="Main entrance").location
    page = opened(site, clerk, posters).text

    pdf = re.search(r'formaction="([^"]+poster\.pdf)" name="download" value="1"', page)
    assert pdf is not None
    answer = opened(site, clerk, f"{pdf[1]}?size=A4&languages=zh,en&download=1")
    assert answer.mimetype == "application/pdf"
    assert "attachment" in answer.headers["Content-Disposition"]
    sheet = pypdfium2.PdfDocument(answer.data)[0].render(scale=150 / 72).to_numpy()
    (found,) = read(sheet, effort=Effort.THOROUGH)
    assert found.text in seen(page)
    assert "Tower" in seen(opened(site, site.client(), found.text.split("EXAMPLE", 1)[1]).text)


def test_every_poster_file_comes_in_every_size_and_language_offered(
    site: Site, staff: FlaskClient, there: Tenant
) -> None:
    for choice in (
        "size=A4&languages=zh",
        "size=A5&languages=en",
        "size=A3&languages=zh,en",
        "size=Letter&languages=zh,en",
    ):
        for kind, start in (("pdf", b"%PDF"), ("png", b"\x89PNG"), ("svg", b"<")):
            path = f"/venues/{there.venue}/posters/{there.poster}/poster.{kind}?{choice}"
            answer = opened(site, staff, path)
            assert answer.status_code == 200
            assert answer.data.lstrip().startswith(start)


def test_the_page_of_a_poster_names_what_the_font_cannot_print(
    site: Site, staff: FlaskClient, there: Tenant
) -> None:
    page = f"/venues/{there.venue}/posters/{there.poster}"
    assert "□" not in seen(opened(site, staff, page).text)
    rename = f"/venues/{there.venue}/entrances/{there.entrance}/name"
    sent(site, staff, rename, page=f"/venues/{there.venue}", name="བོད་ gate")
    assert "□ stands for" in seen(opened(site, staff, page).text)
    sent(site, staff, rename, page=f"/venues/{there.venue}", name="\U00030fff gate")  # nobody has it
    told = seen(opened(site, staff, page).text)
    assert "by hand, or ask whoever runs the server for the font package" in told  # a clerk installs nothing


def test_a_withdrawn_poster_cannot_be_printed_any_more(site: Site, staff: FlaskClient, there: Tenant) -> None:
    venue, poster = f"/venues/{there.venue}", f"/venues/{there.venue}/posters/{there.poster}"
    assert sent(site, staff, f"{poster}/revoke", page=venue).location == venue
    assert "was withdrawn" in seen(opened(site, staff, venue).text)
    assert "cannot be printed" in seen(opened(site, staff, poster).text)
    assert opened(site, staff, f"{poster}/poster.pdf").status_code == 404


def test_a_paused_venue_is_opened_again_with_the_same_button(
    site: Site, staff: FlaskClient, there: Tenant
) -> None:
    venue = f"/venues/{there.venue}"
    for state in ("paused", "open", "closed", "open"):
        sent(site, staff, f"{venue}/state", page=venue, state=state)
        assert places.venue(site.inst, PROGRAM, there.venue).row.state == state
    sent(site, staff, f"{venue}/state", page=venue, state="applied")
    assert "open, paused or closed" in seen(opened(site, staff, venue).text)


def test_the_private_link_is_shown_once_and_then_only_made_anew(
    site: Site, staff: FlaskClient, there: Tenant
) -> None:
    page = sent(site, staff, "/visitors/new", name="王小明", phone="138 0013 8000", visitor_class="visitor")
    first = opened(site, staff, page.location)
    link = re.search(r'value="(https://park\.example/me#[\w-]+)"', first.text)
    assert link is not None
    assert first.headers["Cache-Control"] == "no-store"
    assert "/me#" not in opened(site, staff, page.location).text
    sent(site, staff, f"{page.location}/link", page=page.location)
    again = re.search(r'value="(https://park\.example/me#[\w-]+)"', opened(site, staff, page.location).text)
    assert again is not None
    assert again[1] != link[1]


@pytest.mark.parametrize("typed", ["王小明", "138-0013-8000", "+86 13800138000"])
def test_a_visitor_is_found_by_whole_name_or_phone(
    site: Site, staff: FlaskClient, there: Tenant, typed: str
) -> None:
    sent(site, staff, "/visitors/new", name="王小明", phone="13800138000", visitor_class="visitor")
    found = staff.get("/visitors", query_string={"q": typed}, base_url=site.url)
    assert "王**" in seen(found.text)
    assert "王小明" not in seen(found.text).replace(typed, "")
    other = staff.get("/visitors", query_string={"q": "李小明"}, base_url=site.url)
    assert "Nobody found" in seen(other.text)


def test_a_visitor_card_is_a_file_whose_code_is_read(site: Site, staff: FlaskClient, there: Tenant) -> None:
    page = sent(site, staff, "/visitors/new", name="Ann Lee", phone="13800138000", visitor_class="courier")
    answer = sent(site, staff, f"{page.location}/card", page=page.location, kind="pdf", languages="zh,en")
    assert answer.mimetype == "application/pdf"
    card = pypdfium2.PdfDocument(answer.data)[0].render(scale=300 / 72).to_numpy()
    assert [found.text[:4] for found in read(card, effort=Effort.THOROUGH)] == ["CP1:"]
    assert sent(site, staff, f"{page.location}/card", page=page.location, kind="exe").status_code == 400


def test_adding_a_kiosk_shows_a_token_that_enrols_one(site: Site, staff: FlaskClient, there: Tenant) -> None:
    venue = f"/venues/{there.venue}"
    answer = sent(site, staff, f"{venue}/entrances/{there.entrance}/enrolment", page=venue)
    assert answer.headers["Cache-Control"] == "no-store"
    text = re.search(r"<textarea[^>]*>\s*(CPK1:[^<]+)</textarea>", answer.text)
    assert text is not None
    assert 'src="data:image/svg+xml;base64,' in answer.text
    enrolled(site.inst, PROGRAM, there.entrance)
    assert seen(opened(site, staff, "/kiosks").text).count("Park Ltd site · North gate") == 2


def test_a_withdrawn_kiosk_stays_listed_as_such(site: Site, staff: FlaskClient, there: Tenant) -> None:
    sent(site, staff, f"/kiosks/{there.gate.id}/revoke", page="/kiosks")
    assert "The kiosk was withdrawn" in seen(opened(site, staff, "/kiosks").text)
    answer = staff.get(
        "/api/v1/kiosks/self/bundle",
        base_url=site.url,
        headers={"Authorization": f"Bearer {there.credential}"},
    )
    assert answer.status_code == 401
