"""Traces: asked with a purpose, counted, released, shown as table and picture, handed on, closed.

Whom they found may be put on hold: all by one rule, counted first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from domain.errors import InputError
from web.services.desk.filtering import filters, filters_people
from web.services.desk.filtering.filters import Asked, Filter
from web.services.desk.filtering.filters_people import Part
from web.services.desk.filtering.filters_times import local_text
from web.services.desk.tracing import tracing, tracing_holds, tracing_pages, tracing_rehearsal
from web.services.desk.tracing.tracing import Several, Typed
from web.services.desk.tracing.tracing_holds import Count
from web.services.desk.tracing.tracing_rehearsal import STEPS
from web.services.desk.tracing.tracing_values import BREAKER, DAYS_MOST
from web.services.logs import purposes
from web.services.logs.purposes import Act
from web.services.places.places import DEFAULT_ZONE
from web.views.asking.session import installation, now_ms, scope
from web.views.desk import desk_filter
from web.views.every_page.forms import typed as typed_in
from web.views.every_page.language import language, said
from web.views.every_page.presenting import parsed_local
from web.views.people.fact_forms import ContactHoldsForm

desk_trace = Blueprint("desk_trace", __name__)

_FIELDS = ("who", "sought", "visitor_id", "days", "minutes", "until", "second", "purpose", "note")
_DAY_MS = 86_400_000
_LANGUAGES = {"zh": ("zh",), "en": ("en",), "zh,en": ("zh", "en")}


@desk_trace.get("/desk/trace")
def overview() -> str:
    """Ask a new one, about whom and when the filter is, and those that were asked."""
    asked = desk_filter.asked()
    return _overview(_filtered(asked.wanted), {}, asked=asked)


@desk_trace.post("/desk/trace")
def ask() -> ResponseReturnValue:
    """Keep the question and count; or show several visitors to choose from, or what is wrong."""
    typed = {name: request.form.get(name, "").strip() for name in _FIELDS}
    until_ms = parsed_local(typed["until"], DEFAULT_ZONE) if typed["until"] else now_ms()
    if until_ms is None:
        return _overview(typed, {"until": gettext("Give date and time like 2026-11-21 08:00.")}), 422
    asked = Typed(
        typed["who"] or _sought(typed), typed["visitor_id"], typed["days"], typed["minutes"], until_ms,
        typed["second"] == "1", typed["purpose"], typed["note"],
    )  # fmt: skip
    try:
        found = tracing.ask(installation(), scope(), current_user.get_id(), asked)
    except InputError as error:
        wrong = {} if asked.who or asked.visitor_id else {"who": said(tracing.nobody().sentence)}
        return _overview(typed, {**wrong, error.field: said(error.sentence)}), 422
    if isinstance(found, Several):
        return _overview(typed, {}, found)
    return redirect(url_for("desk_trace.trace", trace_id=found), 303)


@desk_trace.get("/desk/trace/<trace_id>")
def trace(trace_id: str) -> ResponseReturnValue:
    """What the preview counted; once it is released, who it was."""
    return _page(trace_id, {})


@desk_trace.post("/desk/trace/<trace_id>/release")
def release(trace_id: str) -> ResponseReturnValue:
    """Let the result be seen."""
    try:
        tracing.release(
            installation(), scope(), current_user.get_id(), trace_id, request.form.get("counted", "")
        )
    except InputError as error:
        return _page(trace_id, {error.field: said(error.sentence)}), 422
    return redirect(url_for("desk_trace.trace", trace_id=trace_id), 303)


@desk_trace.post("/desk/trace/<trace_id>/close")
def close(trace_id: str) -> ResponseReturnValue:
    """Forget whom it was about."""
    tracing.close(installation(), scope(), current_user.get_id(), trace_id)
    flash(gettext("Closed. Whom it was about is forgotten; that it was asked stays in the log."))
    return redirect(url_for("desk_trace.overview"), 303)


@desk_trace.post("/desk/trace/<trace_id>/table")
def table(trace_id: str) -> ResponseReturnValue:
    """The result as a CSV file, people masked."""
    pieces = tracing_pages.table(installation(), scope(), current_user.get_id(), trace_id)
    return _file(pieces, "text/csv", f"trace-{trace_id[:8]}.csv")


@desk_trace.post("/desk/trace/<trace_id>/notices")
def notices(trace_id: str) -> ResponseReturnValue:
    """Drafts for venues or for people, as a PDF."""
    languages = _LANGUAGES.get(request.form.get("languages", ""), ("zh", "en"))
    to_people = request.form.get("to") == "people"
    signed = request.form.get("signed", "").strip()[:120]
    try:
        made = tracing_pages.notices(
            installation(), scope(), current_user.get_id(), trace_id, languages, signed, to_people=to_people
        )
    except InputError as error:
        return _page(trace_id, {error.field: said(error.sentence)}), 422
    return _file([made], "application/pdf", f"notices-{trace_id[:8]}.pdf")


@desk_trace.get("/desk/trace/<trace_id>/holds")
def holds(trace_id: str) -> ResponseReturnValue:
    """Which of those who were met are to be put on hold, and how."""
    if tracing.trace(installation(), scope(), trace_id).released_ms is None:
        return redirect(url_for("desk_trace.trace", trace_id=trace_id), 303)
    return _holds(trace_id, ContactHoldsForm())


@desk_trace.post("/desk/trace/<trace_id>/holds")
def propose_holds(trace_id: str) -> ResponseReturnValue:
    """Count them; once their number is typed, propose them all."""
    form = ContactHoldsForm()
    told = (installation(), scope(), current_user.get_id(), trace_id, form.chosen)
    number = typed_in(form, "counted")
    try:
        if not number:
            return _holds(trace_id, form, tracing_holds.counted(*told))
        case_id = tracing_holds.propose(*told, number)
    except InputError as error:
        form.refuse(error)
        count = tracing_holds.counted(*told) if error.field == "counted" else None
        return _holds(trace_id, form, count), 422
    flash(gettext("Proposed. They are in force once somebody else confirms them."))
    return redirect(url_for("holds.case", case_id=case_id), 303)


@desk_trace.get("/desk/trace/rehearsals")
def rehearsals() -> str:
    """How long every step of a trace took, month by month."""
    return render_template(
        "desk/rehearsals.html",
        rehearsals=tracing_rehearsal.listed(installation(), scope()),
        steps=STEPS.items(),
    )


@desk_trace.post("/desk/trace/rehearsals")
def rehearse() -> ResponseReturnValue:
    """Go through all steps with a made-up case, now."""
    tracing_rehearsal.rehearse(installation(), scope(), current_user.get_id())
    return redirect(url_for("desk_trace.rehearsals"), 303)


def _filtered(wanted: Filter) -> dict[str, str]:
    """The fields of a question about the person and the time of a filter."""
    end_ms = now_ms() if wanted.until_ms is None else min(wanted.until_ms, now_ms())
    until = "" if wanted.until_ms is None else local_text(end_ms, DEFAULT_ZONE)
    days = 14
    if wanted.from_ms is not None:
        days = min(DAYS_MOST, max(1, -(-(end_ms - wanted.from_ms) // _DAY_MS)))
    return {"sought": wanted.who, "until": until, "days": str(days), "minutes": "30"}


def _sought(typed: Mapping[str, str]) -> str:
    """Whom the filter is about, which only the account knows that typed it."""
    token = typed.get("sought", "")
    if not token:
        return ""
    return filters_people.opened_term(installation(), current_user.get_id(), Part.WHO, token) or ""


def _overview(
    typed: dict[str, str],
    wrong: dict[str, str],
    several: Several | None = None,
    asked: Asked | None = None,
) -> str:
    sought = _sought(typed)
    return render_template(
        "desk/trace.html",
        sought=filters_people.masked_term(sought) if sought else "",
        desk_query=filters.to_args(asked.wanted) if asked else {},
        typed=typed,
        wrong=wrong,
        several=several,
        traces=tracing.listed(installation(), scope(), current_user.get_id()),
        purposes=purposes.choices(Act.TRACE),
    )


def _page(trace_id: str, wrong: dict[str, str]) -> str:
    about = tracing.trace(installation(), scope(), trace_id)
    own = about.asker_id == current_user.get_id()
    if about.released_ms is None:
        return render_template("desk/trace_preview.html", trace=about, wrong=wrong, own=own, breaker=BREAKER)
    shown = tracing_pages.shown(installation(), scope(), trace_id, language())
    return render_template("desk/trace_result.html", trace=about, wrong=wrong, shown=shown)


def _holds(trace_id: str, form: ContactHoldsForm, count: Count | None = None) -> str:
    return render_template(
        "desk/trace_holds.html", trace_id=trace_id, form=form, count=count, breaker=BREAKER
    )


def _file(pieces: Iterable[bytes], kind: str, name: str) -> Response:
    response = Response(pieces, mimetype=kind)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    response.headers["Cache-Control"] = "no-store"
    return response
