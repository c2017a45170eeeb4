"""The figures of the desk: one page of counts, one of times, the charts of both, and the sheet of a day."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from web.services.desk.figures import figures, figures_table
from web.services.desk.figures.charts import NARROW, WIDE, drawn
from web.services.desk.figures.figures_counting import ENTRIES_MOST
from web.services.desk.figures.figures_heat import by_hour_of_day, heat_of
from web.services.desk.figures.figures_places import Level, levels_of, lines
from web.services.desk.filtering import filters
from web.services.desk.filtering.filters import Asked
from web.views.asking.session import installation, now_ms, scope
from web.views.desk import desk_filter
from web.views.desk.figures.desk_figures_charts import CHARTS, DWELL_EDGES, PACE_EDGES, steps_between
from web.views.desk.figures.desk_figures_words import (
    by_people,
    headline,
    local_date,
    months,
    quick_periods,
    reason_name,
    span_text,
    weekday,
)
from web.views.every_page.language import language

figures_pages = Blueprint("desk_figures", __name__)
for _filter in (span_text, weekday, local_date, reason_name, by_people):
    figures_pages.add_app_template_filter(_filter)
# A chart is a document of its own: its style is part of it, and nothing else may be loaded or run.
_CHART_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
_SHOWN_FIRST = 20


@figures_pages.get("/desk/figures")
def page() -> ResponseReturnValue:
    """What passages come to."""
    asked = desk_filter.asked()
    found = figures.figures(
        installation(), scope(), asked.wanted, asked.zone, account_id=current_user.get_id()
    )
    levels = levels_of(found, asked.wanted)
    level = next((one for one in levels if one == request.args.get("by")), levels[0])
    rows = lines(found, level)
    return render_template(
        "desk/figures.html",
        **_shown(asked, "figures"),
        found=found,
        counts=found.counts,
        figures=headline(found),
        hours=by_hour_of_day(found.counts.hours) if found.counts else [],
        heat=heat_of(found.counts.hours, found.span) if found.counts else None,
        levels=levels,
        level=level,
        lines=rows if request.args.get("all") == "1" else rows[:_SHOWN_FIRST],
        line_count=len(rows),
        Level=Level,
        entries_most=ENTRIES_MOST,
    )


@figures_pages.get("/desk/figures/times")
def times() -> ResponseReturnValue:
    """How long passages take and stays last."""
    asked = desk_filter.asked()
    found = figures.times(installation(), scope(), asked.wanted, asked.zone)
    return render_template(
        "desk/figures_times.html",
        **_shown(asked, "times"),
        found=found,
        pace_edges=steps_between(PACE_EDGES),
        dwell_edges=steps_between(DWELL_EDGES),
        PACE_EDGES=PACE_EDGES,
        DWELL_EDGES=DWELL_EDGES,
    )


@figures_pages.get("/desk/figures.csv")
def csv() -> ResponseReturnValue:
    """What the filter comes to at each venue, as a table."""
    asked = desk_filter.asked()
    table = figures_table.by_venue(
        installation(), scope(), asked.wanted, asked.zone, account_id=current_user.get_id()
    )
    if table.lines is None:  # the page says so
        told = urlencode(filters.to_args(asked.wanted), doseq=True)
        return redirect(f"{url_for('desk_figures.page')}?{told}", 303)
    span = table.span
    response = Response(figures_table.csv(table, chinese=language() == "zh"), mimetype="text/csv")
    stem = f"figures-{local_date(span.days.first)}-{local_date(span.days.last)}"
    response.headers["Content-Disposition"] = f'attachment; filename="{stem}.csv"'
    response.headers["Cache-Control"] = "no-store"
    return response


@figures_pages.get("/desk/figures/<name>.svg")
def chart(name: str) -> ResponseReturnValue:
    """One of the charts as a picture of its own."""
    if name not in CHARTS:
        abort(404)
    asked = desk_filter.asked()
    picture = CHARTS[name](installation(), scope(), asked, current_user.get_id())
    size = NARROW if request.args.get("size") == "narrow" else WIDE
    response = Response(drawn(picture, size), mimetype="image/svg+xml")
    response.headers["Content-Security-Policy"] = _CHART_POLICY
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _shown(asked: Asked, page: str) -> Mapping[str, Any]:
    """What both pages show of the filter, with periods to choose at once."""
    told = filters.to_args(asked.wanted)
    kept = {name: values for name, values in told.items() if name not in ("period", "from", "until")}
    here = f"desk_figures.{'page' if page == 'figures' else page}"
    choices = [*quick_periods(asked), *months(asked, now_ms())]
    return {
        **desk_filter.shown(asked, page),
        "quick": [
            (label, f"{url_for(here)}?{urlencode({**kept, **args}, doseq=True)}", chosen)
            for label, args, chosen in choices
        ],
        "query": told,
        "operator": installation().settings.operator,
        "now_ms": now_ms(),
    }
