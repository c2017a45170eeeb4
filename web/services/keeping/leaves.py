"""The leaves of keeping: the log hears of rules, legal holds and what people asked, of nobody by name."""

from __future__ import annotations

from collections.abc import Mapping

from domain.canonical import canonical_json
from web.db.connecting.connection import Connection
from web.store.passing import entries

KEEPING, LEGAL_HOLD, SUBJECT = "keeping", "legal_hold", "subject"


def added(
    connection: Connection,
    at_ms: int,
    account_id: str,
    ref: str,
    told: Mapping[str, object],
    kind: str = KEEPING,
) -> None:
    """A leaf that says who changed what about keeping; `told` holds ids, counts and times only."""
    value = {"account": account_id, "told": dict(told), "v": 1, "type": kind, "at_ms": at_ms}
    entries.leaf_added(connection, kind, ref, canonical_json(value))
