"""Policies as JSON and back, whole or only the fields that somebody set."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from domain.errors import InputError, shown_name
from domain.hours import DAY_NAMES, OpeningHours
from domain.policy import Asked, CredentialRule, Policy, Treatment
from domain.visitor import VisitorClass, is_one_line
from domain.wording import Sentence

_E = TypeVar("_E", bound=StrEnum)


def policy_json(policy: Policy) -> dict[str, object]:
    """The policy as JSON values, sets sorted, so that equal policies have equal JSON."""
    return {
        "version": policy.version,
        "classes": sorted(policy.classes),
        "credentials": [_credential_json(rule) for rule in policy.credentials],
        "temperature": policy.temperature,
        "temperature_limit_tenths": policy.temperature_limit_tenths,
        "hours": {
            "weekly": {
                day: [list(opening) for opening in openings]
                for day, openings in zip(DAY_NAMES, policy.hours.weekly, strict=True)
            },
            "holidays": sorted(day.isoformat() for day in policy.hours.holidays),
        },
        "capacity": policy.capacity,
        "reentry": policy.reentry,
        "listed_areas": sorted(policy.listed_areas),
        "listed_days": policy.listed_days,
        "vehicle_complete": policy.vehicle_complete,
        "unknown_visitor": policy.unknown_visitor,
        "bundle_limit_hours": policy.bundle_limit_hours,
        "confidential": policy.confidential,
    }


def _credential_json(rule: CredentialRule) -> dict[str, object]:
    return {
        "kind": rule.kind,
        "max_age_hours": rule.max_age_hours,
        "classes": sorted(rule.classes),
        "otherwise": rule.otherwise,
        "verified": rule.verified,
    }


def policy_from_json(value: object) -> Policy:
    """The policy that `policy_json` wrote, absent fields by default; InputError names the field."""
    return Policy(**fields_from_json(value))


def fields_from_json(value: object) -> dict[str, Any]:
    """The fields that are set in a part of a policy, read and checked; InputError names the bad one."""
    if not isinstance(value, Mapping):
        raise InputError("policy", "A policy is a group of named fields.", "规则须由具名字段组成。")
    if unknown := sorted(shown_name(name) for name in value if name not in _READERS):
        raise InputError(
            "policy",
            f"The policy has an unknown field: {unknown[0]}.",
            f"规则含有未知字段：{unknown[0]}。",
        )
    return {name: _read(name, item) for name, item in value.items()}


class _UnfitError(ValueError):
    """Why a field cannot be used, to be put behind its name."""

    def __init__(self, en: str, zh: str) -> None:
        super().__init__(en)
        self.sentence = Sentence(en, zh)


def _read(name: str, value: object) -> Any:
    try:
        return _READERS[name](value)
    except _UnfitError as unfit:
        why = unfit.sentence
    except (TypeError, ValueError, LookupError):
        why = Sentence("it is not of the form that an exported policy has", "格式与导出的规则不符")
    raise InputError(
        name, f"The policy's {name} cannot be used: {why.en}.", f"规则字段 {name} 无效：{why.zh}。"
    )


def _number(least: int, most: int) -> Callable[[object], int]:
    def read(value: object) -> int:
        if type(value) is not int or not least <= value <= most:
            raise _UnfitError(
                f"it takes a whole number from {least} to {most}", f"须为 {least} 至 {most} 的整数"
            )
        return value

    return read


def _member(kind: type[_E]) -> Callable[[object], _E]:
    def read(value: object) -> _E:
        if not isinstance(value, str) or value not in set(kind):
            options = ", ".join(kind)
            raise _UnfitError(f"it takes one of {options}", f"须为以下之一：{options}")
        return kind(value)

    return read


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise _UnfitError("it takes true or false", "须为 true 或 false")
    return value


def _text(value: object) -> str:
    # Printable and short, because it goes into sentences and from there into entries.
    if not isinstance(value, str) or not value.strip() or len(value) > 100 or not is_one_line(value):
        raise _UnfitError(
            "it takes text of 1 to 100 characters on one line", "须为 1 至 100 个字符的单行文字"
        )
    return value


def _credential(value: object) -> CredentialRule:
    rule = _mapping(value)
    hours = rule["max_age_hours"]
    return CredentialRule(
        _text(rule["kind"]),
        None if hours is None else _number(1, 24 * 3660)(hours),
        frozenset(_member(VisitorClass)(name) for name in _sequence(rule.get("classes", []))),
        _without(rule.get("otherwise", Treatment.REFUSE)),
        _flag(rule.get("verified", True)),
    )


def _without(value: object) -> Treatment:
    if value == Treatment.ADMIT:
        raise _UnfitError("a credential that may be missing is none to ask for", "可以缺少的凭证不必要求")
    return _member(Treatment)(value)


def _hours(value: object) -> OpeningHours:
    hours = _mapping(value)
    weekly = _mapping(hours["weekly"])
    if {*hours} != {"weekly", "holidays"} or {*weekly} != {*DAY_NAMES}:
        raise _UnfitError(
            f"it takes weekly (with {', '.join(DAY_NAMES)}) and holidays",
            f"须含 weekly（{', '.join(DAY_NAMES)}）和 holidays",
        )
    return OpeningHours(
        weekly=tuple(_openings(weekly[day]) for day in DAY_NAMES),
        holidays=frozenset(date.fromisoformat(_text(day)) for day in _sequence(hours["holidays"])),
    )


def _openings(value: object) -> tuple[tuple[int, int], ...]:
    openings = []
    pairs = _sequence(value)
    if len(pairs) > 6:
        raise _UnfitError("a day takes at most 6 openings", "每天最多 6 个开放时段")
    for pair in pairs:
        start, end = (_number(0, 1440)(minute) for minute in _sequence(pair))
        if start >= end:
            raise _UnfitError(
                "an opening must end after it starts; split it at midnight",
                "结束时间须晚于开始时间，跨夜请在零点拆分",
            )
        openings.append((start, end))
    return tuple(openings)


def _mapping(value: object) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise _UnfitError("it takes a group of named fields", "须为一组具名字段")
    return value


def _sequence(value: object) -> list[object]:
    if not isinstance(value, list | tuple):
        raise _UnfitError("it takes a list", "须为列表")
    return list(value)


_READERS: dict[str, Callable[[object], Any]] = {
    "version": _number(1, 2**31 - 1),
    "classes": lambda value: frozenset(_member(VisitorClass)(name) for name in _sequence(value)),
    "credentials": lambda value: tuple(_credential(rule) for rule in _sequence(value)),
    "temperature": _member(Asked),
    "temperature_limit_tenths": _number(350, 420),
    "hours": _hours,
    "capacity": lambda value: None if value is None else _number(0, 10**7)(value),
    "reentry": _member(Treatment),
    "listed_areas": lambda value: frozenset(_text(area) for area in _sequence(value)),
    "listed_days": _number(1, 365),
    "vehicle_complete": _flag,
    "unknown_visitor": _member(Treatment),
    "bundle_limit_hours": _number(1, 24 * 90),
    "confidential": _flag,
}
