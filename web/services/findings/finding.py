"""What is found becomes an alert: once, however often it is found, and closed by what explains it later."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from domain.alert import AlertKind
from domain.remedy import EXPLAINED, Remedy
from web.db.connecting.connection import Connection, Record
from web.services.connecting import events
from web.store.findings import alerts

# How long a kiosk has to send what it was asked for again.
_PATIENCE_MS = 15 * 60_000


@dataclass(frozen=True, slots=True)
class Found:
    """Something for staff to look at; equal `key`, same thing. The evidence never holds a name or a phone.

    `is_news` says that it happened anew even if it was found before: settled once, it is open again.
    """

    key: str
    kind: AlertKind
    venue_id: str
    kiosk_id: str = ""
    entry_id: str = ""
    other_entry_id: str = ""
    evidence: Mapping[str, object] = field(default_factory=dict)
    is_news: bool = False


def raised(connection: Connection, found: Iterable[Found], now_ms: int) -> None:
    """Keep what was found; what had been explained, or asked for again, and is still so, is open again."""
    by_key = {one.key: one for one in found}
    if not by_key:
        return
    before = alerts.known(connection, list(by_key))
    new = [_values(one, now_ms) for key, one in by_key.items() if key not in before]
    if new:
        alerts.added(connection, new)
        events.alerts_raised(connection, [str(one["key"]) for one in new], now_ms)
    again = [key for key, row in before.items() if _is_back(row, by_key[key], now_ms)]
    if again:
        alerts.reopened(connection, again)


def _is_back(row: Record, found: Found, now_ms: int) -> bool:
    if row.settled_ms is None:
        return False
    unanswered = row.resolution == Remedy.ASK_AGAIN and now_ms - row.settled_ms >= _PATIENCE_MS
    return found.is_news or unanswered or row.resolution == EXPLAINED


def explained(connection: Connection, keys: Sequence[str], now_ms: int) -> None:
    """Close what later arrivals explained."""
    if keys:
        alerts.explained(connection, keys, EXPLAINED, now_ms)


def _values(found: Found, now_ms: int) -> alerts.Values:
    return {
        "key": found.key,
        "kind": found.kind.value,
        "venue_id": found.venue_id,
        "kiosk_id": found.kiosk_id,
        "entry_id": found.entry_id,
        "other_entry_id": found.other_entry_id,
        "evidence": json.dumps(found.evidence, sort_keys=True),
        "found_ms": now_ms,
    }
