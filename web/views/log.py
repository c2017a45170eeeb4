"""The venue's log: newest first, filtered, live, in stable pages, and as CSV."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from flask import Blueprint, Response, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.http import dump_options_header

from domain.hours import local_time
from web.services.logs import logbook
from web.services.logs.logbook import LogFilter
from web.services.places import places
from web.services.places.place_rows import VenueDetail
from web.views.presenting import parsed_local
from web.views.session import installation, now_ms, require_sign_in, scope

log = Blueprint("log", __name__)
log.before_request(require_sign_in)

_PAGE = 50
_TEXT_MOST = 200
_FIELDS = ("from", "until", "entrance", "outcome", "text")


@dataclass(frozen=True, slots=True)
class Asked:
    """A filter as it was typed, what it means, and what of it could not be read, by field."""

    typed: dict[str, str]
    wanted: LogFilter
    wrong: dict[str, str]

    @property
    def is_narrow(self) -> bool:
        """Whether anything narrows the log."""
        return any(self.typed.values())


@log.get("/venues/<venue_id>/log")
def page(venue_id: str) -> ResponseReturnValue:
    """A page of the log; the first one is live."""
    detail = places.venue(installation(), scope(), venue_id)
    asked = _asked(detail)
    before = request.args.get("before", "")
    found = logbook.search(installation(), scope(), asked.wanted, before=before, limit=_PAGE)
    live = not before and (asked.wanted.until_ms is None or asked.wanted.until_ms > now_ms())
    return render_template(
        "log/page.html",
        detail=detail,
        venue=detail.row,
        asked=asked,
        found=found,
        before=before,
        is_live=live and not asked.wrong,
        query={name: value for name, value in asked.typed.items() if value},
    )


@log.get("/venues/<venue_id>/log/newer")
def newer(venue_id: str) -> ResponseReturnValue:
    """Rows that arrived since `after`, ready to put into the table, and the next cursor."""
    detail = places.venue(installation(), scope(), venue_id)
    asked = _asked(detail)
    found = logbook.newer(installation(), scope(), asked.wanted, request.args.get("after", ""))
    answer = jsonify(
        {
            "rows": render_template("log/rows.html", rows=found.rows, venue=detail.row) if found.rows else "",
            "count": len(found.rows),
            "after": found.newest,
        }
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


@log.get("/venues/<venue_id>/log.csv")
def csv(venue_id: str) -> ResponseReturnValue:
    """The log with the same filter as a file, streamed."""
    detail = places.venue(installation(), scope(), venue_id)
    pieces = logbook.csv(installation(), scope(), _asked(detail).wanted)
    response = Response(pieces, mimetype="text/csv")
    stamp = local_time(now_ms(), detail.row.time_zone).strftime("%Y%m%d-%H%M")
    full = quote(f"log-{detail.row.name}-{stamp}.csv")
    names = {"filename": f"log-{stamp}.csv", "filename*": f"UTF-8''{full}"}
    response.headers["Content-Disposition"] = dump_options_header("attachment", names)
    response.headers["Cache-Control"] = "no-store"
    return response


def _asked(detail: VenueDetail) -> Asked:
    typed = {name: request.args.get(name, "").strip()[:_TEXT_MOST] for name in _FIELDS}
    zone, wrong = detail.row.time_zone, {}
    times: dict[str, int | None] = {}
    for name in ("from", "until"):
        times[name] = parsed_local(typed[name], zone) if typed[name] else None
        if typed[name] and times[name] is None:
            wrong[name] = gettext("Give date and time like 2026-11-21 08:00.")
    wanted = LogFilter(
        venue_id=detail.row.id,
        from_ms=times["from"],
        until_ms=times["until"],
        entrance_id=typed["entrance"],
        outcome=typed["outcome"],
        text=typed["text"],
    )
    return Asked(typed, wanted, wrong)
