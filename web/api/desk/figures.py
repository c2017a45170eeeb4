"""What passages come to: counts by venue and day; nobody is named."""

from __future__ import annotations

from typing import Any, Literal

from flask import Response

from domain.access import Right
from domain.errors import InputError
from web.api.declaring.calling import account, scope
from web.api.declaring.days import day_of
from web.api.declaring.files import attached
from web.api.declaring.operations import Operations
from web.api.declaring.shapes import Id, Query, Told
from web.api.desk.filtering import FilteredGiven, asked_of
from web.services.desk.figures import figures, figures_sheet, figures_table
from web.services.desk.figures.charts import NARROW, WIDE, drawn
from web.services.desk.figures.figures import Figures
from web.services.desk.figures.figures_days import date_of
from web.services.desk.figures.figures_days import day_of as number_of
from web.services.desk.figures.figures_sheet import Sheet
from web.services.desk.figures.figures_values import Sums
from web.services.errors import NotFoundError
from web.views.asking.session import installation
from web.views.desk.figures.desk_figures_charts import CHARTS
from web.views.every_page.language import language

figures_api = Operations("figures", "Figures")


class SumsTold(Told):
    """Entries, people and vehicles."""

    entries: int
    people_in: int
    people_out: int
    people_refused: int
    people_referred: int
    vehicles_in: int
    vehicles_out: int
    vehicles_refused: int
    vehicles_referred: int


class OfDay(Told):
    """What one local day came to (2026-11-20)."""

    day: str
    sums: SumsTold


class OfVenue(Told):
    """What one venue's passages came to."""

    venue_id: str
    venue_name: str
    enterprise_id: str
    enterprise_name: str
    sums: SumsTold


class FiguresTold(Told):
    """Local days, both included; null where counting would take too long. `before` is as many days before."""

    first_day: str
    last_day: str
    as_of_ms: int
    whole: SumsTold | None
    before: SumsTold | None
    inside: int | None
    days: list[OfDay]
    venues: list[OfVenue]


class SpreadTold(Told):
    """How often something took so long: [value, times], ascending."""

    steps: list[tuple[int, int]]


class TimesTold(Told):
    """Seconds at the gate by way of entry, minutes inside; `is_cut`: only the latest of the days."""

    first_day: str
    last_day: str
    as_of_ms: int
    paces: dict[str, SpreadTold]
    dwell: SpreadTold
    is_cut: bool


class ChartGiven(FilteredGiven):
    """The entries of a filter, and how wide the picture is."""

    size: Literal["wide", "narrow"] = "wide"


class SheetAsked(Query):
    """Of which unit; of all in scope without."""

    enterprise_id: Id = ""
    area_id: Id = ""


class SheetVenue(Told):
    """A venue on the sheet of a day, also when it is nothing; `doors` of its entrances were in use."""

    venue_id: str
    name: str
    enterprise_name: str
    area_name: str
    sums: SumsTold
    doors: int
    feverish: int


_ALIKE = ("unit", "doors", "all_doors", "feverish", "reasons", "as_of_ms")


class DaySheet(Told):
    """A day of a unit and all days so far; `reasons` are people turned back, by reason."""

    day: str
    unit: str
    venues: list[SheetVenue]
    whole: SumsTold
    so_far: SumsTold
    since: str | None
    doors: int
    all_doors: int
    feverish: int
    reasons: dict[str, int]
    as_of_ms: int


@figures_api.act("/figures", Right.SEE_FIGURES, FiguresTold, takes=FilteredGiven)
def count_passages(given: FilteredGiven) -> Any:
    """What the passages of a filter come to."""
    asked = asked_of(given.filter)
    found = figures.figures(installation(), scope(), asked.wanted, asked.zone, account_id=account().id)
    return _told(found)


@figures_api.act("/figures/times", Right.SEE_FIGURES, TimesTold, takes=FilteredGiven)
def count_times(given: FilteredGiven) -> Any:
    """How long passages took and stays lasted; of the filter, places and days count."""
    asked = asked_of(given.filter)
    found = figures.times(installation(), scope(), asked.wanted, asked.zone)
    days = {"first_day": _iso(found.span.days.first), "last_day": _iso(found.span.days.last)}
    return {
        **days,
        "as_of_ms": found.as_of_ms,
        "paces": found.paces,
        "dwell": found.dwell,
        "is_cut": found.is_cut,
    }


