"""A trace: asked with a purpose, counted before anything is seen, released, and closed again.

The question is kept sealed, the answer is never kept: it is found anew, as of the time that was asked.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from domain.deed import Deed
from domain.errors import InputError
from domain.wording import Sentence
from web.db.connection import Connection, Record
from web.services.desk import contact_finding, deeds
from web.services.desk.tracing_values import (
    BREAKER,
    DAYS_MOST,
    MINUTES_MOST,
    Found,
    Question,
    question_from,
)
from web.services.errors import NotFoundError
from web.services.installation import Installation, new_id
from web.services.people import visitors
from web.store import contacts, traces
from web.store import visitors as visitor_store
from web.store.scope import PROGRAM, Scope

REAL, REHEARSAL = "real", "rehearsal"
PURPOSE_MOST = 300
_LISTED = 50
_NOBODY = Sentence(
    "Nobody is found. Give a whole name, a phone, a number plate, an ID number or a short number.",
    "没有找到此人。请输入完整姓名、电话、车牌、证件号或短号。",
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


@dataclass(frozen=True, slots=True)
class Trace:
    """One trace as its page shows it; logins are "" for nobody."""

    id: str
    purpose: str
    asker_id: str
    asker: str
    made_ms: int
    releaser: str
    released_ms: int | None
    closed_ms: int | None
    figures: dict[str, int]
    question: Question | None

    @property
    def people(self) -> int:
        """How many people the result names."""
        return self.figures["contacts"] + self.figures["second"]

    @property
    def needs_another(self) -> bool:
        """Whether somebody else has to agree before the result is seen."""
        return self.people > BREAKER


@dataclass(frozen=True, slots=True)
class Several:
    """More than one visitor whom the text names, who are not the same person: staff choose."""

    rows: tuple[visitors.VisitorRow, ...]


def ask(inst: Installation, scope: Scope, account_id: str, typed: Typed) -> str | Several:
    """Keep a question and count its answer; the new trace's id. InputError names a bad field.

    The log says who asked and what for before anything is counted.
    """
    days, minutes = (
        _whole("days", typed.days, 1, DAYS_MOST),
        _whole("minutes", typed.minutes, 0, MINUTES_MOST),
    )
    purpose = _purpose(typed.purpose)
    if typed.until_ms > inst.now_ms() + 60_000:
        raise InputError("until", "This time has not come yet.", "该时间尚未到来。")
    identity = new_id()

    found = inst.read(lambda connection: _people(connection, inst, scope, typed))
    if isinstance(found, Several):
        return found
    question = Question(found, days, minutes, typed.until_ms, typed.second)
    told = {"trace": identity, "step": "asked", "days": days, "minutes": minutes, "second": typed.second}

    def keep(connection: Connection) -> None:
        deeds.noted(connection, inst, account_id, Deed.TRACE, told, purpose, about=",".join(found))
        traces.added(
            connection,
            id=identity,
            account_id=account_id,
            mode=REAL,
            purpose=purpose,
            question_sealed=inst.cipher.sealed(question.text(), _place(identity)),
            figures=json.dumps(Found(question.near).figures()),
            made_ms=inst.now_ms(),
        )

    inst.write(keep)
    # A long look holds no writer up.
    figures = json.dumps(inst.read(lambda c: contact_finding.found(c, scope, question)).figures())
    inst.write(lambda connection: traces.counted(connection, identity, figures))
    return identity


def nobody() -> InputError:
    """What to say when the text names nobody, or there is none."""
    return InputError("who", _NOBODY.en, _NOBODY.zh)


def trace(inst: Installation, scope: Scope, trace_id: str) -> Trace:
    """One trace; NotFoundError unless everybody it is about is in scope, or it is closed and one's own."""
    return inst.read(lambda connection: _trace(connection, inst, scope, trace_id))


def listed(inst: Installation, scope: Scope, account_id: str) -> list[Trace]:
    """Traces that may be seen, newest first."""

    def work(connection: Connection) -> list[Trace]:
        rows = traces.newest(connection, REAL, _LISTED)
        return [
            _shown(inst, row)
            for row in rows
            if _may_see(connection, inst, scope, row) or (row.closed_ms and row.account_id == account_id)
        ]

    return inst.read(work)


