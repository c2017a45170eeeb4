"""What checks of the whole log found, the newest few hundred, and why the last came to nothing."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, delete, insert, select

from web.db.connecting.connection import Record
from web.db.tables import checkpoints, log_check_failures, log_checks

# More than a year of nights.
_KEPT = 400


def added(connection: Connection, **values: object) -> None:
    """Keep what a check found; those of long ago go, and why one before it came to nothing."""
    connection.execute(delete(log_check_failures))
    connection.execute(insert(log_checks).values(**values))
    oldest = select(log_checks.c.began_ms).order_by(log_checks.c.began_ms.desc()).offset(_KEPT).limit(1)
    connection.execute(delete(log_checks).where(log_checks.c.began_ms <= oldest.scalar_subquery()))


def failed(connection: Connection, **values: object) -> None:
    """Keep why a check came to nothing, in place of an earlier one."""
    connection.execute(delete(log_check_failures))
    connection.execute(insert(log_check_failures).values(**values))


def failure(connection: Connection) -> Record | None:
    """Why the last check came to nothing; None when it did not, or before the first."""
    return connection.execute(select(log_check_failures)).first()


def newest(connection: Connection, limit: int = 1) -> Sequence[Record]:
    """The last checks, the newest first."""
    query = select(log_checks).order_by(log_checks.c.began_ms.desc())
    return connection.execute(query.limit(limit)).all()


def clean(connection: Connection) -> Record | None:
    """The last check that found all as it was signed."""
    query = select(log_checks).where(log_checks.c.findings == 0).order_by(log_checks.c.began_ms.desc())
    return connection.execute(query.limit(1)).first()


def began(connection: Connection) -> int | None:
    """When the log's first checkpoint was signed, None before it."""
    query = select(checkpoints.c.signed_ms).order_by(checkpoints.c.size).limit(1)
    return connection.scalar(query)
