"""The way in for somebody whom nobody on the site can let in: by whoever runs the server."""

from __future__ import annotations

from domain.errors import InputError
from web.db.connecting.connection import Connection
from web.services import accounts
from web.services.access import granting, inviting
from web.services.access.inviting import Made
from web.services.installation import Installation
from web.store.access import accounts as account_rows
from web.store.access import identities, second_factors


def let_back_in(inst: Installation, login: str) -> Made:
    """A link by which an account's owner chooses a new password; the old one and all proofs end at once.

    InputError when nobody signs in under this name, or the account is disabled. A role that asks for a
    second factor asks for a new one at the next sign-in.
    """

    def work(connection: Connection) -> Made:
        row = account_rows.by_login(connection, accounts.normal_login(login))
        if row is None:
            raise InputError("LOGIN", "Nobody signs in under this name.", "没有使用该用户名的账号。")
        if row.disabled_ms is not None:
            raise InputError("LOGIN", "This account is disabled.", "该账号已停用。")
        account_rows.set_password(connection, row.id, "")
        identities.all_removed(connection, row.id)
        second_factors.removed(connection, row.id)
        second_factors.codes_removed(connection, row.id)
        made = inviting.way_back(connection, inst, "", row.id)
        granting.tell(connection, inst, "", "let_back_in", {"account": row.id})
        return made

    return inst.write(work)
