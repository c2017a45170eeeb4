"""Who may do what: roles and their rights, given on a node of the area tree or on an enterprise."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Role(StrEnum):
    """What somebody is to a place. Values are stored: never rename, only add."""

    ADMIN = "admin"
    OWNER = "owner"
    COMPLIANCE = "compliance"
    AUDITOR = "auditor"
    LIAISON = "liaison"
    CLERK = "clerk"
    GUARD = "guard"


class Right(StrEnum):
    """One thing that may be done. A page or a call names the one it needs."""

    SEE_PLACES = "see_places"
    EDIT_PLACES = "edit_places"
    EDIT_AREAS = "edit_areas"
    REVIEW_CODES = "review_codes"
    PRINT = "print"
    PATROL = "patrol"
    SEE_PEOPLE = "see_people"
    EDIT_PEOPLE = "edit_people"
    HOLD_PEOPLE = "hold_people"
    RECORD_PASSAGES = "record_passages"
    SEE_RULES = "see_rules"
    EDIT_RULES = "edit_rules"
    SEE_GATES = "see_gates"
    EDIT_GATES = "edit_gates"
    SEE_INSIDE = "see_inside"
    CALL_ROLL = "call_roll"
    SEE_FIGURES = "see_figures"
    SEE_ENTRIES = "see_entries"
    HANDLE_ALERTS = "handle_alerts"
    TRACE = "trace"
    EXPORT = "export"
    UNMASK = "unmask"
    PROVE = "prove"
    SEE_DEEDS = "see_deeds"
    EDIT_STAFF = "edit_staff"
    EDIT_KEEPING = "edit_keeping"
    EDIT_KEYS = "edit_keys"
    CONNECT = "connect"
    OWN_ACCOUNT = "own_account"


_SEEING = frozenset(
    {
        Right.SEE_PLACES,
        Right.SEE_RULES,
        Right.SEE_GATES,
        Right.SEE_FIGURES,
        Right.SEE_INSIDE,
        Right.OWN_ACCOUNT,
    }
)
_DAILY = _SEEING | {
    Right.EDIT_PLACES,
    Right.PRINT,
    Right.PATROL,
    Right.SEE_PEOPLE,
    Right.EDIT_PEOPLE,
    Right.RECORD_PASSAGES,
    Right.EDIT_GATES,
    Right.CALL_ROLL,
    Right.SEE_ENTRIES,
    Right.HANDLE_ALERTS,
}
_FINDING = frozenset(
    {
        Right.SEE_PEOPLE,
        Right.SEE_ENTRIES,
        Right.HANDLE_ALERTS,
        Right.HOLD_PEOPLE,
        Right.CALL_ROLL,
        Right.TRACE,
        Right.EXPORT,
        Right.UNMASK,
        Right.PROVE,
        Right.SEE_DEEDS,
    }
)

RIGHTS: Mapping[Role, frozenset[Right]] = {
    Role.ADMIN: frozenset(Right),
    Role.OWNER: frozenset(Right) - {Right.EDIT_AREAS, Right.REVIEW_CODES, Right.EDIT_KEYS},
    Role.COMPLIANCE: _SEEING | _FINDING | {Right.EDIT_KEEPING},
    Role.AUDITOR: _SEEING | {Right.SEE_ENTRIES, Right.PROVE, Right.SEE_DEEDS},
    Role.LIAISON: _SEEING | {Right.PRINT, Right.PATROL, Right.HANDLE_ALERTS},
    Role.CLERK: _DAILY,
    Role.GUARD: frozenset(
        {
            Right.SEE_PLACES,
            Right.SEE_PEOPLE,
            Right.RECORD_PASSAGES,
            Right.SEE_INSIDE,
            Right.CALL_ROLL,
            Right.OWN_ACCOUNT,
        }
    ),
}

# Who sees everybody's data, or hands out such rights, proves twice who they are.
SECOND_FACTOR = frozenset({Role.ADMIN, Role.COMPLIANCE})
# An enterprise has these; the others look after areas.
OF_ENTERPRISES = frozenset({Role.OWNER, Role.COMPLIANCE, Role.AUDITOR, Role.CLERK, Role.GUARD})
OF_AREAS = frozenset({Role.ADMIN, Role.COMPLIANCE, Role.AUDITOR, Role.LIAISON, Role.CLERK, Role.GUARD})


def may(role: Role, right: Right) -> bool:
    """Whether a role holds a right."""
    return right in RIGHTS[role]


def may_grant(giver: Role, given: Role) -> bool:
    """Whether a role may give another, on its own node or below it: nobody gives more than they hold."""
    return may(giver, Right.EDIT_STAFF) and RIGHTS[given] <= RIGHTS[giver]
