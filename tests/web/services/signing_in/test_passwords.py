"""Which passwords are taken, how they are kept, and the way back for who lost theirs."""

from __future__ import annotations

from dataclasses import replace

import pytest
from click.testing import CliRunner

from domain.errors import InputError
from web.app import create_app
from web.cli import Root, let_back_in
from web.services import accounts
from web.services.access import joining
from web.services.accounts import ADMIN, CLERK
from web.services.errors import GoneError
from web.services.installation import Installation, opened
from web.services.signing_in import passwords, returning, second_factor, sessions
from web.services.signing_in.sessions import Way
from web.settings import PasswordCost, Settings

PASSWORD = "a sentence works well"
LONG = "Of all the doors along the canal this one alone is painted in the green of old bottles, and " * 2


@pytest.mark.parametrize(
    "common",
    [
        "123456789012", "password1234", "qwertyuiop12", "1qaz2wsx3edc", "iloveyou12345", "aaaaaaaaaaaa",
        "abcdefghijkl", "q1w2e3r4t5y6", "Password123!", "147258369147", "woaini1314520", "13800138000a",
        "wang.xiaoming", "xiaoming2026",
    ],
)  # fmt: skip
def test_what_is_guessed_first_is_no_password(common: str):
    with pytest.raises(InputError) as refused:
        passwords.acceptable(common, "new", "wang.xiaoming@park.example")
    assert refused.value.field == "new"


@pytest.mark.parametrize("good", [PASSWORD, "五星红旗迎风飘扬胜利歌声", "correct horse battery staple", LONG])
def test_sentences_in_any_language_and_long_ones_are(good: str):
    assert passwords.acceptable(good, "new", "wang") == good


def test_the_cost_is_the_librarys_unless_a_program_says_otherwise(embedded: Installation):
    usual = Settings()
    assert usual.password_cost == PasswordCost(3, 65_536, 4)
    assert passwords.hashed(PASSWORD, usual.password_cost).startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    accounts.create_account(embedded, "clerk", PASSWORD, CLERK, area_path="/x/")
    dearer = replace(embedded, settings=replace(embedded.settings, password_cost=PasswordCost(2, 16, 1)))
    assert accounts.sign_in(dearer, "clerk", "a guess") is None
    assert accounts.sign_in(dearer, "clerk", PASSWORD) is not None
    kept = embedded.read(lambda c: c.exec_driver_sql("SELECT password_hash FROM accounts").scalar())
    assert kept.startswith("$argon2id$v=19$m=16,t=2,p=1$")
    assert accounts.sign_in(dearer, "clerk", PASSWORD) is not None


def test_a_password_is_compared_whole(embedded: Installation):
    longest = LONG.ljust(passwords.PASSWORD_MOST, ".")
    accounts.create_account(embedded, "clerk", longest, CLERK, area_path="/x/")
    assert accounts.sign_in(embedded, "clerk", longest) is not None
    for other in (f"{longest}.", longest[:-1], longest.upper(), f" {longest}"):
        assert accounts.sign_in(embedded, "clerk", other) is None


def test_an_account_without_a_password_is_entered_with_none(embedded: Installation):
    accounts.create_account(embedded, "clerk", PASSWORD, CLERK, area_path="/x/")
    embedded.write(lambda c: c.exec_driver_sql("UPDATE accounts SET password_hash = ''"))
    for typed in ("", PASSWORD):
        assert accounts.sign_in(embedded, "clerk", typed) is None


def test_who_runs_the_server_lets_somebody_back_in_who_lost_everything(inst: Installation):
    identity = accounts.create_account(inst, "boss", PASSWORD, ADMIN, area_path="/")
    account = accounts.account(inst, identity)
    assert account is not None
    secret = second_factor.new_secret()
    code = second_factor.pyotp.TOTP(secret).at(inst.now_ms() // 1000)
    codes = second_factor.confirm(inst, account, secret, code)
    signed_in = sessions.begin(inst, account, Way.TYPED, "", second_factor=True)
    first, link = (returning.let_back_in(inst, " BOSS ").link.rpartition("#")[2] for _ in range(2))
    assert accounts.sign_in(inst, "boss", PASSWORD) is None
    assert not accounts.has_password(inst, identity)
    with pytest.raises(GoneError):
        joining.shown(inst, first)
    joining.accept(inst, link, "", PASSWORD)
    assert accounts.sign_in(inst, "boss", PASSWORD) is not None
    assert sessions.current(inst, signed_in) is None
    assert not second_factor.is_right(inst, identity, codes[0])
    assert second_factor.is_wanted(inst, account)
    with pytest.raises(InputError):
        returning.let_back_in(inst, "nobody")


def test_the_command_prints_a_link_that_works_once_and_names_what_is_wrong(embedded: Installation):
    accounts.create_account(embedded, "boss", PASSWORD, ADMIN, area_path="/")
    settings, now_ms = embedded.settings, embedded.now_ms
    embedded.close()
    root = Root(settings, now_ms, create_app)
    done = CliRunner().invoke(let_back_in, ["boss"], obj=root)
    assert done.stdout.startswith("https://park.example/join#")
    inst = opened(settings, now_ms)
    joining.accept(inst, done.stdout.strip().rpartition("#")[2], "", PASSWORD)
    assert accounts.sign_in(inst, "boss", PASSWORD) is not None
    inst.close()
    assert isinstance(CliRunner().invoke(let_back_in, ["nobody"], obj=root).exception, InputError)
