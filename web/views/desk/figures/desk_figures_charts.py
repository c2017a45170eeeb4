"""The charts of the figures in the language of the page."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask_babel import gettext

from domain.hours import local_time
from web.services.desk.figures import figures
from web.services.desk.figures.charts import Chart, Form, Ink, Series
from web.services.desk.figures.figures_days import Span, date_of
from web.services.desk.figures.figures_heat import by_hour_of_day
from web.services.desk.figures.figures_values import NOTHING, Sums
from web.services.desk.filtering.filters import Asked
from web.services.installation import Installation
from web.store.scope import Scope
from web.views.desk.figures.desk_figures_words import span_text
from web.views.every_page.language import said
from web.views.every_page.words import named

# Below so many seconds or minutes; what is beyond the last is one step more.
PACE_EDGES = (2, 3, 4, 6, 8, 10, 15, 20, 30, 45, 60)
DWELL_EDGES = (5, 15, 30, 60, 120, 240, 480, 720)
_WAY_INKS = {"kiosk": Ink.MAIN, "poster": Ink.BESIDE}


def steps_between(edges: tuple[int, ...]) -> tuple[str, ...]:
    """What the steps between edges are called."""
    between = [f"{low}–{high}" for low, high in zip((0, *edges[:-1]), edges, strict=True)]
    return (*between, f"≥ {edges[-1]}")


def _hours(inst: Installation, scope: Scope, asked: Asked, account_id: str) -> Chart:
    span, found, as_of_ms = figures.timed(inst, scope, asked.wanted, asked.zone, account_id=account_id)
    hours = by_hour_of_day(found.hours if found else {})
    labels = tuple(f"{hour:02}" for hour in range(24))
    until = _until(span, as_of_ms, asked)
    return Chart(gettext("Arrivals by hour"), labels, _people(hours), Form.COLUMNS, until)


def _days(inst: Installation, scope: Scope, asked: Asked, account_id: str) -> Chart:
    span, found, as_of_ms = figures.timed(inst, scope, asked.wanted, asked.zone, account_id=account_id)
    days = range(span.days.first, span.days.last + 1)
    sums = [found.days.get(day, NOTHING) if found else NOTHING for day in days]
    labels = tuple(f"{date_of(day):%m-%d}" for day in days)
    until = _until(span, as_of_ms, asked)
    return Chart(gettext("Day by day"), labels, _people(sums), Form.LINES, until)


def _pace(inst: Installation, scope: Scope, asked: Asked, _account_id: str) -> Chart:
    found = figures.times(inst, scope, asked.wanted, asked.zone)
    series = tuple(
        Series(said(named(way, "way")), _WAY_INKS.get(way, Ink.BEFORE), spread.within(PACE_EDGES))
        for way, spread in found.paces.items()
    )
    until = _until(found.span, found.as_of_ms, asked)
    steps, shown = steps_between(PACE_EDGES), series or _none(PACE_EDGES)
    return Chart(gettext("Seconds at the gate"), steps, shown, caption=until)


def _dwell(inst: Installation, scope: Scope, asked: Asked, _account_id: str) -> Chart:
    found = figures.times(inst, scope, asked.wanted, asked.zone)
    series = Series(gettext("Stays"), Ink.MAIN, found.dwell.within(DWELL_EDGES))
    until = _until(found.span, found.as_of_ms, asked)
    return Chart(gettext("Minutes inside"), steps_between(DWELL_EDGES), (series,), caption=until)


def _until(span: Span, as_of_ms: int, asked: Asked) -> str:
    """Of which days it is, and until when they are counted."""
    at = f"{local_time(as_of_ms, asked.zone):%Y-%m-%d %H:%M}"
    return f"{span_text(span)} · {gettext('as of %(time)s', time=at)}"


def _people(sums: list[Sums]) -> tuple[Series, ...]:
    return (
        Series(gettext("In"), Ink.MAIN, tuple(one.people_in for one in sums)),
        Series(gettext("Out"), Ink.BESIDE, tuple(one.people_out for one in sums)),
        Series(gettext("Turned back"), Ink.REFUSED, tuple(one.people_refused for one in sums)),
    )


def _none(edges: tuple[int, ...]) -> tuple[Series, ...]:
    return (Series("", Ink.MAIN, (0,) * (len(edges) + 1)),)


CHARTS: Mapping[str, Callable[[Installation, Scope, Asked, str], Chart]] = {
    "hours": _hours,
    "days": _days,
    "pace": _pace,
    "dwell": _dwell,
}
