"""Invitations: a link or QR by which people announce themselves, made, shown again, and withdrawn.

The database keeps a hash of the secret in the link, and the secret sealed with a key outside of it: staff
can show the link again, and whoever reads the database cannot.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from enum import StrEnum

from domain.errors import InputError
from domain.venue import POSTER_ID_BYTES, poster_symbols
from domain.visitor import VisitorClass
from web.db.connecting.connection import Connection, Record
from web.services.errors import NotFoundError
from web.services.installation import Installation, new_id
from web.services.places.places import DEFAULT_ZONE
from web.services.visits import hosts
from web.services.visits.announcing_ends import ended
from web.services.visits.announcing_times import When, stretch
from web.services.visits.announcing_values import checked_said, where
from web.store.places import places
from web.store.scope import Scope
from web.store.sealing import token_hash
from web.store.visits import invitations, visits

USES_MOST = 500
_LISTED_MOST = 200
# Those that are over stay in the list for a week.
_SHOWN_AFTER_MS = 7 * 86_400_000


class State(StrEnum):
    """What an invitation is worth now."""

    OPEN = "open"
    USED = "used"
    OVER = "over"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Given:
    """An invitation as it was typed; `when` is one stretch from its first day and hour to its last."""

    host: str
    when: When
    most: str = "1"
    visitor_class: str = "visitor"
    purpose: str = ""
    venue_id: str = ""


@dataclass(frozen=True, slots=True)
class Invitation:
    """An invitation as staff of the enterprise see it; `venue_name` "" means any of its venues."""

    id: str
    enterprise_id: str
    enterprise_name: str
    venue_id: str
    venue_name: str
    address: str
    host: str
    purpose: str
    visitor_class: str
    zone: str
    from_ms: int
    until_ms: int
    most: int
    used: int
    state: State


def create(inst: Installation, scope: Scope, account_id: str, enterprise_id: str, given: Given) -> str:
    """The id of a new invitation of an enterprise in scope; InputError names the first bad field."""
    identity, secret = new_id(), secrets.token_bytes(POSTER_ID_BYTES)

    def work(connection: Connection) -> None:
        at = where(connection, scope, enterprise_id, given.venue_id)
        said = checked_said(given.host, given.purpose)
        window = _window(given.when, at.zone, inst.now_ms())
        invitations.added(
            connection,
            id=identity,
            enterprise_id=enterprise_id,
            venue_id=given.venue_id,
            token_hash=token_hash(secret.hex()),
            token_sealed=inst.cipher.sealed(secret, token_place(identity)),
            **hosts.columns(inst.cipher, "invitations", identity, said.host),
            purpose=said.purpose,
            visitor_class=_class(given.visitor_class),
            from_ms=window[0],
            until_ms=window[1],
            most=_uses(given.most),
            account_id=account_id,
            created_ms=inst.now_ms(),
        )

    inst.write(work)
    return identity


def listed(inst: Installation, scope: Scope, enterprise_id: str) -> list[Invitation]:
    """An enterprise's invitations that are good or ended this week, newest first; NotFoundError outside."""

    def work(connection: Connection) -> list[Invitation]:
        if places.enterprise_row(connection, scope, enterprise_id) is None:
            raise NotFoundError
        after_ms = inst.now_ms() - _SHOWN_AFTER_MS
        rows = invitations.rows(connection, scope, enterprise_id, after_ms, _LISTED_MOST)
        return [shown(inst, row) for row in rows]

    return inst.read(work)


def detail(inst: Installation, scope: Scope, invitation_id: str) -> Invitation:
    """One invitation; NotFoundError outside the scope."""
    return shown(inst, inst.ask(lambda connection: _row(connection, scope, invitation_id)))


def link(inst: Installation, scope: Scope, invitation_id: str) -> str:
    """The address to send; its path is understood in any case. NotFoundError outside the scope."""
    detail(inst, scope, invitation_id)
    row = inst.ask(lambda connection: _row(connection, scope, invitation_id))
    symbols = poster_symbols(secret_of(inst, row))
    return f"{inst.settings.base_url}/i/{symbols.lower()}"


def withdraw(inst: Installation, scope: Scope, invitation_id: str, *, with_visits: bool) -> int:
    """End the link, and `with_visits` what was announced by it and is not over; returns how many visits.

    NotFoundError outside the scope.
    """

    def work(connection: Connection) -> int:
        row = _row(connection, scope, invitation_id)
        invitations.withdrawn(connection, row.id, inst.now_ms())
        made = visits.of_invitation(connection, row.id) if with_visits else ()
        ahead = [one for one in made if one.until_ms > inst.now_ms()]
        ended(connection, inst, ahead)
        return len(ahead)

    return inst.write(work)


def shown(inst: Installation, row: Record) -> Invitation:
    """A row of the store with its host in clear."""
    return Invitation(
        row.id,
        row.enterprise_id,
        row.enterprise_name,
        row.venue_id,
        row.venue_name or "",
        row.address or "",
        hosts.opened(inst.cipher, "invitations", row.id, row.host_sealed),
        row.purpose,
        row.visitor_class,
        row.time_zone or DEFAULT_ZONE,
        row.from_ms,
        row.until_ms,
        row.most,
        row.used,
        state_of(row, inst.now_ms()),
    )


def state_of(row: Record, now_ms: int) -> State:
    """What a stored invitation is worth at a time."""
    if row.withdrawn_ms is not None:
        return State.WITHDRAWN
    if row.until_ms <= now_ms:
        return State.OVER
    return State.USED if row.used >= row.most else State.OPEN


def _row(connection: Connection, scope: Scope, invitation_id: str) -> Record:
    row = invitations.row(connection, scope, invitation_id)
    if row is None:
        raise NotFoundError
    return row


def secret_of(inst: Installation, row: Record) -> bytes:
    """The 128 bits of a row's link, written as posters write theirs; of old ones drawn from a master key."""
    if row.token_sealed is not None:
        return inst.cipher.opened(row.token_sealed, token_place(row.id))
    drawn = (key[:POSTER_ID_BYTES] for key in inst.cipher.subkeys(f"invitation {row.id}"))
    found = next((secret for secret in drawn if token_hash(secret.hex()) == row.token_hash), None)
    if found is None:
        raise NotFoundError
    return found


def token_place(invitation_id: str) -> str:
    """Where the secret of a link is sealed to."""
    return f"invitations|token|{invitation_id}"


def _window(when: When, zone: str, now_ms: int) -> tuple[int, int]:
    if not when.day.strip():
        raise InputError("day", "Please give the day, like 2026-11-20.", "请填写日期，例如 2026-11-20。")
    last_day = when.last_day.strip() or when.day
    (one,) = stretch(f"{when.day} {when.from_time}", f"{last_day} {when.until_time}", zone, now_ms)
    return one.from_ms, one.until_ms


def _class(typed: str) -> str:
    if typed not in set(VisitorClass):
        raise InputError("visitor_class", "Choose a class from the list.", "请从列表中选择人员类别。")
    return typed


def _uses(typed: str) -> int:
    digits = typed.strip()
    if not digits.isascii() or not digits.isdigit() or not 1 <= int(digits[:9]) <= USES_MOST:
        raise InputError(
            "most",
            f"Give how many people may use it, from 1 to {USES_MOST}.",
            f"请填写可使用人数，1 至 {USES_MOST}。",
        )
    return int(digits)
