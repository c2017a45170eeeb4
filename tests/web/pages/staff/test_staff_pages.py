"""Staff as their pages show them: invited by a link, switched between roles, let back in, sent home."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser, expect
from werkzeug.test import TestResponse

from domain.access import Role
from tests.web.members import given
from tests.web.pages.site import PASSWORD, Site, opened, seen, sent, typed_in, width_of
from tests.web.tenants import Tenant, tenant
from web.services import accounts
from web.services.places import liaisons
from web.store.scope import Scope

CHOSEN = "seven lazy herons count the tide"


@pytest.fixture
def owner(site: Site, there: Tenant) -> FlaskClient:
    accounts.create_account(site.inst, "olga", PASSWORD, Role.OWNER, enterprise_id=there.enterprise)
    return typed_in(site, "olga")


CHOOSE = "/join/choose"


def link_in(html: str) -> str:
    """The link that a page shows once."""
    found = re.search(r"https://park\.example/join#[\w-]+", html)
    assert found is not None
    return found[0]


def followed(site: Site, client: FlaskClient, link: str) -> TestResponse:
    """The answer to a link whose secret the page's script hands in, or its reader without script."""
    return sent(site, client, "/join", link=link)


def invited(site: Site, owner: FlaskClient, there: Tenant, role: str = "guard") -> str:
    node = f"enterprise:{there.enterprise}"
    page = sent(site, owner, "/staff/invitations", page="/staff", role=role, node=node)
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"
    return link_in(page.text)


def test_a_guard_joins_by_a_link_and_sees_the_guards_pages_only(
    site: Site, owner: FlaskClient, there: Tenant
) -> None:
    link = invited(site, owner, there)
    stranger = site.client()
    assert opened(site, stranger, CHOOSE).location == "/join"
    assert followed(site, stranger, link).location == CHOOSE
    shown = opened(site, stranger, CHOOSE)
    assert "You are invited as Guard at Park Ltd" in seen(shown.text)
    assert "邀请" in opened(site, stranger, f"{CHOOSE}?lang=zh").text
    opened(site, stranger, f"{CHOOSE}?lang=en")
    weak = sent(site, stranger, CHOOSE, login="gus", password="password1234")
    assert (weak.status_code, 'id="password-error"' in weak.text) == (422, True)
    assert sent(site, stranger, CHOOSE, login="Gus", password=CHOSEN).location == "/"
    assert "You are signed in." in seen(opened(site, stranger, "/").text)  # nothing is typed twice
    assert opened(site, stranger, CHOOSE).location == "/join"  # nothing of it is left in the browser
    over = followed(site, stranger, link)
    assert (over.status_code, "Ask whoever sent it for a new one" in seen(over.text)) == (410, True)
    guard = typed_in(site, "gus", CHOSEN)
    home = opened(site, guard, "/").text
    assert "Visitors" in seen(home)
    assert not any(f'href="{page}"' in home for page in ("/kiosks", "/inbox", "/staff", "/enterprises/new"))
    for page in ("/staff", "/desk", "/kiosks", "/inbox", "/desk/trace", "/holds"):
        assert opened(site, guard, page).status_code == 403
    assert opened(site, guard, f"/entrances/{there.entrance}/passages").status_code == 200


def test_no_address_that_a_server_sees_holds_the_secret_of_a_link(
    site: Site, owner: FlaskClient, there: Tenant
) -> None:
    link = invited(site, owner, there)
    secret = link.rpartition("#")[2]
    stranger = site.client()
    asked = [followed(site, stranger, link)]
    asked += [opened(site, stranger, CHOOSE), sent(site, stranger, CHOOSE, login="gus", password=CHOSEN)]
    seen_by_a_proxy = [(one.request.full_path, one.headers.get("Location", "")) for one in asked]
    assert secret not in str(seen_by_a_proxy)
    cookie = stranger.get_cookie("__Host-form", domain="park.example")
    assert cookie is None or secret not in cookie.value
    assert followed(site, site.client(), f"{link}x").status_code == 410
    assert followed(site, site.client(), " ").status_code == 422
    assert opened(site, stranger, f"/join/{secret}").status_code == 404


def test_a_bad_invitation_is_shown_again_with_what_is_wrong(site: Site, owner: FlaskClient) -> None:
    for fields, field in (
        ({"role": "admin", "node": ""}, "node"),
        ({"role": "guard", "node": "area:nothing"}, "node"),
    ):
        answer = sent(site, owner, "/staff/invitations", page="/staff", **fields)
        assert answer.status_code == 422
        assert "Choose a place of yours" in seen(answer.text) or f"{field}-error" in answer.text
    unknown = sent(site, owner, "/staff/grants", page="/staff", login="nobody", role="guard")
    assert 'id="give-login-error"' in unknown.text


