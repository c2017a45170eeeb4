"""Which numbers are not in the spool any more: recorded there, and told to the server until it noted them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence

from domain.gap import Gap, GapCause

MOST_TOLD = 100
SCHEMA = """
CREATE TABLE gap (
  first INTEGER NOT NULL,
  last INTEGER NOT NULL,
  cause TEXT NOT NULL,
  found_ms INTEGER NOT NULL,
  told INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (first, last)
) STRICT;
"""


def record(connection: sqlite3.Connection, gap: Gap) -> None:
    """Keep a gap; one that was told before is told again, because the server has forgotten it."""
    connection.execute(
        "INSERT INTO gap (first, last, cause, found_ms) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (first, last) DO UPDATE SET told = 0",
        (gap.first, gap.last, gap.cause.value, gap.found_ms),
    )


def untold(connection: sqlite3.Connection) -> list[Gap]:
    """The gaps that the server has not noted yet, lowest numbers first."""
    rows = connection.execute(
        "SELECT first, last, cause, found_ms FROM gap WHERE told = 0 ORDER BY first, last LIMIT ?",
        (MOST_TOLD,),
    )
    return [Gap(first, last, GapCause(cause), found_ms) for first, last, cause, found_ms in rows]


def first_untold(connection: sqlite3.Connection) -> int | None:
    """The lowest number in a gap that the server has not noted yet."""
    lowest: int | None = connection.execute("SELECT min(first) FROM gap WHERE told = 0").fetchone()[0]
    return lowest


def told(connection: sqlite3.Connection, gaps: Iterable[Gap]) -> None:
    """The server has noted these."""
    connection.executemany(
        "UPDATE gap SET told = 1 WHERE first = ? AND last = ?", [(gap.first, gap.last) for gap in gaps]
    )


def absent(connection: sqlite3.Connection, ranges: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The parts of some closed ranges of numbers for which there is no entry here."""
    for first, last in ranges:
        expected = first
        rows = connection.execute(
            "SELECT seq FROM entry WHERE seq BETWEEN ? AND ? ORDER BY seq", (first, last)
        )
        for (seq,) in rows:
            if seq > expected:
                yield expected, seq - 1
            expected = seq + 1
        if expected <= last:
            yield expected, last


def record_absent(connection: sqlite3.Connection, ranges: Sequence[tuple[int, int]], found_ms: int) -> None:
    """Keep as gaps what of these ranges is not here."""
    for first, last in list(absent(connection, ranges)):
        record(connection, Gap(first, last, GapCause.ABSENT, found_ms))
