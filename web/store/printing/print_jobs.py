"""Print jobs: what was ordered, and how far it is."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, delete, func, insert, select, update

from web.db.connecting.connection import Record
from web.db.tables import print_jobs


def added(connection: Connection, *, made_ms: int, **values: object) -> None:
    """Keep an order; of two in one millisecond the second is later."""
    newest = connection.scalar(select(func.max(print_jobs.c.made_ms)))
    at_ms = made_ms if newest is None else max(made_ms, int(newest) + 1)
    connection.execute(insert(print_jobs).values(**values, made_ms=at_ms))


def row(connection: Connection, job_id: str) -> Record | None:
    """The job with this id."""
    return connection.execute(select(print_jobs).where(print_jobs.c.id == job_id)).first()


def ids(connection: Connection) -> Sequence[str]:
    """Every job, the oldest first."""
    return connection.scalars(select(print_jobs.c.id).order_by(print_jobs.c.made_ms, print_jobs.c.id)).all()


def changed(connection: Connection, job_id: str, **values: object) -> bool:
    """Change a job; False when it is gone."""
    query = update(print_jobs).where(print_jobs.c.id == job_id)
    return connection.execute(query.values(**values)).rowcount == 1


def removed(connection: Connection, job_id: str) -> None:
    """Forget a job."""
    connection.execute(delete(print_jobs).where(print_jobs.c.id == job_id))
