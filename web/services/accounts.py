"""Accounts of staff: passwords, and the roles they hold on places."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from domain.access import Right, Role, may
from domain.errors import InputError
from domain.visitor import cleaned
from web.db.connection import Connection, Record
from web.services.installation import Installation, new_id
from web.store import accounts
from web.store.scope import Scope

ADMIN, CLERK = Role.ADMIN, Role.CLERK
PASSWORD_LEAST = 12
_PASSWORD_MOST = 200
_HASHER = PasswordHasher()  # argon2id with the library's current parameters
# Compared when there is no such account, so that the answer takes the same time.
_NOBODY = _HASHER.hash(secrets.token_urlsafe(16))


@dataclass(frozen=True, slots=True)
class Account:
    """A member of staff acting in one of their roles; `session_epoch` rises when all their sessions end."""

    id: str
    login: str
    role: Role
    scope: Scope
    session_epoch: int
    grant_id: str = ""
    liaison_id: str = ""

    def may(self, right: Right) -> bool:
        """Whether the role they act in holds a right."""
        return may(self.role, right)


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
    return account(inst, row.id) if row is not None else None


def account(inst: Installation, account_id: str, grant_id: str = "") -> Account | None:
    """The account with this id, in one of the roles it holds now: the one that is named, else the oldest.

    None when it is disabled or holds no role, or not that one.
    """

    def work(connection: Connection) -> Account | None:
        row = accounts.by_id(connection, account_id)
        if row is None or row.disabled_ms is not None:
            return None
        held = accounts.grants_in_force(connection, account_id, inst.now_ms())
        chosen = [grant for grant in held if not grant_id or grant.id == grant_id]
        return _acting(row, chosen[0]) if chosen else None

    return inst.read(work)


def create_account(
    inst: Installation, login: str, password: str, role: Role, *, area_path: str = "", enterprise_id: str = ""
) -> str:
    """The id of a new account with a role on an area or an enterprise; InputError for bad fields."""
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
            created_ms=inst.now_ms(),
            session_epoch=0,
        )
        accounts.grant_added(
            connection,
            id=new_id(),
            account_id=identity,
            role=role.value,
            area_path=area_path,
            enterprise_id=enterprise_id or None,
            from_ms=inst.now_ms(),
            created_ms=inst.now_ms(),
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


def _acting(row: Record, grant: Record) -> Account:
    scope = Scope(area_path=grant.area_path, enterprise_id=grant.enterprise_id or "")
    return Account(row.id, row.login, Role(grant.role), scope, row.session_epoch, grant.id, row.liaison_id)
