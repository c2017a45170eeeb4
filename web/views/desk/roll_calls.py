"""Roll calls on marshals' phones: the list that stays without network, the marks, the end, the files."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from urllib.parse import quote

from flask import Blueprint, Response, current_app, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.http import dump_options_header

from domain.entry import is_entry_id
from domain.errors import InputError
from domain.hours import local_time
from web.services.desk.inside import roll_call_files, roll_calls
from web.services.desk.inside.roll_call_values import MODES, STANDINGS, Given, Mark, RollCall
from web.services.passing.checkin import new_entry_id
from web.views.asking.session import installation, now_ms, scope
from web.views.every_page.language import said

desk_roll = Blueprint("desk_roll", __name__)

_MARK_ID = re.compile(r"[0-9a-f]{32}")
_MARKS_MOST = 2_000
_NAME_MOST, _PEOPLE_MOST = 100, 500


@desk_roll.post("/desk/inside/<venue_id>/roll")
def start(venue_id: str) -> ResponseReturnValue:
    """Begin a roll call, or go on with the one that is held."""
    minted = request.form.get("form_id", "")
    minted = minted if is_entry_id(minted) else new_entry_id(installation())
    found = roll_calls.start(
        installation(), scope(), current_user.get_id(), venue_id, request.form.get("mode", ""), minted
    )
    return redirect(url_for("desk_roll.page", roll_call_id=found), 303)


@desk_roll.get("/desk/roll/worker.js")
def worker() -> ResponseReturnValue:
    """The worker that opens a roll call, and no other page, without network."""
    script = current_app.send_static_file("roll_worker.js")
    script.headers["Cache-Control"] = "no-cache"
    return script


@desk_roll.get("/desk/roll/<roll_call_id>")
def page(roll_call_id: str) -> ResponseReturnValue:
    """The list, with full names while it goes on: the log says who opened it."""
    found = roll_calls.opened(installation(), scope(), current_user.get_id(), roll_call_id)
    found = found.by_name() if _by() else found
    about = {"roll": found, "modes": MODES, "standings": STANDINGS, "by": _by()}
    if found.ended_ms is None:
        return render_template("desk/roll.html", **about)
    others = roll_calls.of_venue(installation(), scope(), found.venue_id)
    going = next((one for one in others if one.ended_ms is None), None)
    told = roll_call_files.told(found.figures)
    return render_template("desk/roll_over.html", **about, told=told, going=going)


@desk_roll.post("/desk/roll/<roll_call_id>/marks")
def marks(roll_call_id: str) -> ResponseReturnValue:
    """Take what a phone kept, and tell it what all phones said so far."""
    asked = request.get_json(silent=True)
    try:
        given = _given(asked)
        if given:
            found = roll_calls.marked(installation(), scope(), current_user.get_id(), roll_call_id, given)
        else:
            found = roll_calls.since_it_began(installation(), scope(), roll_call_id)
    except InputError as error:
        return jsonify({"error": said(error.sentence)}), 422
    told = _standing(found)
    version = hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16]
    # A phone asks every three seconds, maybe where the network is weak: what it knows is not told again.
    knows = isinstance(asked, Mapping) and asked.get("known") == version
    answer = jsonify({"version": version} if knows else {**told, "version": version})
    answer.headers["Cache-Control"] = "no-store"
    return answer


@desk_roll.post("/desk/roll/<roll_call_id>/end")
def end(roll_call_id: str) -> ResponseReturnValue:
    """End it; the page shows then what it came to."""
    roll_calls.end(installation(), scope(), current_user.get_id(), roll_call_id)
    return redirect(url_for("desk_roll.page", roll_call_id=roll_call_id, by=_by()), 303)


@desk_roll.get("/desk/roll/<roll_call_id>/table.csv")
def table(roll_call_id: str) -> ResponseReturnValue:
    """What it came to, line by line with times."""
    who = current_user.get_id()
    found, made = roll_call_files.csv(installation(), scope(), who, roll_call_id, by_name=bool(_by()))
    return _file(found, made, "text/csv", "csv")


@desk_roll.get("/desk/roll/<roll_call_id>/sheet.pdf")
def sheet(roll_call_id: str) -> ResponseReturnValue:
    """The same on paper."""
    who = current_user.get_id()
    found, made = roll_call_files.sheets(installation(), scope(), who, roll_call_id, by_name=bool(_by()))
    return _file(found, made, "application/pdf", "pdf")


def _by() -> str | None:
    """What the address says of the order: "name", or None for that of the times people came in."""
    return "name" if request.args.get("by") == "name" else None


def _given(value: object) -> list[Given]:
    """The marks in a request; InputError for what no page of this site sends."""
    marks = value.get("marks") if isinstance(value, Mapping) else None
    if not isinstance(marks, list) or len(marks) > _MARKS_MOST:
        raise _unreadable()
    return [_mark(one) for one in marks]


def _mark(value: object) -> Given:
    if not isinstance(value, Mapping):
        raise _unreadable()
    identity, entry_id = str(value.get("id", "")), str(value.get("entry_id", ""))
    mark, people, age_ms = str(value.get("mark", "")), value.get("people"), value.get("age_ms")
    if (
        not _MARK_ID.fullmatch(identity)
        or mark not in set(Mark)
        or (mark != Mark.UNLISTED and not is_entry_id(entry_id))
        or type(people) is not int
        or not 1 <= people <= _PEOPLE_MOST
        or type(age_ms) is not int
        or age_ms < 0
    ):
        raise _unreadable()
    name = " ".join(str(value.get("name", ""))[:_NAME_MOST].split()) if mark == Mark.UNLISTED else ""
    return Given(identity, entry_id, Mark(mark), name, people, now_ms() - age_ms, bool(value.get("undone")))


def _unreadable() -> InputError:
    return InputError(
        "marks",
        "These marks cannot be read. Reload the page; what is kept on the phone stays.",
        "无法读取这些标记，请刷新页面；手机上保存的内容不会丢失。",
    )


def _standing(found: RollCall) -> dict[str, object]:
    return {
        "marks": [
            {
                "id": mark.id,
                "entry_id": mark.entry_id,
                "mark": mark.mark,
                "name": mark.name,
                "people": mark.people,
                "at_ms": mark.at_ms,
                "by": mark.by,
                "undone": mark.undone_ms is not None,
            }
            for mark in found.marks
        ],
        "out": [one.entry_id for one in found.listed if one.out_ms is not None],
        "ended": found.ended_ms is not None,
    }


def _file(found: RollCall, made: bytes, kind: str, ending: str) -> Response:
    stamp = f"{local_time(found.started_ms, found.time_zone):%Y%m%d-%H%M}"
    response = Response(made, mimetype=kind)
    names = {
        "filename": f"roll-call-{stamp}.{ending}",
        "filename*": f"UTF-8''{quote(f'点名-{found.venue_name}-{stamp}.{ending}')}",
    }
    response.headers["Content-Disposition"] = dump_options_header("attachment", names)
    response.headers["Cache-Control"] = "no-store"
    return response
