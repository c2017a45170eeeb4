"""What passages come to: counts by venue and day; nobody is named."""

from __future__ import annotations

from typing import Any

from domain.access import Right
from web.api.calling import account, scope
from web.api.filtering import FilteredGiven, asked_of
from web.api.operations import Operations
from web.api.shapes import Told
from web.services.desk import figures
from web.services.desk.figures import Figures
from web.services.desk.figures_days import date_of
from web.services.desk.figures_values import Sums
from web.views.session import installation

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
    whole: SumsTold | None
    before: SumsTold | None
    inside: int | None
    days: list[OfDay]
    venues: list[OfVenue]


@figures_api.act("/figures", Right.SEE_FIGURES, FiguresTold, takes=FilteredGiven)
def count_passages(given: FilteredGiven) -> Any:
    """What the passages of a filter come to."""
    asked = asked_of(given.filter)
    found = figures.figures(installation(), scope(), asked.wanted, asked.zone, account_id=account().id)
    return _told(found)


def _told(found: Figures) -> dict[str, Any]:
    counts = found.counts
    places = {place.id: place for place in found.places}
    return {
        "first_day": date_of(found.span.days.first).isoformat(),
        "last_day": date_of(found.span.days.last).isoformat(),
        "whole": _sums(counts.whole) if counts else None,
        "before": _sums(found.before) if found.before else None,
        "inside": found.inside,
        "days": [
            {"day": date_of(day).isoformat(), "sums": _sums(sums)}
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
