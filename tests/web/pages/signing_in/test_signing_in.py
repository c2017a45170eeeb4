"""Signing in step by step; how a session begins, goes on and ends (W4, W12; ASVS 5.0 chapters 6 and 7)."""

from __future__ import annotations

import hashlib

import pytest
from flask.testing import FlaskClient

from tests.web.pages.site import (
    LOGIN,
    PASSWORD,
    TOTP_SECRET,
    Site,
    code_at,
    hidden_fields,
    next_code,
    opened,
    seen,
    sent,
    shown_secret,
    typed_in,
)
from tests.web.tenants import Tenant
from web.services import accounts
from web.services.accounts import CLERK
from web.views.asking.session import ABSOLUTE_MS, IDLE_MS

HOST = "park.example"


@pytest.fixture
def clerk(site: Site, there: Tenant) -> str:
    """The login of somebody whose role asks for no second factor."""
    accounts.create_account(site.inst, "clerk", PASSWORD, CLERK, enterprise_id=there.enterprise)
    return "clerk"


def secret_of(client: FlaskClient) -> str:
    cookie = client.get_cookie("__Host-session", domain=HOST)
    return cookie.value if cookie else ""


def tried(site: Site, client: FlaskClient, password: str, times: int = 1, login: str = LOGIN) -> list[int]:
    form = {**hidden_fields(opened(site, client, "/sign-in").text), "login": login, "password": password}
    return [client.post("/sign-in", base_url=site.url, data=form).status_code for _ in range(times)]


def test_signing_in_never_leads_to_another_site(site: Site, clerk: str) -> None:
    for target in ("//evil.example", "/\\evil.example", "https://evil.example/"):
        client = site.client()
        form = {**hidden_fields(opened(site, client, "/sign-in").text), "login": clerk, "password": PASSWORD}
        done = client.post("/sign-in", query_string={"next": target}, base_url=site.url, data=form)
        assert done.location == "/"


def test_signing_in_leads_back_to_where_one_was_going_through_every_step(site: Site) -> None:
    client = site.client()
    first = opened(site, client, "/visitors?q=%E7%8E%8B&x=1")
    asked = sent(site, client, first.location, login=f"  {LOGIN.upper()} ", password=PASSWORD)
    assert asked.location.startswith("/sign-in/code?next=")
    done = sent(site, client, asked.location, code=next_code(site))
    assert done.location == "/visitors?q=%E7%8E%8B&x=1"


def test_each_step_gives_another_secret_and_the_one_before_is_worth_nothing(site: Site) -> None:
    client, thief = site.client(), site.client()
    client.set_cookie("__Host-session", "planted by somebody else", domain=HOST, secure=True)
    sent(site, client, "/sign-in", login=LOGIN, password=PASSWORD)
    half = secret_of(client)
    assert half not in ("", "planted by somebody else")
    sent(site, client, "/sign-in/code", code=next_code(site))
    whole = secret_of(client)
    assert whole not in ("", half)
    for stolen, status in ((half, 302), (whole, 200)):
        thief.set_cookie("__Host-session", stolen, domain=HOST, secure=True)
        assert opened(site, thief, "/").status_code == status
    assert sent(site, client, "/sign-out", page="/").location == "/sign-in"
    assert secret_of(client) == ""
    assert opened(site, client, "/").status_code == 302
    # The cookie that was kept is worth nothing after signing out.
    assert opened(site, thief, "/").status_code == 302


def test_the_cookie_is_bound_to_this_host_and_hidden_from_scripts_and_only_its_hash_is_kept(
    site: Site, clerk: str
) -> None:
    client = site.client()
    answer = sent(site, client, "/sign-in", login=clerk, password=PASSWORD)
    cookie = next(text for text in answer.headers.getlist("Set-Cookie") if "__Host-session" in text)
    for part in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert part in cookie
    assert "Domain" not in cookie
    assert "Expires" not in cookie
    kept = site.inst.read(lambda c: c.exec_driver_sql("SELECT secret_hash FROM sessions").scalars().all())
    assert kept == [hashlib.sha256(secret_of(client).encode()).digest()]
    with client.session_transaction(base_url=site.url) as form:
        assert not {"_user_id", "account", "login"} & set(form)
    assert secret_of(client) not in repr(dict(form))


