"""Traces of contacts: asked with a purpose, counted, released by a person, then shown, then forgotten."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from flask import Response
from pydantic import Field

from domain.access import Right
from domain.hold import HoldLevel
from web.api.declaring.calling import account, scope
from web.api.declaring.files import attached
from web.api.declaring.operations import Operations
from web.api.declaring.purposes import Note, named
from web.api.declaring.shapes import WHOLE, Given, Id, Line, Loose, Made, Ms, Told, list_of, told
from web.api.people.people import Visitor
from web.services.desk.tracing import tracing, tracing_holds, tracing_pages, tracing_rehearsal
from web.services.desk.tracing.tracing import Several, Typed
from web.services.desk.tracing.tracing import Trace as TraceRow
from web.services.desk.tracing.tracing_holds import Chosen, Whom
from web.services.desk.tracing.tracing_holds import Count as HoldCountRow
from web.services.desk.tracing.tracing_pages import Result
from web.services.desk.tracing.tracing_rehearsal import Rehearsal as RehearsalRow
from web.services.logs.purposes import Act
from web.services.people import holds
from web.views.asking.session import installation, now_ms

traces_api = Operations("traces", "Traces")
Trace = told(TraceRow, "Trace", "question", people=int, needs_another=bool, note=str)
TraceResult = told(Result, "TraceResult", "picture")
Rehearsal = told(RehearsalRow, "Rehearsal")
HoldCount = told(HoldCountRow, "ContactHoldsCount")
_Purpose, _HoldPurpose = named(Act.TRACE), named(Act.HOLD)
_Text = Annotated[str, Field(max_length=500)]


class TraceGiven(Given):
    """Whose contacts, over how many days, and from how many minutes together."""

    who: Line = ""
    visitor_id: Id = ""
    days: Annotated[int, Field(ge=1, le=60), WHOLE] = 14
    minutes: Annotated[int, Field(ge=0, le=240), WHOLE] = 30
    until_ms: Ms | None = None
    second: bool = False
    purpose: _Purpose  # type: ignore[valid-type]
    note: Note = ""


class NoticesGiven(Given):
    """To whom the drafts are: the venues, or the people who were met."""

    to: Literal["venues", "people"] = "venues"
    languages: Literal["zh,en", "zh", "en"] = "zh,en"
    signed: Annotated[str, Field(max_length=120)] = ""


class ReleaseGiven(Given):
    """The number of people that the preview counted, typed again."""

    counted: Annotated[int, Field(ge=0, le=10_000_000), WHOLE]


class ContactHoldsGiven(Given):
    """Who of those who were met is put on hold, and how; `minutes` counts for `together` only.

    A hold ends with the day that is `days` after the last contact.
    """

    whom: Annotated[Whom, Loose]
    minutes: Annotated[int, Field(ge=1, le=10_000), WHOLE] = 15
    days: Annotated[int, Field(ge=1, le=60), WHOLE] = 14
    level: Annotated[HoldLevel, Loose]
    purpose: _HoldPurpose  # type: ignore[valid-type]
    reason: _Text
    instruction: _Text
    appeal: _Text

    @property
    def chosen(self) -> Chosen:
        """As the service takes it."""
        hold = holds.Given(self.level, self.reason, self.instruction, self.appeal, purpose=self.purpose)
        return Chosen(self.whom, str(self.minutes), str(self.days), hold)


class ContactHoldsCounted(ContactHoldsGiven):
    """The same with the number of holds that was counted, typed again."""

    counted: Annotated[int, Field(ge=0, le=10_000_000), WHOLE]


class Asked(Told):
    """The trace that was asked; or whom the term may mean, with nothing asked."""

    trace_id: str
    several: list[Visitor]  # type: ignore[valid-type]


@traces_api.read("/traces", Right.TRACE, list_of(Trace, "Traces"))
def list_traces() -> Any:
    """The traces that the caller may see, the newest first."""
    return {"items": tracing.listed(installation(), scope(), account().id)}


@traces_api.act("/traces", Right.TRACE, Asked, takes=TraceGiven)
def ask_trace(given: TraceGiven) -> Any:
    """Ask who was in contact; the log says so first, and the answer is a count."""
    until_ms = now_ms() if given.until_ms is None else given.until_ms
    typed = Typed(
        given.who,
        given.visitor_id,
        str(given.days),
        str(given.minutes),
        until_ms,
        given.second,
        given.purpose,
        given.note,
    )
    found = tracing.ask(installation(), scope(), account().id, typed)
    if isinstance(found, Several):
        return {"trace_id": "", "several": found.rows}
    return {"trace_id": found, "several": ()}


@traces_api.read("/traces/<trace_id>", Right.TRACE, Trace)
def show_trace(trace_id: str) -> Any:
    """One trace and what it counted."""
    return tracing.trace(installation(), scope(), trace_id)


@traces_api.act("/traces/<trace_id>/release", Right.TRACE, takes=ReleaseGiven)
def release_trace(trace_id: str, given: ReleaseGiven) -> None:
    """Let the result be seen; above a number of people it takes a second person."""
    tracing.release(installation(), scope(), account().id, trace_id, str(given.counted))


@traces_api.read("/traces/<trace_id>/result", Right.TRACE, TraceResult, also=(409, 422))
def trace_result(trace_id: str) -> Any:
    """Who it was, masked; 404 before it is released."""
    return tracing_pages.shown(installation(), scope(), trace_id, "en")


@traces_api.file("POST", "/traces/<trace_id>/table", Right.TRACE, ("text/csv",))
def trace_table(trace_id: str) -> Response:
    """The result as a CSV file, people masked; the log says so first."""
    pieces = tracing_pages.table(installation(), scope(), account().id, trace_id)
    return attached(b"".join(pieces), "text/csv", f"trace-{trace_id[:8]}.csv")


@traces_api.act("/traces/<trace_id>/close", Right.TRACE)
def close_trace(trace_id: str) -> None:
    """Forget whom a trace was about; that it was asked stays in the log."""
    tracing.close(installation(), scope(), account().id, trace_id)


@traces_api.file("POST", "/traces/<trace_id>/notices", Right.TRACE, ("application/pdf",), takes=NoticesGiven)
def trace_notices(trace_id: str, given: NoticesGiven) -> Response:
    """Drafts of notices as a PDF; the log says first who took them."""
    made = tracing_pages.notices(
        installation(),
        scope(),
        account().id,
        trace_id,
        tuple(given.languages.split(",")),
        given.signed.strip(),
        to_people=given.to == "people",
    )
    return attached(made, "application/pdf", f"notices-{trace_id[:8]}.pdf")


@traces_api.act("/traces/<trace_id>/holds/count", Right.HOLD_PEOPLE, HoldCount, takes=ContactHoldsGiven)
def count_trace_holds(trace_id: str, given: ContactHoldsGiven) -> Any:
    """How many holds a choice among those who were met makes; nothing is proposed."""
    return tracing_holds.counted(installation(), scope(), account().id, trace_id, given.chosen)


@traces_api.make("/traces/<trace_id>/holds", Right.HOLD_PEOPLE, Made, takes=ContactHoldsCounted)
def propose_trace_holds(trace_id: str, given: ContactHoldsCounted) -> Any:
    """Propose them all; the case that a second person confirms. Who traces and holds people may."""
    told = (installation(), scope(), account().id, trace_id, given.chosen, str(given.counted))
    return {"id": tracing_holds.propose(*told)}


@traces_api.read("/rehearsals", Right.TRACE, list_of(Rehearsal, "Rehearsals"))
def list_rehearsals() -> Any:
    """How long every step of a trace took with made-up cases, the newest first."""
    return {"items": tracing_rehearsal.listed(installation(), scope())}


@traces_api.act("/rehearsals", Right.TRACE, Rehearsal)
def rehearse_trace() -> Any:
    """Go through all steps with a made-up case, now."""
    return tracing_rehearsal.rehearse(installation(), scope(), account().id)
