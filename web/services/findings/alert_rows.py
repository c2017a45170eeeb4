"""Alerts and the entries they are about, as pages show them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from domain.alert import AlertKind, alert_sentence
from domain.reason import Reason, sentence_of
from domain.remedy import Remedy
from domain.wording import Sentence
from web.db.connecting.connection import Record
from web.services.installation import Installation
from web.services.passing import recording


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
    """An alert with its evidence and what can be done; `aside` is the other version, in quarantine."""

    row: AlertRow
    sides: tuple[Side, ...]
    evidence: Mapping[str, Any]
    before: tuple[Settlement, ...]
    remedies: tuple[Remedy, ...]
    aside: int | None = None


@dataclass(frozen=True, slots=True)
class AlertPage:
    """Alerts, and the cursor of the page before them ("" at the end)."""

    rows: tuple[AlertRow, ...]
    older: str


def alert_shown(row: Record) -> AlertRow:
    """An alert's row as pages show it."""
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


def side_shown(inst: Installation, row: Record) -> Side:
    """An entry's row as evidence."""
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
