"""What a gate kept in 30 days without a network, written into its spool at once."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import Final

from bench.sync.town import Enrolled
from domain.decision import Decision, Outcome, Presence
from domain.entry import Clock, Entry, Way, entry_of, uuid7
from domain.reason import Reason
from domain.sealed_entry import NONCE_BYTES, SECRET_BYTES, Counted, SealingKey, Session
from domain.venue import Direction
from kiosk.host.identity import state_folder
from kiosk.spool.file import CHAIN_START, FILE_NAME, next_chain
from kiosk.spool.spool import Spool

_DAYS: Final = 30
_DAYS_MS: Final = _DAYS * 86_400_000


def filled(gate: Enrolled, key: SealingKey, count: int, now_ms: int, seed: int) -> None:
    """Put `count` entries of the last 30 days into an empty spool, each day under a secret of its own.

    Not one by one as a gate commits them, which takes minutes; the kiosk that opens the file checks it
    as it checks its own, entry for entry.
    """
    folder = state_folder(gate.home, gate.kiosk_id)
    Spool(folder, lambda: now_ms).close()
    with closing(sqlite3.connect(folder / FILE_NAME)) as connection, connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.executemany(
            "INSERT INTO entry (seq, id, epoch, judged_ms, body, chain) VALUES (?, ?, 1, ?, ?, ?)",
            _rows(gate, key, count, now_ms, seed),
        )


def _rows(
    gate: Enrolled, key: SealingKey, count: int, now_ms: int, seed: int
) -> Iterator[tuple[int, str, int, bytes, bytes]]:
    chance, chain = random.Random(seed), CHAIN_START  # noqa: S311
    sessions = [Session(key, chance.randbytes(SECRET_BYTES)) for _ in range(_DAYS)]
    for seq in range(1, count + 1):
        at_ms = now_ms - _DAYS_MS + _DAYS_MS * seq // (count + 1)
        entry = _entry(gate, seq, at_ms, chance.randbytes(10))
        counted = Counted(1, chance.randbytes(8).hex())
        session = sessions[_DAYS * seq // (count + 1)]
        body = session.body(entry, counted, chance.randbytes(NONCE_BYTES))
        chain = next_chain(chain, body)
        yield seq, entry.id, at_ms, body, chain


def _entry(gate: Enrolled, seq: int, at_ms: int, chance: bytes) -> Entry:
    decision = Decision(Outcome.ADMITTED, Reason.WELCOME, Presence.STATIC)
    return entry_of(
        decision,
        identity=uuid7(at_ms, chance),
        device=gate.kiosk_id,
        seq=seq,
        venue=gate.entrance.venue_id,
        entrance=gate.entrance.id,
        direction=Direction.IN,
        at_ms=at_ms,
        way=Way.KIOSK,
        policy_version=1,
        bundle_seq=1,
        clock=Clock("boot-1", at_ms % 10**9),
    )
