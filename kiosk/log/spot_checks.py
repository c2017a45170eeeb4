"""Looks now and then whether an own entry is in the log: one at random, which the server cannot foresee."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

from domain.log import Checkpoint
from domain.spot_check import ShownLeaf, spotted
from domain.witness import Why
from kiosk.log.witnessing import Verdict, Witness
from kiosk.privacy.sealing import Sealing
from kiosk.spool.thread import SpoolThread

_EVERY_S = 60.0
# A server that never proved an entry is an older one, as far as anybody can tell.
_UNANSWERED_S = 3_600.0
# A leaf has its place within seconds, and before any that came later: a log that grew all this time lacks it.
_FAIR_S = 900.0
# A log that signs nothing for a day is no better than one without the entry.
_STILL_S = 86_400.0
_BATCH_MOST = 100


@dataclass(frozen=True, slots=True)
class _Pending:
    """An entry that had no place in the log when it was first asked about, at this size."""

    own: bytes
    since_s: float
    size: int


class SpotChecks:
    """Chooses what to ask about, and reviews the answers. Used by the uplink's thread alone."""

    def __init__(
        self,
        spool: SpoolThread,
        witness: Witness,
        sealing: Sealing,
        seconds: Callable[[], float],
        random: Callable[[], float],
    ) -> None:
        """`random` gives numbers from 0 to 1; `sealing` knows the private part of what this run sealed."""
        self._spool = spool
        self._witness = witness
        self._sealing = sealing
        self._seconds = seconds
        self._random = random
        self._pending: _Pending | None = None
        self._due_s = 0.0
        self._under_ms = 0

    def hurry(self) -> None:
        """The server can be reached again: look at once."""
        self._due_s = 0.0

    def chosen(self, waiting: int) -> bytes:
        """The entry to ask about beside a batch of so many, its canonical bytes; b"" for none now."""
        self._under_ms = self._witness.accepted_ms
        if self._witness.head is None:
            return b""
        if self._witness.suspect:  # until it is proved, this one and no other
            return self._witness.suspect
        if self._seconds() < self._due_s or waiting > _BATCH_MOST:
            return b""
        pending = self._pending
        if pending is not None:
            identity = _id_of(pending.own)
            if self._spool.do(lambda spool: spool.is_taken(identity)):
                return pending.own
            self._pending = None  # it is sent again
        share, since_ms = self._random(), self._witness.accepted_ms
        return self._spool.do(lambda spool: spool.taken_body(share, since_ms))

    def heard(self, own: bytes, shown: ShownLeaf | None) -> Verdict:
        """What an answer counts for, whose head was followed just now; `own` is what was asked about."""
        head = self._witness.head
        # Unless somebody here gave that log up while it was asked about.
        if own and head is not None and self._under_ms == self._witness.accepted_ms:
            self._review(own, shown, head.checkpoint)
        return Verdict.REFUSED if self._witness.suspect else Verdict.VOUCHED

    def _review(self, own: bytes, shown: ShownLeaf | None, head: Checkpoint) -> None:
        self._due_s = self._seconds() + _EVERY_S
        if shown is None and not self._witness.is_proving:
            self._due_s = self._seconds() + _UNANSWERED_S
            return
        if shown is None or shown.index is None or shown.id != _id_of(own):
            self._wait(own, shown, head)
            return
        self._pending = None
        self._witness.found(own, spotted(own, shown, head, self._sealing.committed(own, shown.salt)))

    def _wait(self, own: bytes, shown: ShownLeaf | None, head: Checkpoint) -> None:
        """The entry has no place yet: it gets time, but not for ever."""
        if shown is not None:
            self._witness.answered()
        now_s = self._seconds()
        if self._pending is None or self._pending.own != own:
            self._pending = _Pending(own, now_s, head.size)
        fair_s = _FAIR_S if head.size > self._pending.size else _STILL_S
        if now_s - self._pending.since_s >= fair_s:
            self._witness.found(own, Why.MISSING)


def _id_of(own: bytes) -> str:
    return str(json.loads(own)["id"])
