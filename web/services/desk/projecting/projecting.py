"""Draws the log into figures and stays: every leaf once, in one transaction with its cursor."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from domain.keeping import DEFAULT_DAYS
from web.db.connecting.connection import Connection
from web.services.desk.projecting import projecting_counts as counts
from web.services.desk.projecting import projecting_repair as repair
from web.services.desk.projecting.projecting_stays import Passage
from web.services.desk.projecting.projecting_times import local_day
from web.services.installation import Installation
from web.store.drawn import drawn_figures, stays
from web.store.drawn import projecting as store
from web.store.drawn.projecting import Drawable
from web.store.keeping import purge_runs
from web.store.logs import log

AT_ONCE = 2_000
_DAY_MS = 86_400_000


def caught_up(inst: Installation, most: int = AT_ONCE) -> int:
    """Draw up to `most` leaves that wait for it; returns how many were drawn."""
    if inst.read(lambda connection: store.drawn(connection) >= log.size(connection)):
        return 0
    return inst.write(lambda connection: _next(connection, inst.now_ms(), most))


def redrawn(inst: Installation, told: Callable[[int, int], None] = lambda done, of: None) -> int:
    """Draw everything anew; `told` hears how many leaves are done of how many. Returns the number of leaves.

    Figures of days of which people are forgotten already stay as they are: nothing tells classes and
    vehicles of those days any more. Stopped anywhere, the next `caught_up` goes on.
    """
    inst.write(lambda connection: _begun_anew(connection, inst.now_ms()))
    size = inst.ask(log.size)
    # On PostgreSQL the running site draws as well.
    while (done := inst.ask(store.drawn)) < size:
        caught_up(inst)
        told(min(done + AT_ONCE, size), size)
    return done


def _begun_anew(connection: Connection, now_ms: int) -> None:
    store.turn_taken(connection)
    # Of the last day that was forgotten a part may be left, and a zone may be a day ahead.
    erased_ms = max(purge_runs.erased_upto(connection), now_ms - DEFAULT_DAYS * _DAY_MS)
    from_day = local_day(erased_ms, "UTC") + 2
    from_day = from_day if drawn_figures.any_before(connection, from_day) else 0
    store.begun_anew(connection, from_day)
    drawn_figures.removed_since(connection, from_day)
    stays.all_removed(connection)


def _next(connection: Connection, now_ms: int, most: int) -> int:
    store.turn_taken(connection)
    low = store.drawn(connection)
    high = min(low + most, log.size(connection))
    if high <= low:
        return 0
    kept_before = store.kept_before_day(connection, low)
    _draw(connection, low, high, now_ms, kept_before)
    store.moved(connection, high - low)
    return high - low


def _draw(connection: Connection, low: int, high: int, now_ms: int, kept_before: int) -> None:
    batch = store.entries_between(connection, low, high)
    drawn = _read(connection, batch, low, high)
    made = counts.changes(drawn)
    over = [row for row in drawn.rows.values() if drawn.corrected.get(row.id, high) < high]
    here = {row.id for row in over}
    touched = repair.Touched(_passages([row for row in batch if row.id not in here]), _passages(over))
    made.spreads.update(repair.repaired(connection, touched, drawn.clocks, now_ms))
    drawn_figures.added(connection, made.since(kept_before) if kept_before else made)


def _passages(rows: Sequence[Drawable]) -> list[Passage]:
    return [passage for row in rows if (passage := repair.passage_of(row)) is not None]


def _read(connection: Connection, batch: Sequence[Drawable], low: int, high: int) -> counts.Drawn:
    """The leaves with the entries that they take back, and with those at the same gates around them."""
    own = {row.id: row for row in batch}
    older = store.entries_told(connection, {row.corrects for row in batch if row.corrects} - own.keys())
    rows = own | {row.id: row for row in older}
    before, after = counts.numbers(batch)
    around = {(row.device, row.seq): row for row in store.entries_numbered(connection, [*before, *after])}
    rows |= {around[key].id: around[key] for key in after if key in around}
    numbered = around | {(row.device, row.seq): row for row in rows.values()}
    numbered |= _measured_from(connection, older, numbered)
    corrected = store.corrected_at(connection, rows)
    venues = repair.with_clocks(connection, {row.venue_id for row in rows.values()})
    return counts.Drawn(low, high, rows, corrected, numbered, venues)


def _measured_from(
    connection: Connection, older: Sequence[Drawable], known: Mapping[tuple[str, int], Drawable]
) -> dict[tuple[str, int], Drawable]:
    """What the pace of entries that are taken back was measured from."""
    before = [(row.device, row.seq - 1) for row in older if (row.device, row.seq - 1) not in known]
    return {(row.device, row.seq): row for row in store.entries_numbered(connection, before)}
