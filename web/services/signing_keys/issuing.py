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
from web.db.connecting.connection import Connection, Record
from web.db.connecting.turns import Turn, taken
from web.services.errors import NotFoundError
from web.services.installation import Installation, new_id
from web.services.signing_keys.issuing_values import PUBLISHED_S, IssuingKey, Withdrawn
from web.services.signing_keys.key_making import DAY_S, VISITOR, Term, make
from web.store import keys
from web.store.gates import gate_news
from web.store.passing import entries
from web.store.places import places
from web.store.scope import PROGRAM, Scope

__all__ = [
    "PUBLISHED_S",
    "IssuingKey",
    "Withdrawn",
    "ensure",
    "listed",
    "renew",
    "signer",
    "verifying",
    "withdraw",
]

_SIGNS_S = 90 * DAY_S
RENEW_BEFORE_S = 30 * DAY_S
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


def ensure(connection: Connection, inst: Installation) -> None:
    """Make the installation's key and those of enterprises with visitors, before theirs run out.

    Keys that ended long ago are forgotten with their private parts, and their names become free.
    """
    keys.forgotten(connection, VISITOR, inst.now_ms() // 1000 - _NAMED_AFTER_S)
    before_s = inst.now_ms() // 1000 + RENEW_BEFORE_S
    lacking = [] if any(row.signs_until_s >= before_s for row in _standing(connection, "")) else [""]
    room = _KEYS_MOST - len(keys.kids(connection, VISITOR))
    if room > 0:
        lacking += keys.enterprises_lacking(connection, VISITOR, before_s, min(room, _AT_ONCE))
    for enterprise_id in lacking:
        _make(connection, inst, enterprise_id)
    if lacking:
        _believed_anew(connection, lacking)


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


def listed(
    inst: Installation, scope: Scope = PROGRAM, named: str = "", limit: int | None = None
) -> list[IssuingKey]:
    """The keys that may still matter, the installation's first, then of enterprises in scope by their names.

    Of those whose name holds `named`, at most `limit` of them.
    """
    now_s = inst.now_ms() // 1000

    def work(connection: Connection) -> list[IssuingKey]:
        rows = keys.with_enterprises(connection, scope, VISITOR, now_s - _TOLD_AFTER_S, named, limit)
        standing: dict[str, list[Record]] = {"": []}
        for row in rows:
            if row.revoked_ms is None:
                standing.setdefault(row.enterprise_id, []).append(row)
        # An enterprise without a key that gates know is signed for by the installation's.
        signing = {whose: _chosen(own, standing[""], now_s).kid for whose, own in standing.items()}
        cards = keys.cards_signed(connection, [row.kid for row in rows], now_s)
        return [
            IssuingKey(
                row.kid,
                row.enterprise_id,
                row.enterprise or "",
                row.not_before_s + DAY_S,
                row.signs_until_s,
                row.not_after_s,
                signing.get(row.enterprise_id) == row.kid,
                row.revoked_ms,
                cards.get(row.kid, 0),
            )
            for row in rows
        ]

    return inst.read(work)


def renew(inst: Installation, enterprise_id: str = "", *, scope: Scope = PROGRAM, by: str = "") -> str:
    """The kid of another key for an enterprise, or the installation: it signs when gates know it for 14 days.

    NotFoundError for an enterprise that is not in scope; `by` is the account that asks.
    """

    def work(connection: Connection) -> str:
        taken(connection, Turn.MAKING_KEYS)
        _expect_in(connection, scope, enterprise_id)
        kid = _make(connection, inst, enterprise_id, by)
        _believed_anew(connection, [enterprise_id])
        return kid

    return inst.write(work)


def withdraw(inst: Installation, kid: str, *, scope: Scope = PROGRAM, by: str = "") -> Withdrawn:
    """Believe nothing that a stolen key signed: gates drop it when they next call.

    Doing it again changes nothing. Phones fetch codes of the new key by themselves; cards are printed anew.
    NotFoundError if it is unknown, or of an enterprise that is not in scope; `by` is the account that asks.
    """

    def work(connection: Connection) -> Withdrawn:
        taken(connection, Turn.MAKING_KEYS)
        row = keys.one(connection, VISITOR, kid)
        if row is None:
            raise NotFoundError
        _expect_in(connection, scope, row.enterprise_id)
        if row.revoked_ms is None:
            now_ms = inst.now_ms()
            keys.revoked(connection, VISITOR, kid, now_ms)
            _told(connection, inst, kid, row.enterprise_id, "withdrawn", by)
            _make(connection, inst, row.enterprise_id, by)
            _believed_anew(connection, [row.enterprise_id])
        now = _signing(connection, inst, row.enterprise_id).kid
        cards = keys.cards_signed(connection, [kid], inst.now_ms() // 1000)
        return Withdrawn(kid, now, cards.get(kid, 0))

    return inst.write(work)


def _believed_anew(connection: Connection, enterprise_ids: Sequence[str]) -> None:
    """Let the gates fetch the keys that know visitors of these enterprises; "" stands for all gates."""
    if "" in enterprise_ids:
        gate_news.everywhere(connection)
    else:
        gate_news.near(connection, keys.areas_of(connection, enterprise_ids))


def _expect_in(connection: Connection, scope: Scope, enterprise_id: str) -> None:
    """NotFoundError outside of the scope; the installation's own keys are of whoever has all of it."""
    if enterprise_id:
        is_in = keys.enterprise_exists(connection, scope, enterprise_id)
    else:
        top = places.top_area(connection, PROGRAM)
        is_in = scope.everything or (top is not None and scope.area_path == top.path)
    if not is_in:
        raise NotFoundError


def _signing(connection: Connection, inst: Installation, enterprise_id: str) -> Record:
    own, now_s = _standing(connection, enterprise_id), inst.now_ms() // 1000
    if known := _known(own, now_s):
        return known[0]
    return _chosen((), _standing(connection, ""), now_s)


def _chosen(own: Sequence[Record], common: Sequence[Record], now_s: int) -> Record:
    """The newest that gates could learn in time; of the installation's, if need be, the oldest there is."""
    if known := _known(own, now_s) or _known(common, now_s):
        return known[0]
    alive = [row for row in common if row.signs_until_s > now_s]
    return alive[-1] if alive else common[0]


def _known(rows: Sequence[Record], now_s: int) -> list[Record]:
    published_s = now_s - DAY_S - PUBLISHED_S
    return [row for row in rows if row.signs_until_s > now_s and row.not_before_s <= published_s]


def _standing(connection: Connection, enterprise_id: str) -> Sequence[Record]:
    """The keys of one enterprise that were not withdrawn, the newest first."""
    return keys.standing(connection, VISITOR, enterprise_id)


def _make(connection: Connection, inst: Installation, enterprise_id: str, by: str = "") -> str:
    now_s = inst.now_ms() // 1000
    until = now_s + _SIGNS_S
    is_first = not keys.kids(connection, VISITOR)
    # A card signed on the key's last day must be readable until it is over.
    term = Term(now_s, until, until + CARD_LIFETIME_S)
    kid = make(connection, inst, VISITOR, term, enterprise_id=enterprise_id)
    if not is_first:  # which is no change: a log begins with what happens after it
        _told(connection, inst, kid, enterprise_id, "made", by)
    return kid


def _told(
    connection: Connection, inst: Installation, kid: str, enterprise_id: str, change: str, by: str
) -> None:
    leaf = issuer_leaf(inst.now_ms(), kid, enterprise_id, change, by)
    entries.leaf_added(connection, "key", new_id(), leaf)
