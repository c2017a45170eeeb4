"""What was typed for a trace: whom it is about, how far it reaches, and what for."""

from __future__ import annotations

from dataclasses import dataclass

from domain.errors import InputError
from domain.wording import Sentence
from web.db.connecting.connection import Connection
from web.services.desk.tracing import contact_finding
from web.services.desk.tracing.tracing_values import DAYS_MOST, MINUTES_MOST
from web.services.errors import NotFoundError
from web.services.installation import Installation
from web.services.logs import purposes
from web.services.logs.purposes import Act
from web.services.people import recognising, visitors
from web.store.people import visitors as visitor_store
from web.store.scope import Scope

_LISTED = 50
_NOBODY = Sentence(
    "Nobody is found. Give a whole name, a phone, a number plate, an ID number or a short number.",
    "没有找到此人。请输入完整姓名、电话、车牌、证件号或访客编号。",
)


@dataclass(frozen=True, slots=True)
class Typed:
    """A trace as it was typed; `until_ms` is the last moment to look at."""

    who: str
    visitor_id: str
    days: str
    minutes: str
    until_ms: int
    second: bool
    purpose: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Several:
    """More than one visitor whom the text names, who are not the same person: staff choose."""

    rows: tuple[visitors.VisitorRow, ...]


def checked(typed: Typed, now_ms: int) -> tuple[int, int, str]:
    """Days, minutes and the note; InputError names the field that is none, or the time that is to come."""
    days = whole("days", typed.days, 1, DAYS_MOST)
    minutes = whole("minutes", typed.minutes, 0, MINUTES_MOST)
    purposes.checked(Act.TRACE, typed.purpose)
    note = purposes.checked_note(typed.note)
    if typed.until_ms > now_ms + 60_000:
        raise InputError("until", "This time has not come yet.", "该时间尚未到来。")
    return days, minutes, note


def nobody() -> InputError:
    """What to say when the text names nobody, or there is none."""
    return InputError("who", _NOBODY.en, _NOBODY.zh)


def people(
    connection: Connection, inst: Installation, scope: Scope, typed: Typed
) -> tuple[str, ...] | Several:
    """All registrations of the one person who is meant; InputError for nobody, NotFoundError out of scope."""
    ids = _meant(connection, inst, scope, typed)
    own = contact_finding.registrations(connection, scope, ids[:1])
    if strangers := [one for one in ids if one not in own]:
        rows = visitor_store.rows(connection, scope, among=[*own, *strangers], limit=_LISTED)
        return Several(tuple(visitors.shown(inst, row) for row in rows))
    return tuple(own)


def _meant(connection: Connection, inst: Installation, scope: Scope, typed: Typed) -> list[str]:
    if typed.visitor_id:
        if visitor_store.row(connection, scope, typed.visitor_id) is None:
            raise NotFoundError
        return [typed.visitor_id]
    ids = recognising.found_by_text(connection, inst.cipher, scope, typed.who) if typed.who.strip() else []
    if not ids:
        raise nobody()
    return ids


def whole(field: str, typed: str, least: int, most: int) -> int:
    """A whole number that was typed; InputError names the field where there is none between the two."""
    digits = typed.strip()
    if not digits.isascii() or not digits.isdigit() or not least <= int(digits[:6]) <= most:
        raise InputError(
            field, f"Give a whole number from {least} to {most}.", f"请填写 {least} 至 {most} 之间的整数。"
        )
    return int(digits)
