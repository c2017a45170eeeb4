"""`python -m tests.faults.writer FOLDER COUNT`: a gate's spool at work, for faults to be aimed at.

Each entry is said on standard output the moment the spool has acknowledged it, in one write: what was
said must be there afterwards, whatever happened in between. A refusal is said, too, and the work goes on.
"""

from __future__ import annotations

import json
import os
import sys
from datetime import date
from itertools import count
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from domain import sealed_entry
from domain.decision import Outcome, Presence
from domain.entry import Clock, Entry, PrivateRecord, Way, uuid7
from domain.entry_wire import entry_from_json
from domain.reason import Reason
from domain.venue import Direction
from kiosk.privacy.sealing import Sealing
from kiosk.privacy.tags import Tags
from kiosk.spool import file as spool_file
from kiosk.spool.file import SpoolError
from kiosk.spool.spool import KEPT_MS, Spool
from kiosk.spool.values import Settled

AT_MS = 1_795_000_000_000
_SERVER = X25519PrivateKey.from_private_bytes(bytes(range(32)))
_KEY = sealed_entry.SealingKey("01", _SERVER.public_key().public_bytes_raw())
_SEALING = Sealing(lambda: _KEY, Tags(bytes(32)), os.urandom)
_SETTLE_EVERY = 5
_GIVE_UP_AFTER = 20


def entry_numbered(seq: int) -> Entry:
    """A plain entry with an id of its own."""
    return Entry(
        uuid7(AT_MS + seq, os.urandom(10)), "kiosk-1", seq, "park", "east", Direction.IN, AT_MS + seq,
        Outcome.ADMITTED, Reason.WELCOME, Presence.ROTATING, Way.KIOSK, 1, 1, Clock("boot-1", 5),
        PrivateRecord("v1", "00" * 16),
    )  # fmt: skip


def sealed(entry: Entry) -> bytes:
    """The bytes that a gate keeps of it."""
    return _SEALING.body(entry, date(2026, 11, 18))


def opened_entry(body: bytes) -> Entry:
    """The entry in bytes that were kept, as the server opens it."""
    secret = {_KEY.kid: _SERVER.private_bytes_raw()}
    return entry_from_json(sealed_entry.opened(json.loads(body), secret.get))


def work(spool: Spool, wanted: int) -> None:
    """Commit `wanted` entries (0: without end), hand some over and forget old ones, as a gate does."""
    done = refused = 0
    while (done < wanted or not wanted) and refused < _GIVE_UP_AFTER:
        try:
            entry = spool.commit(entry_numbered, AT_MS, sealed)
            say(f"kept {entry.seq} {entry.id}")
            done += 1
            if done % _SETTLE_EVERY == 0:
                _hand_over(spool)
        except SpoolError as error:
            say(f"refused {error.sentence.en}")
            refused += 1


def _hand_over(spool: Spool) -> None:
    # Half of what waits; what is forgotten is no loss, so that is said before it happens.
    batch = spool.batch()
    taken = batch[: len(batch) // 2]
    spool.settle([Settled(waiting.id, True) for waiting in taken], AT_MS)
    spool.probe()
    if taken:
        say(f"forgets {taken[0].seq}")
        spool.prune(AT_MS + KEPT_MS)


def say(line: str) -> None:
    """One line in one write, so that it is said whole or not at all."""
    os.write(1, f"{line}\n".encode())


def main(folder: str, wanted: int, journal: str = "") -> int:
    """Open and work; status 3 when the spool cannot be opened, which is said."""
    if journal:
        spool_file.safe_journal = lambda version: tuple(journal.split("+"))  # type: ignore[assignment,return-value]
    clock = count(AT_MS)
    try:
        spool = Spool(Path(folder), lambda: next(clock))
    except SpoolError as error:
        say(f"closed {error.sentence.en}")
        return 3
    if spool.notice:
        say(f"notice {spool.notice.en}")
    work(spool, wanted)
    spool.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2]), *sys.argv[3:]))
