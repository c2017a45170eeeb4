"""Members of staff for tests: accounts with roles on nodes, and no password that takes time."""

from __future__ import annotations

from domain.access import Role
from web.services.installation import Installation, new_id
from web.store.access import accounts
from web.store.scope import Scope


def member(inst: Installation, identity: str, role: Role, *nodes: Scope) -> str:
    """The id of a new account, which is its login as well, with one role on each of some nodes."""
    at = {"created_ms": inst.now_ms()}
    inst.write(
        lambda connection: accounts.added(connection, id=identity, login=identity, password_hash="", **at)
    )
    for node in nodes:
        given(inst, identity, role, node)
    return identity


def given(inst: Installation, identity: str, role: Role, node: Scope, until_ms: int | None = None) -> str:
    """The id of a role on a node that an account gets from now on."""
    made = new_id()
    inst.write(
        lambda connection: accounts.grant_added(
            connection,
            id=made,
            account_id=identity,
            role=role.value,
            area_path=node.area_path,
            enterprise_id=node.enterprise_id or None,
            from_ms=inst.now_ms(),
            until_ms=until_ms,
            created_ms=inst.now_ms(),
        )
    )
    return made
