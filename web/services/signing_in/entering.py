"""Proving who one is, step by step; each wrong proof is counted where it came from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from domain.errors import InputError
from domain.wording import Sentence
from web.services import accounts
from web.services.accounts import Account
from web.services.installation import Installation
from web.services.signing_in import second_factor, slowing
from web.services.signing_in.browsers import Caller
from web.services.signing_in.sessions import Session, Way
from web.services.signing_in.slowing import Lane
from web.store.access import accounts as account_rows

# Wrong passwords of one account from one place, wrong passwords from one network for whichever account, and
# wrong codes of one account from everywhere (only somebody with its password gets that far).
_FREE, _FREE_NETWORK, _FREE_CODES = 5, 30, 20
# How long signing in at a provider stands for the password of an account that has none (ASVS 5.0 7.5.1).
_FRESH_MS = 10 * 60_000
_NOT_RIGHT = {
    "code": (
        "This code does not work. Each works once, for half a minute.",
        "验证码无效。每个验证码半分钟内有效，且只能使用一次。",
    ),
    "password": ("This is not your current password.", "当前密码不正确。"),
}


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing was compared: too many tries went wrong from there. Whole seconds until the next."""

    seconds: int


def with_password(inst: Installation, login: str, password: str, caller: Caller) -> Account | Wait | None:
    """The account, if name and password are right; None when one of them is not, whichever.

    A name nobody has is slowed down, and answered, like any other.
    """
    name = accounts.normal_login(login)
    row = inst.ask(lambda connection: account_rows.by_login(connection, name))
    lanes = _password_lanes(inst, name, row.id if row else "", caller)
    if waiting := slowing.wait_ms(inst, lanes):
        _tell("password_slowed", row.id if row else "")
        return _wait(waiting)
    account = accounts.sign_in(inst, name, password)
    if account is not None:
        slowing.succeeded(inst, lanes)
    _tell("password_right" if account is not None else "password_wrong", row.id if row else "")
    return account


def with_code(inst: Installation, account: Account, typed: str, caller: Caller) -> bool | Wait:
    """Whether this is a code of the account's app or a recovery code; it is used up by this."""
    here = caller.known_id if caller.is_known_for(account.id) else caller.network
    lanes = [slowing.lane(inst, _FREE, account.id, "code", account.id, here)]
    if not caller.is_known_for(account.id):
        lanes.append(slowing.lane(inst, _FREE_CODES, account.id, "codes", account.id))
    if waiting := slowing.wait_ms(inst, lanes):
        _tell("code_slowed", account.id)
        return _wait(waiting)
    is_right = second_factor.is_right(inst, account.id, typed)
    if is_right:
        slowing.succeeded(inst, lanes)
    _tell("code_right" if is_right else "code_wrong", account.id)
    return is_right


def change_password(
    inst: Installation, account: Account, old: str, new: str, caller: Caller, session_id: str
) -> None:
    """Replace the password, and end all sessions but the one named; InputError names the wrong field."""
    lanes = _password_lanes(inst, account.login, account.id, caller)
    if waiting := slowing.wait_ms(inst, lanes):
        raise _too_many("old", _wait(waiting))
    try:
        accounts.change_password(inst, account.id, old, new, session_id=session_id)
    except InputError as error:
        if error.field != "old":
            slowing.succeeded(inst, lanes)
        raise
    slowing.succeeded(inst, lanes)


def prove(inst: Installation, account: Account, typed: str, caller: Caller, *, by: str) -> None:
    """Let somebody who is signed in prove again who they are, by "code" or "password"; else InputError."""
    if by == "code":
        found: bool | Wait = with_code(inst, account, typed, caller)
    else:
        entered = with_password(inst, account.login, typed, caller)
        found = entered if isinstance(entered, Wait) else entered is not None
    if isinstance(found, Wait):
        raise _too_many(by, found)
    if not found:
        raise InputError(by, *_NOT_RIGHT[by])


def expect_fresh(inst: Installation, session: Session) -> None:
    """InputError unless somebody without a password signed in at their provider a few minutes ago."""
    if session.way is not Way.PROVIDER or inst.now_ms() - session.began_ms > _FRESH_MS:
        raise InputError(
            "session",
            "You signed in some time ago. Sign out, sign in again, and do this within ten minutes.",
            "距上次登录已有一段时间，请退出后重新登录，并在十分钟内完成此操作。",
        )


def wait_sentence(wait: Wait) -> Sentence:
    """How long to wait, as a person reads it."""
    if wait.seconds < 60:
        return Sentence(
            f"Too many tries. Please wait {wait.seconds} seconds.",
            f"尝试次数过多，请等待 {wait.seconds} 秒。",
        )
    minutes = -(-wait.seconds // 60)
    unit = "minute" if minutes == 1 else "minutes"
    return Sentence(
        f"Too many tries. Please wait {minutes} {unit}.", f"尝试次数过多，请等待 {minutes} 分钟。"
    )


def _password_lanes(inst: Installation, name: str, account_id: str, caller: Caller) -> Sequence[Lane]:
    if account_id and caller.is_known_for(account_id):
        return [slowing.lane(inst, _FREE, account_id, "password", name, caller.known_id)]
    return [
        slowing.lane(inst, _FREE, account_id, "password", name, caller.network),
        slowing.lane(inst, _FREE_NETWORK, "", "network", caller.network),
    ]


def _tell(event: str, account_id: str) -> None:
    """To who runs the site (ASVS 5.0 16.3.1): the account by its id, never a name that was typed."""
    structlog.get_logger().info(event, account=account_id or "-")


def _too_many(field: str, wait: Wait) -> InputError:
    said = wait_sentence(wait)
    return InputError(field, said.en, said.zh)


def _wait(waiting_ms: int) -> Wait:
    return Wait(-(-waiting_ms // 1000))
