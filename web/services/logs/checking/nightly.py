"""The whole log is checked every night, in a process of its own, and what it found is kept and shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from signal import Signals
from typing import Any

import structlog

from domain.hours import local_time
from web.db.connecting.connection import Connection, Record
from web.services.children import StoppedError, answers, child, kind_of
from web.services.installation import Installation
from web.services.logs import log_head
from web.services.places import places
from web.store.logs import log_checks
from web.store.scope import PROGRAM, Scope

_CHILD = "web.services.logs.checking.nightly_child"
_HOUR_MS, _DAY_MS = 3_600_000, 86_400_000
# Hours of the day.
NIGHT = range(1, 5)
# A site that is off at night checks by day.
_PATIENT_MS = 2 * _DAY_MS
# A log that takes so long is checked once a week.
_LONG_MS = 3 * _HOUR_MS
# From when on whoever answers for the log is told that nothing checks it.
_LATE_MS = 3 * _DAY_MS
_PLACES_MOST = 20


@dataclass(frozen=True, slots=True)
class LogCheck:
    """One check: how much it looked at, how many places were not as signed, and the first of them.

    `is_head`: nothing but the head outside of the database was wrong, which pages tell while it is.
    """

    began_ms: int
    ended_ms: int
    leaves: int
    findings: int
    places: tuple[str, ...]
    is_head: bool = False


@dataclass(frozen=True, slots=True)
class FailedCheck:
    """A check that came to nothing: how far it was, and what ended it (an error, a signal, a status)."""

    began_ms: int
    leaves: int
    reason: str


@dataclass(frozen=True, slots=True)
class Standing:
    """The last check, when one last found all as it was signed, and whether the next is late by days.

    None before the first. `failed`: what the last try came to, unless one ended since.
    """

    newest: LogCheck | None
    clean_ms: int | None
    is_late: bool = False
    failed: FailedCheck | None = None


def standing(inst: Installation, scope: Scope) -> Standing:
    """What the last check found. Only who looks after everything is told where: ids are of all venues."""

    sees_all = scope.everything or scope.area_path == places.root(inst, PROGRAM)

    def work(connection: Connection) -> Standing:
        clean, rows = log_checks.clean(connection), log_checks.newest(connection)
        return Standing(
            _shown(rows[0], sees_all) if rows else None,
            clean.ended_ms if clean else None,
            is_late(connection, inst.now_ms()),
            failure(connection),
        )

    return inst.read(work)


def is_late(connection: Connection, now_ms: int) -> bool:
    """Whether nothing checked the log for days: what was right then says little of today."""
    since_ms = _since_ms(connection, now_ms)
    return since_ms is not None and since_ms > _LATE_MS


def failure(connection: Connection) -> FailedCheck | None:
    """Why the last check came to nothing; None when it did not, or before the first."""
    row = log_checks.failure(connection)
    return None if row is None else FailedCheck(row.began_ms, row.leaves, row.reason)


def due(inst: Installation, stopping: Callable[[], bool] = lambda: False) -> bool:
    """Check the whole log if it is time; whether it was checked.

    Once in a night; by day when the last was more than two days ago, or there was none so long.
    """
    if not inst.read(lambda connection: _is_time(connection, inst.now_ms())):
        return False
    began_ms = inst.now_ms()
    try:
        told = _told(inst, stopping)
    except StoppedError:
        return False
    if "findings" not in told:
        structlog.get_logger().error("log_check_failed", **told)
        inst.write(lambda connection: log_checks.failed(connection, began_ms=began_ms, **told))
        return False
    found = {name: told[name] for name in ("leaves", "checkpoints", "findings")}
    # Values of entries stay where they are, and are forgotten with them: a place is all that is kept.
    shown = "\n".join(told["places"][:_PLACES_MOST])
    inst.write(
        lambda connection: log_checks.added(
            connection, began_ms=began_ms, ended_ms=inst.now_ms(), places=shown, **found
        )
    )
    if told["findings"]:
        structlog.get_logger().error("log_wrong", findings=told["findings"])
    return True


def _is_time(connection: Connection, now_ms: int) -> bool:
    since_ms = _since_ms(connection, now_ms)
    if since_ms is None:
        return False
    is_night = local_time(now_ms, places.DEFAULT_ZONE).hour in NIGHT
    if is_night and not log_checks.newest(connection):
        return True
    return since_ms > (_DAY_MS // 2 if is_night else _PATIENT_MS)


def _since_ms(connection: Connection, now_ms: int) -> int | None:
    """How long ago the last check began, or the log before the first; None while there is no log.

    Of a check that takes hours six days do not count.
    """
    rows = log_checks.newest(connection)
    if not rows:
        began_ms = log_checks.began(connection)
        return None if began_ms is None else now_ms - began_ms
    took_long = rows[0].ended_ms - rows[0].began_ms > _LONG_MS
    return now_ms - int(rows[0].began_ms) - (6 * _DAY_MS if took_long else 0)


def _told(inst: Installation, stopping: Callable[[], bool]) -> dict[str, Any]:
    """What the child found; when it died before its end, how far it was and the reason."""
    last: dict[str, Any] = {"leaves": 0}
    try:
        with child(inst, _CHILD, {"now_ms": inst.now_ms(), "places": _PLACES_MOST}) as process:
            for told in answers(process, stopping):
                last |= told
            status = process.wait()
    except OSError as error:  # none could be started, or it died before it had its order
        return last | {"reason": kind_of(error)}
    if "findings" in last or "reason" in last:
        return last
    return last | {"reason": Signals(-status).name if status < 0 else f"exit status {status}"}


def _shown(row: Record, sees_all: bool) -> LogCheck:
    where = tuple(row.places.split("\n")) if row.places and sees_all else ()
    return LogCheck(row.began_ms, row.ended_ms, row.leaves, row.findings, where, row.places == log_head.FILE)
