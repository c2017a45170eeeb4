"""An entry's canonical bytes, as it is hashed, committed to and put into the log, written in one pass.

The same bytes as `canonical_json` gives for `entry_json`, `private_json` and the leaf: an `Entry` holds
nothing that has no single spelling, for `entry_from_json` read it. Writing each of the three apart took a
third of the time that the server spends over an entry of a gate, and most of that the standard library's
writer, which is set up anew for each value.
"""

from __future__ import annotations

import base64
import dataclasses
import hashlib
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

import orjson

from domain.entry import Clock, Entry, PrivateRecord

_PRIVATE = "private"


def _names(kind: type[Entry | Clock | PrivateRecord]) -> tuple[str, ...]:
    return tuple(sorted(item.name for item in dataclasses.fields(kind)))


def _picked(names: tuple[str, ...]) -> Any:
    return attrgetter(*names)


# The names in their canonical order: nothing but `details` is left to be sorted.
_CLOCK, _RECORD = _names(Clock), _names(PrivateRecord)
_BEFORE = tuple(name for name in _names(Entry) if name < _PRIVATE)
_AFTER = tuple(name for name in _names(Entry) if name > _PRIVATE)
_of_clock, _of_record, _of_before, _of_after = map(_picked, (_CLOCK, _RECORD, _BEFORE, _AFTER))


@dataclass(frozen=True, slots=True)
class EntryBytes:
    """`private` are the canonical bytes of the private record; the rest is what the methods put together."""

    private: bytes
    _before: bytes
    _after: bytes
    _leaf_after: bytes

    def content_hash(self) -> bytes:
        """As `domain.entry_wire.content_hash`."""
        return hashlib.sha256(b"%b%b,%b" % (self._before, self.private, self._after)).digest()

    def leaf(self, salt: bytes) -> bytes:
        """As `domain.log.entry_leaf`."""
        committed = base64.b64encode(hashlib.sha256(salt + self.private).digest())
        return b'%b"%b",%b' % (self._before, committed, self._leaf_after)


def entry_bytes(entry: Entry) -> EntryBytes:
    """The bytes of an entry that was read."""
    record = dict(zip(_RECORD, _of_record(entry.private), strict=True))
    before = dict(zip(_BEFORE, _of_before(entry), strict=True))
    before["clock"] = dict(zip(_CLOCK, _of_clock(entry.clock), strict=True))
    after = dict(zip(_AFTER, _of_after(entry), strict=True)) | {"v": 1}
    return EntryBytes(
        private=_written(record),
        _before=b'%b,"private":' % orjson.dumps(before)[:-1],
        _after=_written(after)[1:],
        _leaf_after=_written(after | {"type": "entry"})[1:],
    )


def _written(value: dict[str, object]) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
