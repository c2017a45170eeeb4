"""The desk's table: everything that happened at the doors in one's scope, filtered, live, in stable pages."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import quote

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user
from werkzeug.http import dump_options_header

from domain.hours import local_time
from web.services.desk import details, searching
from web.services.desk.exporting import exporting_stream
from web.services.desk.filtering.filters import Asked, as_query
from web.services.logs.checking import entry_checks
from web.views.asking.session import installation, now_ms, scope
from web.views.desk import desk_filter

desk = Blueprint("desk", __name__)


@desk.get("/desk")
def entries() -> ResponseReturnValue:
    """A page of entries; the first one is live."""
    return entries_page(desk_filter.asked())


def entries_page(asked: Asked) -> str:
    """The table with a filter; also a venue's log."""
    account, before = current_user.get_id(), request.args.get("before", "")
    wanted = asked.wanted
    found = searching.search(installation(), scope(), wanted, account_id=account, before=before)
    is_going_on = wanted.until_ms is None or wanted.until_ms > now_ms()
    return render_template(
        "desk/entries.html",
        **desk_filter.shown(asked, "entries"),
        found=found,
        count=searching.counted(installation(), scope(), wanted, account_id=account) if not before else None,
        counted_most=searching.COUNTED_MOST,
        before=before,
        only_venue=not replace(wanted, venue_id="").is_narrow,
        is_live=not before
        and not found.is_too_long
        and is_going_on
        and not asked.wrong
        and not wanted.who
        and not wanted.host,
    )


@desk.get("/desk/newer")
def newer() -> ResponseReturnValue:
    """Rows that arrived since `after`, ready to put into the table, and the next cursor."""
    asked, after = desk_filter.asked(), request.args.get("after", "")
    found = searching.newer(installation(), scope(), asked.wanted, after, account_id=current_user.get_id())
    shown = {"rows": found.rows, "wanted": asked.wanted}
    rows = render_template("desk/entries_rows.html", **shown) if found.rows else ""
    told = {"rows": rows, "count": len(found.rows), "after": found.newest}
    answer = jsonify({**told, "age": render_template("parts/age.html").strip()})
    answer.headers["Cache-Control"] = "no-store"
    return answer


@desk.get("/desk/entries.csv")
def csv() -> ResponseReturnValue:
    """The entries of a filter as a file at once, the log says so first; of very many it is ordered."""
    asked, account = desk_filter.asked(), current_user.get_id()
    count = searching.counted(installation(), scope(), asked.wanted, account_id=account)
    if not exporting_stream.is_short(count):
        flash(
            gettext(
                "There are more than %(num)s entries: order them here as a file.",
                num=f"{searching.COUNTED_MOST:,}",
            )
        )
        return redirect(f"{url_for('desk_exports.new')}?{as_query(asked.wanted)}", 303)
    pieces = exporting_stream.csv(installation(), scope(), asked.wanted, account_id=account)
    response = Response(pieces, mimetype="text/csv")
    stamp = local_time(now_ms(), asked.zone).strftime("%Y%m%d-%H%M")
    full = quote("-".join(part for part in ("entries", asked.here.venue_name, stamp) if part))
    names = {"filename": f"entries-{stamp}.csv", "filename*": f"UTF-8''{full}.csv"}
    response.headers["Content-Disposition"] = dump_options_header("attachment", names)
    response.headers["Cache-Control"] = "no-store"
    return response


@desk.get("/desk/entries/<entry_id>")
def entry(entry_id: str) -> ResponseReturnValue:
    """Everything that is kept of one entry, masked, and whether it is what was logged."""
    found = details.of_entry(installation(), scope(), entry_id)
    check = entry_checks.checked(installation(), scope(), entry_id)
    return render_template("desk/entry.html", found=found, check=check)