@figures_api.file("POST", "/figures/table", Right.SEE_FIGURES, ("text/csv",), takes=FilteredGiven)
def figures_csv(given: FilteredGiven) -> Response:
    """What the days of a filter came to at each venue of its places, as a table."""
    asked = asked_of(given.filter)
    table = figures_table.by_venue(installation(), scope(), asked.wanted, asked.zone, account_id=account().id)
    if table.lines is None:
        raise InputError(
            "filter",
            "Too much to count at once: choose fewer places, fewer days or a single condition.",
            "范围过大，无法一次统计：请减少场所、天数或只保留一个条件。",
        )
    return attached(figures_table.csv(table, chinese=language() == "zh"), "text/csv", "figures.csv")


@figures_api.file("POST", "/figures/charts/<chart>", Right.SEE_FIGURES, ("image/svg+xml",), takes=ChartGiven)
def draw_chart(chart: str, given: ChartGiven) -> Response:
    """A chart as a picture: hours, days, pace or dwell."""
    if chart not in CHARTS:
        raise NotFoundError
    asked = asked_of(given.filter)
    picture = CHARTS[chart](installation(), scope(), asked, account().id)
    return attached(
        drawn(picture, NARROW if given.size == "narrow" else WIDE), "image/svg+xml", f"{chart}.svg"
    )


@figures_api.read("/figures/days/<day>", Right.SEE_FIGURES, DaySheet, query=SheetAsked)
def show_day_sheet(day: str, asked: SheetAsked) -> Any:
    """The sheet of a local day (2026-11-20): what an enterprise or an area reports every evening."""
    found = _sheet(day, asked)
    return {
        **{name: getattr(found, name) for name in _ALIKE},
        "day": _iso(found.day),
        "since": None if found.since is None else _iso(found.since),
        "whole": _sums(found.whole),
        "so_far": _sums(found.so_far),
        "venues": [
            {name: getattr(line, name) for name in SheetVenue.model_fields} | {"sums": _sums(line.sums)}
            for line in found.lines
        ],
    }


@figures_api.file("GET", "/figures/days/<day>/table", Right.SEE_FIGURES, ("text/csv",), query=SheetAsked)
def day_sheet_table(day: str, asked: SheetAsked) -> Response:
    """The same as a table."""
    made = figures_sheet.csv(_sheet(day, asked), chinese=language() == "zh")
    return attached(made, "text/csv", f"day-{day_of(day).isoformat()}.csv")


def _sheet(day: str, asked: SheetAsked) -> Sheet:
    number = number_of(day_of(day))
    place = {"enterprise_id": asked.enterprise_id, "area_id": asked.area_id}
    return figures_sheet.sheet(installation(), scope(), number, **place)


def _iso(day: int) -> str:
    return date_of(day).isoformat()


def _told(found: Figures) -> dict[str, Any]:
    counts = found.counts
    places = {place.id: place for place in found.places}
    return {
        "first_day": _iso(found.span.days.first),
        "last_day": _iso(found.span.days.last),
        "as_of_ms": found.as_of_ms,
        "whole": _sums(counts.whole) if counts else None,
        "before": _sums(found.before) if found.before else None,
        "inside": found.inside,
        "days": [
            {"day": _iso(day), "sums": _sums(sums)}
            for day, sums in sorted(counts.days.items() if counts else ())
        ],
        "venues": [
            {
                "venue_id": venue,
                "venue_name": places[venue].name,
                "enterprise_id": places[venue].enterprise_id,
                "enterprise_name": places[venue].enterprise_name,
                "sums": _sums(sums),
            }
            for venue, sums in sorted(counts.venues.items() if counts else ())
            if venue in places
        ],
    }


def _sums(sums: Sums) -> dict[str, int]:
    return sums._asdict()
