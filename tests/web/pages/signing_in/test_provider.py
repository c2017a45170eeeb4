"""Signing in at a real OpenID provider in another process, and everything that is not believed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from structlog.testing import capture_logs
from werkzeug.test import TestResponse

from domain.access import Role
from tests.web.openid.provider import CLIENT_ID, CLIENT_SECRET
from tests.web.pages.conftest import site_over
from tests.web.pages.site import PASSWORD, Site, hidden_fields, opened, seen, sent, typed_in
from tests.web.tenants import SettableClock, tenant
from web.db.tables import enterprises
from web.services import accounts
from web.services.access import inviting
from web.services.access.granting import Wanted
from web.services.accounts import ADMIN, CLERK
from web.services.installation import Installation
from web.services.signing_in import provider as service
from web.services.signing_in.provider import Identity
from web.settings import OpenIdProvider

BACK = "https://park.example/sign-in/provider/back"


class Provider:
    """The provider as a browser and a test reach it."""

    def __init__(self, issuer: str) -> None:
        self.issuer = issuer
        self.web = httpx.Client(base_url=issuer, trust_env=False)

    def behave(self, *, fault: str = "", user: str = "ann", amr: tuple[str, ...] = ()) -> None:
        self.web.post("/control", json={"fault": fault, "user": user, "amr": list(amr)}).raise_for_status()

    def answer_to(self, url: str) -> str:
        """Where the provider sends the browser that came with this address: path and query of the site."""
        answer = self.web.get(url)
        assert answer.status_code == 302, answer.text
        assert answer.headers["Location"].startswith(BACK)
        return answer.headers["Location"].removeprefix("https://park.example")


@pytest.fixture(scope="module")
def running() -> Iterator[Provider]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.web.openid.provider", BACK],
        cwd=Path(__file__).parents[4],
        env={**os.environ, "AUTHLIB_INSECURE_TRANSPORT": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    made = Provider(json.loads(line)["issuer"])
    yield made
    made.web.close()
    process.kill()
    process.wait()
    process.stdout.close()


@pytest.fixture
def provider(running: Provider) -> Provider:
    running.behave()
    return running


@pytest.fixture
def office(embedded: Installation, clock: SettableClock, provider: Provider) -> Iterator[Site]:
    """The site, which trusts the provider; its clock is right, for the provider's is."""
    clock.ms = int(time.time() * 1000)
    trusted = OpenIdProvider(provider.issuer, CLIENT_ID, CLIENT_SECRET, "Park ID", frozenset({"mfa"}))
    inst = replace(embedded, settings=replace(embedded.settings, provider=trusted))
    there = tenant(inst, "East Area", "Park Ltd")
    account = accounts.create_account(inst, "ann", PASSWORD, CLERK, enterprise_id=there.enterprise)
    service.connect(inst, account, Identity(provider.issuer, "ann", has_second_factor=False))
    with site_over(inst, clock) as made:
        yield made


def tried(site: Site, provider: Provider, client: FlaskClient, onward: str = "/visitors") -> TestResponse:
    """The site's answer to a browser that went to the provider and came back."""
    away = opened(site, client, f"/sign-in/provider?next={onward}")
    assert away.status_code == 302
    return opened(site, client, provider.answer_to(away.location))


def test_who_is_connected_signs_in_there_and_gets_where_they_were_going(office: Site, provider: Provider):
    client = office.client()
    assert "Sign in with Park ID" in seen(opened(office, client, "/sign-in").text)
    done = tried(office, provider, client)
    assert (done.status_code, done.location) == (303, "/visitors")
    assert opened(office, client, "/visitors").status_code == 200
    sent(office, client, "/sign-out", page="/")
    assert opened(office, client, "/visitors").status_code == 302


def test_the_browser_is_sent_away_with_pkce_state_and_nonce_and_brings_them_back_sealed(
    office: Site, provider: Provider
):
    client = office.client()
    away = httpx.URL(opened(office, client, "/sign-in/provider?next=//evil.example").location)
    asked = dict(away.params)
    assert asked["code_challenge_method"] == "S256"
    assert {len(asked[name]) for name in ("state", "nonce")} == {64}
    assert asked["redirect_uri"] == BACK
    with client.session_transaction(base_url=office.url) as kept:
        assert not any(asked[name] in str(dict(kept)) for name in ("state", "nonce"))
    assert opened(office, client, provider.answer_to(str(away))).location == "/"


FAULTS = (
    "nonce", "issuer", "audience", "party", "expired", "future", "access", "nobody", "none", "secret",
    "forged", "unsigned", "declined",
)  # fmt: skip


