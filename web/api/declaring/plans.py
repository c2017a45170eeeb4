"""What a table was read as: carried by the program itself between trying it and doing it, sealed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Annotated, Any, TypeVar

from pydantic import Field

from domain.errors import InputError
from domain.wording import Sentence
from web.api.declaring.calling import account
from web.api.declaring.shapes import Given, Told
from web.services.tables.table_cells import Line, Problem
from web.views.asking.sealing import sealed, unsealed
from web.views.every_page.table_uploads import packed, unpacked

_GOOD_S = 3600
_PLAN_MOST = 1_500_000
_COLUMN = TypeVar("_COLUMN", bound=Enum)
_OVER = Sentence(
    "This plan is over, or of another account or table. Send the table again.",
    "该方案已过期，或属于其他账号或表格。请重新提交表格。",
)


class PlanGiven(Given):
    """What the answer to a table called `plan`; good for an hour."""

    plan: Annotated[str, Field(min_length=1, max_length=_PLAN_MOST)]


class Mend(Told):
    """What is wrong with a row: in which column, and what to do."""

    column: str
    sentence: Sentence


def carried(what: str, value: Any) -> str:
    """A value of JSON as a text that only this account can bring back, within the hour."""
    return sealed(f"api {what}", {"account": account().id, "value": packed(value)})


def brought(what: str, given: PlanGiven) -> Any:
    """The value that `carried` closed; InputError when it is over, or of another account or table."""
    kept = unsealed(f"api {what}", given.plan, _GOOD_S)
    if kept is None or kept["account"] != account().id:
        raise InputError("plan", _OVER.en, _OVER.zh)
    return unpacked(str(kept["value"]))


def as_json(lines: Sequence[Any]) -> list[Any]:
    """Rows of a table as JSON: each its number and its cells by the names of columns."""
    return [[line.number, {column.name: cell for column, cell in line.cells.items()}] for line in lines]


def lines_of(columns: type[_COLUMN], value: Any) -> tuple[Line[_COLUMN], ...]:
    """The rows that `as_json` made."""
    return tuple(
        Line(number, {columns[name]: cell for name, cell in cells.items()}) for number, cells in value
    )


def mends(problems: Sequence[Problem[Any]]) -> list[Mapping[str, object]]:
    """What has to be mended in a row."""
    return [{"column": named(one.column), "sentence": one.sentence} for one in problems]


def named(column: Enum) -> str:
    """What programs call a column."""
    return column.name.lower()
