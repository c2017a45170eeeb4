"""What runs beside the requests: the log's order, kiosks that fell silent, new keys, forgetting in time."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import structlog

from web.services.connecting import delivering
from web.services.desk.exporting import exporting_work
from web.services.desk.projecting import projecting, projecting_endings, projecting_pace
from web.services.desk.projecting.projecting_pace import Pace
from web.services.desk.tracing import tracing_rehearsal
from web.services.desk.watching import watching
from web.services.gates.fleet import silence
from web.services.installation import Installation
from web.services.keeping import erasing, rotating
from web.services.keeping.purging import purging, scrubbing
from web.services.logs import following, refusing, sequencing
from web.services.logs.checking import nightly
from web.services.operations import counting, months_ahead, planning
from web.services.printing import printing_working
from web.services.signing_in import sessions, slowing
from web.services.signing_keys import keys
from web.store.master_keys import is_in_file

SEQUENCER = "sequencer"
LOG_CHECK = "log check"
_SEQUENCE_EVERY_S = 0.5
_PROJECT_EVERY_S = 0.5
_STAYS_EVERY_S = 20.0
_SILENCE_EVERY_S = 15.0
_REFUSALS_EVERY_S = 15.0
# On SQLite gates wait while leaves are drawn: a few hundred take some hundredths of a second.
_DRAWN_BESIDE_GATES = 500
_PRINTING_EVERY_S = 0.5
_EXPORTING_EVERY_S = 1.0
_DELIVERING_EVERY_S = 1.0
_KEYS_EVERY_S = 3600.0
_RETENTION_EVERY_S = 3600.0
# Whoever exchanges keys waits for longer than that before the new one seals.
_RELOAD_EVERY_S = 5.0
_ROTATION_EVERY_S = 5.0
_REHEARSALS_EVERY_S = 3600.0
_LOG_CHECK_EVERY_S = 3600.0
_SESSIONS_EVERY_S = 3600.0
_WATCH_EVERY_S = 300.0
_PLANNING_EVERY_S = 15.0
_SCRUBBING_EVERY_S = 86_400.0
_MONTHS_EVERY_S = 600.0
# At a province's peak a month has 40,000 rows after so long.
_NEW_MONTH_EVERY_S = 5.0
# After a start those come first who waited for it. What looks through tables comes later.
CALM_AFTER_S = 60.0
# How soon a duty that lost its process finds another.
_LOOK_EVERY_S = 15.0


@dataclass(frozen=True, slots=True)
class _Beside:
    """Whether this process may have a duty, and what it does while it has not."""

    may: Callable[[], bool]
    work: Callable[[], object]


class Background:
    """Threads that do what is due until `stop`; a failed round is told and tried again.

    Of several processes over one database each duty has one; the others wait until it has nobody. What looks
    through whole tables begins `calm_after_s` seconds later than the rest.
    """

    def __init__(self, inst: Installation, calm_after_s: float = CALM_AFTER_S) -> None:
        self._inst = inst
        self._stopping = threading.Event()
        later = partial(self._started, after_s=calm_after_s)
        follower, pace, looked = following.Follower(), Pace(), planning.Looked()
        refusals = refusing.Refusals()
        self._threads = [
            self._started(
                SEQUENCER,
                _SEQUENCE_EVERY_S,
                lambda: _drain(inst),
                _Beside(lambda: following.may_sign(inst), lambda: follower.followed(inst)),
            ),
            # Every process: the head outside of the database is each machine's own.
            self._started("refusals", _REFUSALS_EVERY_S, lambda: refusals.looked(inst), is_shared=True),
            self._started("projecting", _PROJECT_EVERY_S, lambda: _draw(inst, pace, self._stopping.is_set)),
            self._started("stays", _STAYS_EVERY_S, lambda: projecting_endings.ended_by_rule(inst)),
            self._started("silence", _SILENCE_EVERY_S, lambda: silence.watched(inst)),
            self._started(
                "printing",
                _PRINTING_EVERY_S,
                lambda: printing_working.work_off(inst, self._stopping.is_set),
                is_shared=True,
            ),
            self._started(
                "exporting",
                _EXPORTING_EVERY_S,
                lambda: exporting_work.work_off(inst, self._stopping.is_set),
                is_shared=True,
            ),
            self._started("months", _MONTHS_EVERY_S, lambda: months_ahead.kept(inst)),
            self._started("new month", _NEW_MONTH_EVERY_S, lambda: months_ahead.looked_over(inst)),
            self._started("keys", _KEYS_EVERY_S, lambda: keys.ensure(inst)),
            self._started("master keys", _RELOAD_EVERY_S, lambda: _reloaded(inst), is_shared=True),
            self._started(
                "rotation", _ROTATION_EVERY_S, lambda: rotating.work_off(inst, self._stopping.is_set)
            ),
            self._started(
                "delivering",
                _DELIVERING_EVERY_S,
                lambda: delivering.work_off(inst, self._stopping.is_set),
                is_shared=True,
            ),
            later("retention", _RETENTION_EVERY_S, lambda: _purge(inst, self._stopping.is_set)),
            later("watching", _WATCH_EVERY_S, lambda: watching.watched(inst)),
            later("scrubbing", _SCRUBBING_EVERY_S, lambda: scrubbing.swept(inst)),
            later("planning", _PLANNING_EVERY_S, lambda: planning.due(inst, looked)),
            later("delivered", _RETENTION_EVERY_S, lambda: delivering.pruned(inst)),
            later("rehearsals", _REHEARSALS_EVERY_S, lambda: tracing_rehearsal.due(inst)),
            later(LOG_CHECK, _LOG_CHECK_EVERY_S, lambda: nightly.due(inst, self._ends_log_check)),
            later("sessions", _SESSIONS_EVERY_S, lambda: _forget_what_is_over(inst)),
        ]

    def stop(self) -> None:
        """Let the current round finish, then end."""
        self._stopping.set()
        for thread in self._threads:
            thread.join()

    def _started(
        self, name: str, every_s: float, work: Callable[[], object], beside: _Beside | None = None,
        *, is_shared: bool = False, after_s: float = 0.0,
    ) -> threading.Thread:  # fmt: skip
        """A thread that does its work while it has the duty; where all processes share the work, always."""

        def run() -> None:
            if self._stopping.wait(after_s):
                return
            while True:
                has = False
                try:
                    has = is_shared or self._has(name, beside)
                    if has:
                        work()
                    elif beside is not None:
                        beside.work()
                except Exception:  # a full disk or a lost database: the next round may succeed
                    structlog.get_logger().exception("background_failed", job=name)
                if self._stopping.wait(every_s if has else min(every_s, _LOOK_EVERY_S)):
                    return

        thread = threading.Thread(target=run, name=name, daemon=True)
        thread.start()
        return thread

    def _ends_log_check(self) -> bool:
        """The site ends, or another machine has the duty since a connection was lost."""
        return self._stopping.is_set() or not self._inst.leases.has(LOG_CHECK)

    def _has(self, name: str, beside: _Beside | None) -> bool:
        if beside is not None and self._inst.is_shared and not beside.may():
            self._inst.leases.let_go(name)
            return False
        return self._inst.leases.has(name)


def _draw(inst: Installation, pace: Pace, is_stopping: Callable[[], bool]) -> None:
    most = projecting.AT_ONCE if inst.is_shared else _DRAWN_BESIDE_GATES
    if projecting_pace.due(inst, pace, most) < most:
        return
    while projecting.caught_up(inst, most) == most and not is_stopping():
        pass


def _reloaded(inst: Installation) -> None:
    if is_in_file(inst.settings):
        rotating.refreshed(inst)


def _purge(inst: Installation, is_stopping: Callable[[], bool]) -> None:
    erasing.resumed(inst)
    purging.purge(inst, is_stopping)


def _forget_what_is_over(inst: Installation) -> None:
    sessions.forget_old(inst)
    slowing.forget_old(inst)
    counting.forget_old(inst)


def _drain(inst: Installation) -> None:
    while sequencing.sequence(inst) == sequencing.LEAVES_AT_ONCE:
        pass
