"""Roles and rights: who may do what, and who may hand it on."""

from __future__ import annotations

import pytest

from domain.access import RIGHTS, SECOND_FACTOR, Right, Role, may, may_grant

CHANGING = {
    Right.EDIT_PLACES,
    Right.EDIT_AREAS,
    Right.EDIT_PEOPLE,
    Right.EDIT_RULES,
    Right.EDIT_GATES,
    Right.EDIT_STAFF,
    Right.EDIT_KEEPING,
    Right.REVIEW_CODES,
    Right.RECORD_PASSAGES,
    Right.HOLD_PEOPLE,
    Right.HANDLE_ALERTS,
    Right.CALL_ROLL,
    Right.CONNECT,
}


def test_every_role_has_its_rights_and_sees_its_own_account():
    assert set(RIGHTS) == set(Role)
    assert all(may(role, Right.OWN_ACCOUNT) for role in Role)


def test_an_auditor_changes_nothing_and_unmasks_nobody():
    assert not RIGHTS[Role.AUDITOR] & (CHANGING | {Right.UNMASK, Right.EXPORT, Right.TRACE})
    assert may(Role.AUDITOR, Right.PROVE)
    assert may(Role.AUDITOR, Right.SEE_DEEDS)


@pytest.mark.parametrize("role", [Role.GUARD, Role.CLERK, Role.LIAISON, Role.AUDITOR])
def test_nobody_at_the_door_takes_data_out_or_hands_out_rights(role: Role):
    for right in (Right.UNMASK, Right.EXPORT, Right.TRACE, Right.EDIT_STAFF, Right.EDIT_KEEPING):
        assert not may(role, right)


def test_who_sees_everybody_in_an_area_or_hands_out_rights_there_shows_a_second_factor():
    assert set(SECOND_FACTOR) == {Role.ADMIN, Role.COMPLIANCE}


@pytest.mark.parametrize("giver", Role)
@pytest.mark.parametrize("given", Role)
def test_nobody_gives_more_than_they_hold(giver: Role, given: Role):
    allowed = may_grant(giver, given)
    assert allowed == (giver is Role.ADMIN or (giver is Role.OWNER and given is not Role.ADMIN))
    if allowed:
        assert RIGHTS[given] <= RIGHTS[giver]
