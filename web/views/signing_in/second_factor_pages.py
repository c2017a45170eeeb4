"""Pieces of pages by which a second factor is set up: the code to scan, and the recovery codes."""

from __future__ import annotations

import base64
from collections.abc import Sequence

from flask import Response, make_response, render_template

from web.services.accounts import Account
from web.services.signing_in import second_factor
from web.views.asking.sealing import sealed, unsealed
from web.views.asking.session import installation
from web.views.signing_in.sign_in_forms import SetUpForm

_PURPOSE = "second factor to confirm"
_GOOD_FOR_S = 15 * 60
_GROUP = 4


def opened_secret(account: Account, text: str) -> str | None:
    """The secret that a set-up page of this account carried; None when it is too old or not theirs."""
    found = unsealed(_PURPOSE, text, _GOOD_FOR_S)
    return str(found["secret"]) if found is not None and found["account"] == account.id else None


def set_up_page(form: SetUpForm, account: Account, secret: str | None, *, must: bool) -> Response:
    """The page with the code to scan: the same one after a mistake, a new one when it was too old."""
    status = 422 if form.is_submitted() and secret else 200
    shown = secret or second_factor.new_secret()
    form.secret.data = sealed(_PURPOSE, {"secret": shown, "account": account.id})
    svg = second_factor.picture(installation(), account, shown)
    page = render_template(
        "auth/set_up.html",
        form=form,
        account=account,
        must=must,
        picture="data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode("ascii"),
        spelt=" ".join(shown[at : at + _GROUP] for at in range(0, len(shown), _GROUP)),
    )
    return _unkept(make_response(page, status))


def recovery_page(codes: Sequence[str], onward: str) -> Response:
    """The page that shows new recovery codes, once."""
    return _unkept(make_response(render_template("auth/recovery_codes.html", codes=codes, onward=onward)))


def _unkept(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response
