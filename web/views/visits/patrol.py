"""The round of a liaison: today's doors with a tick each, and the camera that looks at posters."""

from __future__ import annotations

import json
import secrets
from typing import cast
from urllib.parse import urlencode

from flask import Blueprint, flash, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from domain.errors import InputError
from domain.wording import Sentence
from web.services.places import liaisons
from web.services.visits.rounds import patrolling, rounds, rounds_reading
from web.services.visits.rounds.hanging import VERDICT_NAMES
from web.services.visits.rounds.patrolling import Look, Seen
from web.views.asking.extensions import limiter
from web.views.asking.session import SignedIn, installation, scope
from web.views.every_page.language import said

patrol = Blueprint("patrol", __name__, url_prefix="/patrol")

# This page alone may ask for the camera; `web.app` forbids it everywhere else.
_CAMERA = "camera=(self), microphone=(), geolocation=()"
VERDICT_ICONS = {"genuine": "check", "missing": "cross"}
_TEXT_MOST = 4300  # what a QR can hold
_NO_CODE = Sentence(
    "No code is read in this photograph. Go nearer, hold still, and show the whole poster.",
    "照片中未读到二维码。请靠近、拿稳，拍下整张海报。",
)


@patrol.get("")
def page() -> ResponseReturnValue:
    """Today's round, of all doors in scope or of one liaison's."""
    # Whoever is a liaison walks their own round unless they choose another.
    chosen = request.args.get("liaison", cast(SignedIn, current_user).account.liaison_id)
    board = liaisons.board(installation(), scope()).liaisons
    liaison = chosen if chosen in {row.id for row in board} else ""
    shown = render_template(
        "patrol/page.html",
        round=rounds.today(installation(), scope(), current_user.get_id(), liaison),
        liaisons=board,
        liaison=liaison,
        day=rounds.this_day(installation()),
        verdicts=VERDICT_NAMES,
        verdict_icons=VERDICT_ICONS,
        account=current_user.get_id(),
        new_look=lambda: secrets.token_hex(16),
    )
    response = make_response(shown)
    response.headers["Permissions-Policy"] = _CAMERA
    return response


@patrol.post("/reads")
@limiter.limit("240 per minute")
def read() -> ResponseReturnValue:
    """The texts of the codes in one frame of the camera, `{texts}`; the frame is kept nowhere."""
    try:
        return _answered({"texts": list(rounds_reading.texts_of(_picture()))})
    except InputError as error:
        return _refused(error)


@patrol.post("/whose")
def whose() -> ResponseReturnValue:
    """The door that a poster belongs to, `{entrance, sentence}`, for who scans without choosing one."""
    try:
        found = patrolling.whose(installation(), scope(), _texts())
    except InputError as error:
        return _refused(error)
    return _answered({"entrance": found.entrance_id, "sentence": said(found.sentence)})


@patrol.post("/looks")
@limiter.limit("240 per minute")
def look() -> ResponseReturnValue:
    """Keep a look at a door: texts that the phone read, a photograph to be read here, or that nothing hangs.

    Answers a script in JSON, and a form without one with the round again.
    """
    try:
        seen = patrolling.looked(installation(), scope(), current_user.get_id(), _look())
    except InputError as error:
        return _refused(error)
    if _is_script():
        return _answered(_told(seen))
    flash(f"{said(VERDICT_NAMES[seen.verdict])}. {said(seen.sentence)}")
    return redirect(f"{_round_again()}#door-{seen.entrance_id}", 303)


@patrol.post("/looks/undo")
def undo() -> ResponseReturnValue:
    """Take back one's own look."""
    entrance_id = patrolling.undo(installation(), scope(), current_user.get_id(), request.form.get("id", ""))
    if _is_script():
        return _answered({"entrance": entrance_id})
    flash(gettext("The tick was taken back."))
    return redirect(f"{_round_again()}#door-{entrance_id}", 303)


def _look() -> Look:
    texts = _texts()
    if not texts and request.form.get("missing") != "yes":
        texts = rounds_reading.texts_of(_picture())
        if not texts:
            raise InputError("picture", _NO_CODE.en, _NO_CODE.zh)
    age = request.form.get("age_ms", "0")
    return Look(
        request.form.get("id", ""),
        request.form.get("entrance", ""),
        texts,
        int(age) if age.isdecimal() and len(age) < 12 else -1,
    )


def _texts() -> tuple[str, ...]:
    """The texts that a script read; anything but a list of texts counts as none."""
    try:
        found = json.loads(request.form.get("texts", "[]"))
    except ValueError:
        return ()
    texts = found if isinstance(found, list) else []
    return tuple(text[:_TEXT_MOST] for text in texts if isinstance(text, str))


def _picture() -> bytes:
    sent = request.files.get("picture")
    return sent.read() if sent else b""


def _told(seen: Seen) -> dict[str, object]:
    return {
        "id": seen.id,
        "entrance": seen.entrance_id,
        "verdict": seen.verdict,
        "name": said(VERDICT_NAMES[seen.verdict]),
        "icon": VERDICT_ICONS.get(seen.verdict, "alert"),
        "sentence": said(seen.sentence),
    }


def _is_script() -> bool:
    return request.accept_mimetypes.best == "application/json"


def _answered(body: dict[str, object]) -> ResponseReturnValue:
    response = jsonify(body)
    response.headers["Cache-Control"] = "no-store"
    return response


def _refused(error: InputError) -> ResponseReturnValue:
    if not _is_script():
        flash(said(error.sentence))
        return redirect(_round_again(), 303)
    response = jsonify({"error": said(error.sentence)})
    response.status_code = 422
    response.headers["Cache-Control"] = "no-store"
    return response


def _round_again() -> str:
    liaison = request.form.get("liaison", "")
    return url_for("patrol.page") + (f"?{urlencode({'liaison': liaison})}" if liaison else "")
