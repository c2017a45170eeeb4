"""Shapes of what goes in and out: made from the services' own values, so that they cannot drift apart."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Annotated, Any, TypeVar, get_type_hints

from apiflask.fields import UploadFile
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, create_model

from domain.errors import InputError

_T = TypeVar("_T")
TABLE_MOST = 1_500_000
# A file of a form.
Upload = UploadFile
# The name of a row; nothing that looks unlike one is looked for.
Id = Annotated[str, Field(max_length=64)]
Line = Annotated[str, Field(max_length=200)]
# JSON has one kind of number: 3.0 is a whole one.
WHOLE = BeforeValidator(
    lambda value: int(value) if isinstance(value, float) and value.is_integer() else value
)
# Unix milliseconds that every database and JavaScript can hold.
Ms = Annotated[int, Field(ge=0, le=9_007_199_254_740_991, description="Unix time in milliseconds."), WHOLE]
# In a strict shape an enum takes no text; from JSON there is nothing else.
Loose = Field(strict=False)


class Given(BaseModel):
    """What a body holds: exactly these fields, of exactly these types."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class FormGiven(BaseModel):
    """What a form with a file holds (multipart/form-data); all but the file arrives as text."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class TableGiven(FormGiven):
    """A table with the names of its columns in the first row."""

    table: Upload = Field(description="CSV or XLSX, at most 1.5 MB.")


class Query(BaseModel):
    """What a query holds; all of it arrives as text."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Told(BaseModel):
    """What an answer holds, read off the value that a service gave."""

    model_config = ConfigDict(from_attributes=True)


class Made(Told):
    """The name of what was made."""

    id: str


class Count(Told):
    """How many there were."""

    count: int


def told(value: type, name: str, *without: str, **more: Any) -> type[BaseModel]:
    """The shape of a service's dataclass: its fields but those `without`, and the properties `more`."""
    hints = get_type_hints(value)
    fields: dict[str, Any] = {
        field.name: (hints[field.name], ...)
        for field in dataclasses.fields(value)
        if field.name not in without
    }
    fields |= {extra: (kind, ...) for extra, kind in more.items()}
    made: type[BaseModel] = create_model(name, __base__=Told, **fields)
    made.__doc__ = (value.__doc__ or "").strip()
    return made


def page_of(item: type[BaseModel], name: str) -> type[BaseModel]:
    """A page of such items and the cursor of the one after it."""
    fields: dict[str, Any] = {
        "items": (list[item], ...),  # type: ignore[valid-type]
        "next": (str, Field(description="The cursor of the next page; empty on the last one.")),
    }
    made: type[BaseModel] = create_model(name, __base__=Told, **fields)
    made.__doc__ = "A page of a list."
    return made


def list_of(item: type[BaseModel], name: str) -> type[BaseModel]:
    """All such items."""
    fields: dict[str, Any] = {"items": (list[item], ...)}  # type: ignore[valid-type]
    made: type[BaseModel] = create_model(name, __base__=Told, **fields)
    made.__doc__ = "A whole list."
    return made


def table_of_form(read: Callable[[bytes], _T], given: TableGiven) -> _T:
    """What a reader makes of the table in a form; InputError on `table` says what is wrong with it."""
    data = given.table.read(TABLE_MOST + 1)
    if not data:
        raise InputError("table", "Please choose a file that is not empty.", "请选择一个非空的文件。")
    if len(data) > TABLE_MOST:
        raise InputError("table", "The file is larger than 1.5 MB; split it.", "文件超过 1.5 MB，请拆分。")
    try:
        return read(data)
    except InputError as error:
        raise InputError("table", error.sentence.en, error.sentence.zh) from None
