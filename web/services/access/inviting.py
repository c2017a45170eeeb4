"""Links for staff, made and withdrawn: for whoever is new to a role, and for whoever lost their password."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from domain.access import Role
from domain.wording import Sentence
from printables.drawing import Camera, Drawing, SymbolAt, Use
from printables.fonts import default_face
from printables.svg import svg
from printables.symbol import qr
from web.db.connecting.connection import Connection, Record
from web.services.access import granting
from web.services.access.granting import Wanted
from web.services.accounts import Account
from web.services.errors import GoneError, NotFoundError
from web.services.installation import Installation, new_id, new_token
from web.store.access import accounts, sessions, staff_invitations
from web.store.scope import Scope

GOOD_MS = 7 * 86_400_000
_LISTED = 200
OVER = Sentence(
    "This link was used, withdrawn, or is older than seven days. Ask whoever sent it for a new one.",
    "该链接已使用、已撤回或已超过七天，请向发送人索取新链接。",
)


@dataclass(frozen=True, slots=True)
class Made:
    """A new link; its secret is shown this once and kept as a hash only."""

    id: str
    link: str
    until_ms: int


@dataclass(frozen=True, slots=True)
class Invitation:
    """What a link is for: a role at a place, or with `account_id` and `login` a way back in."""

    id: str
    account_id: str
    login: str
    role: Role | None
    place: str
    grant_until_ms: int | None
    until_ms: int


def invite(inst: Installation, giver: Account, wanted: Wanted) -> Made:
    """A link for somebody new to a role; InputError names the bad field."""
    secret, identity, until_ms = new_token(), new_id(), inst.now_ms() + GOOD_MS

    def work(connection: Connection) -> None:
        given = granting.checked(connection, inst, giver, wanted)
        staff_invitations.added(
            connection,
            id=identity,
            token_hash=hashed(secret),
            role=given.role.value,
            area_path=given.node.area_path,
            enterprise_id=given.node.enterprise_id or None,
            grant_from_ms=given.from_ms,
            grant_until_ms=given.until_ms,
            invited_by=giver.id,
            created_ms=inst.now_ms(),
            until_ms=until_ms,
        )
        told = {"invitation": identity, "role": given.role.value, **granting.told_node(given.node)}
        granting.tell(connection, inst, giver.id, "invited", told)

    inst.write(work)
    return Made(identity, _link(inst, secret), until_ms)


def let_back_in(inst: Installation, giver: Account, account_id: str) -> Made:
    """A link to a new password for somebody who lost theirs, or their phone: every session ends at once."""

    def work(connection: Connection) -> Made:
        granting.over(connection, inst, giver, account_id)
        made = way_back(connection, inst, giver.id, account_id)
        granting.tell(connection, inst, giver.id, "reset", {"invitation": made.id, "account": account_id})
        return made

    return inst.write(work)


def way_back(connection: Connection, inst: Installation, giver_id: str, account_id: str) -> Made:
    """End an account's sessions and earlier links, and make the one by which its owner comes back."""
    secret, identity, now_ms = new_token(), new_id(), inst.now_ms()
    sessions.ended_of(connection, account_id, now_ms)
    staff_invitations.withdrawn_of(connection, account_id, now_ms)
    staff_invitations.added(
        connection,
        id=identity,
        token_hash=hashed(secret),
        account_id=account_id,
        invited_by=giver_id,
        created_ms=now_ms,
        until_ms=now_ms + GOOD_MS,
    )
    return Made(identity, _link(inst, secret), now_ms + GOOD_MS)


def picture(made: Made) -> str:
    """The link as a QR, an SVG for a screen that somebody's phone looks at."""
    symbol = SymbolAt(qr(made.link, "M"), 0, 0, 1.2, Use(Camera.PHONE, 300, "M"))
    return svg(Drawing(symbol.side, symbol.side, "join", "en", default_face(), (symbol,)))


def waiting(inst: Installation, scope: Scope) -> list[Invitation]:
    """Invitations to places in scope that nobody has used yet, the newest first."""
    rows: Sequence[Record] = inst.ask(
        lambda connection: staff_invitations.open_in(connection, scope, inst.now_ms(), _LISTED)
    )
    return [_shown(row, "") for row in rows]


def withdraw(inst: Installation, giver: Account, invitation_id: str) -> None:
    """End a link that nobody used yet; NotFoundError when there is none in the giver's scope."""

    def work(connection: Connection) -> None:
        if not staff_invitations.withdrawn(connection, giver.scope, invitation_id, inst.now_ms()):
            raise NotFoundError
        granting.tell(connection, inst, giver.id, "withdrawn", {"invitation": invitation_id})

    inst.write(work)


def open_one(connection: Connection, inst: Installation, secret: str) -> Invitation:
    """The invitation of a link that can be used now; GoneError when it is over, or never was."""
    row = staff_invitations.open_by_token(connection, hashed(secret), inst.now_ms())
    account = accounts.by_id(connection, row.account_id) if row is not None and row.account_id else None
    # A role that would be over already, and an account that was disabled since, are let in by no link.
    if row is None or (row.grant_until_ms is not None and row.grant_until_ms <= inst.now_ms()):
        raise GoneError(OVER)
    if account is not None and account.disabled_ms is not None:
        raise GoneError(OVER)
    return _shown(row, account.login if account is not None else "")


def _shown(row: Record, login: str) -> Invitation:
    role = Role(row.role) if row.role else None
    place = row.enterprise_name or row.area_name or ""
    return Invitation(row.id, row.account_id, login, role, place, row.grant_until_ms, row.until_ms)


def _link(inst: Installation, secret: str) -> str:
    # Behind "#": no server, proxy or preview of a messenger ever sees what stands there.
    return f"{inst.settings.base_url}/join#{secret}"


def hashed(secret: str) -> bytes:
    """What is kept of a link's secret."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).digest()
