"""Slows guessing down, in lanes: whoever guesses elsewhere does not stop the owner of an account."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from web.db.connecting.connection import Connection, Record
from web.services.installation import Installation
from web.store.access import failed_proofs

_FIRST_WAIT_MS = 15_000
_LONGEST_WAIT_MS = 15 * 60_000
# Failures are counted together as long as they do not stop for half a day.
_COUNTED_MS = 12 * 3_600_000
_KEPT_MS = 2 * 86_400_000
_UNTOLD_KEPT_MS = 180 * 86_400_000


@dataclass(frozen=True, slots=True)
class Lane:
    """What is proved, and from where, as a digest; how many failures cost nothing; whose proof it is."""

    key: bytes
    free: int
    account_id: str = ""


@dataclass(frozen=True, slots=True)
class Untold:
    """How often somebody failed to prove that they were the account's owner, and since when."""

    failures: int
    first_ms: int


def lane(inst: Installation, free: int, account_id: str, *parts: str) -> Lane:
    """The lane of something to be proved; its parts are kept as a keyed digest only."""
    return Lane(inst.cipher.digest("failed proof", "\0".join(parts)), free, account_id)


def wait_ms(inst: Installation, lanes: Sequence[Lane]) -> int:
    """0 when somebody may try now, which counts as failed until `succeeded`; else how long they must wait.

    Counted before anything is compared: guesses at the same time gain nothing.
    """
    now = inst.now_ms()
    by_key = {each.key: each for each in lanes}

    def work(connection: Connection) -> int:
        rows = _held(connection, lanes, now)
        longest = max(row.open_ms - now for row in rows)
        if longest > 0:
            return int(longest)
        for row in rows:
            failed_proofs.changed(connection, row.lane, **_failed(row, by_key[row.lane], now))
        return 0

    return inst.write(work)


def succeeded(inst: Installation, lanes: Sequence[Lane]) -> None:
    """Take the last try back: it was no failure. An account's own lane is free again from now on."""
    owned = {each.key for each in lanes if each.account_id}
    now = inst.now_ms()

    def work(connection: Connection) -> None:
        for row in _held(connection, lanes, now):
            failures = 0 if row.lane in owned else max(row.failures - 1, 0)
            again = {"failures": failures, "untold": max(row.untold - 1, 0), "open_ms": 0}
            failed_proofs.changed(connection, row.lane, **again)

    inst.write(work)


def told(inst: Installation, account_id: str) -> Untold | None:
    """What the owner of an account should hear of once, right after they signed in."""

    def work(connection: Connection) -> Untold | None:
        found = failed_proofs.untold(connection, account_id)
        if not found.failures:
            return None
        failed_proofs.told(connection, account_id)
        return Untold(int(found.failures), int(found.first_ms))

    return inst.write(work)


def forget_old(inst: Installation) -> int:
    """Delete lanes that are quiet; how many."""
    now = inst.now_ms()
    return inst.write(lambda c: failed_proofs.forgotten(c, now - _KEPT_MS, now - _UNTOLD_KEPT_MS))


def _held(connection: Connection, lanes: Sequence[Lane], now_ms: int) -> Sequence[Record]:
    owners = {each.key: each.account_id for each in lanes}
    return failed_proofs.held(connection, owners, now_ms)


def _failed(row: Record, tried: Lane, now_ms: int) -> dict[str, object]:
    failures = (row.failures if now_ms - row.last_ms < _COUNTED_MS else 0) + 1
    over = failures - tried.free
    wait = 0 if over < 0 else min(_FIRST_WAIT_MS * 2 ** min(over, 16), _LONGEST_WAIT_MS)
    return {
        "account_id": tried.account_id,
        "failures": failures,
        "untold": row.untold + 1 if tried.account_id else 0,
        "untold_ms": row.untold_ms if row.untold else now_ms,
        "last_ms": now_ms,
        "open_ms": now_ms + wait,
    }
