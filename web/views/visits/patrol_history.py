"""The rounds of a day, to be read and taken along as a table."""

from __future__ import annotations

from datetime import date, timedelta

from flask import Blueprint, Response, abort, render_template
from flask.typing import ResponseReturnValue

from web.services.visits.rounds import rounds
from web.services.visits.rounds.hanging import VERDICT_NAMES
from web.views.asking.session import installation, scope
from web.views.visits.patrol import VERDICT_ICONS

patrol_history = Blueprint("patrol_history", __name__, url_prefix="/patrol/days")


@patrol_history.get("/<day>")
def page(day: str) -> ResponseReturnValue:
    """What was seen on a day, written like 2026-11-20."""
    wanted = _day(day)
    rows = rounds.history(installation(), scope(), wanted)
    return render_template(
        "patrol/history.html",
        day=wanted,
        before=wanted - timedelta(days=1),
        after=wanted + timedelta(days=1) if wanted < rounds.this_day(installation()) else None,
        rows=rows,
        is_cut=len(rows) == rounds.LOOKS_MOST,
        verdicts=VERDICT_NAMES,
        verdict_icons=VERDICT_ICONS,
    )


@patrol_history.get("/<day>.csv")
def csv(day: str) -> ResponseReturnValue:
    """The same as a table."""
    wanted = _day(day)
    rows = rounds.history(installation(), scope(), wanted)
    response = Response(rounds.csv(rows), mimetype="text/csv")
    response.headers.set("Content-Disposition", "attachment", filename=f"rounds-{wanted.isoformat()}.csv")
    response.headers["Cache-Control"] = "no-store"
    return response


def _day(typed: str) -> date:
    try:
        wanted = date.fromisoformat(typed)
    except ValueError:
        abort(404)
    # Where a day before and a day after exist in every zone.
    return wanted if 2000 <= wanted.year <= 2199 else abort(404)
