"""Roles given and ended, accounts disabled, by whoever looks after staff; the log keeps each of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from domain.access import OF_AREAS, OF_ENTERPRISES, Right, Role, may_grant
from domain.deed import Deed
from domain.errors import InputError
from web.db.connecting.connection import Connection, Record
from web.db.connecting.turns import Turn, taken
from web.services.access import rights
from web.services.accounts import Account, normal_login
from web.services.desk import deeds
from web.services.errors import NotFoundError
from web.services.installation import Installation, new_id
from web.services.places.places import DEFAULT_ZONE
from web.services.tables import moments
from web.store.access import accounts, grants, sessions, staff_invitations
from web.store.places import areas, liaisons, places
from web.store.scope import PROGRAM, Scope


@dataclass(frozen=True, slots=True)
class Wanted:
    """A role as it was typed: `node` is "area:<id>" or "enterprise:<id>", days are empty or YYYY-MM-DD."""

    role: str
    node: str
    from_day: str = ""
    until_day: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """A role that may be given so; times are Unix milliseconds, `until_ms` is the first moment without it."""

    role: Role
    node: Scope
    from_ms: int
    until_ms: int | None


def checked(connection: Connection, inst: Installation, giver: Account, wanted: Wanted) -> Checked:
    """The role, if this giver may give it there; InputError names the bad field."""
    rights.required(giver, Right.EDIT_STAFF)
    if wanted.role not in set(Role):
        raise InputError("role", "Choose a role.", "请选择角色。")
    role, node = Role(wanted.role), _node(connection, giver, wanted.node)
    if not may_grant(giver.role, role):
        raise InputError("role", "Your own role cannot give this one.", "您的角色无权授予此角色。")
    if role not in (OF_ENTERPRISES if node.enterprise_id else OF_AREAS):
        raise InputError("role", "This role is not for a place of this kind.", "此角色不能授予到这类对象。")
    now_ms = inst.now_ms()
    begins = moments.since_ms(wanted.from_day, DEFAULT_ZONE, now_ms, "from_day", may_come=True)
    from_ms = max(now_ms, begins or now_ms)
    until_ms = moments.until_ms(wanted.until_day, DEFAULT_ZONE, now_ms, from_ms, "until_day")
    return Checked(role, node, from_ms, until_ms)


def give(inst: Installation, giver: Account, login: str, wanted: Wanted) -> str:
    """The id of a role for somebody who has an account; InputError names the bad field."""
    identity = new_id()

    def work(connection: Connection) -> None:
        given = checked(connection, inst, giver, wanted)
        whose = accounts.by_login(connection, normal_login(login))
        if whose is None:
            raise InputError(
                "login",
                "Nobody signs in under this name. Invite them instead.",
                "没有使用该用户名的账号，请改为邀请。",
            )
        added(connection, inst, giver.id, whose.id, given, identity)

    inst.write(work)
    return identity


def added(
    connection: Connection, inst: Installation, giver_id: str, account_id: str, given: Checked, identity: str
) -> None:
    """Keep a role, and in the log that it was given."""
    what = {"id": identity, "account_id": account_id, "role": given.role.value}
    node = {"area_path": given.node.area_path, "enterprise_id": given.node.enterprise_id or None}
    times = {"from_ms": given.from_ms, "until_ms": given.until_ms, "created_ms": inst.now_ms()}
    accounts.grant_added(connection, **what, **node, **times, granted_by=giver_id)
    told = {"grant": identity, "account": account_id, "role": given.role.value, **told_node(given.node)}
    tell(connection, inst, giver_id, "given", {**told, "from_ms": given.from_ms, "until_ms": given.until_ms})


def end(inst: Installation, giver: Account, grant_id: str) -> None:
    """End a role at once, and every session in it; InputError for the last administrator."""
    rights.required(giver, Right.EDIT_STAFF)

    def work(connection: Connection) -> None:
        taken(connection, Turn.FOUNDING)
        row = grants.row(connection, giver.scope, grant_id)
        if row is None:
            raise NotFoundError
        if not may_grant(giver.role, Role(row.role)):
            raise InputError("role", "Your own role cannot end this one.", "您的角色无权终止此角色。")
        _expect_others(connection, inst, {row.id})
        if not grants.ended(connection, grant_id, giver.id, inst.now_ms()):
            raise InputError("role", "This role is over already.", "该角色已终止。")
        sessions.ended_in(connection, grant_id, inst.now_ms())
        tell(connection, inst, giver.id, "ended", {"grant": grant_id, "account": row.account_id})

    inst.write(work)


def set_disabled(inst: Installation, giver: Account, account_id: str, *, disabled: bool) -> None:
    """Let an account sign in no more, or again; only by whoever could give all roles that it holds."""

    def work(connection: Connection) -> None:
        taken(connection, Turn.FOUNDING)
        held = over(connection, inst, giver, account_id)
        if disabled:
            _expect_others(connection, inst, {row.id for row in held})
            sessions.ended_of(connection, account_id, inst.now_ms())
            staff_invitations.withdrawn_of(connection, account_id, inst.now_ms())
        grants.account_disabled(connection, account_id, inst.now_ms() if disabled else None)
        tell(connection, inst, giver.id, "disabled" if disabled else "enabled", {"account": account_id})

    inst.write(work)


def tie(inst: Installation, giver: Account, account_id: str, liaison_id: str) -> None:
    """Say which liaison an account is, so that its round is theirs; "" for none."""

    def work(connection: Connection) -> None:
        over(connection, inst, giver, account_id)
        if liaison_id and liaisons.row(connection, giver.scope, liaison_id) is None:
            raise NotFoundError
        grants.liaison_tied(connection, account_id, liaison_id)
        tell(connection, inst, giver.id, "tied", {"account": account_id, "liaison": liaison_id})

    inst.write(work)


def over(connection: Connection, inst: Installation, giver: Account, account_id: str) -> list[Record]:
    """The roles an account holds, all of which this giver could give: whoever is above it in everything.

    NotFoundError for an account without a role in the giver's scope, ForbiddenError or InputError when it
    holds more: who resets its password could act as it.
    """
    rights.required(giver, Right.EDIT_STAFF)
    held = list(grants.of_account(connection, account_id, inst.now_ms()))
    here = [row for row in held if grants.row(connection, giver.scope, row.id) is not None]
    if not here:
        raise NotFoundError
    if len(here) < len(held) or not all(may_grant(giver.role, Role(row.role)) for row in held):
        raise InputError(
            "account",
            "They hold a role that you cannot give. Ask somebody who looks after that place as well.",
            "该账号还有您无权授予的角色，请联系相应范围的管理员。",
        )
    return held


def tell(
    connection: Connection, inst: Installation, account_id: str, step: str, told: Mapping[str, object]
) -> None:
    """Keep a change of rights in the log; accounts by their ids, for logins can be addresses of people."""
    deeds.noted(connection, inst, account_id, Deed.STAFF, {"step": step, **told})


def told_node(node: Scope) -> dict[str, object]:
    """A node as the log tells it."""
    return {"area": node.area_path, "enterprise": node.enterprise_id}


def _expect_others(connection: Connection, inst: Installation, ending: set[str]) -> None:
    """InputError when nobody would look after the whole installation any more."""
    top = places.top_area(connection, PROGRAM)
    rows = grants.lasting_admins(connection, top.path, inst.now_ms()) if top is not None else ()
    lasting = {row.id for row in rows}
    if lasting and lasting <= ending:
        raise InputError(
            "role",
            "This is the last administrator of the installation. Make somebody else one first.",
            "这是系统最后一位管理员，请先授予他人管理员角色。",
        )


def _node(connection: Connection, giver: Account, typed: str) -> Scope:
    kind, _, identity = typed.partition(":")
    if kind == "area" and (area := areas.row(connection, giver.scope, identity)) is not None:
        return Scope(area_path=area.path)
    if kind == "enterprise" and places.enterprise_row(connection, giver.scope, identity) is not None:
        return Scope(enterprise_id=identity)
    raise InputError("node", "Choose a place of yours.", "请选择您范围内的对象。")
