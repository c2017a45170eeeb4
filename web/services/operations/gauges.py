"""How the installation is, in a few numbers that are the same from every process: for whoever watches it."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from domain.alert import AlertKind
from web.db.connecting.connection import Connection
from web.db.connecting.looking import Standing
from web.services.gates.fleet import fleet
from web.services.installation import Installation
from web.services.logs import log_head
from web.services.operations import months_ahead
from web.services.operations.months_ahead import Months
from web.store import counters
from web.store.findings import alerts
from web.store.logs import log, log_checks
from web.store.scope import PROGRAM

# Where the processes of one machine put what each counted; prometheus_client looks there when it is imported.
COUNTED = "PROMETHEUS_MULTIPROC_DIR"


@dataclass(frozen=True, slots=True)
class Gauges:
    """Counts of now; no name, no place and no id is among them.

    `unsigned` are leaves that no head covers yet, `undrawn` those that no figure knows; `signs` is whether
    this machine's head allows to sign; `kiosks` are by state, `open_alerts` by kind; `free_bytes` is the room
    where the data is. `replica_behind_s` is None without a replica that answers, `replica_asked` None without
    any; `months` where they have no tables. `log_checked_ms` is when the last check of the whole log ended,
    `log_findings` how many places were not as signed; None before the first. `log_check_failed_ms` is when
    one began that came to nothing, None when another ended since.
    """

    leaves: int
    unsigned: int
    signs: bool
    undrawn: int
    kiosks: Mapping[str, int]
    kiosk_entries_waiting: int
    open_alerts: Mapping[str, int]
    free_bytes: int
    replica_behind_s: float | None = None
    replica_asked: bool | None = None
    months: Months | None = None
    log_checked_ms: int | None = None
    log_findings: int | None = None
    log_check_failed_ms: int | None = None


def measured(inst: Installation) -> Gauges:
    """The gauges of this moment: a few counted rows, none of people."""
    units = fleet.listed(inst, PROGRAM)
    standing, behind_ms = inst.replica.standing() if inst.replica else (None, 0)
    behind_s = behind_ms / 1000 if standing in (Standing.FOLLOWS, Standing.BEHIND) else None

    def work(connection: Connection) -> Gauges:
        size = log.size(connection)
        checked, failed = next(iter(log_checks.newest(connection)), None), log_checks.failure(connection)
        return Gauges(
            leaves=size,
            unsigned=log.waiting(connection),
            signs=log_head.trouble(connection, inst) is None,
            undrawn=max(size - counters.value_of(connection, "projected"), 0),
            kiosks=Counter(unit.presence.value for unit in units),
            kiosk_entries_waiting=sum(unit.waiting for unit in units),
            open_alerts=alerts.open_counts(connection, PROGRAM, [kind.value for kind in AlertKind]),
            free_bytes=shutil.disk_usage(inst.settings.home).free,
            replica_behind_s=behind_s,
            replica_asked=None if standing is None else standing is Standing.FOLLOWS,
            months=months_ahead.looked_at(connection, inst.now_ms()),
            log_checked_ms=checked.ended_ms if checked else None,
            log_findings=checked.findings if checked else None,
            log_check_failed_ms=failed.began_ms if failed else None,
        )

    return inst.read(work)
