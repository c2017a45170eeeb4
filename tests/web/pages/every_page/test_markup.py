"""What every page keeps: nothing inline, nothing from elsewhere, a title, labels, and safe headers."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask.testing import FlaskClient

import web.views
from tests.web.pages.site import Site, opened, poster_path, sent, signed_in
from tests.web.services.desk.passing import drawn
from tests.web.tenants import Tenant, tenant

_WEB = Path(web.views.__file__).parents[1]
_VOID_OF_LABEL = {"hidden", "submit", "button"}


class _Page(HTMLParser):
    """Collects what the rules below look at."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.inline: list[str] = []
        self.addresses: list[str] = []
        self.fields: list[str] = []
        self.labels: set[str] = set()
        self.ids: list[str] = []
        self.headings: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.inline += [name for name in given if name == "style" or name.startswith("on")]
        if tag == "style" or (tag == "script" and "src" not in given):
            self.inline.append(tag)
        if tag in ("link", "script", "img"):
            self.addresses.append(given.get("href", given.get("src", "")))
        if tag in ("input", "select", "textarea") and given.get("type") not in _VOID_OF_LABEL | {"radio"}:
            self.fields.append(given.get("id", ""))
        if tag == "label":
            self.labels.add(given.get("for", ""))
        if tag in ("h1", "h2", "h3"):
            self.headings.append(tag)
        if "id" in given:
            self.ids.append(given["id"])


@pytest.fixture(scope="module")
def pages(read_only: Site) -> dict[str, str]:
    """The HTML of every page, as it is with and without content and after mistakes."""
    site, staff, there = read_only, signed_in(read_only), tenant(read_only.inst, "East Area", "Park Ltd")
    door = poster_path(site, there)
    venue, enterprise = f"/venues/{there.venue}", f"/enterprises/{there.enterprise}"
    person = {"name": "Ann", "phone": "13800138000"}
    paths = [
        "/", "/account", "/enterprises/new", enterprise, f"{enterprise}/venues/new", venue, f"{venue}/gates",
        f"{venue}/posters/{there.poster}", f"{venue}/paper",
        f"/entrances/{there.entrance}/passages", "/desk", "/desk/exports", "/desk/exports?outcome=refused",
        f"/desk?venue={there.venue}&outcome=refused&from=x",
        "/staff", "/deeds", "/keys",
        "/visitors", "/visitors?q=nobody", "/visitors/new", "/kiosks", door, "/V/x", "/n", "/me", "/join",
        "/prints", "/prints/codes", "/prints/codes?q=nowhere", "/prints/cards", "/prints/notice",
        "/prints/table",
        "/prints/contact-card", "/prints/check", f"{enterprise}/logo", f"/entrances/{there.entrance}/print",
        f"/entrances/{there.side_entrance}/print", "/nothing", "/checked-in/x",
        f"/keeping/venue/{there.venue}", f"/keeping/enterprise/{there.enterprise}", "/keeping/holds",
        "/keeping/certificates", "/keeping/requests", "/privacy",
        "/holds", "/credentials/import", "/patrol", "/patrol/days/2026-11-20",
        f"{enterprise}/visits", f"{enterprise}/visits/new", f"{enterprise}/visits/import",
        f"{enterprise}/invitations/new", "/i/x", f"{venue}/pictures",
    ]  # fmt: skip
    made = {path: opened(site, staff, path).text for path in paths}
    made["/sign-in"] = sent(site, site.client(), "/sign-in", login="", password="").text
    made["door with mistakes"] = sent(site, staff, door, name="", phone="1", plate="?").text
    made["answer"] = opened(site, staff, sent(site, staff, door, **person).location).text
    made["log with an entry"] = opened(site, staff, f"/desk?venue={there.venue}").text
    drawn(site.inst)
    here = f"/desk/inside?venue={there.venue}"
    made["inside"] = opened(site, staff, here).text
    made["inside everywhere"] = opened(site, staff, "/desk/inside").text
    roll_call = sent(site, staff, f"/desk/inside/{there.venue}/roll", here, mode="drill").location
    made["roll call"] = opened(site, staff, roll_call).text
    sent(site, staff, f"{roll_call}/end", roll_call)
    made["roll call that is over"] = opened(site, staff, roll_call).text
    made["enrolment"] = sent(site, staff, f"{venue}/entrances/{there.entrance}/enrolment", page=venue).text
    visitor = sent(site, staff, "/visitors/new", **person, visitor_class="visitor").location
    made["visitor with link"] = opened(site, staff, visitor).text
    made["visitor"] = opened(site, staff, visitor).text
    made["poster with mistakes"] = sent(site, staff, f"{venue}/entrances", page=venue, name="").text
    return made