def test_a_role_ends_and_with_it_the_session(site: Site, owner: FlaskClient, there: Tenant) -> None:
    accounts.create_account(site.inst, "gus", CHOSEN, Role.GUARD, enterprise_id=there.enterprise)
    guard = typed_in(site, "gus", CHOSEN)
    page = opened(site, owner, "/staff").text
    item = page[page.index("<strong>gus</strong>") :]
    ends = re.search(r'action="(/staff/grants/\w+/end)"', item)
    assert ends is not None
    assert sent(site, owner, ends[1], page="/staff").status_code == 303
    assert opened(site, guard, "/visitors").status_code == 302
    assert "Roles that are over" in seen(opened(site, owner, "/staff").text)


def test_whoever_has_several_roles_acts_in_one_at_a_time(site: Site, there: Tenant) -> None:
    other = tenant(site.inst, "West Area", "Mill Ltd")
    who = accounts.create_account(site.inst, "bea", PASSWORD, Role.CLERK, enterprise_id=there.enterprise)
    site.clock.pass_s(1)
    at_the_mill = given(site.inst, who, Role.GUARD, Scope(enterprise_id=other.enterprise))
    bea = typed_in(site, "bea")
    home = seen(opened(site, bea, "/").text)
    assert "Clerk · Park Ltd" in home
    assert "Mill Ltd site" not in home
    assert sent(site, bea, "/acting", page="/", grant=at_the_mill).status_code == 303
    home = seen(opened(site, bea, "/").text)
    assert "Mill Ltd site" in home
    assert "Park Ltd site" not in home
    assert opened(site, bea, "/kiosks").status_code == 403
    sent(site, bea, "/acting", page="/", grant="somebody else's")
    assert "do not hold this role" in seen(opened(site, bea, "/").text)


def test_somebody_who_lost_their_password_is_let_back_in(
    site: Site, owner: FlaskClient, there: Tenant
) -> None:
    who = accounts.create_account(site.inst, "gus", CHOSEN, Role.GUARD, enterprise_id=there.enterprise)
    guard = typed_in(site, "gus", CHOSEN)
    page = sent(site, owner, f"/staff/accounts/{who}/reset", page="/staff")
    assert opened(site, guard, "/").status_code == 302
    link = link_in(page.text)
    # The secret alone, as it stands behind "#", is as good as the whole link.
    followed(site, guard, link.rpartition("#")[2])
    assert "For the login gus" in seen(opened(site, guard, CHOOSE).text)
    done = sent(site, guard, CHOOSE, password=PASSWORD)
    assert done.location == "/"
    assert opened(site, guard, "/").status_code == 200
    assert opened(site, typed_in(site, "gus", PASSWORD), "/").status_code == 200


def test_a_guard_is_invited_and_signs_in_with_a_browser(
    served: Site, browser: Browser, there_served: Tenant
) -> None:
    accounts.create_account(served.inst, "olga", PASSWORD, Role.OWNER, enterprise_id=there_served.enterprise)
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="en-GB")
    page = context.new_page()
    page.goto(f"{served.url}/sign-in")
    page.get_by_label("Login").fill("olga")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/sign-in" not in url)
    page.goto(f"{served.url}/staff")
    assert width_of(page) == 390
    page.get_by_role("button", name="Make the link").click()
    link = page.get_by_label("Link", exact=True).input_value()
    assert width_of(page) == 390
    context.clear_cookies()
    page.goto(link)
    expect(page.get_by_text("You are invited as Guard")).to_be_visible()
    page.wait_for_url(f"{served.url}/join/choose")
    assert width_of(page) == 390
    page.get_by_label("Login, a name to sign in with").fill("gus")
    page.get_by_label("New password").fill(CHOSEN)
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", name="Venues")).to_be_visible()
    sections = page.get_by_role("navigation", name="Sections").get_by_role("link")
    expect(sections).to_have_text(["Venues", "Visitors", "Desk"])
    context.close()


@pytest.fixture
def there_served(served: Site) -> Tenant:
    """The same enterprise behind a real server."""
    return tenant(served.inst, "East Area", "Park Ltd")


def test_a_liaisons_round_begins_with_their_own_doors(site: Site, staff: FlaskClient, there: Tenant) -> None:
    area = there.area.area_path.strip("/").rpartition("/")[2]
    li = liaisons.add(site.inst, there.area, area, "Li Qiang", "13900139000")
    account = accounts.create_account(site.inst, "li", PASSWORD, Role.LIAISON, area_path=there.area.area_path)
    page = opened(site, staff, "/staff").text
    assert f"/staff/accounts/{account}/liaison" in page
    tied = sent(site, staff, f"/staff/accounts/{account}/liaison", page="/staff", liaison=li)
    assert tied.status_code == 303
    walks = typed_in(site, "li")
    assert f'value="{li}" selected' in opened(site, walks, "/patrol").text
    assert f'value="{li}" selected' not in opened(site, walks, "/patrol?liaison=").text
