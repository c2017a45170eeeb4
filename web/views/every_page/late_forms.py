"""A form that came too late, or after signing out: what was typed is offered again, for one more press."""

from __future__ import annotations

from flask import Response, make_response, render_template, request, url_for
from flask_login import current_user
from werkzeug.exceptions import HTTPException

from web.views.access import TABLE, Open
from web.views.every_page.error_words import TITLES
from web.views.every_page.problems import is_for_a_program

# Whatever proves who somebody is is typed anew, and never written into a page.
_PROOFS = frozenset({"auth", "own_account", "provider", "staff_door", "me", "gate_settings", "kiosk_api"})
_GUARD_FIELD = "csrf_token"


def offered_again(status: int) -> Response | None:
    """A page that holds what was sent and sends it again; None where that cannot be, or must not be.

    Nothing has been done with it yet. It is shown to its sender alone, for requests of other sites end before
    (`refuse_foreign_origin`). A browser gives no file twice, so a form with one is to be filled in again.
    What staff do is offered only where the browser says that the form was ours: one too old to name an origin
    would show a page of ours that another site filled in, one press away from being done.
    """
    if request.method != "POST" or is_for_a_program() or request.blueprint in _PROOFS:
        return None
    if not _is_public() and "Origin" not in request.headers:
        return None
    try:
        sent = [pair for pair in request.form.items(multi=True) if pair[0] != _GUARD_FIELD]
        has_file = any(file.filename for file in request.files.values())
    except HTTPException:  # too large to be read
        return None
    if not sent or has_file or request.accept_mimetypes.best == "application/json":
        return None
    response = make_response(
        render_template(
            "error_again.html",
            title=TITLES[status],
            sent=sent,
            path=request.full_path.rstrip("?"),
            sign_in=url_for("auth.sign_in") if _is_signed_out() else "",
        )
    )
    response.status_code = status
    response.headers["Cache-Control"] = "no-store"
    return response


def _is_signed_out() -> bool:
    """Whether the form asks for somebody who is signed in, and nobody is."""
    return not _is_public() and not current_user.is_authenticated


def _is_public() -> bool:
    found = TABLE.get(request.endpoint or "")
    return found is not None and found.need(request.method) is Open.PUBLIC
