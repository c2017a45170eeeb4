"""An entry becomes the row that it became in older versions: rows stay as they are."""

from __future__ import annotations

from domain.decision import Outcome, Presence
from domain.entry import Clock, Entry, PrivateRecord, Way
from domain.entry_bytes import entry_bytes
from domain.reason import Reason
from domain.true_time import true_time
from domain.venue import Direction
from web.services.passing.recording import row_of

ENTRY = Entry(
    id="01a1f6ae-9900-7008-a0bf-59dfa9133a86", device="kiosk-1", seq=7, venue="venue-1", entrance="door-1",
    direction=Direction.IN, at_ms=1_795_140_000_000, outcome=Outcome.REFUSED, reason=Reason.VENUE_NOT_OPEN,
    presence=Presence.STATIC, way=Way.KIOSK, policy_version=3, bundle_seq=12, corrects="",
    clock=Clock('boot "é"', 99, -5, None), private=PrivateRecord(visitor_id="v-1", companions=2, name="张"),
)  # fmt: skip
# As version 73d7824 of 22 November 2026 wrote it.
ROW = {
    "id": "01a1f6ae-9900-7008-a0bf-59dfa9133a86",
    "device": "kiosk-1",
    "seq": 7,
    "venue_id": "venue-1",
    "entrance_id": "door-1",
    "direction": "in",
    "at_ms": 1795140000000,
    "received_ms": 1795140000400,
    "outcome": "refused",
    "reason": "venue_not_open",
    "presence": "static",
    "way": "kiosk",
    "policy_version": 3,
    "bundle_seq": 12,
    "clock": '{"boot_id": "boot \\"\\u00e9\\"", "boot_ms": 99, "offset_age_ms": null, "offset_ms": -5}',
    "content_hash": bytes.fromhex("888f19e3e072f97780e62c7dac009e80a595334875acf526dceb75c693b3c175"),
    "corrects": "",
    "true_ms": 1795139999995,
    "time_quality": "holdover",
    "people": 3,
}


def test_an_entry_becomes_the_row_that_it_always_became():
    received_ms = ENTRY.at_ms + 400
    assert row_of(ENTRY, entry_bytes(ENTRY).content_hash(), received_ms, true_time(ENTRY, received_ms)) == ROW
