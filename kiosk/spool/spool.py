"""The spool: every entry is committed here before the gate says a word, and kept until the server has it."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from domain.entry import Entry
from domain.gap import Gap, GapCause
from domain.sealed_entry import unnamed_body
from domain.wording import Sentence
from kiosk.spool import gaps as spool_gaps
from kiosk.spool import settled
from kiosk.spool.file import CHAIN_START, FILE_NAME, next_chain, not_writable, opened_soundly
from kiosk.spool.high_water import HighWater, Mark
from kiosk.spool.values import Counts, Settled, Waiting
from machine.durable import make_folder_durably

_ROOM_BYTES = 32_768
KEPT_MS = 7 * 86_400_000
BATCH_ENTRIES = 500
BATCH_BYTES = 999_000  # with the frame around it, below a megabyte


class Spool:
    """One file, one connection, one thread: everything here is called from the thread that opened it."""

    def __init__(self, folder: Path, wall_ms: Callable[[], int]) -> None:
        """Open or begin the spool; see `connected` for what can be wrong. `notice` says what was found.

        `wall_ms` names files that are set aside and dates gaps.
        """
        self.notice: Sentence | None = None
        self._wall_ms = wall_ms
        self._path = folder / FILE_NAME
        try:
            make_folder_durably(folder)
        except OSError as error:
            raise not_writable(error) from error
        self._high = HighWater(folder / "high-water")
        self._epoch, self._next_seq, self._chain, self._counts = 1, 1, CHAIN_START, Counts(0, 0)
        self._open()

    def commit(
        self,
        make: Callable[[int], Entry],
        judged_ms: int,
        body_of: Callable[[Entry], bytes] = unnamed_body,
    ) -> Entry:
        """Number an entry, make it with `make` and write it through to the disk; SpoolError if it is not.

        `body_of` gives the bytes that are kept and sent, in which nobody may be named in clear.
        """
        with self._statement():
            entry = make(self._next_seq)
            body = body_of(entry)
            chain = next_chain(self._chain, body)
            self._connection.execute(
                "INSERT INTO entry (seq, id, epoch, judged_ms, body, chain) VALUES (?, ?, ?, ?, ?, ?)",
                (entry.seq, entry.id, self._epoch, judged_ms, body, chain),
            )
        self._chain, self._next_seq = chain, entry.seq + 1
        self._counts = Counts(self._counts.waiting + 1, self._counts.quarantined)
        self.last_judged_ms = judged_ms
        self._mark(entry.seq)
        return entry

    def batch(
        self, entries: int = BATCH_ENTRIES, without: frozenset[int] = frozenset(), after: int = 0
    ) -> list[Waiting]:
        """The oldest entries that wait above `after`, at most `entries` and a megabyte, without some."""
        chosen: list[Waiting] = []
        size = 0
        with self._statement():
            rows = self._connection.execute(
                "SELECT seq, id, body FROM entry WHERE state = 'new' AND seq > ? ORDER BY seq LIMIT ?",
                (after, entries + len(without)),
            ).fetchall()
        for seq, identity, body in rows:
            size += len(body) + 1
            if len(chosen) == entries or size > BATCH_BYTES:
                break
            if seq not in without:
                chosen.append(Waiting(seq, identity, body))
        if chosen:
            # What leaves this machine must never be numbered again, even if the spool is lost.
            self._mark(chosen[-1].seq, through=True)
        return chosen

    def settle(self, results: Iterable[Settled], at_ms: int) -> Counts:
        """Mark entries as taken or quarantined; nothing is deleted. Unknown ids change nothing."""
        with self._statement():
            settled.settle(self._connection, results, at_ms)
        return self._recount()

    def send_again(self, ranges: Sequence[tuple[int, int]]) -> int:
        """Let all entries wait again if the server lost one of these; how many there were of these.

        All: whatever it lost with them, in its quarantine or under numbers that somebody else used since,
        is known only as long as nothing was sent again. What it still has is a duplicate.
        """
        with self._statement():
            lost = settled.send_again(self._connection, ranges)
        self._recount()
        return lost

    def last_settled(self) -> dict[bool, str]:
        """The id of the entry that the server took last (True), and that of the last it set aside (False)."""
        with self._statement():
            return settled.last_settled(self._connection)

    def taken_body(self, share: float, since_ms: int) -> bytes:
        """An entry that the server took after a time, b"" for none; `share` (0 to 1) says where to look."""
        with self._statement():
            return settled.taken_body(self._connection, share, since_ms)

    def is_taken(self, identity: str) -> bool:
        """Whether an entry is here, and the server took it."""
        with self._statement():
            return settled.is_taken(self._connection, identity)

    def settled_seq(self) -> int:
        """Up to here every number was handed over or told as a gap."""
        with self._statement():
            waiting = self._connection.execute("SELECT min(seq) FROM entry WHERE state = 'new'").fetchone()[0]
            untold = spool_gaps.first_untold(self._connection)
        return min(number for number in (waiting, untold, self._next_seq) if number is not None) - 1

    def gaps(self) -> list[Gap]:
        """Numbers that were given out and are not here any more, as far as the server does not know yet."""
        with self._statement():
            return spool_gaps.untold(self._connection)

    def gaps_told(self, gaps: Iterable[Gap]) -> None:
        """The server has noted these gaps and asks for their entries no more."""
        with self._statement():
            spool_gaps.told(self._connection, gaps)

    def lacks(self, ranges: Sequence[tuple[int, int]], found_ms: int) -> None:
        """Record as gaps what the server asks for and is not here."""
        with self._statement():
            spool_gaps.record_absent(self._connection, ranges, found_ms)

    def prune(self, now_ms: int) -> int:
        """Delete the oldest entries that were taken 7 days ago; the last one stays as the chain's end."""
        with self._statement():
            return settled.pruned(self._connection, now_ms - KEPT_MS)

    def counts(self) -> Counts:
        """How many entries wait and how many are quarantined."""
        return self._counts

    def bodies_since(self, judged_ms: int) -> list[bytes]:
        """The canonical bytes of all entries judged since a time, oldest first."""
        with self._statement():
            rows = self._connection.execute(
                "SELECT body FROM entry WHERE judged_ms >= ? ORDER BY seq", (judged_ms,)
            ).fetchall()
        return [bytes(row[0]) for row in rows]

    def never_below(self, seq: int) -> None:
        """Give out only numbers above `seq`, which the server has seen from this kiosk."""
        if seq >= self._next_seq:
            self._next_seq = seq + 1
            self._mark(seq, through=True)

    def probe(self) -> None:
        """Write as much as a few entries and free it again, to see whether there is room; SpoolError if not.

        The freed pages stay in the file, so that the next entry finds them.
        """
        for room in (_ROOM_BYTES, None):
            with self._statement():
                self._connection.execute("UPDATE base SET room = zeroblob(?)", (room,))

    def close(self) -> None:
        """Close the file; the spool is not used afterwards."""
        self._connection.close()

    def _open(self) -> None:
        epoch = self._high.mark.epoch
        self._connection, damage = opened_soundly(self._path, epoch, self._wall_ms)
        self.notice = damage or self.notice
        self._in_doubt = False
        try:
            self._load_tail(GapCause.DAMAGED if damage else GapCause.VANISHED)
        except sqlite3.Error as error:
            self._in_doubt = True
            self._connection.close()
            raise not_writable(error) from error

    def _load_tail(self, cause: GapCause) -> None:
        row = self._connection.execute("SELECT epoch, pruned_seq, pruned_chain FROM base").fetchone()
        last = self._connection.execute(
            "SELECT seq, chain, judged_ms FROM entry ORDER BY seq DESC LIMIT 1"
        ).fetchone()
        seq, chain, self.last_judged_ms = last or (row[1], row[2], 0)
        self._chain = bytes(chain)
        self._epoch = max(int(row[0]), self._high.mark.epoch)
        if seq < self._high.mark.seq:
            self._begin_epoch(Gap(seq + 1, self._high.mark.seq, cause, self._wall_ms()))
        self._next_seq = max(seq, self._high.mark.seq) + 1
        self._recount()

    def _begin_epoch(self, gap: Gap) -> None:
        self._epoch = self._high.mark.epoch + 1
        with self._statement():
            self._connection.execute("UPDATE base SET epoch = ?", (self._epoch,))
            spool_gaps.record(self._connection, gap)
        self._mark(gap.last, through=True)
        self.notice = self.notice or Sentence(
            f"Entries {gap.first} to {gap.last} are missing here; numbers go on after them.",
            f"本终端缺少第 {gap.first} 至 {gap.last} 条记录，编号将继续向后。",
        )

    def _mark(self, seq: int, *, through: bool = False) -> None:
        # A second line of defence: the commit itself does not depend on it.
        with contextlib.suppress(OSError):
            self._high.rise(Mark(self._epoch, seq), through=through)

    def _recount(self) -> Counts:
        with self._statement():
            found = dict(
                self._connection.execute(
                    "SELECT state, count(*) FROM entry WHERE state <> 'acked' GROUP BY state"
                ).fetchall()
            )
        self._counts = Counts(found.get("new", 0), found.get("quarantined", 0))
        return self._counts

    @contextlib.contextmanager
    def _statement(self) -> Iterator[None]:
        """One transaction; after an error the file is opened anew, for what SQLite holds is in doubt."""
        if self._in_doubt:
            self._connection.close()
            self._open()
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            yield
            self._connection.execute("COMMIT")
        except sqlite3.Error as error:
            self._in_doubt = True
            raise not_writable(error) from error
        finally:
            if self._connection.in_transaction:
                with contextlib.suppress(sqlite3.Error):
                    self._connection.execute("ROLLBACK")
