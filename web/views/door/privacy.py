"""For everybody: who runs this, what is kept and how long, and how much was collected and erased each day."""

from __future__ import annotations

import csv
import io

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue

from domain.keeping import SMALLEST, NodeKind, Purpose
from web.services.errors import NotFoundError
from web.services.keeping import rules
from web.services.keeping.purging import collected
from web.services.passing import poster_pages
from web.views.asking.extensions import limiter
from web.views.asking.session import installation
from web.views.keeping import keeping_words

privacy = Blueprint("privacy", __name__)


@privacy.get("/privacy")
@limiter.limit("60 per minute")
def page() -> ResponseReturnValue:
    """What holds on the whole site, where no venue says otherwise."""
    return _shown()


@privacy.get("/privacy/<symbols>")
@limiter.limit("60 per minute")
def venue(symbols: str) -> ResponseReturnValue:
    """The same for the venue of a poster."""
    door = poster_pages.poster_page(installation(), symbols)
    if door is None:
        raise NotFoundError
    return _shown(door)


@privacy.get("/privacy.csv")
@limiter.limit("60 per minute")
def table() -> ResponseReturnValue:
    """The daily counts for programs."""
    lines = io.StringIO()
    writer = csv.writer(lines, lineterminator="\r\n")
    writer.writerow(("day_utc", "kind", "collected", "erased"))
    for day in collected.days(installation()):
        for kind, (came, went) in day.counts.items():
            writer.writerow((day.day.isoformat(), kind, came, went))
    response = Response("\ufeff" + lines.getvalue(), mimetype="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = "attachment; filename=collected-and-erased.csv"
    return response


def _shown(door: poster_pages.PosterPage | None = None) -> str:
    inst = installation()
    shown = collected.days(inst)
    return render_template(
        "privacy/page.html",
        door=door,
        operator=inst.settings.operator,
        days=rules.told_days(inst, door.venue_id if door else ""),
        kinds=[kind for kind in Purpose if SMALLEST[kind] is not NodeKind.AREA or door is None],
        purposes=keeping_words.PURPOSES,
        about=keeping_words.ABOUT,
        counts=shown,
        counted_kinds=collected.kinds(shown),
        counted=keeping_words.COUNTED,
    )
