"""An entry as it travels (design §6): its JSON, the hash of that, and what was uploaded, strictly read."""

from __future__ import annotations

import dataclasses
import hashlib
import re
from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar, cast

from domain.canonical import SAFE_INTEGER, canonical_json
from domain.decision import Outcome, Presence
from domain.entry import UUID7, Clock, Entry, PrivateRecord, Way
from domain.errors import InputError, shown_name
from domain.reason import Reason
from domain.venue import Direction
from domain.visitor import is_one_line

_ID = re.compile(r"[0-9a-z][0-9a-z\-]{0,63}")
_CTI = re.compile(r"(?:[0-9a-f]{32})?")
_E = TypeVar("_E", bound=StrEnum)
# What was read from JSON is a dict; to ask it whether it is a mapping takes ten times as long.
_OBJECT, _LIST = (dict, Mapping), (list, tuple)
# The year 9999 is left out: its last day is 10000 already in zones east of Greenwich.
_TIME_LIMIT_MS = 253_370_764_800_000 - 1
_ENTRY_NAMES, _CLOCK_NAMES, _PRIVATE_NAMES = (
    tuple(item.name for item in dataclasses.fields(kind)) for kind in (Entry, Clock, PrivateRecord)
)
_WANTED: Mapping[type[Entry | Clock | PrivateRecord], frozenset[str]] = {
    Entry: frozenset((*_ENTRY_NAMES, "v")),
    Clock: frozenset(_CLOCK_NAMES),
    PrivateRecord: frozenset(_PRIVATE_NAMES),
}
# Calling an enumeration takes several times as long as looking its member up.
_MEMBERS: Mapping[type[StrEnum], Mapping[str, StrEnum]] = {
    kind: {member.value: member for member in kind} for kind in (Direction, Outcome, Reason, Presence, Way)
}


def entry_json(entry: Entry) -> dict[str, object]:
    """The entry as it is uploaded and hashed; `entry_from_json` reads it back."""
    value = _shallow(entry, _ENTRY_NAMES)
    value["clock"] = clock_json(entry.clock)
    value["private"] = private_json(entry.private)
    value["v"] = 1
    return value


def clock_json(clock: Clock) -> dict[str, object]:
    """What the gate's clocks said, as a part of its entry."""
    return _shallow(clock, _CLOCK_NAMES)


def private_json(private: PrivateRecord) -> dict[str, object]:
    """The part that says who, as a part of its entry."""
    return {**_shallow(private, _PRIVATE_NAMES), "details": dict(private.details)}


def _shallow(value: Entry | Clock | PrivateRecord, names: tuple[str, ...]) -> dict[str, object]:
    # `dataclasses.asdict` copies every value deeply: four fifths of the time an entry took to store.
    return {name: getattr(value, name) for name in names}


def content_hash(entry: Entry) -> bytes:
    """SHA-256 of the canonical bytes: equal for a repeated upload, different for a changed one."""
    return hashlib.sha256(canonical_json(entry_json(entry))).digest()


def entry_from_json(value: object) -> Entry:
    """The entry that was uploaded; InputError names the first field that is missing or unusable."""
    fields = _fields(value, Entry, "entry")
    _whole(fields, "v", 1, 1)
    # In the order of the class: saying the names again takes a tenth of the time.
    return Entry(
        _matching(fields, "id", UUID7),
        _matching(fields, "device", _ID),
        _whole(fields, "seq", 1, SAFE_INTEGER),
        _matching(fields, "venue", _ID),
        _matching(fields, "entrance", _ID),
        _member(fields, "direction", Direction),
        _whole(fields, "at_ms", 0, _TIME_LIMIT_MS),
        _member(fields, "outcome", Outcome),
        _member(fields, "reason", Reason),
        _member(fields, "presence", Presence),
        _member(fields, "way", Way),
        _whole(fields, "policy_version", 0, 2**31 - 1),
        _whole(fields, "bundle_seq", 0, SAFE_INTEGER),
        _clock(fields["clock"]),
        _record(fields["private"]),
        _text(fields, "corrects", 36) and _matching(fields, "corrects", UUID7),
    )


def _clock(value: object) -> Clock:
    fields = _fields(value, Clock, "clock")
    return Clock(
        _text(fields, "boot_id", 64),
        _whole(fields, "boot_ms", 0, SAFE_INTEGER),
        _optional(fields, "offset_ms", -SAFE_INTEGER, SAFE_INTEGER),
        _optional(fields, "offset_age_ms", 0, SAFE_INTEGER),
    )


def _record(value: object) -> PrivateRecord:
    fields = _fields(value, PrivateRecord, "private")
    return PrivateRecord(
        _text(fields, "visitor_id", 64),
        _matching(fields, "cti", _CTI),
        _optional(fields, "temperature_tenths", 300, 450),
        _text(fields, "plate", 20),
        _whole(fields, "companions", 0, 500),
        _text(fields, "name", 200),
        _text(fields, "phone", 20),
        _phones(fields, "occupants"),
        _texts(fields, "details"),
    )


def _fields(value: object, kind: type[Entry | Clock | PrivateRecord], name: str) -> Mapping[str, object]:
    wanted = _WANTED[kind]
    if not isinstance(value, _OBJECT):
        raise _unusable(name, "an object")
    if value.keys() != wanted:
        odd = wanted ^ value.keys()
        raise _unusable(min(shown_name(key) for key in odd), "present exactly once and known")
    return value


def _matching(fields: Mapping[str, object], name: str, pattern: re.Pattern[str]) -> str:
    value = fields[name]
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise _unusable(name, "of its form")
    return value


def _text(fields: Mapping[str, object], name: str, most: int) -> str:
    value = fields[name]
    if not isinstance(value, str) or len(value) > most or not is_one_line(value):
        raise _unusable(name, f"text of at most {most} characters")
    return value


def _phones(fields: Mapping[str, object], name: str) -> tuple[str, ...]:
    value = fields[name]
    if not isinstance(value, _LIST) or len(value) > 100:
        raise _unusable(name, "a list of at most 100 phones")
    return tuple(_text({name: phone}, name, 20) for phone in value)


def _texts(fields: Mapping[str, object], name: str) -> dict[str, str]:
    value = fields[name]
    if (
        not isinstance(value, _OBJECT)
        or len(value) > 8
        or not all(
            isinstance(key, str) and key.isascii() and key.isidentifier() and len(key) <= 20 for key in value
        )
    ):
        raise _unusable(name, "a few named texts")
    return {key: _text(value, key, 200) for key in value}


def _whole(fields: Mapping[str, object], name: str, least: int, most: int) -> int:
    value = fields[name]
    if type(value) is not int or not least <= value <= most:
        raise _unusable(name, f"a whole number from {least} to {most}")
    return value


def _optional(fields: Mapping[str, object], name: str, least: int, most: int) -> int | None:
    return None if fields[name] is None else _whole(fields, name, least, most)


def _member(fields: Mapping[str, object], name: str, kind: type[_E]) -> _E:
    value = fields[name]
    member = _MEMBERS[kind].get(value) if isinstance(value, str) else None
    if member is None:
        raise _unusable(name, f"one of {', '.join(sorted(kind))}")
    return cast(_E, member)


def _unusable(field: str, wanted: str) -> InputError:
    return InputError(field, f"{field} is not {wanted}.", f"字段 {field} 无效。")
