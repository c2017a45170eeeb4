"""An entry's canonical bytes, as it is hashed, committed to and put into the log, written in one pass.

The same bytes as `canonical_json` gives for `entry_json`, `private_json` and the leaf: an `Entry` holds
nothing that has no single spelling, for `entry_from_json` read it. Writing each of the three apart took a
third of the time that the server spends over an entry of a gate, and most of that the standard library's
writer, which is set up anew for each value.
"""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass

import orjson

from domain.entry import Clock, Entry, PrivateRecord

# What a leaf says more than its entry, and where the private record, or the commitment to it, goes: within
# a text every quotation mark has a backslash before it.
_TYPE, _PLACE = b'"type":"entry",', b'"private":""'


@dataclass(frozen=True, slots=True)
class EntryBytes:
    """`private` are the canonical bytes of the private record; the rest is what the methods put together."""

    private: bytes
    _before: bytes
    _leaf_after: bytes

    def content_hash(self) -> bytes:
        """As `domain.entry_wire.content_hash`."""
        after = self._leaf_after.replace(_TYPE, b"", 1)
        return hashlib.sha256(b'%b"private":%b%b' % (self._before, self.private, after)).digest()

    def leaf(self, salt: bytes) -> bytes:
        """As `domain.log.entry_leaf`."""
        committed = base64.b64encode(hashlib.sha256(salt + self.private).digest())
        return b'%b"private":"%b"%b' % (self._before, committed, self._leaf_after)


def entry_bytes(entry: Entry) -> EntryBytes:
    """The bytes of an entry that was read."""
    before, _, after = orjson.dumps(_leaf(entry)).partition(_PLACE)
    return EntryBytes(_record(entry.private), before, after)


def clock_text(clock: Clock) -> str:
    """What the gate's clocks said, as a column holds it since the first entry: whoever checks a log
    compares texts, and rows are never written anew. So with the blanks of the standard library's writer.
    """
    age, offset = ("null" if ms is None else ms for ms in (clock.offset_age_ms, clock.offset_ms))
    return (
        f'{{"boot_id": {json.dumps(clock.boot_id)}, "boot_ms": {clock.boot_ms}, '
        f'"offset_age_ms": {age}, "offset_ms": {offset}}}'
    )


# Names in their canonical order, so that nothing but `details` is left to be sorted.
def _leaf(entry: Entry) -> dict[str, object]:
    return {
        "at_ms": entry.at_ms,
        "bundle_seq": entry.bundle_seq,
        "clock": _clock(entry.clock),
        "corrects": entry.corrects,
        "device": entry.device,
        "direction": entry.direction,
        "entrance": entry.entrance,
        "id": entry.id,
        "outcome": entry.outcome,
        "policy_version": entry.policy_version,
        "presence": entry.presence,
        "private": "",
        "reason": entry.reason,
        "seq": entry.seq,
        "type": "entry",
        "v": 1,
        "venue": entry.venue,
        "way": entry.way,
    }


def _clock(clock: Clock) -> dict[str, object]:
    return {
        "boot_id": clock.boot_id,
        "boot_ms": clock.boot_ms,
        "offset_age_ms": clock.offset_age_ms,
        "offset_ms": clock.offset_ms,
    }


def _record(private: PrivateRecord) -> bytes:
    record = {
        "companions": private.companions,
        "cti": private.cti,
        "details": private.details,
        "name": private.name,
        "occupants": private.occupants,
        "phone": private.phone,
        "plate": private.plate,
        "temperature_tenths": private.temperature_tenths,
        "visitor_id": private.visitor_id,
    }
    return orjson.dumps(record, option=orjson.OPT_SORT_KEYS)
