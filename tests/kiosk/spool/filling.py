"""Spools opened, filled and emptied by hand."""

from __future__ import annotations

import itertools
from pathlib import Path

from kiosk.spool.spool import Spool
from kiosk.spool.values import Settled
from tests.kiosk.plain_entries import sealed

AT_MS = 1_795_000_000_000


def opened(folder: Path) -> Spool:
    return Spool(folder, lambda: AT_MS)


def filled(folder: Path, count: int) -> Spool:
    spool = opened(folder)
    numbers = itertools.count(spool._next_seq)
    for _ in range(count):
        spool.commit(sealed(AT_MS, lambda size: next(numbers).to_bytes(size, "big")), AT_MS)
    return spool


def take_all(spool: Spool, at_ms: int = AT_MS) -> None:
    spool.settle([Settled(waiting.id, True) for waiting in spool.batch()], at_ms)


def fill_up(spool: Spool) -> None:
    for _ in range(200):
        filled_seq(spool)


def filled_seq(spool: Spool) -> int:
    made = itertools.count(spool._next_seq * 1000)
    return spool.commit(sealed(AT_MS, lambda size: next(made).to_bytes(size, "big")), AT_MS).seq
