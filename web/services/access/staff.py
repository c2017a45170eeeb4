"""Who holds what on a node and below it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from domain.access import OF_AREAS, OF_ENTERPRISES, Right, Role, may_grant
from web.db.connecting.connection import Connection, Record
from web.services.access import rights
from web.services.accounts import Account
from web.services.installation import Installation
from web.store.access import grants
from web.store.places import places

_LISTED = 1_000
# Figures since the end of time, which are nothing to count: only the names are asked for.
_NO_FIGURES_MS = 2**53


class Standing(StrEnum):
    """Whether a role holds."""

    NOW = "now"
    LATER = "later"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Held:
    """Somebody's role on a place; `has_second_factor` is whether they set one up."""

    grant_id: str
    account_id: str
    login: str
    role: Role
    place: str
    from_ms: int
    until_ms: int | None
    ended_ms: int | None
    standing: Standing
    is_disabled: bool
    has_second_factor: bool
    liaison_id: str
    may_end: bool


@dataclass(frozen=True, slots=True)
class Node:
    """A place on which roles can be given; `key` is what a form sends for it."""

    key: str
    name: str
    depth: int
    roles: tuple[Role, ...]


def listed(inst: Installation, account: Account) -> list[Held]:
    """The roles on the account's node and below, by login; those that are over last."""
    rights.required(account, Right.EDIT_STAFF)
    rows = inst.ask(lambda connection: grants.rows_in(connection, account.scope, _LISTED))
    shown = [_held(row, account, inst.now_ms()) for row in rows]
    return sorted(shown, key=lambda held: held.standing is Standing.OVER)


def own(inst: Installation, account_id: str) -> list[Held]:
    """The roles that somebody holds now."""
    now_ms = inst.now_ms()
    rows = inst.ask(lambda connection: grants.of_account(connection, account_id, now_ms))
    return [held for row in rows if (held := _held(row, None, now_ms)).standing is Standing.NOW]


def nodes(inst: Installation, account: Account) -> list[Node]:
    """The places on which an account may give roles, each area before what is in it."""

    def work(connection: Connection) -> list[Node]:
        mine = tuple(role for role in Role if may_grant(account.role, role))
        of_areas = tuple(role for role in mine if role in OF_AREAS)
        of_enterprises = tuple(role for role in mine if role in OF_ENTERPRISES)
        found: list[Node] = []
        owners = places.enterprise_rows(connection, account.scope, _NO_FIGURES_MS)
        tree = places.area_rows(connection, account.scope)
        least = min((row.path.count("/") for row in tree), default=0)
        for area in tree:
            depth = area.path.count("/") - least
            found.append(Node(f"area:{area.id}", area.name, depth, of_areas))
            found += [_enterprise(one, depth + 1, of_enterprises) for one in owners if one.area_id == area.id]
        return found or [_enterprise(one, 0, of_enterprises) for one in owners]

    return inst.read(work)


def _enterprise(row: Record, depth: int, roles: tuple[Role, ...]) -> Node:
    return Node(f"enterprise:{row.id}", row.name, depth, roles)


def _held(row: Record, viewer: Account | None, now_ms: int) -> Held:
    role = Role(row.role)
    return Held(
        row.id,
        row.account_id,
        row.login,
        role,
        row.enterprise_name or row.area_name or "",
        row.from_ms,
        row.until_ms,
        row.ended_ms,
        _standing(row, now_ms),
        row.disabled_ms is not None,
        row.totp_ms is not None,
        row.liaison_id,
        viewer is not None and may_grant(viewer.role, role),
    )


def _standing(row: Record, now_ms: int) -> Standing:
    if row.ended_ms is not None or (row.until_ms is not None and row.until_ms <= now_ms):
        return Standing.OVER
    return Standing.LATER if row.from_ms > now_ms else Standing.NOW