def test_whoever_stopped_half_way_sees_nothing_and_must_begin_again_after_a_while(site: Site) -> None:
    client = site.client()
    sent(site, client, "/sign-in", login=LOGIN, password=PASSWORD)
    for path in ("/", "/visitors", "/account", "/account/sessions"):
        assert opened(site, client, path).location.startswith("/sign-in/code?next=")
    assert client.post("/visitors/new", base_url=site.url).status_code in (400, 401)
    site.clock.pass_s(16 * 60)
    assert opened(site, client, "/").location == "/sign-in?next=/"
    assert opened(site, client, "/sign-in/code").location.startswith("/sign-in?next=")


def test_a_code_works_once_and_a_recovery_code_too(site: Site) -> None:
    code = code_at(TOTP_SECRET, site.clock())
    client, other = site.client(), site.client()
    for each in (client, other):
        sent(site, each, "/sign-in", login=LOGIN, password=PASSWORD)
    assert sent(site, client, "/sign-in/code", code=f" {code[:3]} {code[3:]}").status_code == 303
    again = sent(site, other, "/sign-in/code", code=code)
    assert again.status_code == 422
    assert "This code does not work" in seen(again.text)
    made = sent(site, client, "/account/second-factor/recovery-codes", page="/account/second-factor",
                code=next_code(site))  # fmt: skip
    codes = [text for text in seen(made.text).split() if text.count("-") == 5]
    assert len(codes) == 10
    assert sent(site, other, "/sign-in/code", code=codes[0].upper()).status_code == 303
    third = site.client()
    sent(site, third, "/sign-in", login=LOGIN, password=PASSWORD)
    assert sent(site, third, "/sign-in/code", code=codes[0]).status_code == 422
    assert sent(site, third, "/sign-in/code", code=codes[1].replace("-", " ")).status_code == 303


def test_a_role_that_needs_a_second_factor_sets_one_up_before_it_sees_anything(site: Site) -> None:
    accounts.create_account(site.inst, "boss", PASSWORD, accounts.ADMIN, area_path="/")
    client = site.client()
    asked = sent(site, client, "/sign-in?next=/visitors", login="boss", password=PASSWORD)
    assert asked.location == "/sign-in/set-up?next=/visitors"
    assert opened(site, client, "/visitors").location == "/sign-in/set-up?next=/visitors"
    page = opened(site, client, asked.location).text
    wrong = client.post(asked.location, base_url=site.url, data={**hidden_fields(page), "code": "000000"})
    assert (wrong.status_code, shown_secret(wrong.text)) == (422, shown_secret(page))
    right = {**hidden_fields(wrong.text), "code": code_at(shown_secret(page), site.clock())}
    done = client.post(asked.location, base_url=site.url, data=right)
    assert 'href="/visitors"' in done.text
    assert done.headers["Cache-Control"] == "no-store"
    assert opened(site, client, "/visitors").status_code == 200
    removing = sent(site, client, "/account/second-factor/remove", page="/account/second-factor", code="1")
    assert removing.status_code == 404


@pytest.mark.parametrize("idle_ms", [IDLE_MS - 60_000, IDLE_MS + 60_000])
def test_a_session_ends_when_it_is_not_used(site: Site, staff: FlaskClient, idle_ms: int) -> None:
    site.clock.pass_s(idle_ms / 1000)
    assert opened(site, staff, "/").status_code == (200 if idle_ms < IDLE_MS else 302)


