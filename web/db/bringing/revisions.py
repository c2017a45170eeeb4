"""Which schema a database has and which ones this program knows; Alembic, which changes it, is not loaded."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, column, inspect, select, table

SCRIPTS: Final = Path(__file__).parents[1] / "migrations"
# Alembic's own table.
_KEPT: Final = table("alembic_version", column("version_num"))


def current_revision(connection: Connection) -> str | None:
    """The schema of a database; None when it has none."""
    if not inspect(connection).has_table(_KEPT.name):
        return None
    found = connection.scalar(select(_KEPT.c.version_num))
    return None if found is None else str(found)


@cache
def revisions() -> tuple[str, ...]:
    """This program's schemas, the newest first: each script's name begins with its own."""
    found = (path.name.partition("_")[0] for path in (SCRIPTS / "versions").glob("[0-9]*_*.py"))
    return tuple(sorted(found, reverse=True))