def test_what_the_provider_did_not_say_to_us_now_lets_nobody_in(office: Site, provider: Provider):
    for fault in FAULTS:
        provider.behave(fault=fault)
        client = office.client()
        with capture_logs() as told:
            answer = tried(office, provider, client)
        doubts = [line["doubt"] for line in told if line["event"] == "provider_answer_refused"]
        assert doubts == ["declined" if fault == "declined" else "claims"], fault
        assert answer.status_code == 422, fault
        assert "Signing in at Park ID did not work" in seen(answer.text), fault
        assert 'name="password"' in answer.text, fault
        assert opened(office, client, "/visitors").status_code == 302, fault


def test_an_answer_counts_once_and_only_in_the_browser_that_set_out(office: Site, provider: Provider):
    client, other = office.client(), office.client()
    back = provider.answer_to(opened(office, client, "/sign-in/provider").location)
    opened(office, other, "/sign-in/provider")
    assert opened(office, other, back).status_code == 422
    assert opened(office, office.client(), back).status_code == 422
    assert opened(office, client, f"{back}&iss=https://other.example").status_code == 422
    assert opened(office, client, back).status_code == 422  # what it set out with is used up
    again = provider.answer_to(opened(office, client, "/sign-in/provider").location)
    assert opened(office, client, again).status_code == 303
    # The same code once more, with everything else right: the provider gives a token for it once.
    late = office.client()
    state = dict(httpx.URL(opened(office, late, "/sign-in/provider").location).params)["state"]
    code = dict(httpx.URL(again).params)["code"]
    assert opened(office, late, f"/sign-in/provider/back?code={code}&state={state}").status_code == 422


def test_a_new_key_of_the_provider_is_taken_from_the_provider(office: Site, provider: Provider):
    assert tried(office, provider, office.client()).status_code == 303
    provider.web.post("/rotate").raise_for_status()
    assert tried(office, provider, office.client()).status_code == 303


def test_nobody_is_known_by_their_address_or_name_but_by_what_was_connected(office: Site, provider: Provider):
    accounts.create_account(office.inst, "boss@park.example", PASSWORD, CLERK, area_path="/")
    provider.behave(user="boss@park.example")
    client = office.client()
    away = tried(office, provider, client)
    assert (away.status_code, away.location) == (303, "/sign-in/provider/unknown")
    for language, sentence in (("en", "no account here is connected"), ("zh", "没有与之关联的账号")):
        answer = opened(office, client, f"{away.location}?lang={language}")
        assert (answer.status_code, sentence in seen(answer.text)) == (403, True)
    assert opened(office, client, "/visitors").status_code == 302


def test_a_second_factor_shown_there_counts_where_the_settings_say_so(office: Site, provider: Provider):
    boss = accounts.create_account(office.inst, "boss", PASSWORD, ADMIN, area_path="/")
    service.connect(office.inst, boss, Identity(provider.issuer, "boss", has_second_factor=False))
    for amr, onward in (((), "/sign-in/set-up?next=/visitors"), (("otp",), "/sign-in/set-up?next=/visitors"),
                        (("pwd", "mfa"), "/visitors")):  # fmt: skip
        provider.behave(user="boss", amr=amr)
        assert tried(office, provider, office.client()).location == onward


def test_an_account_is_connected_by_its_owner_with_their_password_and_let_go_again(
    office: Site, provider: Provider
):
    accounts.create_account(office.inst, "bob", PASSWORD, CLERK, area_path="/")
    provider.behave(user="bob there")
    client = typed_in(office, "bob")
    away = opened(office, client, "/account/provider")
    page = opened(office, client, provider.answer_to(away.location))
    assert "will be bob here" in seen(page.text)
    path, form = "/account/provider/connect", hidden_fields(page.text)
    wrong = client.post(path, base_url=office.url, data={**form, "password": "a guess"})
    assert wrong.status_code == 422
    # A page that somebody else's session made connects nothing.
    thief = typed_in(office, "ann")
    token = hidden_fields(opened(office, thief, "/account").text)["csrf_token"]
    theirs = {**form, "csrf_token": token, "password": PASSWORD}
    assert "open for too long" in seen(
        opened(office, thief, thief.post(path, base_url=office.url, data=theirs).location).text
    )
    right = client.post(path, base_url=office.url, data={**hidden_fields(wrong.text), "password": PASSWORD})
    assert "You can sign in with Park ID" in seen(opened(office, client, right.location).text)
    assert tried(office, provider, office.client()).location == "/visitors"
    # The same sign-in there is nobody else here.
    away = opened(office, thief, "/account/provider")
    page = opened(office, thief, provider.answer_to(away.location))
    taken = thief.post(path, base_url=office.url, data={**hidden_fields(page.text), "password": PASSWORD})
    assert "belongs to another account" in seen(taken.text)
    sent(office, client, "/account/provider/disconnect", page="/account")
    assert tried(office, provider, office.client()).location == "/sign-in/provider/unknown"