def release(inst: Installation, scope: Scope, account_id: str, trace_id: str, counted: str) -> None:
    """Let the result be seen; the log says so first.

    InputError when `counted` is not the number of people that the preview shows (so that nobody releases
    what they have not read), or when it is so many that somebody else has to release it.
    """

    def work(connection: Connection) -> None:
        found = _trace(connection, inst, scope, trace_id)
        people = found.people
        if found.needs_another and found.asker_id == account_id:
            raise InputError(
                "counted",
                f"More than {BREAKER} people: somebody else has to release this trace.",
                f"涉及超过 {BREAKER} 人，须由另一人批准查看。",
            )
        if counted.strip() != str(people):
            raise InputError(
                "counted", "Type the number of people that stands above.", "请输入上方显示的人数。"
            )
        deeds.noted(
            connection,
            inst,
            account_id,
            Deed.TRACE,
            {"trace": trace_id, "step": "released", "people": people},
            found.purpose,
        )
        traces.released(connection, trace_id, account_id, inst.now_ms())

    inst.write(work)


def result(inst: Installation, scope: Scope, trace_id: str) -> tuple[Trace, Found]:
    """The answer of a released trace, as of the time it asked about.

    NotFoundError outside the scope; InputError while it is not released, or once it is closed.
    """

    def work(connection: Connection) -> tuple[Trace, Found]:
        about = _trace(connection, inst, scope, trace_id)
        if about.question is None or about.released_ms is None:
            raise InputError("trace", "This trace is not released.", "该追踪尚未批准查看。")
        return about, contact_finding.found(connection, scope, about.question)

    return inst.read(work)


def close(inst: Installation, scope: Scope, account_id: str, trace_id: str) -> None:
    """End a trace: whom it was about is forgotten, that there was one stays."""

    def work(connection: Connection) -> None:
        found = _trace(connection, inst, scope, trace_id)
        deeds.noted(
            connection, inst, account_id, Deed.TRACE, {"trace": trace_id, "step": "closed"}, found.purpose
        )
        traces.closed(connection, trace_id, inst.now_ms())

    inst.write(work)


def _people(
    connection: Connection, inst: Installation, scope: Scope, typed: Typed
) -> tuple[str, ...] | Several:
    """All registrations of the one person who is meant."""
    ids = _meant(connection, inst, scope, typed)
    people = contact_finding.registrations(connection, scope, ids[:1])
    if strangers := [one for one in ids if one not in people]:
        rows = visitor_store.rows(connection, scope, among=[*people, *strangers], limit=_LISTED)
        return Several(tuple(visitors.shown(inst, row) for row in rows))
    return tuple(people)


def _meant(connection: Connection, inst: Installation, scope: Scope, typed: Typed) -> list[str]:
    if typed.visitor_id:
        if visitor_store.row(connection, scope, typed.visitor_id) is None:
            raise NotFoundError
        return [typed.visitor_id]
    ids = visitors.found_by_text(connection, inst.cipher, scope, typed.who) if typed.who.strip() else []
    if not ids:
        raise nobody()
    return ids


def _trace(connection: Connection, inst: Installation, scope: Scope, trace_id: str) -> Trace:
    row = traces.row(connection, trace_id)
    if row is None or row.mode != REAL or not _may_see(connection, inst, scope, row):
        raise NotFoundError
    return _shown(inst, row)


def _may_see(connection: Connection, inst: Installation, scope: Scope, row: Record) -> bool:
    """Whether everybody it is about, as far as they are not forgotten, is in scope."""
    if row.closed_ms is not None:
        return False
    ids = question_from(inst.cipher.opened(row.question_sealed, _place(row.id))).visitor_ids
    known = contacts.known_among(connection, PROGRAM, ids)
    return bool(known) and contacts.known_among(connection, scope, ids) == known


def _shown(inst: Installation, row: Record) -> Trace:
    sealed = row.question_sealed
    question = question_from(inst.cipher.opened(sealed, _place(row.id))) if sealed else None
    return Trace(
        row.id, row.purpose, row.account_id, row.asker or "", row.made_ms, row.releaser or "",
        row.released_ms, row.closed_ms, json.loads(row.figures), question,
    )  # fmt: skip


def _place(trace_id: str) -> str:
    return f"traces|question|{trace_id}"


def _whole(field: str, typed: str, least: int, most: int) -> int:
    digits = typed.strip()
    if not digits.isascii() or not digits.isdigit() or not least <= int(digits[:6]) <= most:
        raise InputError(
            field, f"Give a whole number from {least} to {most}.", f"请填写 {least} 至 {most} 之间的整数。"
        )
    return int(digits)


def _purpose(typed: str) -> str:
    text = " ".join(typed.split())
    if len(text) < 4:
        raise InputError(
            "purpose", "Say what this trace is for, in a few words.", "请用几个字说明本次追踪的事由。"
        )
    return text[:PURPOSE_MOST]
