"""The conflict inbox: what has to be looked at, the evidence side by side, and how it was settled."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from domain.alert import AlertKind
from domain.errors import InputError
from domain.remedy import FOR_THE_AREA, NEEDS_NOTE, REMEDIES, Remedy
from domain.wording import Sentence
from web.db.connecting.connection import Connection, Record
from web.db.connecting.turns import Turn, taken
from web.services.errors import GoneError, NotFoundError
from web.services.findings import remedies
from web.services.findings.alert_rows import AlertDetail as AlertDetail
from web.services.findings.alert_rows import AlertPage, Settlement, alert_shown, side_shown
from web.services.installation import Installation
from web.store.findings import alerts, quarantine
from web.store.findings.alerts import Wanted as Wanted
from web.store.passing import entries
from web.store.scope import Scope

# Silent kiosks are on their own page, and what could not be taken is on another.
SHOWN = tuple(kind for kind in AlertKind if kind is not AlertKind.QUARANTINED)
NOTE_MOST = 500


def listed(
    inst: Installation, scope: Scope, wanted: Wanted, *, before: str = "", limit: int = 30
) -> AlertPage:
    """Alerts in scope, newest first."""
    cursor = int(before) if before.isdecimal() and len(before) < 19 else None
    asked = wanted if wanted.kinds else Wanted(wanted.venue_id, wanted.kiosk_id, SHOWN, wanted.settled)
    rows = inst.ask(lambda c: alerts.page(c, scope, asked, before=cursor, limit=limit + 1))
    shown = rows[:limit]
    return AlertPage(tuple(alert_shown(row) for row in shown), str(shown[-1].id) if len(rows) > limit else "")


def open_counts(inst: Installation, scope: Scope) -> dict[str, int]:
    """How many alerts in scope are open, by kind."""
    return inst.ask(lambda connection: alerts.open_counts(connection, scope, SHOWN))


def detail(inst: Installation, scope: Scope, alert_id: int) -> AlertDetail:
    """One alert with its evidence; NotFoundError outside of the scope."""

    def work(connection: Connection) -> AlertDetail:
        row = _row(connection, scope, alert_id)
        ids = [identity for identity in (row.entry_id, row.other_entry_id) if identity]
        found = [entries.row(connection, scope, identity) for identity in ids]
        told = json.loads(row.evidence)
        shown = alert_shown(row)
        return AlertDetail(
            shown,
            tuple(side_shown(inst, side) for side in found if side is not None),
            told,
            tuple(Settlement(**one) for one in told.get("settled_before", ())),
            _offered(scope, shown.kind),
            _aside(connection, scope, shown.kind, row.entry_id, told),
        )

    return inst.read(work)


def settle(
    inst: Installation, scope: Scope, account_id: str, alert_id: int, remedy: str, note: str = ""
) -> Remedy:
    """Do what was chosen about an open alert and keep who chose it.

    InputError when the choice does not fit the kind or lacks its note; GoneError when it is settled.
    """

    def work(connection: Connection) -> Remedy:
        taken(connection, Turn.APPENDING)  # a correcting entry may be made; of two at once one is later
        row = _row(connection, scope, alert_id)
        if row.settled_ms is not None:
            raise GoneError(Sentence("Somebody settled this already.", "该事项已有人处理。"))
        chosen = _chosen(_offered(scope, AlertKind(row.kind)), remedy, note)
        remedies.done(connection, inst, scope, row, chosen, account_id)
        alerts.changed(
            connection,
            scope,
            alert_id,
            settled_ms=inst.now_ms(),
            settled_by=account_id,
            resolution=chosen,
            note=note.strip(),
        )
        return chosen

    return inst.write(work)


def reopen(inst: Installation, scope: Scope, alert_id: int) -> None:
    """Open a settled alert again; how it had been settled stays to be read."""

    def work(connection: Connection) -> None:
        row = _row(connection, scope, alert_id)
        if row.settled_ms is None:
            return
        told = json.loads(row.evidence)
        before = {
            "resolution": row.resolution,
            "note": row.note,
            "login": row.settled_login or "",
            "at_ms": row.settled_ms,
        }
        told["settled_before"] = [*told.get("settled_before", ()), before]
        evidence = json.dumps(told, sort_keys=True)
        alerts.changed(connection, scope, alert_id, settled_ms=None, evidence=evidence)

    inst.write(work)


def _row(connection: Connection, scope: Scope, alert_id: int) -> Record:
    row = alerts.row(connection, scope, alert_id)
    if row is None or row.kind not in set(SHOWN):
        raise NotFoundError
    return row


def _aside(
    connection: Connection, scope: Scope, kind: AlertKind, entry_id: str, told: Mapping[str, Any]
) -> int | None:
    if kind is AlertKind.CHANGED_BODY:
        return quarantine.of_entry(connection, scope, entry_id)
    return quarantine.of_entry(connection, scope, told["other"]) if kind is AlertKind.CLONED_DEVICE else None


def _offered(scope: Scope, kind: AlertKind) -> tuple[Remedy, ...]:
    """What may be done about an alert; nothing where others have to do it."""
    return () if scope.enterprise_id and kind in FOR_THE_AREA else REMEDIES[kind]


def _chosen(offered: tuple[Remedy, ...], typed: str, note: str) -> Remedy:
    if not offered:
        raise InputError("remedy", "The staff of your area settle this.", "此事项由属地管理人员处理。")
    chosen = next((remedy for remedy in offered if remedy.value == typed), None)
    if chosen is None:
        raise InputError("remedy", "Choose what was done about it.", "请选择处理方式。")
    return checked_note(chosen, note)


def checked_note(remedy: Remedy, note: str) -> Remedy:
    """The remedy, if its note is there where it has to be and no longer than it may be."""
    if remedy in NEEDS_NOTE and not note.strip():
        raise InputError("note", "Say why, in a few words.", "请简要说明原因。")
    if len(note.strip()) > NOTE_MOST:
        raise InputError("note", f"Use at most {NOTE_MOST} characters.", f"最多 {NOTE_MOST} 个字符。")
    return remedy
