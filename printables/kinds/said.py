"""What a print says, from JSON or a form: checked against the kind's own fields, named when wrong."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from datetime import date
from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from domain.errors import InputError
from printables.kinds.kind import Kind

Said = TypeVar("Said")


def content_said(kind: Kind[Said], said: Mapping[str, object]) -> Said:
    """The content of a kind from field names to values: texts, whole numbers, dates as YYYY-MM-DD, lists.

    InputError names the field: one that is missing or not known, a wrong type, a date that is none.
    """
    content: Said = _built(kind.content, said, "")
    return content


def content_in_json(kind: Kind[Said], text: str) -> Said:
    """As `content_said`, from a JSON object; InputError says in which line the JSON breaks."""
    try:
        said = json.loads(text)
    except ValueError as broken:
        line = getattr(broken, "lineno", 1)
        raise InputError(
            "content", f"The JSON breaks in line {line}.", f"JSON 在第 {line} 行有误。"
        ) from None
    if not isinstance(said, dict):
        raise InputError("content", "The JSON must be an object {…}.", "JSON 应为对象 {…}。")
    return content_said(kind, said)


def as_json(content: Any) -> str:
    """What a print says as JSON that `content_in_json` takes: an example to start from."""
    return json.dumps(dataclasses.asdict(content), default=str, ensure_ascii=False, indent=2)


def _built(content: type[Any], said: Mapping[str, object], within: str) -> Any:
    types = get_type_hints(content)
    fields = {field.name: field for field in dataclasses.fields(content)}
    for name in said:
        if name not in fields:
            known = ", ".join(fields)
            raise _wrong_field(
                f"{within}{name}", f"is not known; there are {known}", f"无法识别，可用：{known}"
            )
    values = {}
    for name, field in fields.items():
        if name in said:
            values[name] = _value(types[name], said[name], f"{within}{name}")
        elif field.default is dataclasses.MISSING:
            raise _wrong_field(f"{within}{name}", "is missing", "未填写")
    return content(**values)


def _value(kind: Any, value: object, name: str) -> Any:
    if get_origin(kind) in (Union, UnionType):
        return None if value in (None, "") else _value(get_args(kind)[0], value, name)
    if get_origin(kind) is tuple:
        if not isinstance(value, list):
            raise _wrong_field(name, "must be a list", "应为列表")
        inner = get_args(kind)[0]
        return tuple(_value(inner, item, f"{name}[{at}]") for at, item in enumerate(value))
    if isinstance(kind, type) and dataclasses.is_dataclass(kind):
        if not isinstance(value, dict):
            raise _wrong_field(name, "must be an object", "应为对象")
        return _built(kind, value, f"{name}.")
    if kind is date:
        return _day(value, name)
    if kind is int and (not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= 10_000):
        raise _wrong_field(name, "must be a whole number up to 10000", "应为不超过 10000 的整数")
    if kind is str and not isinstance(value, str):
        raise _wrong_field(name, "must be a text", "应为文本")
    return value


def _day(value: object, name: str) -> date:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else _no_day()
    except ValueError:
        raise _wrong_field(name, "must be a date like 2026-03-01", "应为日期，如 2026-03-01") from None


def _no_day() -> date:
    raise ValueError


def _wrong_field(name: str, en: str, zh: str) -> InputError:
    return InputError(name, f"The field {name} {en}.", f"字段 {name} {zh}。")
