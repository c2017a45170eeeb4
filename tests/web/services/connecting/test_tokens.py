"""Tokens: their form, whom they stand for, and what is kept of them; on both databases."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.access import Right, Role
from domain.errors import InputError
from tests.web.tenants import SettableClock, Tenant
from web.db.tables import api_tokens
from web.services import accounts
from web.services.accounts import Account
from web.services.connecting import tokens
from web.services.errors import NotFoundError
from web.services.installation import Installation


def _account(inst: Installation, park: Tenant, role: Role = Role.CLERK) -> Account:
    made = accounts.create_account(
        inst, f"{role}@park", "a long password", role, enterprise_id=park.enterprise
    )
    found = accounts.account(inst, made)
    assert found is not None
    return found


@given(st.binary(min_size=1, max_size=80), st.integers(0, 44))
def test_a_secret_tells_a_mistyped_one_from_a_whole_one(noise: bytes, at: int) -> None:
    secret = tokens.new_secret()
    assert tokens.is_whole(secret)
    other = "a" if secret[3 + at] != "a" else "b"
    assert not tokens.is_whole(secret[: 3 + at] + other + secret[4 + at :])
    assert not tokens.is_whole(noise.decode("latin-1"))


def test_a_token_stands_for_its_account_in_its_role_and_only_its_hash_is_kept(
    inst: Installation, park: Tenant, clock: SettableClock
) -> None:
    account = _account(inst, park)
    made = tokens.create(inst, account, "till", ["see_people", "see_places"], 365)
    found = tokens.caller(inst, made.secret)
    assert found is not None
    assert (found.account, found.scopes) == (account, {Right.SEE_PLACES, Right.SEE_PEOPLE})
    row = inst.read(lambda connection: connection.execute(api_tokens.select()).one())
    assert made.secret not in str(tuple(row))
    (shown,) = tokens.listed(inst, account.id)
    assert (shown.name, shown.role, shown.used_ms) == ("till", Role.CLERK, clock())
    clock.pass_s(365 * 86_400)
    assert tokens.caller(inst, made.secret) is None
    assert tokens.listed(inst, account.id)[0].is_over


def test_a_token_is_never_more_than_its_role(inst: Installation, park: Tenant) -> None:
    account = _account(inst, park)
    for scopes in (["unmask"], ["own_account"], [], ["see_places", "nothing"]):
        with pytest.raises(InputError):
            tokens.create(inst, account, "till", scopes, 30)
    for name, days in ((" ", 30), ("till", 0), ("till", 366)):
        with pytest.raises(InputError):
            tokens.create(inst, account, name, ["see_places"], days)


def test_nobody_ends_anothers_token(inst: Installation, park: Tenant) -> None:
    account, other = _account(inst, park), _account(inst, park, Role.OWNER)
    made = tokens.create(inst, account, "till", ["see_places"], 30)
    with pytest.raises(NotFoundError):
        tokens.revoke(inst, other.id, made.token_id)
    assert tokens.listed(inst, other.id) == []
    tokens.revoke(inst, account.id, made.token_id)
    assert tokens.caller(inst, made.secret) is None
    with pytest.raises(NotFoundError):
        tokens.revoke(inst, account.id, made.token_id)
