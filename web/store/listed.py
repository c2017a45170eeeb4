"""Many rows in one parameter: a question stays one text, however many are asked about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, FromClause, cast, column, func, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.sql.type_api import TypeEngine


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
