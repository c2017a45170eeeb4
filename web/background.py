"""What runs beside the requests: the log's order, kiosks that fell silent, new keys, forgetting in time."""

from __future__ import annotations

import threading
from collections.abc import Callable

import structlog

from web.services import keys, retention
from web.services.desk import exporting_work, projecting, projecting_endings, tracing_rehearsal, watching
from web.services.gates import silence
from web.services.installation import Installation
from web.services.logs import sequencing
from web.services.operations import planning
from web.services.printing import printing_working

_SEQUENCE_EVERY_S = 0.5
_PROJECT_EVERY_S = 0.5
_STAYS_EVERY_S = 20.0
_SILENCE_EVERY_S = 15.0
# Gates wait while leaves are drawn: a few hundred take some hundredths of a second.
_DRAWN_TOGETHER = 500
_PRINTING_EVERY_S = 0.5
_EXPORTING_EVERY_S = 1.0
_KEYS_EVERY_S = 3600.0
_RETENTION_EVERY_S = 3600.0
_REHEARSALS_EVERY_S = 3600.0
_WATCH_EVERY_S = 300.0
_PLANNING_EVERY_S = 86_400.0


class Background:
    """Threads that do what is due until `stop`; a failed round is told and tried again."""

    def __init__(self, inst: Installation) -> None:
        self._stopping = threading.Event()
        self._threads = [
            self._started("sequencer", _SEQUENCE_EVERY_S, lambda: _drain(inst)),
            self._started("projecting", _PROJECT_EVERY_S, lambda: _draw(inst, self._stopping.is_set)),
            self._started("stays", _STAYS_EVERY_S, lambda: projecting_endings.ended_by_rule(inst)),
            self._started("silence", _SILENCE_EVERY_S, lambda: silence.watched(inst)),
            self._started(
                "printing", _PRINTING_EVERY_S, lambda: printing_working.work_off(inst, self._stopping.is_set)
            ),
            self._started(
                "exporting",
                _EXPORTING_EVERY_S,
                lambda: exporting_work.work_off(inst, self._stopping.is_set),
            ),
            self._started("planning", _PLANNING_EVERY_S, lambda: planning.renewed(inst)),
            self._started("keys", _KEYS_EVERY_S, lambda: keys.ensure(inst)),
            self._started("retention", _RETENTION_EVERY_S, lambda: retention.purge(inst)),
            self._started("watching", _WATCH_EVERY_S, lambda: watching.watched(inst)),
            self._started("rehearsals", _REHEARSALS_EVERY_S, lambda: tracing_rehearsal.due(inst)),
        ]

    def stop(self) -> None:
        """Let the current round finish, then end."""
        self._stopping.set()
        for thread in self._threads:
            thread.join()

    def _started(self, name: str, every_s: float, work: Callable[[], object]) -> threading.Thread:
        def run() -> None:
            while True:
                try:
                    work()
                except Exception:  # a full disk or a lost database: the next round may succeed
                    structlog.get_logger().exception("background_failed", job=name)
                if self._stopping.wait(every_s):
                    return

        thread = threading.Thread(target=run, name=name, daemon=True)
        thread.start()
        return thread


def _draw(inst: Installation, is_stopping: Callable[[], bool]) -> None:
    while projecting.caught_up(inst, _DRAWN_TOGETHER) == _DRAWN_TOGETHER and not is_stopping():
        pass


def _drain(inst: Installation) -> None:
    while sequencing.sequence(inst) == sequencing.LEAVES_AT_ONCE:
        pass
