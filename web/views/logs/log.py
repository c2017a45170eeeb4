"""The addresses of a venue's log: the desk shows it, with the venue chosen."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from web.services.places import places
from web.views.asking.session import installation, scope

log = Blueprint("log", __name__)


@log.get("/venues/<venue_id>/log")
def page(venue_id: str) -> Response:
    """The venue's entries, live."""
    return _at_the_desk("desk.entries", venue_id)


@log.get("/venues/<venue_id>/log.csv")
def csv(venue_id: str) -> Response:
    """The venue's entries as a file."""
    return _at_the_desk("desk.csv", venue_id)


def _at_the_desk(endpoint: str, venue_id: str) -> Response:
    venue = places.venue(installation(), scope(), venue_id).row.id
    kept = [("venue", venue), *((name, one) for name, one in request.args.items(True) if name != "venue")]
    return redirect(f"{url_for(endpoint)}?{urlencode(kept)}")
