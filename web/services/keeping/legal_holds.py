"""Legal holds: what a case needs is not erased, whatever its time; one sets it, another lifts it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from domain.errors import InputError
from domain.visitor import cleaned
from web.db.connecting.connection import Connection, Record
from web.db.connecting.turns import Turn, taken
from web.services.errors import NotFoundError
from web.services.installation import Installation, new_id
from web.services.keeping import leaves
from web.services.logs import purposes
from web.services.logs.purposes import Act, Purpose, of_statement, stated
from web.store.keeping import legal_holds, purge_runs
from web.store.keeping.legal_holds import VENUE, VISITOR
from web.store.people import visitors
from web.store.places import places
from web.store.scope import Scope

_REASON_MOST = 500
# Beyond all passages: of a venue only its zone is wanted here, not what happened today.
_NEVER_MS = 2**53


@dataclass(frozen=True, slots=True)
class Given:
    """What is to be held, as typed: `subject` "visitor" or "venue"; days of a venue, blank for no bound.

    The `reason` is the note beside the purpose.
    """

    subject: str
    subject_id: str
    reason: str
    from_day: str = ""
    until_day: str = ""
    purpose: str = Purpose.DISPUTE


@dataclass(frozen=True, slots=True)
class Hold:
    """A hold as its list shows it; `name` is the venue's or the masked name of a visitor.

    The `purpose` is "" for those that are older than the list of purposes.
    """

    id: str
    subject: str
    subject_id: str
    name: str
    enterprise_name: str
    zone: str
    purpose: str
    reason: str
    from_ms: int | None
    until_ms: int | None
    set_login: str
    set_by: str
    set_ms: int
    lifted_login: str
    lifted_ms: int | None


def set_hold(inst: Installation, scope: Scope, account_id: str, given: Given) -> str:
    """The id of a new hold, in force at once; InputError for a bad field, NotFoundError outside the scope."""
    purpose = purposes.checked(Act.LEGAL_HOLD, given.purpose)
    reason = stated(purpose, cleaned(given.reason, "reason", _REASON_MOST))
    identity = new_id()

    def work(connection: Connection) -> None:
        # The purge erases in the same turn: what is held before a batch begins is not in it (A9).
        taken(connection, Turn.APPENDING)
        from_ms, until_ms = _period(_zone(connection, scope, given), given)
        now_ms = inst.now_ms()
        legal_holds.added(
            connection,
            id=identity,
            subject=given.subject,
            subject_id=given.subject_id,
            reason_sealed=inst.cipher.sealed(reason.encode(), place(identity)),
            from_ms=from_ms,
            until_ms=until_ms,
            set_by=account_id,
            set_ms=now_ms,
        )
        told = {
            "hold": identity,
            "change": "set",
            "on": given.subject,
            "purpose": purpose,
            "from_ms": from_ms,
            "until_ms": until_ms,
        }
        leaves.added(connection, now_ms, account_id, new_id(), told, leaves.LEGAL_HOLD)

    inst.write(work)
    return identity


def lift(inst: Installation, scope: Scope, account_id: str, hold_id: str) -> None:
    """End a hold; what is due then goes with the next run. InputError for whoever set it: that takes two."""

    def work(connection: Connection) -> None:
        taken(connection, Turn.APPENDING)
        row = next(iter(legal_holds.rows(connection, scope, hold_id)), None)
        if row is None:
            raise NotFoundError
        if row.set_by == account_id:
            raise InputError("hold", "Somebody else has to lift what you set.", "您设置的保全须由他人解除。")
        now_ms = inst.now_ms()
        if legal_holds.lifted(connection, hold_id, account_id, now_ms):
            purge_runs.unmarked(connection)
            told = {"hold": hold_id, "change": "lifted"}
            leaves.added(connection, now_ms, account_id, new_id(), told, leaves.LEGAL_HOLD)

    inst.write(work)


def listed(inst: Installation, scope: Scope) -> list[Hold]:
    """The holds in scope, those in force first."""
    return [_shown(inst, row) for row in inst.ask(lambda connection: legal_holds.rows(connection, scope))]


def place(hold_id: str) -> str:
    """Where a reason is sealed to."""
    return f"legal_holds|reason|{hold_id}"


def _zone(connection: Connection, scope: Scope, given: Given) -> str:
    if given.subject == VISITOR and visitors.row(connection, scope, given.subject_id) is not None:
        return ""
    if given.subject == VENUE:
        found = places.venue_rows(connection, scope, _NEVER_MS, venue_id=given.subject_id)
        if given.subject_id and found:
            return str(found[0].time_zone)
    raise NotFoundError


def _period(zone: str, given: Given) -> tuple[int | None, int | None]:
    """From the first day to the end of the last one, where the venue is; a visitor is held as a whole."""
    if not zone:
        return None, None
    first, last = _day("from_day", given.from_day), _day("until_day", given.until_day)
    if first and last and last < first:
        raise InputError("until_day", "The last day is before the first.", "结束日期早于开始日期。")
    begins = _midnight_ms(first, zone) if first else None
    return begins, _midnight_ms(last + timedelta(days=1), zone) if last else None


def _day(field: str, typed: str) -> date | None:
    if not typed.strip():
        return None
    try:
        return date.fromisoformat(typed.strip())
    except ValueError:
        raise InputError(
            field, "Give the day like 2026-11-20, or leave it empty.", "请按 2026-11-20 填写日期，或留空。"
        ) from None


def _midnight_ms(day: date, zone: str) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).timestamp() * 1000)


def _shown(inst: Installation, row: Record) -> Hold:
    name = row.venue_name if row.subject == VENUE else f"{row.masked_name or ''} {row.short_number or ''}"
    return Hold(
        row.id,
        row.subject,
        row.subject_id,
        name or "",
        row.enterprise_name or "",
        row.time_zone or "UTC",
        *of_statement(inst.cipher.opened(row.reason_sealed, place(row.id)).decode()),
        row.from_ms,
        row.until_ms,
        row.set_login or "",
        row.set_by,
        row.set_ms,
        row.lifted_login or "",
        row.lifted_ms,
    )
