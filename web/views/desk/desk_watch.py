"""Silent and strange codes: what is open, the ladder of each, and the list of whom to visit today."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from domain.alert import KIND_NAMES
from domain.errors import InputError
from web.services.desk.watching import watching_care
from web.services.desk.watching.watching_care import LADDER, SHOWN_KINDS, Case, Step
from web.services.errors import GoneError
from web.services.installation import start_of_day_ms
from web.services.places.places import DEFAULT_ZONE
from web.views.asking.session import installation, now_ms, scope
from web.views.every_page.language import said
from web.views.every_page.words import named

watch_pages = Blueprint("desk_watch", __name__)
_DAY_MS = 86_400_000
_SHOWN_MOST = 100


@watch_pages.get("/desk/watch")
def page() -> ResponseReturnValue:
    """Every open case, what is due first on top; or those of one kind, or what is due today."""
    return _shown()


@watch_pages.post("/desk/watch/<int:alert_id>/steps")
def take(alert_id: int) -> ResponseReturnValue:
    """Take the next step of a case."""
    step, note = request.form.get("step", "")[:16], request.form.get("note", "")
    try:
        watching_care.take(installation(), scope(), current_user.get_id(), alert_id, step, note)
    except InputError as error:
        return _shown({alert_id: said(error.sentence)}, note), 400
    except GoneError as error:
        flash(said(error.sentence))
    else:
        flash(gettext("Noted: %(step)s.", step=said(named(step, "care_step"))))
    return redirect(url_for("desk_watch.page", _anchor=f"case-{alert_id}"), 303)


@watch_pages.post("/desk/watch/steps/<care_id>/undo")
def undo(care_id: str) -> ResponseReturnValue:
    """Take the last step of a case back."""
    try:
        watching_care.undo(installation(), scope(), care_id)
    except GoneError as error:
        flash(said(error.sentence))
    else:
        flash(gettext("The step was taken back."))
    return redirect(url_for("desk_watch.page"), 303)


@watch_pages.get("/desk/watch/visits")
def visits() -> ResponseReturnValue:
    """Whom to visit today, by liaison, for paper."""
    end_ms = _end_of_today_ms()
    due = [case for case in _cases() if case.next_step is Step.VISIT and case.due_ms < end_ms]
    liaison = request.args.get("liaison", "")[:64]
    names = {case.liaison_id: case.liaison_name for case in due}
    groups = {
        key: [case for case in due if case.liaison_id == key]
        for key in sorted(names, key=lambda key: (not key, names[key], key))
        if liaison in ("", key)
    }
    return render_template(
        "desk/watch_visits.html",
        groups=groups,
        names=names,
        liaison=liaison,
        kind_names=KIND_NAMES,
        now_ms=now_ms(),
        zone=DEFAULT_ZONE,
    )


def _shown(wrong: dict[int, str] | None = None, note: str = "") -> str:
    found, end_ms = _cases(), _end_of_today_ms()
    kind, due = request.args.get("kind", "")[:32], request.args.get("due") == "1"
    asked = [
        case
        for case in found
        if (not kind or case.kind == kind) and (not due or (case.next_step and case.due_ms < end_ms))
    ]
    counts = {one: sum(case.kind == one for case in found) for one in SHOWN_KINDS}
    return render_template(
        "desk/watch.html",
        cases=asked[:_SHOWN_MOST],
        more=max(0, len(asked) - _SHOWN_MOST),
        total=len(found),
        due_count=sum(bool(case.next_step) and case.due_ms < end_ms for case in found),
        visit_count=sum(case.next_step is Step.VISIT and case.due_ms < end_ms for case in found),
        counts=counts,
        kinds=[one for one in SHOWN_KINDS if counts[one] or one == kind],
        kind=kind,
        due=due,
        end_ms=end_ms,
        kind_names=KIND_NAMES,
        ladder=LADDER,
        may_act=not scope().enterprise_id,
        wrong=wrong or {},
        note=note,
    )


def _cases() -> tuple[Case, ...]:
    return watching_care.cases(installation(), scope())


def _end_of_today_ms() -> int:
    return start_of_day_ms(now_ms(), DEFAULT_ZONE) + _DAY_MS
