"""One site with two tenants, and everybody who could ask something of it: made once for the whole walk."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from domain.access import Role
from tests.web.access.world import Owned, owned
from tests.web.conftest import STARTS_MS
from tests.web.lending import lent_app
from tests.web.pages.site import hidden_fields
from tests.web.tenants import SettableClock
from web.services import accounts
from web.services.connecting import tokens
from web.services.installation import Installation, opened
from web.services.signing_in import sessions
from web.services.signing_in.sessions import Way
from web.services.signing_keys import keys
from web.settings import Settings
from web.views.asking.extensions import limiter

NOBODY, KIOSK = "nobody", "kiosk"


@dataclass(frozen=True)
class Walk:
    """The site, its two tenants, and the browsers and programs of the first one's people."""

    inst: Installation
    app: Flask
    own: Owned
    other: Owned
    clients: Mapping[str, FlaskClient]
    headers: Mapping[str, Mapping[str, str]]
    programs: Mapping[str, Mapping[str, str]]


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: Path) -> Iterator[Walk]:
    """Everybody signed in: each role with a browser and a token, a kiosk with its credential, a stranger."""
    home = tmp_path_factory.mktemp("walk") / "var"
    home.mkdir()
    shutil.copy(migrated_sqlite, home / "codeplace.db")
    clock = SettableClock(STARTS_MS)
    inst = opened(Settings(home, "", "https://park.example", "Pilot District"), clock)
    keys.ensure(inst)
    own = owned(inst, "Orchard", "13800138", "91350100M000100Y43")
    other = owned(inst, "Millstone", "13900139", "91110000100000000R")
    with lent_app(inst) as app:
        # A fault is a finding of the walk, and not its end.
        limiter.enabled, app.config["PROPAGATE_EXCEPTIONS"] = False, False
        clients = {role.value: browser(inst, app, own.members[role]) for role in Role}
        clients |= {NOBODY: app.test_client(), KIOSK: app.test_client()}
        headers = {who: {"X-CSRFToken": form_token(client)} for who, client in clients.items()}
        headers[KIOSK]["Authorization"] = f"Bearer {own.tenant.credential}"
        programs = {role.value: _token(inst, own.members[role]) for role in Role}
        yield Walk(inst, app, own, other, clients, headers, programs)
    limiter.enabled = True
    inst.close()


def browser(inst: Installation, app: Flask, account_id: str) -> FlaskClient:
    """A browser in which somebody is signed in, with everything their role asks for."""
    account = accounts.account(inst, account_id)
    assert account is not None
    secret = sessions.begin(inst, account, Way.TYPED, "Firefox", second_factor=True)
    client = app.test_client()
    client.set_cookie("__Host-session", secret, domain="park.example", secure=True)
    return client


def form_token(client: FlaskClient) -> str:
    """What every form of this browser sends along, and every script in a header."""
    pages = (client.get(path, base_url="https://park.example").text for path in ("/account", "/sign-in"))
    return next(fields["csrf_token"] for fields in map(hidden_fields, pages) if "csrf_token" in fields)


def _token(inst: Installation, account_id: str) -> dict[str, str]:
    account = accounts.account(inst, account_id)
    assert account is not None
    rights = [right.value for right in tokens.grantable(account.role)]
    made = tokens.create(inst, account, "walk", rights, 1)
    return {"Authorization": f"Bearer {made.secret}"}
