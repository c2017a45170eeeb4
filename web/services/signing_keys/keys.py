"""The installation's keys: for visitor codes, gates' bundles and the log, and what gates seal people for."""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from domain.note import LogKey, NoteKey
from domain.sealed_entry import SealingKey
from web.db.connecting.connection import Connection
from web.db.connecting.turns import Turn, taken
from web.services.installation import Installation
from web.services.signing_keys import issuing
from web.services.signing_keys.key_making import BUNDLE, DAY_S, FOREVER_S, LOG, SEALING, Term, make
from web.store import keys
from web.store.gates import gate_news

__all__ = [
    "BUNDLE",
    "LOG",
    "SEALING",
    "ensure",
    "log_renewed",
    "log_reopened",
    "log_witnessed",
    "opening",
    "sealing",
    "sealing_renewed",
    "signing",
]

# Heads that an old key of the log signed just before it was replaced are still on their way.
_LOG_GRACE_S = 3_600


def ensure(inst: Installation) -> None:
    """Make the keys that are missing, and those that sign visitors' codes before the current ones stop."""

    def work(connection: Connection) -> None:
        taken(connection, Turn.MAKING_KEYS)
        now_s = inst.now_ms() // 1000
        for purpose in (BUNDLE, LOG):
            if not keys.of_purpose(connection, purpose):
                make(connection, inst, purpose, Term(now_s))
        if not keys.of_purpose(connection, SEALING):
            sealing_renewed(connection, inst)
        issuing.ensure(connection, inst)

    inst.write(work)


def log_reopened(connection: Connection, inst: Installation, name: str) -> None:
    """Make the key of a log that goes on under another name; it signs from now on."""
    newest = keys.of_purpose(connection, LOG)[0].not_before_s
    now_s = max(inst.now_ms() // 1000, newest + 1 + DAY_S)
    make(connection, inst, LOG, Term(now_s), name)
    gate_news.everywhere(connection)  # gates must know a key before they meet its first head


def log_renewed(connection: Connection, inst: Installation) -> tuple[NoteKey, NoteKey]:
    """Let a new key sign the log under its name from now on; the old one and the new."""
    row = keys.of_purpose(connection, LOG)[0]
    log_reopened(connection, inst, row.name)
    newest = keys.of_purpose(connection, LOG)[0]
    return NoteKey(row.name, row.public), NoteKey(newest.name, newest.public)


def log_witnessed(connection: Connection) -> tuple[LogKey, ...]:
    """The keys of the log for gates, the one that signs now first; each ends when the next begins."""
    found: list[LogKey] = []
    end_s = FOREVER_S
    for row in keys.of_purpose(connection, LOG):
        found.append(LogKey(NoteKey(row.name, row.public), row.not_before_s, end_s))
        end_s = row.not_before_s + DAY_S + _LOG_GRACE_S
    return tuple(found)


def signing(
    connection: Connection, inst: Installation, purpose: str
) -> tuple[NoteKey, bytes, Ed25519PrivateKey]:
    """The key of a purpose that signs now: its public name, kid and private part."""
    row = keys.of_purpose(connection, purpose)[0]
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
    now_s = max(inst.now_ms() // 1000, newest.not_before_s + 1 + DAY_S if newest else 0)
    make(connection, inst, SEALING, Term(now_s))
    gate_news.everywhere(connection)


def opening(connection: Connection, inst: Installation) -> dict[str, bytes]:
    """The private parts of all sealing keys by kid: gates may hold entries sealed for an old one."""
    return {
        row.kid: inst.cipher.opened(row.private_sealed, keys.place(SEALING, row.kid))
        for row in keys.of_purpose(connection, SEALING)
    }
