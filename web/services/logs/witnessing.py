"""Gates as witnesses: the proof that each asks for, how far each confirmed the log, and who refuses it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from domain.alert import AlertKind
from domain.entry import is_entry_id
from domain.errors import TamperedError, UnavailableError
from domain.spot_check import ShownLeaf
from domain.witness import WHY_SENTENCES, Why
from web.db.connecting.connection import Connection, Record
from web.services.findings.finding import Found, explained, raised
from web.services.gates.gate import Gate
from web.services.installation import Installation
from web.services.logs import log_head, log_tree, own_entries_shown
from web.store.findings import alerts
from web.store.gates import witnesses as witness_store
from web.store.logs import log
from web.store.scope import Scope

# A gate confirms the log with each batch: how far is written down twice a minute.
_NOTED_EVERY_MS = 30_000
_NOTE_MOST = 4_000
_HOUR_MS = 3_600_000


@dataclass(frozen=True, slots=True)
class Told:
    """What a gate says of the log: the note of the head it has ("" none yet), which it refuses and why.

    `about` is the id of the entry for whose sake it refuses, "" when the head is wrong; `own` an entry, as it
    was sent before, whose place in the log it wants to see.
    """

    head: str
    why: Why | None = None
    refused: str = ""
    about: str = ""
    own: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """The newest head ("" for none), and the proof that it goes on from the gate's; None if it does not.

    `leaf` is where the entry stands that the gate asked about; None if it asked about none.
    """

    note: str
    proof: tuple[bytes, ...] | None
    leaf: ShownLeaf | None = None


@dataclass(frozen=True, slots=True)
class Witnesses:
    """How many gates confirmed the log within the last hour, up to which size all of them, and when last."""

    count: int
    size: int
    at_ms: int | None
    refusing: int


@dataclass(frozen=True, slots=True)
class _Review:
    shown: Shown
    size: int
    why: Why | None


def told_of(value: object) -> Told | None:
    """What a gate told with a batch; None from older kiosks, and for what no witness tells.

    Never a refusal: nothing that is said of the log may keep the entries beside it from arriving.
    """
    head = _note(value.get("head")) if isinstance(value, dict) else None
    if head is None or not isinstance(value, dict):
        return None
    refused, asked = value.get("refused"), value.get("entry")
    own = asked if isinstance(asked, dict) else None
    if not isinstance(refused, dict):
        return Told(head, own=own)
    why = next((one for one in Why if one.value == refused.get("why")), Why.FORKED)
    about = refused.get("entry")
    return Told(
        head,
        why,
        _note(refused.get("head")) or "",
        about if isinstance(about, str) and is_entry_id(about) else "",
        own,
    )


def _note(value: object) -> str | None:
    if not isinstance(value, str) or len(value) > _NOTE_MOST:
        return None
    # A lone surrogate is no text that anybody could have signed.
    return None if any("\ud800" <= letter <= "\udfff" for letter in value) else value


def heard(inst: Installation, gate: Gate, told: Told) -> Shown:
    """Prove the newest head to a gate, and keep how far it confirmed the log or that it refuses it."""
    now_ms = inst.now_ms()
    review, is_due = inst.read(lambda connection: _reviewed(connection, inst, gate, told, now_ms))
    if is_due:
        inst.write(lambda connection: _noted(connection, gate, told, review, now_ms))
    return review.shown


def witnesses(inst: Installation, scope: Scope) -> Witnesses:
    """How the gates in scope confirm the log."""
    now_ms = inst.now_ms()

    def work(connection: Connection) -> Witnesses:
        row = witness_store.witnesses(connection, scope, now_ms - _HOUR_MS)
        refusing = alerts.open_counts(connection, scope, [AlertKind.LOG_REFUSED])
        return Witnesses(int(row.gates), int(row.size or 0), row.at_ms, sum(refusing.values()))

    return inst.read(work)


def _reviewed(
    connection: Connection, inst: Installation, gate: Gate, told: Told, now_ms: int
) -> tuple[_Review, bool]:
    """What to answer, and whether something is to be written down."""
    newest = log.latest_checkpoint(connection)
    review = _review(connection, inst, told, newest)
    if told.own is not None:
        leaf = _own(connection, inst, gate, told.own, newest)
        review = replace(review, shown=replace(review.shown, leaf=leaf))
    if told.why is not None or review.why is not None:
        return review, True
    witnessed_ms = witness_store.witnessed_ms(connection, gate.id)
    is_due = witnessed_ms is None or not 0 <= now_ms - witnessed_ms < _NOTED_EVERY_MS
    return review, bool(told.head) and is_due


def _own(
    connection: Connection, inst: Installation, gate: Gate, own: Mapping[str, object], newest: Record | None
) -> ShownLeaf | None:
    try:
        return own_entries_shown.shown(connection, inst, gate, own, newest)
    except UnavailableError:  # hashes are missing, as above
        return None


def _review(connection: Connection, inst: Installation, told: Told, newest: Record | None) -> _Review:
    note = newest.note.decode() if newest is not None else ""
    if not told.head:
        return _Review(Shown(note, ()), 0, None)
    size = size_of(told.head)
    if newest is None or size > newest.size:
        return _Review(Shown(note, None), size, Why.SHORTER)
    try:
        kept = _kept(connection, told.head.encode(), size)
        proof = log_tree.grew(connection, size, newest) if kept else None
    except UnavailableError:  # hashes are missing: what cannot be shown is for `fsck`
        return _Review(Shown(note, None), size, None)
    return _Review(Shown(note, proof), size, None if kept else Why.FORKED)


def _kept(connection: Connection, note: bytes, size: int) -> bool:
    """Whether the head of a gate is one of this log: the very note, or another over the same tree."""
    row = log.checkpoint_of(connection, size)
    if row is None:
        return False
    if row.note == note:
        return True
    try:
        return log_head.opened(connection, note).root == log_tree.frontier_of(row).root()
    except TamperedError:
        return False


def _noted(connection: Connection, gate: Gate, told: Told, review: _Review, now_ms: int) -> None:
    why = told.why or review.why
    if why is not None:
        raised(connection, [_found(gate, told, review, why)], now_ms)
        return
    witness_store.witnessed(connection, gate.id, review.size, now_ms)
    rows = alerts.open_of_kiosk(connection, gate.id, AlertKind.LOG_REFUSED)
    explained(connection, [row.key for row in rows], now_ms)


def _found(gate: Gate, told: Told, review: _Review, why: Why) -> Found:
    shown = told.refused or review.shown.note
    said = WHY_SENTENCES[why]
    evidence: Mapping[str, object] = {
        "size": review.size, "shown_size": size_of(shown), "why": why.value,
        "because": said.en, "because_zh": said.zh, "head_seen": told.head, "head_shown": shown,
    }  # fmt: skip
    if told.about:
        evidence = {**evidence, "about": told.about}
    # One alert for one head that is kept, or one entry: the gate says it again with every batch.
    key = f"log_refused|{gate.id}|{told.about or review.size}"
    return Found(key, AlertKind.LOG_REFUSED, gate.venue_id, gate.id, told.about, evidence=evidence)


def size_of(note: str) -> int:
    """The size a note says, whoever signed it; 0 where it says none."""
    line = note.split("\n")[1] if note.count("\n") > 1 else ""
    return int(line) if line.isascii() and line.isdecimal() and len(line) < 19 else 0
