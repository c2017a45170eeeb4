"""What happened, for whoever wants to hear of it: written in the transaction in which it happened."""

from __future__ import annotations

import json
import secrets
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from domain.decision import Outcome
from domain.entry import Entry
from domain.venue import Direction
from domain.wording import Sentence
from web.db.connecting.connection import Connection, Record
from web.store.connecting import webhooks
from web.store.findings import alerts


class Event(StrEnum):
    """What can be heard of. Values are stored and sent: never rename, only add."""

    ENTRY = "entry"
    EXIT = "exit"
    REFUSAL = "refusal"
    REFERRAL = "referral"
    CORRECTION = "correction"
    ALERT = "alert"
    KIOSK_DOWN = "kiosk_down"
    KIOSK_UP = "kiosk_up"
    TEST = "test"


EVENT_NAMES: Mapping[Event, Sentence] = {
    Event.ENTRY: Sentence("Somebody was let in", "放行进入"),
    Event.EXIT: Sentence("Somebody left", "离开"),
    Event.REFUSAL: Sentence("Somebody was refused", "劝返"),
    Event.REFERRAL: Sentence("Somebody was sent to the staff", "转人工"),
    Event.CORRECTION: Sentence("An entry was taken back", "记录被撤销"),
    Event.ALERT: Sentence("A new alert, such as two gates with one code", "新预警（如两处出入口同一码）"),
    Event.KIOSK_DOWN: Sentence("A kiosk fell silent", "扫码终端失联"),
    Event.KIOSK_UP: Sentence("A kiosk is back", "扫码终端恢复"),
    Event.TEST: Sentence("A test", "测试"),
}
# What somebody can choose; a test is sent by hand.
CHOICES = tuple(event for event in Event if event is not Event.TEST)


@dataclass(frozen=True, slots=True)
class Happened:
    """An event at a venue. `data` holds ids, times and closed words, never a name, a phone or a plate."""

    event: Event
    venue_id: str
    about: str
    at_ms: int
    data: Mapping[str, object]


def entries_recorded(connection: Connection, made: Sequence[Entry], now_ms: int) -> None:
    """Tell of entries that were kept in this transaction; where nobody listens that is one short question."""
    listening = webhooks.living(connection)
    if listening:
        _told(connection, listening, [_of_entry(entry, now_ms) for entry in made], now_ms)


def alerts_raised(connection: Connection, keys: Sequence[str], now_ms: int) -> None:
    """Tell of the alerts with these keys, which were raised in this transaction."""
    listening = webhooks.living(connection)
    if listening:
        rows = alerts.known(connection, keys).values()
        _told(connection, listening, [_of_alert(row) for row in rows], now_ms)


def kiosks_silent(connection: Connection, silent: Sequence[Record], now_ms: int) -> None:
    """Tell of kiosks (id, venue_id, seen_ms) that fell silent."""
    listening = webhooks.living(connection)
    if listening:
        down = [
            Happened(Event.KIOSK_DOWN, row.venue_id, row.id, row.seen_ms, {"kiosk_id": row.id})
            for row in silent
        ]
        _told(connection, listening, down, now_ms)


def kiosks_back(connection: Connection, alert_ids: Sequence[int], now_ms: int) -> None:
    """Tell of kiosks whose silences these alerts were; one that was withdrawn did not come back."""
    listening = webhooks.living(connection)
    if listening:
        back = [
            Happened(Event.KIOSK_UP, row.venue_id, row.kiosk_id, row.seen_ms, {"kiosk_id": row.kiosk_id})
            for row in webhooks.kiosks_of(connection, alert_ids)
        ]
        _told(connection, listening, back, now_ms)


def _told(
    connection: Connection, listening: Sequence[Record], happened: Sequence[Happened], now_ms: int
) -> None:
    """Keep a delivery for each webhook in whose scope something happened that it asked for."""
    places = webhooks.places(connection, sorted({one.venue_id for one in happened}))
    made = [
        delivery(hook.id, one, places.get(one.venue_id, ("", ""))[0], now_ms)
        for one in happened
        for hook in listening
        if one.event in hook.events.split() and _covers(hook, places.get(one.venue_id))
    ]
    if made:
        webhooks.deliveries_added(connection, made)


def delivery(webhook_id: str, one: Happened, enterprise_id: str, now_ms: int) -> dict[str, object]:
    """The row of a delivery; ids grow, so that what was told first can be told from what came after."""
    identity = _ORDER.next_id(now_ms)
    body = {
        "id": identity,
        "type": one.event,
        "timestamp_ms": now_ms,
        "data": {"venue_id": one.venue_id, "enterprise_id": enterprise_id, "at_ms": one.at_ms, **one.data},
    }
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    return {
        "id": identity,
        "webhook_id": webhook_id,
        "event": one.event.value,
        "about": one.about,
        "body": text,
        "state": webhooks.WAITING,
        "created_ms": now_ms,
        "next_ms": now_ms,
    }


class _Order:
    """Ids that grow within this process, also within a millisecond and when its clock is put back."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last = (0, 0)

    def next_id(self, now_ms: int) -> str:
        """An id after all before it."""
        with self._lock:
            last_ms, count = self._last
            self._last = (now_ms, 0) if now_ms > last_ms else (last_ms, count + 1)
            at_ms, number = self._last
        return f"msg_{at_ms:012x}{number:06x}{secrets.token_hex(8)}"


_ORDER = _Order()


def _covers(hook: Record, place: tuple[str, str] | None) -> bool:
    if place is None:
        return False
    enterprise_id, path = place
    if hook.area_path:
        return path.startswith(hook.area_path)
    return bool(hook.enterprise_id == enterprise_id)


def _of_entry(entry: Entry, now_ms: int) -> Happened:
    data: dict[str, object] = {
        "entry_id": entry.id,
        "entrance_id": entry.entrance,
        "direction": entry.direction.value,
        "outcome": entry.outcome.value,
        "reason": entry.reason.value,
        "way": entry.way.value,
        "received_ms": now_ms,
    }
    if entry.corrects:
        data["corrects"] = entry.corrects
    # A correction comes after what it corrects.
    return Happened(_event_of(entry), entry.venue, entry.corrects or entry.id, entry.at_ms, data)


def _of_alert(row: Record) -> Happened:
    data = {"alert_id": row.id, "kind": row.kind, "kiosk_id": row.kiosk_id}
    data |= {"entry_id": row.entry_id, "other_entry_id": row.other_entry_id}
    # After what it is about.
    about = row.other_entry_id or row.entry_id or row.kiosk_id
    return Happened(Event.ALERT, row.venue_id, about, row.found_ms, data)


def _event_of(entry: Entry) -> Event:
    if entry.corrects:
        return Event.CORRECTION
    outcome = entry.outcome
    if outcome is Outcome.REFUSED:
        return Event.REFUSAL
    if outcome is Outcome.REFERRED:
        return Event.REFERRAL
    return Event.EXIT if entry.direction is Direction.OUT else Event.ENTRY
