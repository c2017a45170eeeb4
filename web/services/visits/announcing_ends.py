"""Taking back what was announced: one visit, a series, or all of one press within the hour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from web.db.connecting.connection import Connection, Record
from web.services.errors import NotFoundError
from web.services.installation import Installation
from web.store.gates import changes
from web.store.places import places
from web.store.scope import Scope
from web.store.visits import visit_entries, visits

UNDONE_WITHIN_MS = 3_600_000


@dataclass(frozen=True, slots=True)
class Batch:
    """What one press announced in the last hour and can be taken back."""

    id: str
    made_ms: int
    visits: int
    people: int


@dataclass(frozen=True, slots=True)
class Undone:
    """How many visits were taken back, and how many stay because somebody came for them."""

    count: int
    kept: int


def withdraw(inst: Installation, scope: Scope, visit_id: str) -> None:
    """Withdraw one visit; gates refuse the appointment as soon as they hear of it. NotFoundError outside."""
    inst.write(lambda connection: ended(connection, inst, [_visit(connection, scope, visit_id)]))


def withdraw_series(inst: Installation, scope: Scope, visit_id: str) -> int:
    """Withdraw the visits of one's series that are not over; returns how many. NotFoundError outside."""

    def work(connection: Connection) -> int:
        series = visits.of_series(connection, scope, _visit(connection, scope, visit_id).series_id)
        ahead = [one for one in series if one.until_ms > inst.now_ms()]
        ended(connection, inst, ahead)
        return len(ahead)

    return inst.write(work)


def batches(inst: Installation, scope: Scope, account_id: str, enterprise_id: str) -> list[Batch]:
    """What this account announced for an enterprise in the last hour, the newest first."""
    since_ms = inst.now_ms() - UNDONE_WITHIN_MS

    def work(connection: Connection) -> list[Batch]:
        if places.enterprise_row(connection, scope, enterprise_id) is None:
            raise NotFoundError
        rows = visits.batches(connection, account_id, enterprise_id, since_ms)
        return [Batch(row.batch_id, row.made_ms, row.visits, row.people) for row in rows]

    return inst.read(work)


def undo(inst: Installation, scope: Scope, account_id: str, batch_id: str) -> Undone:
    """Take back what this account announced with one press in the last hour, but for whom somebody came.

    NotFoundError for another's, and when the hour is over.
    """

    def work(connection: Connection) -> Undone:
        rows = visits.of_batch(connection, scope, account_id, batch_id) if batch_id else ()
        if not rows or min(row.created_ms for row in rows) <= inst.now_ms() - UNDONE_WITHIN_MS:
            raise NotFoundError
        came = {row.visit_id for row in visit_entries.passages(connection, [row.id for row in rows])}
        unused = [row for row in rows if row.id not in came]
        ended(connection, inst, unused)
        return Undone(len(unused), len(rows) - len(unused))

    return inst.write(work)


def ended(connection: Connection, inst: Installation, rows: Sequence[Record]) -> None:
    """Withdraw these visits with their appointments, and let gates hear of it."""
    visits.withdrawn(connection, rows, inst.now_ms())
    changes.touched(connection, sorted({row.visitor_id for row in rows}))


def _visit(connection: Connection, scope: Scope, visit_id: str) -> Record:
    row = visits.row(connection, scope, visit_id)
    if row is None:
        raise NotFoundError
    return row
