"""A service asks for the right itself, whichever way somebody came to it."""

from __future__ import annotations

import pytest

from domain.access import Right, Role
from tests.web.tenants import SettableClock, Tenant
from web.services import accounts
from web.services.access import names, rights
from web.services.errors import ForbiddenError
from web.services.installation import Installation, new_id
from web.store.access import accounts as account_store
from web.store.scope import Scope

PASSWORD = "a horse, a battery and a staple"


def member(inst: Installation, role: Role, scope: Scope) -> str:
    """The id of a new account with one role."""
    return accounts.create_account(
        inst, new_id(), PASSWORD, role, area_path=scope.area_path, enterprise_id=scope.enterprise_id
    )


def held(inst: Installation, scope: Scope, account_id: str, right: Right) -> None:
    inst.read(lambda connection: rights.held(connection, inst, scope, account_id, right))


def test_a_role_without_the_right_is_told_who_can_help(inst: Installation, park: Tenant):
    guard = accounts.account(inst, member(inst, Role.GUARD, park.staff))
    assert guard is not None
    rights.required(guard, Right.RECORD_PASSAGES)
    with pytest.raises(ForbiddenError) as refused:
        rights.required(guard, Right.TRACE)
    assert "administrator, owner, compliance officer" in refused.value.sentence.en
    assert "管理员、单位负责人、合规专员" in refused.value.sentence.zh


def test_a_right_counts_on_its_own_node_and_below_only(inst: Installation, park: Tenant, mill: Tenant):
    owner = member(inst, Role.OWNER, park.staff)
    held(inst, park.staff, owner, Right.TRACE)
    for elsewhere in (mill.staff, park.area, Scope()):
        with pytest.raises(ForbiddenError):
            held(inst, elsewhere, owner, Right.TRACE)
    top = Scope(area_path="/" + park.area.area_path.split("/")[1] + "/")
    admin = member(inst, Role.ADMIN, top)
    held(inst, park.area, admin, Right.TRACE)
    with pytest.raises(ForbiddenError):
        held(inst, top, member(inst, Role.ADMIN, park.area), Right.TRACE)


def test_a_right_ends_with_its_role_and_not_a_moment_later(
    inst: Installation, park: Tenant, clock: SettableClock
):
    account = member(inst, Role.GUARD, park.staff)
    until = inst.now_ms() + 1000
    inst.write(
        lambda connection: account_store.grant_added(
            connection,
            id=new_id(),
            account_id=account,
            role=Role.COMPLIANCE.value,
            area_path="",
            enterprise_id=park.enterprise,
            from_ms=inst.now_ms(),
            until_ms=until,
            created_ms=inst.now_ms(),
        )
    )
    held(inst, park.staff, account, Right.TRACE)
    clock.ms = until - 1
    held(inst, park.staff, account, Right.TRACE)
    clock.ms = until
    with pytest.raises(ForbiddenError):
        held(inst, park.staff, account, Right.TRACE)


def test_every_role_and_right_has_a_name_and_a_holder():
    assert set(names.ROLES) == set(Role)
    assert set(names.RIGHT_NAMES) == set(Right)
    assert all(names.holders(right) for right in Right)
