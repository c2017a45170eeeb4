"""What a role that serves a site may not do, on a PostgreSQL whose tables another role owns."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from psycopg.errors import InsufficientPrivilege
from sqlalchemy import Connection, text
from sqlalchemy.exc import ProgrammingError

from domain.errors import UnavailableError
from domain.wording import Sentence
from web.db.tables import metadata
from web.settings import SITE_COMMAND

_NOT_OURS = Sentence(
    "The database needs this version's schema, and another role owns its tables. As that role (in "
    f"DATABASE_URL) run {SITE_COMMAND} migrate, then docs/rights.sql, and start again.",
    "数据库结构须升级到本版本，但数据表属于其他角色。请以该角色（在 DATABASE_URL 中）运行"
    f" {SITE_COMMAND} migrate，再执行 docs/rights.sql，然后重新启动。",
)

# Who may put an entry in serves a site; after a migration a table may have come that nobody let it use.
_LACKING = text("""
WITH ours AS (
    SELECT oid, relname, relacl, relowner FROM pg_class
    WHERE relnamespace = to_regnamespace(quote_ident(current_schema())) AND relname = ANY(:names)
), serving AS (
    SELECT DISTINCT granted.grantee AS role FROM ours, aclexplode(relacl) granted
    WHERE relname = 'entries' AND granted.privilege_type = 'INSERT' AND granted.grantee NOT IN (0, relowner)
)
SELECT pg_get_userbyid(role) AS role, array_agg(relname::text ORDER BY relname) AS tables
FROM serving, ours WHERE NOT has_table_privilege(role, oid, 'INSERT') GROUP BY 1 ORDER BY 1
""")


def lacking(connection: Connection) -> dict[str, tuple[str, ...]]:
    """Roles that serve a site and do not own its tables, with those that docs/rights.sql is to give them."""
    if connection.dialect.name != "postgresql":
        return {}
    rows = connection.execute(_LACKING, {"names": list(metadata.tables)})
    return {row.role: tuple(row.tables) for row in rows}


@contextmanager
def by_the_owner() -> Iterator[None]:
    """UnavailableError when what is done here, such as a migration, is for the owner of the tables to do."""
    try:
        yield
    except ProgrammingError as error:
        if isinstance(error.orig, InsufficientPrivilege):
            raise UnavailableError(_NOT_OURS) from None
        raise
