"""Asks whether somebody may do a thing; pages, calls and services ask the same here."""

from __future__ import annotations

from domain.access import Right, Role, may
from web.db.connecting.connection import Connection
from web.services.access.names import who_can_help
from web.services.accounts import Account
from web.services.errors import ForbiddenError
from web.services.installation import Installation
from web.store.access import grants
from web.store.scope import Scope


def required(account: Account, right: Right) -> None:
    """ForbiddenError, which says who can help, unless the role the account acts in holds the right."""
    if not account.may(right):
        raise ForbiddenError(who_can_help(right))


def held(connection: Connection, inst: Installation, scope: Scope, account_id: str, right: Right) -> str:
    """The same for a service that is told an id and a scope, within the work that it is about to do.

    Returns the id of the grant by which the account, which is there and not disabled, holds the right now
    on this node or above it (on any, when the program itself acts for it); else ForbiddenError: a role
    that ended a moment ago ends what was begun in it.
    """
    for grant in grants.held_on(connection, account_id, scope, inst.now_ms()):
        if may(Role(grant.role), right):
            return str(grant.id)
    raise ForbiddenError(who_can_help(right))
