"""The conflict inbox: what has to be looked at, the evidence side by side, and how it was settled."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from domain.alert import NEEDS_NOTE, REMEDIES, AlertKind, Remedy, alert_sentence
from domain.errors import InputError
from domain.reason import Reason, sentence_of
from domain.wording import Sentence
from web.db.connection import Connection, Record
from web.db.turns import Turn, taken
from web.services import recording, remedies
from web.services.errors import GoneError, NotFoundError
from web.services.installation import Installation
from web.store import alerts, entries
from web.store.alerts import Wanted as Wanted
from web.store.scope import Scope

# Silent kiosks are on their own page, and what could not be taken is on another.
SHOWN = tuple(kind for kind in AlertKind if kind is not AlertKind.QUARANTINED)
NOTE_MOST = 500


@dataclass(frozen=True, slots=True)
class AlertRow:
    """An alert as the list shows it."""

    id: int
    kind: AlertKind
    sentence: Sentence
    venue_id: str
    venue_name: str
    time_zone: str
    kiosk_id: str
    kiosk_name: str
    kiosk_revoked: bool
    found_ms: int
    settled_ms: int | None
    settled_by: str
    resolution: str
    note: str


@dataclass(frozen=True, slots=True)
class Side:
    """One of the entries an alert is about; who it was is masked, and "" once it was forgotten."""

    id: str
    seq: int
    at_ms: int
    true_ms: int
    time_quality: str
    received_ms: int
    entrance_name: str
    device: str
    direction: str
    outcome: str
    reason: Sentence
    policy_version: int
    bundle_seq: int
    masked_name: str
    visitor_id: str
    taken_back: bool


@dataclass(frozen=True, slots=True)
class Settlement:
    """How an alert was settled before it was opened again."""

    resolution: str
    note: str
    login: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class AlertDetail:
    """An alert with its evidence and what can be done."""

    row: AlertRow
    sides: tuple[Side, ...]
    evidence: Mapping[str, Any]
    before: tuple[Settlement, ...]
    remedies: tuple[Remedy, ...]


@dataclass(frozen=True, slots=True)
class AlertPage:
    """Alerts, and the cursor of the page before them ("" at the end)."""

    rows: tuple[AlertRow, ...]
    older: str


def listed(
    inst: Installation, scope: Scope, wanted: Wanted, *, before: str = "", limit: int = 30
) -> AlertPage:
    """Alerts in scope, newest first."""
    cursor = int(before) if before.isdecimal() and len(before) < 19 else None
    asked = wanted if wanted.kinds else Wanted(wanted.venue_id, wanted.kiosk_id, SHOWN, wanted.settled)
    rows = inst.read(lambda c: alerts.page(c, scope, asked, before=cursor, limit=limit + 1))
    shown = rows[:limit]
    return AlertPage(tuple(_shown(row) for row in shown), str(shown[-1].id) if len(rows) > limit else "")


def open_counts(inst: Installation, scope: Scope) -> dict[str, int]:
    """How many alerts in scope are open, by kind."""
    return inst.read(lambda connection: alerts.open_counts(connection, scope, SHOWN))


def detail(inst: Installation, scope: Scope, alert_id: int) -> AlertDetail:
    """One alert with its evidence; NotFoundError outside of the scope."""

    def work(connection: Connection) -> AlertDetail:
        row = _row(connection, scope, alert_id)
        ids = [identity for identity in (row.entry_id, row.other_entry_id) if identity]
        found = [entries.row(connection, scope, identity) for identity in ids]
        told = json.loads(row.evidence)
        shown = _shown(row)
        return AlertDetail(
            shown,
            tuple(_side(inst, side) for side in found if side is not None),
            told,
            tuple(Settlement(**one) for one in told.get("settled_before", ())),
            REMEDIES[shown.kind],
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
        chosen = _chosen(AlertKind(row.kind), remedy, note)
        remedies.done(connection, inst, scope, row, chosen)
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


def _chosen(kind: AlertKind, typed: str, note: str) -> Remedy:
    chosen = next((remedy for remedy in REMEDIES[kind] if remedy.value == typed), None)
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


def _shown(row: Record) -> AlertRow:
    kind = AlertKind(row.kind)
    return AlertRow(
        row.id,
        kind,
        alert_sentence(kind, _values(kind, json.loads(row.evidence))),
        row.venue_id,
        row.venue_name,
        row.time_zone,
        row.kiosk_id,
        row.kiosk_name or "",
        row.kiosk_revoked_ms is not None,
        row.found_ms,
        row.settled_ms,
        row.settled_login or "",
        row.resolution,
        row.note,
    )


_WAYS = {
    AlertKind.CLOCK_JUMP: (Sentence("back", "回退"), Sentence("ahead", "前跳")),
    AlertKind.CLOCK_APART: (Sentence("behind", "慢"), Sentence("ahead", "快")),
}


def _values(kind: AlertKind, told: Mapping[str, Any]) -> dict[str, str]:
    """What fills the places of an alert's sentence."""
    values = {name: str(value) for name, value in told.items() if isinstance(value, int | str)}
    if told.get("reason") in set(Reason):
        said = sentence_of(Reason(told["reason"]), told.get("values", {}))
        values |= {"reason": said.en, "reason_zh": said.zh}
    if kind in _WAYS and isinstance(told.get("minutes"), int):
        way = _WAYS[kind][told["minutes"] > 0]
        values |= {"minutes": str(abs(told["minutes"])), "way": way.en, "way_zh": way.zh}
    return values


def _side(inst: Installation, row: Record) -> Side:
    return Side(
        row.id,
        row.seq,
        row.at_ms,
        row.true_ms,
        row.time_quality,
        row.received_ms,
        row.entrance_name,
        row.device,
        row.direction,
        row.outcome,
        sentence_of(Reason(row.reason), recording.details(inst.cipher, row)),
        row.policy_version,
        row.bundle_seq,
        row.masked_name or "",
        row.visitor_id or "",
        bool(row.taken_back),
    )
