"""A trace: asked with a purpose, counted before anything is seen, released, and closed again.

The question is kept sealed, the answer is never kept: it is found anew, as of the time that was asked.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from domain.access import Right
from domain.deed import Deed
from domain.errors import InputError
from web.db.connecting.connection import Connection, Record
from web.services.access import rights
from web.services.access.looks import Concerns
from web.services.desk import deeds
from web.services.desk.tracing import contact_finding, tracing_typed
from web.services.desk.tracing.tracing_typed import Several as Several
from web.services.desk.tracing.tracing_typed import Typed as Typed
from web.services.desk.tracing.tracing_typed import nobody as nobody
from web.services.desk.tracing.tracing_values import BREAKER, Found, Question, question_from
from web.services.errors import NotFoundError
from web.services.installation import Installation, new_id
from web.store.desk import contacts, traces
from web.store.scope import PROGRAM, Scope

REAL, REHEARSAL = "real", "rehearsal"
_LISTED = 50


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
    def note(self) -> str:
        """What was noted beside the purpose, until it is closed."""
        return self.question.note if self.question else ""

    @property
    def people(self) -> int:
        """How many people the result names."""
        return self.figures["contacts"] + self.figures["second"]

    @property
    def needs_another(self) -> bool:
        """Whether somebody else has to agree before the result is seen."""
        return self.people > BREAKER


def ask(inst: Installation, scope: Scope, account_id: str, typed: Typed) -> str | Several:
    """Keep a question and count its answer; the new trace's id. InputError names a bad field.

    The log says who asked and what for before anything is counted.
    """
    days, minutes, note = tracing_typed.checked(typed, inst.now_ms())
    identity, purpose = new_id(), typed.purpose

    found = inst.read(lambda connection: tracing_typed.people(connection, inst, scope, typed))
    if isinstance(found, Several):
        return found
    question = Question(found, days, minutes, typed.until_ms, typed.second, note)
    told = {"trace": identity, "step": "asked", "days": days, "minutes": minutes, "second": typed.second}

    def keep(connection: Connection) -> None:
        rights.held(connection, inst, scope, account_id, Right.TRACE)
        deeds.noted(
            connection,
            inst,
            account_id,
            Deed.TRACE,
            told,
            purpose,
            ",".join(found),
            Concerns(found),
            note=note,
        )
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
        rights.held(connection, inst, scope, account_id, Right.TRACE)
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
            concerns=concerns(found),
        )
        traces.released(connection, trace_id, account_id, inst.now_ms())

    inst.write(work)


def result(inst: Installation, scope: Scope, trace_id: str) -> tuple[Trace, Found]:
    """The answer of a released trace, as of the time it asked about.

    NotFoundError outside the scope; InputError while it is not released, or once it is closed.
    """

    about = trace(inst, scope, trace_id)
    if about.question is None or about.released_ms is None:
        raise InputError("trace", "This trace is not released.", "该追踪尚未批准查看。")
    question = about.question
    # Whether it may be seen is asked where it was decided; who was met may come from a replica.
    return about, inst.look(lambda connection: contact_finding.found(connection, scope, question))


def concerns(about: Trace) -> Concerns:
    """Whose data a trace is about: those it was asked for, as long as it is not closed."""
    return Concerns(about.question.visitor_ids if about.question else ())


def close(inst: Installation, scope: Scope, account_id: str, trace_id: str) -> None:
    """End a trace: whom it was about is forgotten, that there was one stays."""

    def work(connection: Connection) -> None:
        found = _trace(connection, inst, scope, trace_id)
        deeds.noted(
            connection, inst, account_id, Deed.TRACE, {"trace": trace_id, "step": "closed"}, found.purpose
        )
        traces.closed(connection, trace_id, inst.now_ms())

    inst.write(work)


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