def invited(office: Site, role: Role = Role.GUARD) -> str:
    """The secret of a link to a role in the enterprise that Ann works for."""
    boss = accounts.account(office.inst, "admin")
    assert boss is not None
    (firm,) = office.inst.read(lambda c: list(c.scalars(select(enterprises.c.id))))
    return inviting.invite(office.inst, boss, Wanted(role, f"enterprise:{firm}")).link


def accepted(office: Site, provider: Provider, client: FlaskClient, link: str, **fields: str) -> TestResponse:
    """The answer to somebody who opens a link and accepts as who they are at the provider."""
    assert sent(office, client, "/join", link=link).location == "/join/choose"
    page = opened(office, client, "/join/choose")
    assert "Go on with Park ID" in seen(page.text)
    away = opened(office, client, "/join/provider")
    back = opened(office, client, provider.answer_to(away.location))
    assert (back.status_code, back.location) == (303, "/join/as")
    return sent(office, client, "/join/as", **fields)


def test_somebody_invited_accepts_as_who_they_are_at_the_provider(office: Site, provider: Provider):
    provider.behave(user="gus there")
    client, link = office.client(), invited(office)
    taken = accepted(office, provider, client, link, login="ann")
    assert (taken.status_code, 'id="login-error"' in taken.text) == (422, True)
    done = sent(office, client, "/join/as", login="Gus")
    assert (done.status_code, done.location) == (303, "/")
    assert "Park Ltd" in seen(opened(office, client, "/").text)
    assert opened(office, client, "/staff").status_code == 403
    account = seen(opened(office, client, "/account").text)
    assert "signed in as gus" in account
    assert "your only way to sign in" in account
    # Without a password the provider cannot be let go; a second factor is set up right after signing in.
    sent(office, client, "/account/provider/disconnect", page="/account")
    assert "your only way to sign in" in seen(opened(office, client, "/account").text)
    begun = sent(office, client, "/account/second-factor/begin", page="/account/second-factor")
    assert "Scan this code" in seen(begun.text)
    office.clock.pass_s(601)
    late = sent(office, client, "/account/second-factor/begin", page="/account/second-factor")
    assert (late.status_code, "You signed in some time ago" in seen(late.text)) == (422, True)
    office.clock.pass_s(-601)
    assert tried(office, provider, office.client()).location == "/visitors"
    assert sent(office, office.client(), "/join", link=link).status_code == 410


def test_whoever_is_known_here_gets_the_role_in_the_account_they_have(office: Site, provider: Provider):
    client, link = office.client(), invited(office)
    opened(office, client, "/join/as")
    done = accepted(office, provider, client, link)
    assert done.location == "/"
    assert "Acting as" in seen(opened(office, client, "/").text)


def test_a_role_that_needs_a_second_factor_needs_it_after_the_provider_too(office: Site, provider: Provider):
    provider.behave(user="carla")
    done = accepted(office, provider, office.client(), invited(office, Role.COMPLIANCE), login="carla")
    assert done.location == "/sign-in/set-up?next=/"


def test_nobody_accepts_without_a_link_or_without_the_provider(office: Site, provider: Provider):
    client = office.client()
    for path in ("/join/provider", "/join/as", "/join/choose"):
        assert opened(office, client, path).location == "/join"
    assert sent(office, client, "/join", link=invited(office)).status_code == 303
    assert opened(office, client, "/join/as").location == "/join"
    # What was found on the way to signing in is no acceptance.
    provider.behave(user="stranger")
    tried(office, provider, client)
    assert opened(office, client, "/join/as").location == "/join"


@pytest.mark.parametrize("fault", ["away", "description"])
def test_without_the_provider_the_password_still_works(office: Site, provider: Provider, fault: str):
    provider.behave(fault=fault)
    settings = office.inst.settings
    assert settings.provider is not None
    if fault == "away":
        gone = replace(settings.provider, issuer="http://127.0.0.1:9")
        office.app.extensions["installation"] = replace(
            office.inst, settings=replace(settings, provider=gone)
        )
    client = office.client()
    answer = opened(office, client, "/sign-in/provider?next=/visitors")
    assert answer.status_code == 503
    assert "Park ID cannot be reached now" in seen(answer.text)
    done = sent(office, client, "/sign-in?next=/visitors", login="ann", password=PASSWORD)
    assert done.location == "/visitors"


def test_without_the_settings_there_is_no_other_way_in(site: Site):
    assert "or" not in seen(opened(site, site.client(), "/sign-in").text).split()
    assert opened(site, site.client(), "/sign-in/provider").status_code == 404
