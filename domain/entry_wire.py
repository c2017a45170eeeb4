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

_ID = re.compile(r"[0-9a-z][0-9a-z\-]{0,63}")
_CTI = re.compile(r"(?:[0-9a-f]{32})?")
_E = TypeVar("_E", bound=StrEnum)
# What was read from JSON is a dict; to ask it whether it is a mapping takes ten times as long.
_OBJECT = (dict, Mapping)
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
    clock = _fields(fields["clock"], Clock, "clock")
    private = _fields(fields["private"], PrivateRecord, "private")
    return Entry(
        id=_matching(fields, "id", UUID7),
        device=_matching(fields, "device", _ID),
        seq=_whole(fields, "seq", 1, SAFE_INTEGER),
        venue=_matching(fields, "venue", _ID),
        entrance=_matching(fields, "entrance", _ID),
        direction=_member(fields, "direction", Direction),
        at_ms=_whole(fields, "at_ms", 0, _TIME_LIMIT_MS),
        outcome=_member(fields, "outcome", Outcome),
        reason=_member(fields, "reason", Reason),
        presence=_member(fields, "presence", Presence),
        way=_member(fields, "way", Way),
        policy_version=_whole(fields, "policy_version", 0, 2**31),
        bundle_seq=_whole(fields, "bundle_seq", 0, SAFE_INTEGER),
        clock=Clock(
            boot_id=_text(clock, "boot_id", 64),
            boot_ms=_whole(clock, "boot_ms", 0, SAFE_INTEGER),
            offset_ms=_optional(clock, "offset_ms", -SAFE_INTEGER, SAFE_INTEGER),
            offset_age_ms=_optional(clock, "offset_age_ms", 0, SAFE_INTEGER),
        ),
        private=PrivateRecord(
            visitor_id=_text(private, "visitor_id", 64),
            cti=_matching(private, "cti", _CTI),
            temperature_tenths=_optional(private, "temperature_tenths", 300, 450),
            plate=_text(private, "plate", 20),
            companions=_whole(private, "companions", 0, 500),
            name=_text(private, "name", 200),
            phone=_text(private, "phone", 20),
            occupants=_phones(private, "occupants"),
            details=_texts(private, "details"),
        ),
        corrects=_text(fields, "corrects", 36) and _matching(fields, "corrects", UUID7),
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
    if not isinstance(value, str) or len(value) > most or not value.isprintable():
        raise _unusable(name, f"text of at most {most} characters")
    return value


def _phones(fields: Mapping[str, object], name: str) -> tuple[str, ...]:
    value = fields[name]
    if not isinstance(value, list | tuple) or len(value) > 100:
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
