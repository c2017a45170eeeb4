"""The way back for somebody whom nobody on the site can let in: by whoever runs the server."""

from __future__ import annotations

from domain.errors import InputError
from web.db.connection import Connection
from web.services import accounts, passwords
from web.services.access import granting
from web.services.installation import Installation
from web.store import accounts as account_rows
from web.store import second_factors, sessions


def let_back_in(inst: Installation, login: str) -> str:
    """The new random password of an account, which has no second factor and no session any more.

    InputError when nobody signs in under this name. A role that asks for a second factor asks for a new
    one at the next sign-in.
    """
    password = passwords.random_password()
    hashed = passwords.hashed(password, inst.settings.password_cost)

    def work(connection: Connection) -> None:
        row = account_rows.by_login(connection, accounts.normal_login(login))
        if row is None:
            raise InputError("LOGIN", "Nobody signs in under this name.", "没有使用该用户名的账号。")
        account_rows.set_password(connection, row.id, hashed)
        second_factors.removed(connection, row.id)
        sessions.ended_of(connection, row.id, inst.now_ms())
        granting.tell(connection, inst, "", "let_back_in", {"account": row.id})

    inst.write(work)
    return password
