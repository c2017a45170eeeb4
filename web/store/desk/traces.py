"""Traces that were asked for: the question sealed, the figures in clear, and who let the result out."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, Select, insert, select, update

from web.db.connecting.connection import Record
from web.db.tables import accounts, traces


def added(connection: Connection, **values: object) -> None:
    """Keep a new trace."""
    connection.execute(insert(traces).values(**values))


def row(connection: Connection, trace_id: str) -> Record | None:
    """One trace, with the logins of who asked and who released."""
    return connection.execute(_told().where(traces.c.id == trace_id)).first()


def newest(connection: Connection, mode: str, limit: int) -> Sequence[Record]:
    """Traces of a mode, newest first."""
    query = _told().where(traces.c.mode == mode)
    return connection.execute(query.order_by(traces.c.made_ms.desc(), traces.c.id.desc()).limit(limit)).all()


def counted(connection: Connection, trace_id: str, figures: str) -> None:
    """Keep what the preview counted."""
    connection.execute(update(traces).where(traces.c.id == trace_id).values(figures=figures))


def released(connection: Connection, trace_id: str, account_id: str, now_ms: int) -> bool:
    """Let the result out, if nobody did before and it is not closed."""
    done = connection.execute(
        update(traces)
        .where(traces.c.id == trace_id, traces.c.released_ms.is_(None), traces.c.closed_ms.is_(None))
        .values(released_by=account_id, released_ms=now_ms)
    )
    return done.rowcount == 1


def closed(connection: Connection, trace_id: str, now_ms: int) -> None:
    """End a trace: its question is forgotten, that there was one stays."""
    connection.execute(
        update(traces)
        .where(traces.c.id == trace_id, traces.c.closed_ms.is_(None))
        .values(closed_ms=now_ms, question_sealed=b"")
    )


def _told() -> Select[tuple[object, ...]]:
    asker, releaser = accounts.alias(), accounts.alias()
    return (
        select(traces, asker.c.login.label("asker"), releaser.c.login.label("releaser"))
        .join(asker, asker.c.id == traces.c.account_id, isouter=True)
        .join(releaser, releaser.c.id == traces.c.released_by, isouter=True)
    )
