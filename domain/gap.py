"""Numbers of entries that a gate does not have any more, told so that nobody goes on waiting for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum

from domain.canonical import SAFE_INTEGER
from domain.errors import InputError


class GapCause(StrEnum):
    """Why a gate does not have these entries."""

    DAMAGED = "damaged"
    VANISHED = "vanished"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Gap:
    """The numbers from `first` to `last`, found missing at `found_ms` by the gate's wall clock.

    DAMAGED: the file they were in was set aside and may still hold them. VANISHED: that file was deleted, or
    an older copy put in its place. ABSENT: the server asked for them.
    """

    first: int
    last: int
    cause: GapCause
    found_ms: int


def gap_json(gap: Gap) -> dict[str, object]:
    """The gap as it travels; `gap_from_json` reads it back."""
    return {**asdict(gap), "cause": gap.cause.value}


def gap_from_json(value: object) -> Gap:
    """The gap that was told; InputError names the first field that is missing or unusable."""
    if not isinstance(value, Mapping):
        raise _unusable("gap")
    first = _whole(value, "first", 1)
    last = _whole(value, "last", first)
    cause = value.get("cause")
    if not isinstance(cause, str) or cause not in set(GapCause):
        raise _unusable("cause")
    return Gap(first, last, GapCause(cause), _whole(value, "found_ms", 0))


def _whole(value: Mapping[object, object], name: str, least: int) -> int:
    number = value.get(name)
    if type(number) is not int or not least <= number <= SAFE_INTEGER:
        raise _unusable(name)
    return number


def _unusable(field: str) -> InputError:
    return InputError(field, f"{field} of a gap is not usable.", f"缺失区间的字段 {field} 无效。")
