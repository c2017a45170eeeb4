"""Turns whatever a call runs into into problem details: shapes that do not fit, values, rights, machines."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from apiflask import HTTPError
from flask import Blueprint, Response, request
from pydantic import ValidationError

from domain.errors import InputError, UnavailableError, shown_name
from domain.wording import Sentence
from web.services.errors import ExistsError, ForbiddenError, GoneError, NotFoundError
from web.store.patience import TooLongError
from web.views.every_page.language import said
from web.views.every_page.problems import Fault, problem

_TYPES: Mapping[str, Sentence] = {
    "string": Sentence("This has to be a text.", "须为文本。"),
    "int": Sentence("This has to be a whole number.", "须为整数。"),
    "bool": Sentence("This has to be true or false.", "须为 true 或 false。"),
    "list": Sentence("This has to be a list.", "须为列表。"),
    "tuple": Sentence("This has to be a list.", "须为列表。"),
    "model": Sentence("This has to be an object.", "须为对象。"),
    "dict": Sentence("This has to be an object.", "须为对象。"),
}
_KINDS: Mapping[str, Sentence] = {
    "missing": Sentence("This is needed.", "此项必填。"),
    "extra_forbidden": Sentence("There is no such field.", "没有此字段。"),
    "string_too_long": Sentence("At most {max_length} characters.", "最多 {max_length} 个字符。"),
    "string_too_short": Sentence("At least {min_length} characters.", "至少 {min_length} 个字符。"),
    "too_long": Sentence("At most {max_length} of them.", "最多 {max_length} 项。"),
    "too_short": Sentence("At least {min_length} of them.", "至少 {min_length} 项。"),
    "greater_than_equal": Sentence("At least {ge}.", "不得小于 {ge}。"),
    "less_than_equal": Sentence("At most {le}.", "不得大于 {le}。"),
    "enum": Sentence("One of: {expected}.", "须为以下之一：{expected}。"),
    "literal_error": Sentence("One of: {expected}.", "须为以下之一：{expected}。"),
    "string_pattern_mismatch": Sentence("This is not of the form that is asked for.", "格式不正确。"),
}
_OTHER = Sentence("This value cannot be used.", "此值无法使用。")


def unfit(error: HTTPError) -> Response:
    """400 for what does not fit an operation's shape, with the place of each value; for APIFlask."""
    cause = error.__cause__
    if not isinstance(cause, ValidationError):
        return problem(error.status_code)
    return problem(400, errors=[_fault(one) for one in cause.errors(include_url=False, include_input=False)])


def register_refusals(operations: Blueprint) -> None:
    """Answer what a service refuses with the status that stands for it."""
    answers: Mapping[type[Exception], Callable[[Any], Response]] = {
        InputError: _input,
        NotFoundError: lambda _error: problem(404),
        ExistsError: lambda error: problem(409, error.sentence, existing=error.identity),
        GoneError: lambda error: problem(409, error.sentence),
        ForbiddenError: lambda error: problem(403, error.sentence),
        UnavailableError: lambda error: problem(503, error.sentence),
        TooLongError: lambda _error: problem(503),
    }
    for kind, answer in answers.items():
        operations.register_error_handler(kind, answer)


def _input(error: InputError) -> Response:
    pointer = f"#/{error.field}" if request.method != "GET" else error.field
    return problem(422, error.sentence, [Fault(pointer, said(error.sentence))])


def _fault(error: Mapping[str, Any]) -> Fault:
    """One finding of pydantic in our words; never the value, which may be somebody's name."""
    kind = str(error["type"])
    sentence = _KINDS.get(kind) or _TYPES.get(kind.partition("_")[0], _OTHER)
    told = said(sentence)
    if "{" in told:
        told = told.format_map(
            {name: str(value).replace(" or ", ", ") for name, value in error.get("ctx", {}).items()}
        )
    parts = [shown_name(part) for part in error["loc"]]
    return Fault("#/" + "/".join(parts) if request.method != "GET" else ".".join(parts), told)
