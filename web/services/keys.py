"""The installation's keys: for visitor codes, gates' bundles and the log, and what gates seal people for."""

from __future__ import annotations

import secrets
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from domain.code import CARD_LIFETIME_S, VerifyingKey
from domain.note import LogKey, NoteKey
from domain.sealed_entry import SealingKey
from web.db.connection import Connection
from web.db.turns import Turn, taken
from web.services.installation import Installation
from web.store import counters, keys

VISITOR, BUNDLE, LOG, SEALING = "visitor", "bundle", "log", "sealing"
_DAY_S = 86_400
_SIGNS_S = 90 * _DAY_S
_RENEW_BEFORE_S = 30 * _DAY_S
_FOREVER_S = 2**32 - 1
# Heads that an old key of the log signed just before it was replaced are still on their way.
_LOG_GRACE_S = 3_600


def ensure(inst: Installation) -> None:
    """Make the keys that are missing, and the next visitor key before the current one stops signing."""

    def work(connection: Connection) -> None:
        taken(connection, Turn.MAKING_KEYS)
        now_s = inst.now_ms() // 1000
        for purpose in (BUNDLE, LOG):
            if not keys.of_purpose(connection, purpose):
                _make(connection, inst, purpose, now_s, _FOREVER_S, _FOREVER_S)
        if not keys.of_purpose(connection, SEALING):
            sealing_renewed(connection, inst)
        newest = next(iter(keys.of_purpose(connection, VISITOR)), None)
        if newest is None or newest.signs_until_s - now_s < _RENEW_BEFORE_S:
            until = now_s + _SIGNS_S
            # A card signed on the key's last day must be readable until it is over.
            _make(connection, inst, VISITOR, now_s, until, until + CARD_LIFETIME_S)
            counters.raised(connection, counters.BUNDLE)

    inst.write(work)


def _make(
    connection: Connection,
    inst: Installation,
    purpose: str,
    now_s: int,
    signs_until: int,
    until: int,
    name: str = "",
) -> None:
    private = (X25519PrivateKey if purpose == SEALING else Ed25519PrivateKey).generate()
    taken = {row.kid for row in keys.of_purpose(connection, purpose)}
    kid = next(kid for kid in iter(lambda: secrets.token_hex(2), "") if kid not in taken)
    host = urlsplit(inst.settings.base_url).netloc
    keys.added(
        connection,
        purpose=purpose,
        kid=kid,
        name=name or f"{host}/{purpose}",
        public=private.public_key().public_bytes_raw(),
        private_sealed=inst.cipher.sealed(private.private_bytes_raw(), keys.place(purpose, kid)),
        not_before_s=now_s - _DAY_S,
        signs_until_s=signs_until,
        not_after_s=until,
    )


def log_reopened(connection: Connection, inst: Installation, name: str) -> None:
    """Make the key of a log that goes on under another name; it signs from now on."""
    newest = keys.of_purpose(connection, LOG)[0].not_before_s
    now_s = max(inst.now_ms() // 1000, newest + 1 + _DAY_S)
    _make(connection, inst, LOG, now_s, _FOREVER_S, _FOREVER_S, name)
    counters.raised(connection, counters.BUNDLE)  # gates must know a key before they meet its first head


def log_renewed(connection: Connection, inst: Installation) -> tuple[NoteKey, NoteKey]:
    """Let a new key sign the log under its name from now on; the old one and the new."""
    row = keys.of_purpose(connection, LOG)[0]
    log_reopened(connection, inst, row.name)
    newest = keys.of_purpose(connection, LOG)[0]
    return NoteKey(row.name, row.public), NoteKey(newest.name, newest.public)


def log_witnessed(connection: Connection) -> tuple[LogKey, ...]:
    """The keys of the log for gates, the one that signs now first; each ends when the next begins."""
    found: list[LogKey] = []
    end_s = _FOREVER_S
    for row in keys.of_purpose(connection, LOG):
        found.append(LogKey(NoteKey(row.name, row.public), row.not_before_s, end_s))
        end_s = row.not_before_s + _DAY_S + _LOG_GRACE_S
    return tuple(found)


def verifying(connection: Connection) -> tuple[VerifyingKey, ...]:
    """The public visitor keys, for gates and for this server's own checks."""
    return tuple(
        VerifyingKey(bytes.fromhex(row.kid), row.public, row.not_before_s, row.not_after_s)
        for row in keys.of_purpose(connection, VISITOR)
    )


def signing(
    connection: Connection, inst: Installation, purpose: str
) -> tuple[NoteKey, bytes, Ed25519PrivateKey]:
    """The key of a purpose that signs now: its public name, kid and private part.

    The oldest that may: gates learn a new key weeks before they meet its first code, cut off or not. But a
    log that was reopened has a key of its own.
    """
    rows = keys.of_purpose(connection, purpose)
    alive = [row for row in rows if row.signs_until_s > inst.now_ms() // 1000]
    row = alive[-1] if alive and purpose != LOG else rows[0]
    private = inst.cipher.opened(row.private_sealed, keys.place(purpose, row.kid))
    return (
        NoteKey(row.name, row.public),
        bytes.fromhex(row.kid),
        Ed25519PrivateKey.from_private_bytes(private),
    )


def sealing(connection: Connection) -> SealingKey | None:
    """What gates seal people's part of their entries for, from now on: the newest."""
    row = next(iter(keys.of_purpose(connection, SEALING)), None)
    return SealingKey(row.kid, row.public) if row is not None else None


def sealing_renewed(connection: Connection, inst: Installation) -> None:
    """Make another key that gates seal for as soon as they have the next bundle; the old ones still open."""
    newest = next(iter(keys.of_purpose(connection, SEALING)), None)
    now_s = max(inst.now_ms() // 1000, newest.not_before_s + 1 + _DAY_S if newest else 0)
    _make(connection, inst, SEALING, now_s, _FOREVER_S, _FOREVER_S)
    counters.raised(connection, counters.BUNDLE)


def opening(connection: Connection, inst: Installation) -> dict[str, bytes]:
    """The private parts of all sealing keys by kid: gates may hold entries sealed for an old one."""
    return {
        row.kid: inst.cipher.opened(row.private_sealed, keys.place(SEALING, row.kid))
        for row in keys.of_purpose(connection, SEALING)
    }
