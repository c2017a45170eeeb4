"""Files of entries that were ordered, and plans by which they are made again and again."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, delete, func, insert, select, update

from web.db.connecting.connection import Record
from web.db.tables import export_plans, exports

WAITING, MAKING, READY, FAILED, WITHDRAWN = "waiting", "making", "ready", "failed", "withdrawn"
# The trouble of a file of a plan that is made and cannot be put where it belongs.
NO_FOLDER = "folder"


def added(connection: Connection, **values: object) -> None:
    """Keep an order."""
    connection.execute(insert(exports).values(**values))


def row(connection: Connection, export_id: str) -> Record | None:
    """The order with this id."""
    return connection.execute(select(exports).where(exports.c.id == export_id)).first()


def of_account(connection: Connection, account_id: str) -> Sequence[Record]:
    """An account's orders, the newest first."""
    query = select(exports).where(exports.c.account_id == account_id)
    return connection.execute(query.order_by(exports.c.made_ms.desc(), exports.c.id)).all()


def in_state(connection: Connection, state: str) -> Sequence[Record]:
    """All orders in a state, the oldest first."""
    query = select(exports).where(exports.c.state == state)
    return connection.execute(query.order_by(exports.c.made_ms, exports.c.id)).all()


def unfinished(connection: Connection, account_id: str) -> int:
    """How many orders of an account are not made yet."""
    query = select(func.count()).where(
        exports.c.account_id == account_id, exports.c.state.in_((WAITING, MAKING))
    )
    return int(connection.scalar(query) or 0)


def changed(connection: Connection, export_id: str, expected: str, **values: object) -> bool:
    """Change an order that is in the expected state; False when it is not, any more."""
    query = update(exports).where(exports.c.id == export_id, exports.c.state == expected)
    return connection.execute(query.values(**values)).rowcount == 1


def withdrawn(connection: Connection, export_id: str) -> None:
    """Take an order back, whatever became of it."""
    connection.execute(update(exports).where(exports.c.id == export_id).values(state=WITHDRAWN))


def over(connection: Connection, before_ms: int) -> list[str]:
    """The ids of orders from before a time that nobody works on; no file that waits for its folder."""
    since, waits = func.coalesce(exports.c.ready_ms, exports.c.made_ms), exports.c.trouble == NO_FOLDER
    query = select(exports.c.id).where(since < before_ms, exports.c.state != MAKING, ~waits)
    return list(connection.scalars(query))


def removed(connection: Connection, export_ids: Sequence[str]) -> None:
    """Forget orders; what was told of them stays in the log."""
    connection.execute(delete(exports).where(exports.c.id.in_(export_ids)))


def plan_added(connection: Connection, **values: object) -> None:
    """Keep a plan."""
    connection.execute(insert(export_plans).values(**values))


def plans_of(connection: Connection, account_id: str) -> Sequence[Record]:
    """An account's plans that are not stopped, by name."""
    query = select(export_plans).where(
        export_plans.c.account_id == account_id, export_plans.c.stopped_ms.is_(None)
    )
    return connection.execute(query.order_by(export_plans.c.name, export_plans.c.id)).all()


def plan(connection: Connection, plan_id: str) -> Record | None:
    """The plan with this id."""
    return connection.execute(select(export_plans).where(export_plans.c.id == plan_id)).first()


def plans_due(connection: Connection, now_ms: int) -> Sequence[Record]:
    """Plans whose time has come, the longest due first."""
    query = select(export_plans).where(export_plans.c.stopped_ms.is_(None), export_plans.c.next_ms <= now_ms)
    return connection.execute(query.order_by(export_plans.c.next_ms, export_plans.c.id)).all()


def plan_moved(connection: Connection, plan_id: str, from_ms: int, next_ms: int) -> bool:
    """Set when a plan is due next; False when another process did so already."""
    query = update(export_plans).where(export_plans.c.id == plan_id, export_plans.c.next_ms == from_ms)
    return connection.execute(query.values(next_ms=next_ms)).rowcount == 1


def plan_stopped(connection: Connection, account_id: str, plan_id: str, now_ms: int) -> bool:
    """End a plan of an account; False when there is none."""
    query = update(export_plans).where(
        export_plans.c.id == plan_id,
        export_plans.c.account_id == account_id,
        export_plans.c.stopped_ms.is_(None),
    )
    return connection.execute(query.values(stopped_ms=now_ms)).rowcount == 1
