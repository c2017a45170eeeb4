"""Signing in, and who may see what."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from domain.errors import InputError
from domain.visitor import cleaned
from web.db.connection import Connection, Record
from web.services.installation import Installation, new_id
from web.store import accounts
from web.store.scope import Scope

ADMIN, CLERK = "admin", "clerk"
PASSWORD_LEAST = 12
_PASSWORD_MOST = 200
_HASHER = PasswordHasher()  # argon2id with the library's current parameters
# Compared when there is no such account, so that the answer takes the same time.
_NOBODY = _HASHER.hash(secrets.token_urlsafe(16))


@dataclass(frozen=True, slots=True)
class Account:
    """A member of staff; `session_epoch` rises when all their sessions end."""

    id: str
    login: str
    role: str
    scope: Scope
    session_epoch: int


def is_free(inst: Installation, login: str) -> bool:
    """Whether nobody signs in under this name yet."""
    return inst.read(lambda connection: accounts.by_login(connection, _login(login))) is None


def sign_in(inst: Installation, login: str, password: str) -> Account | None:
    """The account, if name and password are right and it is not disabled."""
    row = inst.read(lambda connection: accounts.by_login(connection, _login(login)))
    try:
        _HASHER.verify(row.password_hash if row else _NOBODY, password[:_PASSWORD_MOST])
    except (VerificationError, InvalidHashError):
        return None
    return _account(row) if row is not None and row.disabled_ms is None else None


def account(inst: Installation, account_id: str) -> Account | None:
    """The account with this id, unless it is disabled."""
    row = inst.read(lambda connection: accounts.by_id(connection, account_id))
    return _account(row) if row is not None and row.disabled_ms is None else None


def create_account(
    inst: Installation, login: str, password: str, role: str, *, area_path: str = "", enterprise_id: str = ""
) -> str:
    """The id of a new account over an area's subtree or one enterprise; InputError for bad fields."""
    name = _login(cleaned(login, "login"))
    hashed = _HASHER.hash(_acceptable(password, "password"))
    identity = new_id()

    def work(connection: Connection) -> None:
        if accounts.by_login(connection, name) is not None:
            raise InputError("login", "This name is taken. Choose another.", "该用户名已被使用，请换一个。")
        accounts.added(
            connection,
            id=identity,
            login=name,
            password_hash=hashed,
            role=role,
            area_path=area_path,
            enterprise_id=enterprise_id or None,
            created_ms=inst.now_ms(),
            session_epoch=0,
        )

    inst.write(work)
    return identity


def change_password(inst: Installation, account_id: str, old: str, new: str) -> None:
    """Replace the password and end all sessions; InputError names the wrong field."""
    row = inst.read(lambda connection: accounts.by_id(connection, account_id))
    try:
        _HASHER.verify(row.password_hash if row else _NOBODY, old[:_PASSWORD_MOST])
    except (VerificationError, InvalidHashError):
        raise InputError("old", "This is not your current password.", "当前密码不正确。") from None
    hashed = _HASHER.hash(_acceptable(new, "new"))
    inst.write(lambda connection: accounts.set_password(connection, account_id, hashed))


def random_password() -> str:
    """A password nobody chose: 96 bits, in groups that can be read aloud."""
    symbols = "".join(secrets.choice("abcdefghjkmnpqrstuvwxyz23456789") for _ in range(20))
    return "-".join(symbols[at : at + 5] for at in range(0, 20, 5))


def _acceptable(password: str, field: str) -> str:
    if not PASSWORD_LEAST <= len(password) <= _PASSWORD_MOST:
        raise InputError(
            field,
            f"A password has {PASSWORD_LEAST} to {_PASSWORD_MOST} characters. A sentence works well.",
            f"密码须为 {PASSWORD_LEAST} 至 {_PASSWORD_MOST} 个字符，可以用一句话。",
        )
    return password


def _login(typed: str) -> str:
    return typed.strip().casefold()[:200]


def _account(row: Record) -> Account:
    scope = Scope(area_path=row.area_path, enterprise_id=row.enterprise_id or "")
    return Account(row.id, row.login, row.role, scope, row.session_epoch)
