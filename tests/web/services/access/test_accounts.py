"""Accounts of staff: who signs in, under what name, and what a changed password ends."""

from __future__ import annotations

import threading

import pytest

from domain.errors import InputError
from web.services import accounts
from web.services.accounts import ADMIN, CLERK
from web.services.installation import Installation
from web.services.signing_in import passwords
from web.store.scope import Scope

PASSWORD = "a sentence works well"


def test_a_new_account_signs_in_under_its_name_in_any_case(inst: Installation):
    identity = accounts.create_account(inst, " Guard@Park ", PASSWORD, CLERK, area_path="/x/")
    for typed in ("guard@park", "GUARD@PARK", "  guard@park "):
        account = accounts.sign_in(inst, typed, PASSWORD)
        assert account is not None
        assert (account.id, account.login, account.role) == (identity, "guard@park", CLERK)
        assert account.scope == Scope(area_path="/x/")
    assert accounts.account(inst, identity) == account


def test_a_wrong_password_or_name_signs_nobody_in(inst: Installation):
    accounts.create_account(inst, "guard", PASSWORD, CLERK)
    for name, password in (("guard", PASSWORD + "!"), ("guard", ""), ("nobody", PASSWORD), ("", "")):
        assert accounts.sign_in(inst, name, password) is None
    assert accounts.account(inst, "nobody") is None


@pytest.mark.parametrize(
    ("login", "password", "field"),
    [
        ("", PASSWORD, "login"),
        ("\n\0 ", PASSWORD, "login"),
        ("x" * 201, PASSWORD, "login"),
        ("guard", "too short", "password"),
        ("guard", "x" * 201, "password"),
    ],
)
def test_a_bad_field_is_named(embedded: Installation, login: str, password: str, field: str):
    with pytest.raises(InputError) as refused:
        accounts.create_account(embedded, login, password, CLERK)
    assert refused.value.field == field
    assert refused.value.sentence.zh


def test_a_name_is_given_once_even_to_two_at_the_same_time(inst: Installation):
    came: list[str] = []
    start = threading.Barrier(4)

    def create() -> None:
        start.wait()
        try:
            came.append(accounts.create_account(inst, "guard", PASSWORD, CLERK))
        except InputError as error:
            came.append(error.field)

    threads = [threading.Thread(target=create) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(came), came.count("login")) == (4, 3)
    assert not accounts.is_free(inst, "GUARD ")
    assert accounts.is_free(inst, "guards")


def test_changing_the_password_asks_for_the_old_one_and_ends_all_sessions(inst: Installation):
    identity = accounts.create_account(inst, "guard", PASSWORD, CLERK)
    for old, new, field in (("wrong", PASSWORD * 2, "old"), (PASSWORD, "short", "new")):
        with pytest.raises(InputError) as refused:
            accounts.change_password(inst, identity, old, new)
        assert refused.value.field == field
    before = accounts.sign_in(inst, "guard", PASSWORD)
    accounts.change_password(inst, identity, PASSWORD, PASSWORD + " 2")
    assert accounts.sign_in(inst, "guard", PASSWORD) is None
    after = accounts.sign_in(inst, "guard", PASSWORD + " 2")
    assert before is not None
    assert after is not None
    assert after == before


def test_nobody_changes_the_password_of_an_account_that_is_not(embedded: Installation):
    with pytest.raises(InputError):
        accounts.change_password(embedded, "nobody", PASSWORD, PASSWORD)


def test_passwords_are_kept_as_argon2_alone(embedded: Installation):
    accounts.create_account(embedded, "boss", PASSWORD, ADMIN)
    kept = embedded.read(lambda c: c.exec_driver_sql("SELECT password_hash FROM accounts").scalar())
    assert kept.startswith("$argon2id$")


def test_random_passwords_are_long_enough_and_never_the_same():
    made = {passwords.random_password() for _ in range(100)}
    assert len(made) == 100
    assert all(len(password.replace("-", "")) == 20 for password in made)
