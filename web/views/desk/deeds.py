"""Who looked at the data of an enterprise: every deed of the staff with it, for those who watch."""

from __future__ import annotations

from typing import cast

from flask import Blueprint, Response, render_template, request
from flask_login import current_user

from domain.deed import Deed
from domain.hours import local_time
from web.services.access import looks
from web.services.accounts import Account
from web.services.logs.purposes import NAMES
from web.services.places.places import DEFAULT_ZONE
from web.views.asking.session import SignedIn, installation, now_ms

deeds_pages = Blueprint("deeds", __name__)


@deeds_pages.get("/deeds")
def page() -> str:
    """The newest deeds with the data of one's node and below, and the older ones page by page."""
    before = request.args.get("before", "")
    found = looks.listed(
        installation(), _account(), **_filter(), before_ms=int(before) if _is_time(before) else None
    )
    return render_template(
        "staff/deeds.html",
        looks=found[: looks.SHOWN],
        older=found[looks.SHOWN - 1].at_ms if len(found) > looks.SHOWN else None,
        deeds=looks.DEEDS,
        purposes=NAMES,
        asked=_filter(),
    )


@deeds_pages.get("/deeds.csv")
def csv() -> Response:
    """The same as a table."""
    response = Response(looks.csv(installation(), _account(), **_filter()), mimetype="text/csv")
    stamp = local_time(now_ms(), DEFAULT_ZONE).strftime("%Y%m%d-%H%M")
    response.headers["Content-Disposition"] = f"attachment; filename=deeds-{stamp}.csv"
    response.headers["Cache-Control"] = "no-store"
    return response


def _filter() -> dict[str, str]:
    """What is looked for: a kind of deed, and who did it."""
    deed = request.args.get("deed", "")
    return {"deed": deed if deed in set(Deed) else "", "login": request.args.get("login", "")[:200]}


def _is_time(typed: str) -> bool:
    return typed.isascii() and typed.isdigit() and len(typed) < 16


def _account() -> Account:
    return cast(SignedIn, current_user).account
