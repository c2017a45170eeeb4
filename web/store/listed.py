"""Many values in one parameter: a question stays one text, however many are asked about."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, String, cast, column, func, literal, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.sql.type_api import TypeEngine


def among(connection: Connection, of: ColumnElement[str], values: Sequence[str]) -> ColumnElement[bool]:
    """Whether a column of texts is one of these."""
    asked = literal(json.dumps(list(values)), String)
    if connection.dialect.name == "postgresql":
        texts = func.jsonb_array_elements_text(cast(asked, postgresql.JSONB)).table_valued("value")
        return of.in_(select(texts.c.value))
    return of.in_(select(func.json_each(asked).table_valued("value").c.value))


def rows(
    connection: Connection, values: Sequence[Sequence[object]], columns: Sequence[tuple[str, TypeEngine[Any]]]
) -> FromClause:
    """Rows of texts and numbers as something to select from, under the names of its columns."""
    asked = literal(json.dumps(values), String)
    told: list[ColumnElement[Any]] = []
    if connection.dialect.name == "postgresql":
        each = func.jsonb_array_elements(cast(asked, postgresql.JSONB))
        items = each.table_valued(column("value", postgresql.JSONB), name="item")
        for nth, (name, kind) in enumerate(columns):
            told.append(cast(items.c.value[nth].astext, kind).label(name))
    else:
        items = func.json_each(asked).table_valued("value", name="item")
        for nth, (name, kind) in enumerate(columns):
            told.append(func.json_extract(items.c.value, f"$[{nth}]", type_=kind).label(name))
    # Taken apart once and not again for every row that it is compared with.
    return select(*told).select_from(items).cte("asked").prefix_with("MATERIALIZED")
