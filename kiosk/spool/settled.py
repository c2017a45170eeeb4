"""What became of the spool's entries: taken by the server, set aside, or to be sent again."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence

from kiosk.spool.values import Settled


def settle(connection: sqlite3.Connection, results: Iterable[Settled], at_ms: int) -> None:
    """Mark entries that wait as taken or quarantined; unknown ids change nothing."""
    connection.executemany(
        "UPDATE entry SET state = ?, settled_ms = ?, detail = ? WHERE id = ? AND state = 'new'",
        [
            ("acked" if result.taken else "quarantined", at_ms, result.detail[:500], result.id)
            for result in results
        ],
    )


def send_again(connection: sqlite3.Connection, ranges: Sequence[tuple[int, int]]) -> int:
    """Let all entries wait again if some of these ranges do not; how many of these there were."""
    lost = sum(
        connection.execute(
            "SELECT count(*) FROM entry WHERE seq BETWEEN ? AND ? AND state <> 'new'", span
        ).fetchone()[0]
        for span in ranges
    )
    if lost:
        connection.execute("UPDATE entry SET state = 'new', settled_ms = NULL WHERE state <> 'new'")
    return int(lost)


def last_settled(connection: sqlite3.Connection) -> dict[bool, str]:
    """The id of the entry that the server took last (True), and that of the last it set aside (False)."""
    rows = connection.execute(
        "SELECT state = 'acked', id, max(settled_ms) FROM entry WHERE state <> 'new' GROUP BY state"
    ).fetchall()
    return {bool(taken): str(identity) for taken, identity, _ in rows}


def taken_body(connection: sqlite3.Connection, share: float, since_ms: int) -> bytes:
    """An entry that the server took after a time, its canonical bytes; b"" when there is none.

    `share` from 0 to 1 says where among the numbers to look for it.
    """
    lowest, highest = connection.execute("SELECT min(seq), max(seq) FROM entry").fetchone()
    if lowest is None:
        return b""
    at = lowest + int(share * (highest - lowest + 1))
    for beyond in (at, lowest):
        row = connection.execute(
            "SELECT body FROM entry WHERE seq >= ? AND state = 'acked' AND settled_ms > ?"
            " ORDER BY seq LIMIT 1",
            (beyond, since_ms),
        ).fetchone()
        if row is not None:
            return bytes(row[0])
    return b""


def is_taken(connection: sqlite3.Connection, identity: str) -> bool:
    """Whether an entry is here, and the server took it."""
    query = "SELECT 1 FROM entry WHERE id = ? AND state = 'acked'"
    return connection.execute(query, (identity,)).fetchone() is not None


def pruned(connection: sqlite3.Connection, before_ms: int) -> int:
    """Delete the oldest entries that were taken up to a time; the last one stays as the chain's end."""
    last = connection.execute(
        "SELECT min(seq) FROM entry WHERE state <> 'acked' OR settled_ms > ?"
        " OR seq = (SELECT max(seq) FROM entry)",
        (before_ms,),
    ).fetchone()[0]
    old = connection.execute(
        "SELECT seq, chain FROM entry WHERE seq < ? ORDER BY seq DESC LIMIT 1", (last or 0,)
    ).fetchone()
    if old is None:
        return 0
    connection.execute("UPDATE base SET pruned_seq = ?, pruned_chain = ?", old)
    return connection.execute("DELETE FROM entry WHERE seq <= ?", old[:1]).rowcount
