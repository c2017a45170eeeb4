"""What a person does on the site, said shortly: open a form, fill it in, send it."""

from __future__ import annotations

import json
import re
import time
from dataclasses import dataclass
from html import unescape
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pyotp
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import BrowserContext, Error, Page
from sqlalchemy import insert
from werkzeug.test import TestResponse

from domain.venue import poster_symbols
from tests.web.tenants import SettableClock, Tenant
from web.db.tables import policies
from web.services.accounts import account as account_of
from web.services.installation import Installation
from web.services.signing_in import sessions
from web.services.signing_in.sessions import Way
from web.store.access import accounts

LOGIN, PASSWORD = "admin@park.example", "a password for tests only"
TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
_PATIENCE_S = 30.0


@dataclass(frozen=True)
class Site:
    """The application with what it stands on."""

    inst: Installation
    app: Flask
    clock: SettableClock
    url: str

    def client(self) -> FlaskClient:
        """Somebody's browser, with no cookie yet."""
        client = self.app.test_client()
        client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
        return client


def signed_in(site: Site, login: str = LOGIN) -> FlaskClient:
    """A client in which an account is signed in as if by the forms, which need four requests."""
    row = site.inst.read(lambda connection: accounts.by_login(connection, login))
    account = account_of(site.inst, row.id) if row else None
    assert account is not None, login
    client = site.client()
    secret = sessions.begin(site.inst, account, Way.TYPED, "Firefox", second_factor=True)
    at = urlsplit(site.url)
    is_secure = at.scheme == "https"
    name = "__Host-session" if is_secure else "session"
    client.set_cookie(name, secret, domain=at.hostname or "", secure=is_secure)
    return client


def typed_in(site: Site, login: str = LOGIN, password: str = PASSWORD) -> FlaskClient:
    """A client that signed in by the forms, with every step that the account has to take."""
    client = site.client()
    answer = sent(site, client, "/sign-in", login=login, password=password)
    assert answer.status_code == 303, seen(answer.text)
    if answer.location.startswith("/sign-in/code"):
        answer = sent(site, client, answer.location, code=next_code(site))
        assert answer.status_code == 303, seen(answer.text)
    elif answer.location.startswith("/sign-in/set-up"):
        page = opened(site, client, answer.location).text
        form = {**hidden_fields(page), "code": code_at(shown_secret(page), site.clock())}
        answer = client.post(answer.location, base_url=site.url, data=form)
        assert answer.status_code == 200, seen(answer.text)
    return client


def in_browser(site: Site, context: BrowserContext, login: str = LOGIN) -> Page:
    """A page of a browser in which an account is signed in: it has the cookie that signing in gave."""
    client = signed_in(site, login)
    name = "__Host-session" if site.url.startswith("https") else "session"
    cookie = client.get_cookie(name, domain=urlsplit(site.url).hostname or "")
    assert cookie is not None
    context.add_cookies([{"name": name, "value": cookie.value, "url": site.url}])
    return context.new_page()


def next_code(site: Site, account_id: str = "admin", secret: str = TOTP_SECRET) -> str:
    """A code of the administrator's phone that was not used before; after three, half a minute passes."""
    row = site.inst.read(lambda connection: accounts.by_id(connection, account_id))
    assert row is not None
    step = max(row.totp_step + 1, site.clock() // 30_000 - 1)
    while step > site.clock() // 30_000 + 1:
        site.clock.pass_s(30)
    return str(pyotp.HOTP(secret).at(step))


def code_at(secret: str, at_ms: int) -> str:
    """What an authenticator app shows at a time."""
    return str(pyotp.TOTP(secret).at(at_ms // 1000))


def shown_secret(page: str) -> str:
    """The key that a set-up page spells out."""
    found = re.search(r'class="mono secret"[^>]*>([A-Z2-7 ]+)<', page)
    assert found, seen(page)
    return found[1].replace(" ", "")


def opened(site: Site, client: FlaskClient, path: str) -> TestResponse:
    """The page at a path."""
    return client.get(path, base_url=site.url)


def sent(site: Site, client: FlaskClient, path: str, page: str = "", **fields: str) -> TestResponse:
    """The answer to the form on `page` (or at `path` itself), with its hidden fields, sent to `path`."""
    hidden = hidden_fields(opened(site, client, page or path).text)
    return client.post(path, base_url=site.url, data={**hidden, **fields})


def hidden_fields(html: str) -> dict[str, str]:
    """The hidden fields of a page's forms by name."""
    found = _Hidden()
    found.feed(html)
    return found.values


def poster_path(site: Site, there: Tenant) -> str:
    """What a phone opens from the tenant's poster."""
    return f"/V/{poster_symbols(bytes.fromhex(there.poster))}"


def set_policy(site: Site, there: Tenant, **asks: object) -> None:
    """Make the tenant's venue ask for something."""
    row = {"scope_kind": "venue", "scope_id": there.venue, "version": 1, "body": json.dumps(asks)}
    added = {**row, "account_id": "test", "created_ms": site.clock()}
    site.inst.write(lambda connection: connection.execute(insert(policies).values(added)))


def seen(html: str) -> str:
    """What a reader sees of a page: its text in one line."""
    visible = re.sub(r"<(script|style|template)\b.*?</\1>|<[^>]+>", " ", html, flags=re.S)
    return " ".join(unescape(visible).split())


def becomes_true(page: Page, expression: str) -> None:
    """Ask a page in a browser until it is so, through whatever it loads meanwhile; AssertionError in the end.

    Asked from outside: a page's own policy forbids that it asks by itself, as `wait_for_function` would.
    """
    ends = time.monotonic() + _PATIENCE_S
    while not _answer(page, expression):
        assert time.monotonic() < ends, expression
        page.wait_for_timeout(50)


def _answer(page: Page, expression: str) -> object:
    try:
        return page.evaluate(expression)
    except Error as gone:
        if "context was destroyed" in gone.message:
            return None
        raise


def width_of(page: Page) -> int:
    """How wide a page in a browser is, in CSS pixels; right after a click its document can still be empty."""
    page.wait_for_load_state()
    return int(page.locator("html").evaluate("html => html.scrollWidth"))


class _Hidden(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "input" and given.get("type") == "hidden" and given.get("name"):
            self.values[str(given["name"])] = given.get("value") or ""
