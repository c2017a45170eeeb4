"""The keys that sign visitors' codes: when each changes by itself, renewed early, withdrawn when stolen."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from flask_login import current_user
from werkzeug.wrappers import Response

from domain.wording import Sentence
from web.services.places import places
from web.services.signing_keys import issuing
from web.services.signing_keys.issuing_values import KeyState
from web.store.scope import PROGRAM
from web.views.asking.session import installation, now_ms, scope

keys_pages = Blueprint("keys", __name__)
SHOWN = 50
STATES: dict[KeyState, Sentence] = {
    KeyState.SIGNS: Sentence("signs now", "签发中"),
    KeyState.TOLD: Sentence("told to gates", "下发中"),
    KeyState.VERIFIES: Sentence("verifies only", "仅验证"),
    KeyState.WITHDRAWN: Sentence("withdrawn", "已吊销"),
}


@keys_pages.get("/keys")
def page() -> str:
    """The installation's keys and those of the enterprises in scope, with when each of them changes."""
    named = request.args.get("name", "")[:100].strip()
    found = issuing.listed(installation(), scope(), named, SHOWN)
    own: dict[tuple[str, str], list[issuing.IssuingKey]] = {}
    for key in found:
        if key.enterprise_id:
            own.setdefault((key.enterprise_id, key.enterprise), []).append(key)
    return render_template(
        "keys.html",
        common=[key for key in found if not key.enterprise_id],
        enterprises=own,
        may_do_all=scope().area_path == places.root(installation(), PROGRAM),
        named=named,
        is_one=bool(scope().enterprise_id),
        most=SHOWN,
        now_s=now_ms() // 1000,
        renew_before_s=issuing.RENEW_BEFORE_S,
        states=STATES,
    )


@keys_pages.post("/keys/renew")
def renew() -> Response:
    """Make the next key of an enterprise, or of the installation, before its time."""
    enterprise_id = request.form.get("enterprise_id", "")[:64]
    issuing.renew(installation(), enterprise_id, scope=scope(), by=current_user.get_id())
    flash(gettext("Made. Gates are told of it now; it signs in 14 days, and nothing else is to be done."))
    return redirect(url_for("keys.page"), 303)


@keys_pages.post("/keys/<key_id>/withdraw")
def withdraw(key_id: str) -> Response:
    """Let nobody believe a key any more."""
    done = issuing.withdraw(installation(), key_id, scope=scope(), by=current_user.get_id())
    flash(
        ngettext(
            "Withdrawn: gates drop it with their next contact, and phones get codes of another key by "
            "themselves. %(num)d card must be printed anew.",
            "Withdrawn: gates drop it with their next contact, and phones get codes of another key by "
            "themselves. %(num)d cards must be printed anew.",
            done.cards,
        )
    )
    return redirect(url_for("keys.page"), 303)
