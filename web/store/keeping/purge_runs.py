"""Runs of the purge with their counts and certificates, the marks of how far they are, and sums for a day."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, delete, func, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from web.db.connecting.connection import Record
from web.db.tables import enterprises, keeping_marks, kept_days, purge_runs
from web.store.scope import Scope, visible_enterprises


def begun(connection: Connection, **values: object) -> None:
    """Keep a new run."""
    connection.execute(insert(purge_runs).values(**values))


def open_run(connection: Connection, cause: str, enterprise_id: str) -> Record | None:
    """The run over an enterprise that was not finished: whoever comes next goes on with it."""
    query = select(purge_runs).where(
        purge_runs.c.cause == cause,
        purge_runs.c.enterprise_id == enterprise_id,
        purge_runs.c.ended_ms.is_(None),
    )
    return connection.execute(query.order_by(purge_runs.c.begun_ms, purge_runs.c.id).limit(1)).first()


def all_open(connection: Connection, cause: str) -> Sequence[Record]:
    """Every run for a cause that was not finished, the oldest first."""
    query = select(purge_runs).where(purge_runs.c.ended_ms.is_(None), purge_runs.c.cause == cause)
    return connection.execute(query.order_by(purge_runs.c.begun_ms, purge_runs.c.id)).all()


def counted(connection: Connection, run_id: str, counts: Mapping[str, object]) -> None:
    """Note what a run has erased so far."""
    told = json.dumps(counts, sort_keys=True)
    connection.execute(update(purge_runs).where(purge_runs.c.id == run_id).values(counts=told))


def ended(connection: Connection, run_id: str, now_ms: int, certificate: str) -> None:
    """Note that a run is over, with its certificate."""
    change = update(purge_runs).where(purge_runs.c.id == run_id)
    connection.execute(change.values(ended_ms=now_ms, certificate=certificate))


def rows(connection: Connection, scope: Scope, *, run_id: str = "", limit: int = 60) -> Sequence[Record]:
    """Finished runs of enterprises in scope, for areas those of the whole site too, newest first."""
    mine: ColumnElement[bool] = purge_runs.c.enterprise_id.in_(visible_enterprises(scope))
    if scope.everything or scope.area_path:
        mine = or_(mine, purge_runs.c.enterprise_id == "")
    query = (
        select(purge_runs, enterprises.c.name.label("enterprise_name"))
        .join(enterprises, enterprises.c.id == purge_runs.c.enterprise_id, isouter=True)
        .where(mine, purge_runs.c.ended_ms.is_not(None))
        .order_by(purge_runs.c.ended_ms.desc(), purge_runs.c.id)
    )
    if run_id:
        query = query.where(purge_runs.c.id == run_id)
    return connection.execute(query.limit(limit)).all()


def marks(connection: Connection) -> dict[str, tuple[int, int]]:
    """Up to when each node is erased, and up to which arrivals that is so."""
    found = connection.execute(select(keeping_marks))
    return {row.venue_id: (int(row.upto_ms), int(row.received_ms)) for row in found}


def erased_upto(connection: Connection) -> int:
    """The latest time before which some venue's passages are erased; 0 when none is."""
    passages = ~keeping_marks.c.venue_id.contains(" ")
    return int(connection.scalar(select(func.max(keeping_marks.c.upto_ms)).where(passages)) or 0)


def marked(connection: Connection, node_id: str, upto_ms: int, received_ms: int) -> None:
    """Note up to when a node is erased."""
    new = _inserting(connection, keeping_marks).values(
        venue_id=node_id, upto_ms=upto_ms, received_ms=received_ms
    )
    changing = {"upto_ms": new.excluded.upto_ms, "received_ms": new.excluded.received_ms}
    connection.execute(new.on_conflict_do_update(index_elements=["venue_id"], set_=changing))


def unmarked(connection: Connection, node_ids: Sequence[str] = ()) -> None:
    """Let the next run look at these nodes from their beginning; at all of them when none is named."""
    gone = delete(keeping_marks)
    connection.execute(gone.where(keeping_marks.c.venue_id.in_(node_ids)) if node_ids else gone)


def erased_counted(connection: Connection, now_ms: int, counts: Mapping[str, int]) -> None:
    """Add to what was erased on this day, for everybody to see."""
    _day_changed(connection, now_ms, {kind: (0, count) for kind, count in counts.items()})


def collected_set(connection: Connection, day_ms: int, counts: Mapping[str, int]) -> None:
    """Say how much was collected on a day; never less than was said before, for people are forgotten."""
    day = day_of(day_ms)
    found = connection.execute(select(kept_days.c.kind, kept_days.c.collected).where(kept_days.c.day == day))
    known = {row.kind: int(row.collected) for row in found}
    more = {kind: (count - known.get(kind, 0), 0) for kind, count in counts.items()}
    _day_changed(connection, day_ms, {kind: change for kind, change in more.items() if change[0] > 0})


def days(connection: Connection, since_ms: int) -> Sequence[Record]:
    """What was collected and erased by day and kind, newest day first."""
    query = select(kept_days).where(kept_days.c.day >= day_of(since_ms))
    return connection.execute(query.order_by(kept_days.c.day.desc(), kept_days.c.kind)).all()


def day_of(at_ms: int) -> int:
    """A time's date of UTC as YYYYMMDD."""
    return int(datetime.fromtimestamp(at_ms / 1000, UTC).strftime("%Y%m%d"))


def _day_changed(connection: Connection, at_ms: int, changes: Mapping[str, tuple[int, int]]) -> None:
    for kind, (collected, erased) in sorted(changes.items()):
        if not collected and not erased:
            continue
        new = _inserting(connection, kept_days).values(
            day=day_of(at_ms), kind=kind, collected=collected, erased=erased
        )
        adding = {
            "collected": kept_days.c.collected + new.excluded.collected,
            "erased": kept_days.c.erased + new.excluded.erased,
        }
        connection.execute(new.on_conflict_do_update(index_elements=["day", "kind"], set_=adding))


def _inserting(connection: Connection, table: Table) -> Any:
    return (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(table)
