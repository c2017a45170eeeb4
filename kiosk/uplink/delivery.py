"""Handing entries over: at least once, in order, in batches that shrink when the server cannot take them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from domain.gap import Gap
from domain.witness import Why
from kiosk.log.spot_checks import SpotChecks
from kiosk.log.witnessing import Verdict, Witness
from kiosk.spool.file import SpoolError
from kiosk.spool.spool import BATCH_ENTRIES
from kiosk.spool.thread import SpoolThread
from kiosk.spool.values import Waiting
from kiosk.uplink.backoff import Backoff
from kiosk.uplink.portal import Failure, Portal, Receipt, Trouble

_HELD_S = 300.0
_GAP_EVERY_S = 60.0
_WITNESS_EVERY_S = 60.0
_DOUBT_S = 5.0
_ALL = (1, 2**53)
_SPOOL_PATIENCE_S = 30.0
# What one entry among others may have brought about.
_OF_THE_BATCH = (Trouble.TOO_LARGE, Trouble.NOT_UNDERSTOOD, Trouble.FAILED)


class Delivery:
    """What is due of the entries, and when. No answer but a receipt changes a row, none deletes one."""

    def __init__(
        self,
        portal: Portal,
        spool: SpoolThread,
        now_ms: Callable[[], int],
        seconds: Callable[[], float],
        random: Callable[[], float],
        witness: Witness | None = None,
        checks: SpotChecks | None = None,
    ) -> None:
        """`witness` is asked at each answer whether the server's log may settle anything.

        `checks` looks with the same questions whether own entries are in that log.
        """
        self._witness = witness
        self._checks = checks
        # While the log is refused: up to which number all was sent, and whether what is lost was sent anew.
        self._sent_seq = 0
        self._sent_again = False
        self._portal = portal
        self._spool = spool
        self._now_ms = now_ms
        self._seconds = seconds
        self._backoff = Backoff(random)
        self._most = BATCH_ENTRIES
        self._held: dict[int, float] = {}
        self._doubted = 0
        self._settled: dict[bool, str] | None = None
        self._witness_due_s = 0.0
        self._gap_asked_s = -_GAP_EVERY_S
        self._gaps_due_s = 0.0
        self._asked_until_s = 0.0
        self._resume_s = 0.0
        self.due_s = 0.0
        self.lost: tuple[tuple[int, int], ...] = ()

    @property
    def held(self) -> int:
        """How many entries the server could not take even alone; they are tried again later."""
        return len(self._held)

    def hurry(self) -> None:
        """The server can be reached again: what waited for that is due, but no pause it asked for ends."""
        self._witness_due_s = 0.0
        if self._checks is not None:
            self._checks.hurry()
        self._backoff.succeeded()
        self._pause(self._asked_until_s)

    def look(self) -> None:
        """There may be a new entry: it is due now, unless the server asked for a pause."""
        self.due_s = self._resume_s

    def settled_seq(self) -> int:
        """Up to which number the server has everything or was told; 0 while the spool does not answer."""
        try:
            return self._spool.do(lambda spool: spool.settled_seq())
        except SpoolError:
            return 0

    def lost_there(self, missing: tuple[tuple[int, int], ...]) -> None:
        """Send again what the server had and has no more, because it was restored from a backup."""
        if missing:
            self._mend(missing)
            self.look()

    def step(self) -> Failure | None:
        """Send one batch if any entry waits; SpoolError when the spool does not answer."""
        now_s = self._seconds()
        self._held = {seq: until_s for seq, until_s in self._held.items() if until_s > now_s}
        held, most = frozenset(self._held), self._most
        sent_seq = self._sent_seq
        batch = self._spool.do(lambda spool: spool.batch(most, held, sent_seq), _SPOOL_PATIENCE_S)
        gaps, settled = self._gaps(now_s), self._last_settled()
        asks = bool(settled) or (self._witness is not None and self._witness.watches)
        if not batch and not gaps and (not asks or now_s < self._witness_due_s):
            look_s = self._witness_due_s if asks else now_s + _WITNESS_EVERY_S
            self.due_s = min([look_s, *self._held.values()])
            return None
        own = self._checks.chosen(len(batch)) if self._checks is not None else b""
        log = self._witness.asked(own) if self._witness is not None else None
        reply = self._portal.entries(batch, gaps, tuple(settled.values()), log)
        if isinstance(reply, Receipt):
            if self._is_vouched_for(reply, batch, own):
                self._told(gaps, reply)
                self._received(reply)
            return None
        self._failed(reply, batch, gaps)
        return reply

    def _verdict(self, receipt: Receipt, own: bytes) -> Verdict:
        """What the receipt counts for: by the head it shows, then by the proof of the entry asked about."""
        if self._witness is None:
            return Verdict.VOUCHED
        verdict = self._witness.heard(receipt.head, receipt.proof)
        if self._checks is None or verdict is not Verdict.VOUCHED:
            return verdict
        return self._checks.heard(own, receipt.leaf)

    def _is_vouched_for(self, receipt: Receipt, batch: list[Waiting], own: bytes) -> bool:
        """Whether the receipt counts; under another log entries are sent on, once, and none is settled."""
        verdict = self._verdict(receipt, own)
        if verdict is Verdict.VOUCHED:
            self._sent_seq, self._sent_again = 0, False
            return True
        now_s = self._seconds()
        self._witness_due_s = now_s + _WITNESS_EVERY_S
        if verdict is Verdict.DOUBTED:
            self._witness_due_s = now_s + _DOUBT_S
            self._pause(now_s + _DOUBT_S)
            return False
        self._sent_seq = batch[-1].seq if batch else self._sent_seq
        if (receipt.has_lost or self._lacks_own()) and not self._sent_again:
            self._sent_again = True
            self._anew([_ALL])
        self._pause(0.0)
        return False

    def _lacks_own(self) -> bool:
        """Whether an entry that was taken is not in the log: the one here may be all that is left of it."""
        refused = self._witness.refused if self._witness is not None else None
        return refused is not None and refused.why is Why.MISSING

    def _has_seen_log(self) -> bool:
        """Whether the next look at the log can wait: the first entry is under no checkpoint yet."""
        return self._witness is None or not self._witness.watches or self._witness.head is not None

    def _anew(self, ranges: Sequence[tuple[int, int]]) -> int:
        """Let entries wait again, those that were sent under a log that is refused too."""
        found = self._spool.do(lambda spool: spool.send_again(ranges), _SPOOL_PATIENCE_S)
        self._sent_seq = 0 if found else self._sent_seq
        return found

    def _last_settled(self) -> dict[bool, str]:
        if self._settled is None:
            self._settled = self._spool.do(lambda spool: spool.last_settled(), _SPOOL_PATIENCE_S)
        return self._settled

    def _gaps(self, now_s: float) -> list[Gap]:
        due = now_s >= self._gaps_due_s
        return self._spool.do(lambda spool: spool.gaps(), _SPOOL_PATIENCE_S) if due else []

    def _told(self, gaps: list[Gap], receipt: Receipt) -> None:
        if gaps and receipt.gaps_noted:
            self._spool.do(lambda spool: spool.gaps_told(gaps), _SPOOL_PATIENCE_S)
        elif gaps:  # an older server: it may be updated
            self._gaps_due_s = self._seconds() + _HELD_S

    def _received(self, receipt: Receipt) -> None:
        at_ms = self._now_ms()
        self._witness_due_s = self._seconds() + (_WITNESS_EVERY_S if self._has_seen_log() else _DOUBT_S)
        if receipt.has_lost:  # before anything is settled: these may be all that tells of it
            self._anew([_ALL])
        self._last_settled().update({one.taken: one.id for one in receipt.settled})
        self._spool.do(lambda spool: spool.settle(receipt.settled, at_ms), _SPOOL_PATIENCE_S)
        self._spool.do(lambda spool: spool.never_below(receipt.highest_seq), _SPOOL_PATIENCE_S)
        self._mend(receipt.missing)
        self._most = min(BATCH_ENTRIES, self._most * 2)
        self._backoff.succeeded()
        self._pause(0.0)

    def _mend(self, missing: tuple[tuple[int, int], ...]) -> None:
        """Send again what the server lost; what is not here either becomes a gap, and is told."""
        now_s, now_ms = self._seconds(), self._now_ms()
        if missing and now_s - self._gap_asked_s >= _GAP_EVERY_S:
            self._gap_asked_s = now_s
            found = self._anew(missing)
            self._spool.do(lambda spool: spool.lacks(missing, now_ms), _SPOOL_PATIENCE_S)
            self.lost = () if found else missing
        elif not missing:
            self.lost = ()

    def _failed(self, failure: Failure, batch: list[Waiting], gaps: list[Gap]) -> None:
        now_s = self._seconds()
        if failure.trouble in _OF_THE_BATCH:
            if len(batch) > 1:
                self._most = len(batch) // 2
                self._pause(0.0)
                return
            self._doubt(batch, gaps, now_s)
        self._asked_until_s = now_s + (failure.pause_s or 0.0)
        self._pause(now_s + self._backoff.failed(failure.pause_s))

    def _doubt(self, batch: list[Waiting], gaps: list[Gap], now_s: float) -> None:
        """What cannot be taken alone stays here, and does not block what is behind it."""
        if gaps:
            self._gaps_due_s = now_s + _HELD_S
        elif not batch:
            self._witness_due_s = now_s + _WITNESS_EVERY_S
        elif self._doubted == batch[0].seq:
            self._held[batch[0].seq] = now_s + _HELD_S
        else:  # once may be a portal on the way, which understands nothing
            self._doubted = batch[0].seq

    def _pause(self, until_s: float) -> None:
        self.due_s = self._resume_s = until_s
