"""Writes a page of changes into the file of known visitors: whole and in its place, or not at all."""

from __future__ import annotations

import sqlite3
import time
from dataclasses import dataclass

from domain.errors import TamperedError
from domain.facts_page import FactsPage, FactsPlace, KnownVisitor, known_visitor
from domain.wording import Sentence
from kiosk.facts.file import line_sum

_AT_A_STRETCH = 32  # visitors; then a gate that waits for Python gets it
_BREATH_S = 0.0001


@dataclass(frozen=True, slots=True)
class Followed:
    """How far which stream was followed, and the one before it while this one is not whole yet."""

    place: FactsPlace
    is_whole: bool
    run: int
    before: FactsPlace

    def has(self, place: FactsPlace) -> bool:
        """Whether all up to a place is here."""
        for mine, is_whole in ((self.place, self.is_whole), (self.before, not self.is_whole)):
            if is_whole and mine.epoch == place.epoch and mine.seq >= place.seq:
                return True
        return False


def followed(connection: sqlite3.Connection) -> Followed:
    """Where the file is; sqlite3.Error when it cannot be read."""
    row = connection.execute(
        "SELECT epoch, seq, is_whole, run, before_epoch, before_seq FROM stream"
    ).fetchone()
    if row is None:
        raise sqlite3.DatabaseError("the stream's place is missing")
    epoch, seq, is_whole, run, before_epoch, before_seq = row
    return Followed(FactsPlace(epoch, seq), bool(is_whole), run, FactsPlace(before_epoch, before_seq))


def fitted(here: Followed, page: FactsPage, epoch: str) -> Followed:
    """Where the file is after this page of the stream `epoch`; TamperedError when it is not the next one."""
    if page.epoch != epoch:
        raise TamperedError(
            Sentence(
                "These visitors are another gate's, or of another time.", "访客数据属于其他终端或其他时段。"
            )
        )
    begins = here.place.epoch != epoch
    if page.after != (0 if begins else here.place.seq):
        raise TamperedError(
            Sentence("These changes do not follow on those here.", "访客数据的变更与现有数据不连续。")
        )
    run, before = here.run, here.before
    if begins:
        # A stream that was never whole here is no reason to forget the one before it.
        run, before = here.run + 1, here.place if here.is_whole else here.before
    is_whole = page.upto == page.newest or (here.is_whole and not begins)
    return Followed(FactsPlace(epoch, page.upto), is_whole, run, FactsPlace() if is_whole else before)


def write_page(connection: sqlite3.Connection, page: FactsPage, after: Followed, now_s: int) -> None:
    """Apply a page that fits, in one transaction; whatever is raised, nothing has changed."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        _forget(connection, page.gone)
        for count, line in enumerate(page.lines, 1):
            _put(connection, known_visitor(line), line, after.run, now_s)
            if count % _AT_A_STRETCH == 0:
                time.sleep(_BREATH_S)
        if after.is_whole:
            _sweep(connection, after.run, now_s)
        connection.execute(
            "UPDATE stream SET epoch = ?, seq = ?, is_whole = ?, run = ?, before_epoch = ?, before_seq = ?",
            (
                after.place.epoch, after.place.seq, after.is_whole, after.run,
                after.before.epoch, after.before.seq,
            ),
        )  # fmt: skip
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _put(connection: sqlite3.Connection, known: KnownVisitor, line: bytes, run: int, now_s: int) -> None:
    facts = known.facts
    n = _uncoded(connection, facts.visitor_id)
    values = (facts.short_number, run, line, line_sum(line))
    if n is None:
        done = connection.execute(
            "INSERT INTO visitor (number, run, line, sum, id) VALUES (?, ?, ?, ?, ?)",
            (*values, facts.visitor_id),
        )
        n = done.lastrowid
    else:
        connection.execute(
            "UPDATE visitor SET number = ?, run = ?, line = ?, sum = ? WHERE n = ?", (*values, n)
        )
    connection.executemany("INSERT OR REPLACE INTO code VALUES (?, ?)", [(cti, n) for cti in known.codes])
    # A withdrawn code stays so until it is over, also when a restored server has lost the withdrawal.
    alive = [(cti, until_s) for cti, until_s in known.revoked if until_s > now_s]
    connection.executemany("INSERT OR REPLACE INTO revoked VALUES (?, ?)", alive)


def _uncoded(connection: sqlite3.Connection, visitor_id: str) -> int | None:
    """Take a visitor's codes away; the number of their row, None when they are not known."""
    query = "SELECT n, line, sum FROM visitor WHERE id = ?"
    row: tuple[int, bytes, int] | None = connection.execute(query, (visitor_id,)).fetchone()
    if row is None:
        return None
    n, line, told = row
    if line_sum(line) != told:
        raise sqlite3.DatabaseError("a visitor's line was changed")
    # An index of codes by visitor would cost a third of the file: the line names them as well.
    connection.executemany(
        "DELETE FROM code WHERE cti = ? AND visitor = ?", [(cti, n) for cti in known_visitor(line).codes]
    )
    return n


def _forget(connection: sqlite3.Connection, visitor_ids: tuple[str, ...]) -> None:
    for visitor_id in visitor_ids:
        n = _uncoded(connection, visitor_id)
        connection.execute("DELETE FROM visitor WHERE n = ?", (n,))


def _sweep(connection: sqlite3.Connection, run: int, now_s: int) -> None:
    """Forget who is not of this stream, and the withdrawn codes that are over."""
    connection.execute("DELETE FROM revoked WHERE until_s <= ?", (now_s,))
    if connection.execute("SELECT 1 FROM visitor WHERE run <> ? LIMIT 1", (run,)).fetchone() is None:
        return
    connection.execute("DELETE FROM code WHERE visitor IN (SELECT n FROM visitor WHERE run <> ?)", (run,))
    connection.execute("DELETE FROM visitor WHERE run <> ?", (run,))
