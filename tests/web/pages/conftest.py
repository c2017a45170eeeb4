"""A whole site for the tests of the pages: the real application, signed in or not, also in a browser."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser, BrowserContext, Page
from werkzeug.serving import make_server

from tests.listening import listening
from tests.web.conftest import CHEAP, STARTS_MS
from tests.web.lending import lent_app
from tests.web.pages.cable import Cable
from tests.web.pages.looking import PHONE, quiet
from tests.web.pages.site import LOGIN, PASSWORD, TOTP_SECRET, Site, in_browser, signed_in
from tests.web.tenants import SettableClock, Tenant
from web.db.connecting.connection import Connection
from web.services.accounts import ADMIN
from web.services.installation import Installation
from web.services.installation import opened as opened_installation
from web.services.places import places
from web.services.signing_in import passwords
from web.services.signing_keys import keys
from web.settings import Settings
from web.store.access import accounts, second_factors
from web.store.scope import PROGRAM


@contextmanager
def site_over(inst: Installation, clock: SettableClock) -> Iterator[Site]:
    """The application with one administrator, whose password and second factor the tests know."""
    hashed = passwords.hashed(PASSWORD, inst.settings.password_cost)
    row = {"id": "admin", "login": LOGIN, "password_hash": hashed}
    held = {
        "id": "admin-grant",
        "account_id": "admin",
        "role": ADMIN,
        "area_path": places.root(inst, PROGRAM),
    }
    sealed = inst.cipher.sealed(TOTP_SECRET.encode(), second_factors.place("admin"))

    def work(connection: Connection) -> None:
        accounts.added(connection, **row, created_ms=clock())
        accounts.grant_added(connection, **held, from_ms=clock(), created_ms=clock())
        second_factors.put(connection, "admin", sealed, 0, clock())

    inst.write(work)
    with lent_app(inst) as app:
        yield Site(inst, app, clock, inst.settings.base_url)


@pytest.fixture
def site(embedded: Installation, clock: SettableClock) -> Iterator[Site]:
    """The application over an empty installation with one administrator."""
    with site_over(embedded, clock) as made:
        yield made


@pytest.fixture(scope="module")
def read_only(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One site for all tests of a module that only look at pages."""
    clock = SettableClock(STARTS_MS)
    home = tmp_path_factory.mktemp("site") / "var"
    inst = opened_installation(Settings(home, "", "https://park.example", "Pilot District", CHEAP), clock)
    keys.ensure(inst)
    with site_over(inst, clock) as made:
        yield made
    inst.close()


@pytest.fixture
def staff(site: Site) -> FlaskClient:
    """A client that is signed in as the administrator."""
    return signed_in(site)


@pytest.fixture
def visitor(site: Site) -> FlaskClient:
    """A client that never signed in."""
    return site.client()


@pytest.fixture
def there(embedded_park: tuple[Installation, Tenant]) -> Tenant:
    """An enterprise of `site` or `served` with a venue, two entrances, a poster and a kiosk."""
    return embedded_park[1]


@pytest.fixture
def served(embedded: Installation, clock: SettableClock) -> Iterator[Site]:
    """The application behind a real server on a free port of this machine."""
    server = make_server("127.0.0.1", 0, lambda *request: site.app(*request), threaded=True)
    here = f"http://127.0.0.1:{server.server_port}"
    inst = replace(embedded, settings=replace(embedded.settings, base_url=here))
    with site_over(inst, clock) as site, listening(server):
        yield site


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """A visitor's phone."""
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, device_scale_factor=3, locale="en-GB"
    )
    yield context.new_page()
    context.close()


@pytest.fixture
def cable(served: Site) -> Iterator[Cable]:
    """The network of the first of `phones`."""
    made = Cable(int(served.url.rpartition(":")[2]))
    yield made
    made.close()


@pytest.fixture
def phones(browser: Browser, cable: Cable) -> Iterator[list[BrowserContext]]:
    """Two phones; the first one reaches the site by the cable alone."""
    by_cable = browser.new_context(
        viewport=PHONE, locale="en", proxy={"server": cable.url, "bypass": "<-loopback>"}
    )
    made = [by_cable, browser.new_context(viewport=PHONE, locale="en")]
    yield made
    for context in made:
        context.close()


@pytest.fixture
def page(browser: Browser, served: Site, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A signed-in page, in English unless a test asks for another language, whose console stays quiet."""
    language = getattr(request, "param", "en-GB")
    context = browser.new_context(viewport=PHONE, locale=language, reduced_motion="reduce")
    with quiet(context):
        yield in_browser(served, context)
        context.close()
