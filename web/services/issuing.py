"""The keys that sign visitors' codes: one per enterprise, made ahead, replaced in time, withdrawn if stolen.

A key signs for 90 days, and begins only when gates could learn it for 14: one that was cut off as long still
opens every code. Until an enterprise's own key is known that long, the installation's signs for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from domain.code import CARD_LIFETIME_S, VerifyingKey
from domain.log import issuer_leaf
from web.db.connection import Connection, Record
from web.db.turns import Turn, taken
from web.services.errors import NotFoundError
from web.services.installation import Installation, new_id
from web.services.key_making import DAY_S, VISITOR, Term, make
from web.store import counters, entries, keys

PUBLISHED_S = 14 * DAY_S
_SIGNS_S = 90 * DAY_S
_RENEW_BEFORE_S = 30 * DAY_S
# Kept in bundles a while longer, so that an old code is called expired and not unknown.
_TOLD_AFTER_S = 30 * DAY_S
# A year after the last card it can have signed was over, a key's name may be another's.
_NAMED_AFTER_S = 366 * DAY_S
# A kid has two bytes; beyond this many keys, enterprises without one use the installation's.
_KEYS_MOST = 50_000
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Signer:
    """The key that signs a code now."""

    kid: bytes
    private: Ed25519PrivateKey


@dataclass(frozen=True, slots=True)
class IssuingKey:
    """A key as staff see it; `enterprise` is "" for the installation's own. Times are Unix seconds."""

    kid: str
    enterprise_id: str
    enterprise: str
    made_s: int
    signs_until_s: int
    until_s: int
    is_signing: bool
    revoked_ms: int | None


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """What withdrawing a key did: which signs in its place, and how many cards must be printed anew."""

    kid: str
    replaced_by: str
    cards: int


def ensure(connection: Connection, inst: Installation) -> None:
    """Make the installation's key and those of enterprises with visitors, before theirs run out.

    Keys that ended long ago are forgotten with their private parts, and their names become free.
    """
    keys.forgotten(connection, VISITOR, inst.now_ms() // 1000 - _NAMED_AFTER_S)
    before_s = inst.now_ms() // 1000 + _RENEW_BEFORE_S
    lacking = [] if any(row.signs_until_s >= before_s for row in _standing(connection, "")) else [""]
    room = _KEYS_MOST - len(keys.kids(connection, VISITOR))
    if room > 0:
        lacking += keys.enterprises_lacking(connection, VISITOR, before_s, min(room, _AT_ONCE))
    for enterprise_id in lacking:
        _make(connection, inst, enterprise_id)
    if lacking:
        counters.raised(connection, counters.BUNDLE)


def signer(connection: Connection, inst: Installation, enterprise_id: str) -> Signer:
    """The key that signs codes of an enterprise's visitors now."""
    row = _signing(connection, inst, enterprise_id)
    private = inst.cipher.opened(row.private_sealed, keys.place(VISITOR, row.kid))
    return Signer(bytes.fromhex(row.kid), Ed25519PrivateKey.from_private_bytes(private))


def verifying(connection: Connection, at_ms: int, near: str | None = None) -> tuple[VerifyingKey, ...]:
    """The public keys by which codes are checked at a time: all, or at a door in the area with this path.

    Near are the enterprises whose visitors a gate there knows: of the area, below it, and of those it is in.
    """
    return tuple(
        VerifyingKey(
            bytes.fromhex(row.kid), row.public, row.not_before_s, row.not_after_s, owner=row.enterprise_id
        )
        for row in keys.believed(connection, VISITOR, at_ms, at_ms // 1000 - _TOLD_AFTER_S, near)
    )


def listed(inst: Installation) -> list[IssuingKey]:
    """All keys that may still matter, the installation's first, each with who it signs for."""

    def work(connection: Connection) -> list[IssuingKey]:
        rows = keys.with_enterprises(connection, VISITOR, inst.now_ms() // 1000 - _TOLD_AFTER_S)
        signing = {one: _signing(connection, inst, one).kid for one in {row.enterprise_id for row in rows}}
        return [
            IssuingKey(
                row.kid,
                row.enterprise_id,
                row.enterprise or "",
                row.not_before_s + DAY_S,
                row.signs_until_s,
                row.not_after_s,
                signing[row.enterprise_id] == row.kid,
                row.revoked_ms,
            )
            for row in rows
        ]

    return inst.read(work)


def renew(inst: Installation, enterprise_id: str = "") -> str:
    """The kid of another key for an enterprise, or the installation: it signs when gates know it for 14 days.

    NotFoundError for an enterprise that does not exist.
    """

    def work(connection: Connection) -> str:
        taken(connection, Turn.MAKING_KEYS)
        if enterprise_id and not keys.enterprise_exists(connection, enterprise_id):
            raise NotFoundError
        kid = _make(connection, inst, enterprise_id)
        counters.raised(connection, counters.BUNDLE)
        return kid

    return inst.write(work)


def withdraw(inst: Installation, kid: str) -> Withdrawn:
    """Believe nothing that a stolen key signed: gates drop it when they next call. NotFoundError if unknown.

    Doing it again changes nothing. Phones fetch codes of the new key by themselves; cards are printed anew.
    """

    def work(connection: Connection) -> Withdrawn:
        taken(connection, Turn.MAKING_KEYS)
        row = keys.one(connection, VISITOR, kid)
        if row is None:
            raise NotFoundError
        if row.revoked_ms is None:
            now_ms = inst.now_ms()
            keys.revoked(connection, VISITOR, kid, now_ms)
            _told(connection, inst, kid, row.enterprise_id, "withdrawn")
            _make(connection, inst, row.enterprise_id)
            counters.raised(connection, counters.BUNDLE)
        by = _signing(connection, inst, row.enterprise_id).kid
        return Withdrawn(kid, by, keys.cards_signed(connection, kid, inst.now_ms() // 1000))

    return inst.write(work)


def _signing(connection: Connection, inst: Installation, enterprise_id: str) -> Record:
    """The newest that gates could learn in time; of the installation's, if need be, the oldest there is."""
    now_s = inst.now_ms() // 1000
    for whose in dict.fromkeys((enterprise_id, "")):
        alive = [row for row in _standing(connection, whose) if row.signs_until_s > now_s]
        known = [row for row in alive if row.not_before_s + DAY_S + PUBLISHED_S <= now_s]
        if known:
            return known[0]
    standing = _standing(connection, "")
    alive = [row for row in standing if row.signs_until_s > now_s]
    return alive[-1] if alive else standing[0]


def _standing(connection: Connection, enterprise_id: str) -> Sequence[Record]:
    """The keys of one enterprise that were not withdrawn, the newest first."""
    return keys.standing(connection, VISITOR, enterprise_id)


def _make(connection: Connection, inst: Installation, enterprise_id: str) -> str:
    now_s = inst.now_ms() // 1000
    until = now_s + _SIGNS_S
    is_first = not keys.kids(connection, VISITOR)
    # A card signed on the key's last day must be readable until it is over.
    term = Term(now_s, until, until + CARD_LIFETIME_S)
    kid = make(connection, inst, VISITOR, term, enterprise_id=enterprise_id)
    if not is_first:  # which is no change: a log begins with what happens after it
        _told(connection, inst, kid, enterprise_id, "made")
    return kid


def _told(connection: Connection, inst: Installation, kid: str, enterprise_id: str, change: str) -> None:
    leaf = issuer_leaf(inst.now_ms(), kid, enterprise_id, change)
    entries.leaf_added(connection, "key", new_id(), leaf)