def test_a_session_ends_after_half_a_day_however_much_it_is_used(site: Site, staff: FlaskClient) -> None:
    for _ in range(ABSOLUTE_MS // 3_600_000):
        site.clock.pass_s(3600)
        last = opened(site, staff, "/").status_code
    assert last == 200
    site.clock.pass_s(60)
    assert opened(site, staff, "/").status_code == 302


def test_a_new_password_ends_every_other_session(site: Site, clerk: str) -> None:
    here, other = typed_in(site, clerk), typed_in(site, clerk)
    wrong = sent(site, here, "/account", old="not it", new="another long password")
    assert 'id="old-error"' in wrong.text
    for bad in ("short", "123456789012", "clerk clerk clerk"):
        assert 'id="new-error"' in sent(site, here, "/account", old=PASSWORD, new=bad).text
    done = sent(site, here, "/account", old=PASSWORD, new="another long password")
    assert "Your password was changed" in seen(opened(site, here, done.location).text)
    assert opened(site, other, "/").status_code == 302
    assert tried(site, site.client(), PASSWORD, login=clerk) == [422]
    assert opened(site, typed_in(site, clerk, "another long password"), "/").status_code == 200


def test_the_browsers_of_an_account_are_listed_and_signed_out_one_by_one_or_all(
    site: Site, clerk: str
) -> None:
    firefox = "Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0"
    phone = site.client()
    phone.environ_base["HTTP_USER_AGENT"] = firefox
    sent(site, phone, "/sign-in", login=clerk, password=PASSWORD)
    here, third = typed_in(site, clerk), typed_in(site, clerk)
    stranger = typed_in(site)
    page = opened(site, here, "/account/sessions").text
    assert "Firefox on Android" in seen(page)
    assert seen(page).count("This one") == 1
    ends = sorted({part.split('"')[0] for part in page.split('action="/account/sessions/')[1:]})
    one = next(end for end in ends if end != "end-others")
    # Nobody ends what is not theirs.
    assert sent(site, stranger, f"/account/sessions/{one}", page="/account/sessions").status_code == 404
    assert sent(site, here, f"/account/sessions/{one}", page="/account/sessions").status_code == 303
    assert sorted(opened(site, each, "/").status_code for each in (phone, third)) == [200, 302]
    assert sent(site, here, "/account/sessions/end-others", page="/account/sessions").status_code == 303
    assert [opened(site, each, "/").status_code for each in (phone, third, here)] == [302, 302, 200]


def test_guessing_is_slowed_down_and_the_owner_is_told_but_not_stopped(site: Site, clerk: str) -> None:
    mine = typed_in(site, clerk)
    sent(site, mine, "/sign-out", page="/")
    attacker = site.client()
    assert tried(site, attacker, "guess", 6, clerk) == [422] * 5 + [429]
    # The right password tells nothing while one has to wait; a name nobody has is answered alike.
    slowed = sent(site, attacker, "/sign-in", login=clerk, password=PASSWORD)
    assert (slowed.status_code, slowed.headers["Retry-After"]) == (429, "15")
    assert tried(site, attacker, "guess", 6, "nobody") == [422] * 5 + [429]
    # The owner's own browser, and somebody else's account from there, go on.
    home = sent(site, mine, "/sign-in", login=clerk, password=PASSWORD)
    assert home.status_code == 303
    assert "5 attempts to sign in as you failed since" in seen(opened(site, mine, home.location).text)
    assert "attempts to sign in" not in seen(opened(site, mine, home.location).text)
    site.clock.pass_s(15)
    assert tried(site, attacker, "guess", 2, clerk) == [422, 429]
    site.clock.pass_s(15)
    assert tried(site, attacker, "guess", 1, clerk) == [429]


def test_an_ended_role_or_a_disabled_account_ends_its_sessions_at_once(site: Site, clerk: str) -> None:
    for ending in ("UPDATE grants SET ended_ms = 1", "UPDATE accounts SET disabled_ms = 1"):
        client = typed_in(site, clerk)
        where = "account_id" if "grants" in ending else "id"
        which = f"{ending} WHERE {where} = (SELECT id FROM accounts WHERE login = 'clerk')"
        site.inst.write(lambda c, sql=which: c.exec_driver_sql(sql))
        assert opened(site, client, "/").status_code == 302
        site.inst.write(lambda c: c.exec_driver_sql("UPDATE grants SET ended_ms = NULL"))
