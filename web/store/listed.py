"""Many values in one parameter: a question stays one text, however many are asked about."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, FromClause, String, any_, cast, column, func, literal, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.sql.type_api import TypeEngine


def of(values: Iterable[str]) -> ColumnElement[str]:
    """Texts as the one value that `among` takes."""
    return literal(json.dumps(list(values)), String)


def among(kind: str, asked_of: ColumnElement[str], listed: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether a column of texts is one of a list, on a `kind` of database ("sqlite" or "postgresql")."""
    if kind == "postgresql":
        texts = func.jsonb_array_elements_text(cast(listed, postgresql.JSONB)).table_valued("value")
        # As an array: it takes rows for a hundred, and would rather read a whole index than look for them.
        each = func.array(select(texts.c.value).scalar_subquery(), type_=postgresql.ARRAY(String))
        return asked_of == any_(each)
    return asked_of.in_(select(func.json_each(listed).table_valued("value").c.value))


def rows(kind: str, listed: ColumnElement[str], columns: Sequence[tuple[str, TypeEngine[Any]]]) -> FromClause:
    """Rows of texts and numbers, a list of lists in JSON, under the names of their columns."""
    told: list[ColumnElement[Any]] = []
    if kind == "postgresql":
        each = func.jsonb_array_elements(cast(listed, postgresql.JSONB))
        items = each.table_valued(column("value", postgresql.JSONB), name="item")
        for nth, (name, type_) in enumerate(columns):
            told.append(cast(items.c.value[nth].astext, type_).label(name))
    else:
        items = func.json_each(listed).table_valued("value", name="item")
        for nth, (name, type_) in enumerate(columns):
            told.append(func.json_extract(items.c.value, f"$[{nth}]", type_=type_).label(name))
    # Taken apart once and not again for every row that it is compared with.
    return select(*told).select_from(items).cte("asked").prefix_with("MATERIALIZED")
