"""The fleet of kiosks as staff see it: how each is, what needs attention first, and what can be done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from domain.visitor import cleaned
from web.db.connecting.connection import Connection, Record
from web.services.errors import NotFoundError
from web.services.findings.alerts import SHOWN
from web.services.gates import gate_changes, pacing
from web.services.gates.fleet.fleet_values import Alert, Detail, Door, Need, Presence, Stay, Unit
from web.services.gates.gate_changes import Change
from web.services.installation import Installation
from web.store.gates import fleet, gate_news, kiosks
from web.store.gates.fleet import Wanted
from web.store.gates.gate_news import Newest, Standing
from web.store.places import places as place_store
from web.store.scope import Scope

CLOCK_APART_MS = 300_000
SLOW_TENTHS = 50
# A kiosk fetches rules within seconds of a heartbeat; after this long something is in its way.
RULES_LATE_S = 600
_ALERTS_SHOWN = 50
_IN_INBOX = frozenset(kind.value for kind in SHOWN)
ATTENTION = "attention"
"""Stands for the state of any kiosk that needs somebody."""


@dataclass(frozen=True, slots=True)
class _Pace:
    """The time, and after how much of it a gate is not online any more, and silent."""

    now_ms: int
    online_ms: int
    silent_ms: int


def listed(inst: Installation, scope: Scope, wanted: Wanted | None = None, state: str = "") -> list[Unit]:
    """The kiosks in scope, what needs attention first; `state` (a Presence or ATTENTION) for those alone."""
    pace = _pace(inst)
    found = inst.read(lambda connection: _units(connection, pace, scope, wanted or Wanted()))
    return sorted((unit for unit in found if _is(unit, state)), key=lambda unit: (unit.urgency, unit.name))


def detail(inst: Installation, scope: Scope, kiosk_id: str) -> Detail:
    """One kiosk; NotFoundError outside the scope."""
    pace = _pace(inst)

    def work(connection: Connection) -> Detail:
        units = _units(connection, pace, scope, Wanted(kiosk_id=kiosk_id))
        if not units:
            raise NotFoundError
        found = fleet.alerts_of(connection, scope, kiosk_id, _ALERTS_SHOWN)
        alerts = tuple(
            Alert(a.id, a.kind, a.found_ms, a.settled_ms, a.resolution, a.kind in _IN_INBOX) for a in found
        )
        stays = tuple(
            Stay(s.since_ms, s.entrance_name, s.venue_name) for s in fleet.places_of(connection, kiosk_id)
        )
        return Detail(units[0], alerts, stays, _doors(connection, scope))

    return inst.read(work)


def rename(inst: Installation, scope: Scope, kiosk_id: str, name: str) -> None:
    """Call a kiosk in scope something else."""
    shown = cleaned(name, "name")
    if not inst.write(lambda connection: kiosks.changed(connection, scope, kiosk_id, name=shown)):
        raise NotFoundError


def move(inst: Installation, scope: Scope, kiosk_id: str, entrance_id: str, by: str = "") -> None:
    """Let a kiosk stand at another entrance; both are in scope, or NotFoundError.

    What it made before stays of the old entrance and is taken when it comes; it fetches the rules and the
    visitors of the new one with its next heartbeat.
    """

    def work(connection: Connection) -> None:
        door = place_store.entrance_row(connection, scope, entrance_id)
        if door is None or not kiosks.changed(connection, scope, kiosk_id, entrance_id=entrance_id):
            raise NotFoundError
        fleet.place_noted(connection, kiosk_id, door.id, door.venue_id, inst.now_ms())
        gate_news.of_kiosk(connection, kiosk_id)
        gate_changes.told(connection, inst, kiosk_id, Change.MOVED, door.id, door.venue_id, by)

    inst.write(work)


def _pace(inst: Installation) -> _Pace:
    return _Pace(inst.now_ms(), pacing.online_ms(inst), pacing.silent_ms(inst))


def _units(connection: Connection, pace: _Pace, scope: Scope, wanted: Wanted) -> list[Unit]:
    rows = fleet.rows(connection, scope, wanted)
    standing = [Standing(row.id, row.venue_id, row.enterprise_id, row.area_path) for row in rows]
    newest = gate_news.newest_of(connection, standing)
    return [_unit(row, newest[one], pace) for row, one in zip(rows, standing, strict=True)]


def _unit(row: Record, newest: Newest, pace: _Pace) -> Unit:
    presence = _presence(row, pace)
    return Unit(
        id=row.id,
        name=row.name,
        presence=presence,
        needs=tuple(_needs(row, presence, newest)),
        seen_ms=row.seen_ms,
        enrolled_ms=row.enrolled_ms,
        revoked_ms=row.revoked_ms,
        version=row.version,
        camera=row.camera,
        fps_tenths=row.fps_tenths,
        waiting=row.waiting,
        aside=int(row.aside),
        foreign=row.foreign_codes,
        clock_offset_ms=row.clock_offset_ms,
        bundle_age_s=_age_s(row, pace.now_ms),
        has_newest_rules=row.bundle_seq >= newest.rules,
        facts_behind=max(0, newest.visitors - row.facts_seq),
        rotating=row.rotate_ms is not None,
        witnessed_size=row.witnessed_size,
        witnessed_ms=row.witnessed_ms,
        entrance_id=row.entrance_id,
        entrance_name=row.entrance_name,
        venue_id=row.venue_id,
        venue_name=row.venue_name,
        enterprise_id=row.enterprise_id,
        enterprise_name=row.enterprise_name,
        time_zone=row.time_zone,
    )


def _age_s(row: Record, now_ms: int) -> int | None:
    """How old its rules are by now: they age while it is not heard of."""
    if row.bundle_age_s is None or row.seen_ms is None:
        return None
    return int(row.bundle_age_s + max(0, now_ms - row.seen_ms) // 1000)


def _presence(row: Record, pace: _Pace) -> Presence:
    if row.revoked_ms is not None:
        return Presence.WITHDRAWN
    if row.seen_ms is None:
        return Presence.NEVER
    silent_ms = pace.now_ms - row.seen_ms
    if silent_ms <= pace.online_ms:
        return Presence.ONLINE
    return Presence.QUIET if silent_ms < pace.silent_ms else Presence.SILENT


def _needs(row: Record, presence: Presence, newest: Newest) -> Iterator[Need]:
    """What needs somebody; a withdrawn kiosk needs nobody, one that never spoke only its start."""
    if presence is Presence.WITHDRAWN:
        return
    if presence is Presence.NEVER:
        yield Need.START
        return
    late = row.bundle_age_s is not None and row.bundle_age_s >= RULES_LATE_S
    apart = row.clock_offset_ms is not None and abs(row.clock_offset_ms) > CLOCK_APART_MS
    camera_works = row.camera in ("", "ok", "opening", "slow")
    needs = {
        Need.SILENT: presence is Presence.SILENT,
        Need.CAMERA: not camera_works,
        Need.LOG: bool(row.refuses_log),
        Need.LOST: bool(row.has_gaps),
        Need.CLOCK: apart,
        Need.RULES: late and row.bundle_seq < newest.rules,
        Need.WAITING: presence is not Presence.ONLINE and row.waiting > 0,
        Need.ASIDE: row.aside > 0,
        Need.SLOW: row.camera == "slow" or (camera_works and 0 < row.fps_tenths < SLOW_TENTHS),
    }
    yield from (need for need, is_needed in needs.items() if is_needed)


def _is(unit: Unit, state: str) -> bool:
    return not state or state == unit.presence or (state == ATTENTION and bool(unit.needs))


def _doors(connection: Connection, scope: Scope) -> tuple[Door, ...]:
    return tuple(
        Door(row.id, row.name, row.venue_id, row.venue_name, row.enterprise_id, row.enterprise_name)
        for row in fleet.doors(connection, scope)
    )