def test_no_page_has_a_script_or_style_of_its_own(pages: dict[str, str]) -> None:
    for name, html in pages.items():
        assert _Page(html).inline == [], name


def test_every_page_needs_only_this_server(pages: dict[str, str]) -> None:
    for name, html in pages.items():
        for address in _Page(html).addresses:
            assert address.startswith(("/", "data:image/svg+xml;base64,")), name
            assert not address.startswith("//"), name


def test_every_field_has_a_label_and_every_id_is_there_once(pages: dict[str, str]) -> None:
    for name, html in pages.items():
        page = _Page(html)
        assert set(page.fields) <= page.labels, name
        assert len(page.ids) == len(set(page.ids)), name
        described = re.findall(r'aria-(?:describedby|labelledby)="([^"]+)"', html)
        assert {one for ids in described for one in ids.split()} <= set(page.ids), name


def test_every_page_has_one_heading_a_title_and_a_way_past_the_header(pages: dict[str, str]) -> None:
    for name, html in pages.items():
        assert _Page(html).headings.count("h1") == 1, name
        assert re.search(r"<title>\s*\S.* · Code &amp; Place</title>", html), name
        assert '<a class="skip" href="#main">' in html, name


def test_every_form_that_changes_something_has_its_token(pages: dict[str, str]) -> None:
    for name, html in pages.items():
        forms = re.findall(r"<form\b[^>]*\bmethod=\"post\".*?</form>", html, re.S)
        assert all('name="csrf_token"' in form for form in forms), name


def test_a_choice_is_sent_by_a_press_and_never_by_being_made(pages: dict[str, str]) -> None:
    """WCAG 3.2.2: arrows go through a list or through radio buttons without leaving the page."""
    for name, html in pages.items():
        asking = re.findall(r"<form\b[^>]*\bmethod=\"get\".*?</form>", html, re.S)
        assert all(re.search(r"<button\b(?![^>]*(\bhidden|type=\"button\"))", form) for form in asking), name
    for script in (_WEB / "static").glob("*.js"):
        sent_by_itself = r'"(?:change|input)",[^;]*(?:\.submit\(\)|location\.(?:assign|href))'
        assert not re.search(sent_by_itself, script.read_text("utf-8")), script.name


def test_headers_forbid_inline_code_frames_and_guessed_types(
    site: Site, staff: FlaskClient, there: Tenant
) -> None:
    for path in ("/", poster_path(site, there), "/nothing", "/static/theme.css"):
        headers = opened(site, staff, path).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["X-Content-Type-Options"] == "nosniff"


def test_files_are_kept_for_long_and_pages_of_staff_not_at_all(site: Site, staff: FlaskClient) -> None:
    page = opened(site, staff, "/")
    assert page.headers["Cache-Control"] == "no-store"
    address = re.search(r"/static/theme\.css\?v=[0-9a-f]{12}", page.text)
    assert address is not None
    assert "immutable" in opened(site, staff, address[0]).headers["Cache-Control"]
    assert "immutable" not in opened(site, staff, "/static/theme.css").headers["Cache-Control"]
    assert opened(site, site.client(), "/n").headers["Cache-Control"] == "private, no-cache"


def test_stylesheets_and_scripts_load_nothing_from_elsewhere() -> None:
    for path in (_WEB / "static").iterdir():
        if path.suffix == ".png":
            continue
        assert not re.search(r"@import|url\(|https?://(?!www\.w3\.org/2000/svg)", path.read_text("utf-8")), (
            path
        )
