"""Accounts of staff: who they are, and the roles they hold on places."""

from __future__ import annotations

from dataclasses import dataclass

from domain.access import Right, Role, may
from domain.errors import InputError
from domain.visitor import cleaned
from web.db.connecting.connection import Connection, Record
from web.services.installation import Installation, new_id
from web.services.signing_in import passwords
from web.store.access import accounts, sessions
from web.store.scope import Scope

ADMIN, CLERK = Role.ADMIN, Role.CLERK


@dataclass(frozen=True, slots=True)
class Account:
    """A member of staff acting in one of their roles."""

    id: str
    login: str
    role: Role
    scope: Scope
    grant_id: str = ""
    liaison_id: str = ""

    def may(self, right: Right) -> bool:
        """Whether the role they act in holds a right."""
        return may(self.role, right)


def is_free(inst: Installation, login: str) -> bool:
    """Whether nobody signs in under this name yet."""
    return inst.ask(lambda connection: accounts.by_login(connection, normal_login(login))) is None


def sign_in(inst: Installation, login: str, password: str) -> Account | None:
    """The account, if name and password are right and it is not disabled; counts nothing.

    A password that was kept with other parameters than today's is kept anew.
    """
    cost = inst.settings.password_cost
    row = inst.ask(lambda connection: accounts.by_login(connection, normal_login(login)))
    if not passwords.is_right(row.password_hash if row else None, password, cost) or row is None:
        return None
    if passwords.is_outdated(row.password_hash, cost):
        fresh = passwords.hashed(password, cost)
        inst.write(lambda connection: accounts.rehashed(connection, row.id, row.password_hash, fresh))
    return account(inst, row.id)


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
    inst: Installation, login: str, password: str | None, role: Role, *, area_path: str = "",
    enterprise_id: str = "",
) -> str:  # fmt: skip
    """The id of a new account with a role on an area or an enterprise; InputError for bad fields.

    Without a password nobody signs in to it before its owner chose one, by a link.
    """
    name = normal_login(cleaned(login, "login"))
    hashed = "" if password is None else _hashed(inst, password, name)
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


def has_password(inst: Installation, account_id: str) -> bool:
    """Whether an account can be entered with a password, and not by a provider alone."""
    row = inst.ask(lambda connection: accounts.by_id(connection, account_id))
    return row is not None and bool(row.password_hash)


def change_password(inst: Installation, account_id: str, old: str, new: str, *, session_id: str = "") -> None:
    """Replace the password and end all sessions but the one named; InputError names the wrong field."""
    cost = inst.settings.password_cost
    row = inst.ask(lambda connection: accounts.by_id(connection, account_id))
    if not passwords.is_right(row.password_hash if row else None, old, cost) or row is None:
        raise InputError("old", "This is not your current password.", "当前密码不正确。")
    hashed = passwords.hashed(passwords.acceptable(new, "new", row.login), cost)

    def work(connection: Connection) -> None:
        accounts.set_password(connection, account_id, hashed)
        sessions.ended_of(connection, account_id, inst.now_ms(), but=session_id)

    inst.write(work)


def normal_login(typed: str) -> str:
    """A login as it is kept, whatever its case and the space around it."""
    return typed.strip().casefold()[:200]


def _hashed(inst: Installation, password: str, name: str) -> str:
    return passwords.hashed(passwords.acceptable(password, "password", name), inst.settings.password_cost)


def _acting(row: Record, grant: Record) -> Account:
    scope = Scope(area_path=grant.area_path, enterprise_id=grant.enterprise_id or "")
    return Account(row.id, row.login, Role(grant.role), scope, grant.id, row.liaison_id)
