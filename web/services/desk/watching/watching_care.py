"""The ladder of what is done about a silent or strange venue: remind, warn, visit, each with its date."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from domain.alert import AlertKind, alert_sentence
from domain.errors import InputError
from domain.visitor import masked_name
from domain.wording import Sentence
from web.db.connecting.connection import Connection, Record
from web.services.errors import GoneError, NotFoundError
from web.services.installation import Installation, new_id
from web.store.findings import cares
from web.store.places import liaisons
from web.store.scope import PROGRAM, Scope
from web.store.sealing import FieldCipher

NOTE_MOST = 500
_DAY_MS = 86_400_000
# Of these a venue is spoken to; one person at many doors is not its doing.
LADDER_KINDS = (
    AlertKind.SILENT_VENUE,
    AlertKind.NEVER_USED,
    AlertKind.SUDDEN_FALL,
    AlertKind.AT_NIGHT,
    AlertKind.FOREIGN_STICKER,
    AlertKind.POSTER_ELSEWHERE,
)
SHOWN_KINDS = (*LADDER_KINDS, AlertKind.MANY_DOORS)


class Step(StrEnum):
    """A step of the ladder; the last is taken by whatever settled the alert. Values are stored."""

    REMIND = "remind"
    WARN = "warn"
    VISIT = "visit"
    SETTLED = "settled"


LADDER = (Step.REMIND, Step.WARN, Step.VISIT)
# So many days after a step the next one is due, unless people come again; a visit may be repeated.
WAIT_DAYS = {Step.REMIND: 3, Step.WARN: 3, Step.VISIT: 7}


@dataclass(frozen=True, slots=True)
class Taken:
    """A step that was taken, by whom, and when the next is due; undone ones are there to be read."""

    id: str
    step: Step
    note: str
    login: str
    at_ms: int
    due_ms: int | None
    is_undone: bool


@dataclass(frozen=True, slots=True)
class Case:
    """An open alert about a venue with what was done and what is next (None where the venue is not asked)."""

    alert_id: int
    kind: AlertKind
    sentence: Sentence
    found_ms: int
    venue_id: str
    venue_name: str
    address: str
    time_zone: str
    enterprise_id: str
    enterprise_name: str
    area_name: str
    liaison_id: str
    liaison_name: str
    taken: tuple[Taken, ...]
    next_step: Step | None
    due_ms: int

    @property
    def last(self) -> Taken | None:
        """The step that stands, which may be undone."""
        return next((one for one in reversed(self.taken) if not one.is_undone), None)


def cases(inst: Installation, scope: Scope) -> tuple[Case, ...]:
    """The open alerts about venues in scope, what is due first on top."""

    def work(connection: Connection) -> tuple[Case, ...]:
        rows = cares.alerts_of(connection, scope, SHOWN_KINDS)
        return _cases(connection, inst, scope, rows)

    return tuple(sorted(inst.look(work), key=lambda case: (case.due_ms, case.venue_name, case.alert_id)))


def take(inst: Installation, scope: Scope, account_id: str, alert_id: int, step: str, note: str = "") -> None:
    """Take the next step about an open alert; only the authority does, not the venue itself.

    GoneError when somebody took it meanwhile; InputError when the note is too long.
    """
    if len(note.strip()) > NOTE_MOST:
        raise InputError("note", f"Use at most {NOTE_MOST} characters.", f"最多 {NOTE_MOST} 个字符。")

    def work(connection: Connection) -> None:
        case, key = _case(connection, inst, scope, alert_id)
        if case.next_step is None or scope.enterprise_id:
            raise NotFoundError
        if case.next_step != step:
            raise GoneError(Sentence("Somebody took this step already.", "该步骤已有人处理。"))
        now_ms = inst.now_ms()
        due_ms = now_ms + WAIT_DAYS[case.next_step] * _DAY_MS
        cares.added(
            connection,
            [_values(case.venue_id, key, case.next_step, now_ms, account_id, note.strip(), due_ms)],
        )

    inst.write(work)


def undo(inst: Installation, scope: Scope, care_id: str) -> None:
    """Take the last step about an alert back; GoneError when another followed it."""

    def work(connection: Connection) -> None:
        row = cares.row(connection, scope, care_id)
        if row is None or scope.enterprise_id:
            raise NotFoundError
        steps = [one for one in cares.of_keys(connection, scope, [row.alert_key]) if one.undone_ms is None]
        if not steps or steps[-1].id != care_id or row.step == Step.SETTLED:
            raise GoneError(Sentence("Another step followed this one.", "其后已有其他步骤。"))
        cares.undone(connection, scope, care_id, inst.now_ms())

    inst.write(work)


def settled(connection: Connection, keys: Sequence[str], now_ms: int) -> None:
    """Note for ladders that were begun that they are over by themselves."""
    begun: dict[str, Record] = {}
    for row in cares.of_keys(connection, PROGRAM, keys) if keys else ():
        if row.undone_ms is None:
            begun[row.alert_key] = row
    cares.added(
        connection,
        [
            _values(row.venue_id, key, Step.SETTLED, now_ms)
            for key, row in begun.items()
            if row.step != Step.SETTLED
        ],
    )


def _values(
    venue_id: str,
    key: str,
    step: Step,
    at_ms: int,
    account_id: str = "",
    note: str = "",
    due_ms: int | None = None,
) -> dict[str, object]:
    return {
        "id": new_id(),
        "venue_id": venue_id,
        "alert_key": key,
        "step": step.value,
        "note": note,
        "account_id": account_id,
        "at_ms": at_ms,
        "due_ms": due_ms,
    }


def _case(connection: Connection, inst: Installation, scope: Scope, alert_id: int) -> tuple[Case, str]:
    rows = cares.alerts_of(connection, scope, SHOWN_KINDS, alert_id=alert_id)
    if not rows:
        raise NotFoundError
    return _cases(connection, inst, scope, rows)[0], rows[0].key


def _cases(
    connection: Connection, inst: Installation, scope: Scope, rows: Sequence[Record]
) -> tuple[Case, ...]:
    steps: dict[str, list[Taken]] = {}
    for row in cares.of_keys(connection, scope, [row.key for row in rows]) if rows else ():
        steps.setdefault(row.alert_key, []).append(_taken(row))
    return tuple(_shown(inst.cipher, row, tuple(steps.get(row.key, ()))) for row in rows)


def _taken(row: Record) -> Taken:
    login, is_undone = row.login or "", row.undone_ms is not None
    return Taken(row.id, Step(row.step), row.note, login, row.at_ms, row.due_ms, is_undone)


def _shown(cipher: FieldCipher, row: Record, taken: tuple[Taken, ...]) -> Case:
    kind = AlertKind(row.kind)
    # A silence that came back begins anew: what was done about the one before is over with it.
    over = max((at for at, one in enumerate(taken) if one.step is Step.SETTLED), default=-1)
    taken = taken[over + 1 :]
    standing = [one for one in taken if not one.is_undone]
    told = {name: str(value) for name, value in json.loads(row.evidence).items() if _is_told(value)}
    return Case(
        row.id,
        kind,
        alert_sentence(kind, told),
        row.found_ms,
        row.venue_id,
        row.venue_name,
        row.address,
        row.time_zone,
        row.enterprise_id,
        row.enterprise_name,
        row.area_name,
        row.liaison_id or "",
        _liaison(cipher, row),
        taken,
        _next(standing) if kind in LADDER_KINDS else None,
        (standing[-1].due_ms or row.found_ms) if standing else row.found_ms,
    )


def _next(standing: Sequence[Taken]) -> Step:
    if not standing:
        return LADDER[0]
    return LADDER[min(LADDER.index(standing[-1].step) + 1, len(LADDER) - 1)]


def _liaison(cipher: FieldCipher, row: Record) -> str:
    if row.name_sealed is None:
        return ""
    place = liaisons.place("name", row.liaison_id)
    return masked_name(cipher.opened(row.name_sealed, place).decode("utf-8"))


def _is_told(value: object) -> bool:
    return isinstance(value, int | str)
