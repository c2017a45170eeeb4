"""The desk's filter as pages use it: read from the URL, shown as a form, sent with no name in the address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from domain.reason import SENTENCES, sentence_of
from web.services.desk.filtering import filters, filters_choices, filters_people, saved
from web.services.desk.filtering.filters import NAMES, Asked
from web.services.desk.filtering.filters_people import Part
from web.services.errors import NotFoundError
from web.services.places.places import DEFAULT_ZONE
from web.views.asking.session import installation, scope
from web.views.desk.desk_words import PERIODS, Condition, conditions
from web.views.every_page.language import said
from web.views.every_page.words import CLASSES, DIRECTIONS, OUTCOMES, WAYS

desk_filter_pages = Blueprint("desk_filter", __name__)

# The pages that the filter drives, by the name under which the form asks for them.
PAGES = {
    "entries": "desk.entries",
    "figures": "desk_figures.page",
    "times": "desk_figures.times",
    "exports": "desk_exports.new",
}


@desk_filter_pages.post("/desk/filter")
def chosen() -> Response:
    """Go to the page with the filter as it was chosen; whom it is about is sealed on the way."""
    form = request.form
    args = {name: values for name, values in form.to_dict(flat=False).items() if name in NAMES}
    account = current_user.get_id()
    for part in Part:
        if form.get(f"{part}_typed", "").strip():
            args[part] = [filters_people.sealed_term(installation(), account, part, form[f"{part}_typed"])]
    page = PAGES.get(form.get("page", ""), PAGES["entries"])
    kept = [(name, one) for name, values in args.items() for one in values if one.strip()]
    return redirect(f"{url_for(page)}?{urlencode(kept)}" if kept else url_for(page), 303)


def asked(zone: str = DEFAULT_ZONE) -> Asked:
    """The filter of this request's URL; NotFoundError for places outside the account's scope."""
    return filters.from_args(installation(), scope(), request.args.to_dict(flat=False), zone)


def of_query(query: str) -> Asked:
    """The filter of a query that was kept."""
    return filters.from_query(installation(), scope(), query, DEFAULT_ZONE)


def conditions_of(found: Asked) -> tuple[Condition, ...]:
    """The conditions of a filter in words."""
    return conditions(installation(), current_user.get_id(), found)


def conditions_of_query(query: str) -> tuple[Condition, ...] | None:
    """The conditions of a query that was kept, free words veiled; None when a place of it is not to be seen.

    Whoever reads them did not ask for them now: the words that were typed may be about somebody.
    """
    try:
        found = of_query(query)
    except NotFoundError:
        return None
    if found.wanted.text:
        veiled = replace(found.wanted, text=filters_people.masked_term(found.wanted.text))
        found = replace(found, wanted=veiled)
    return conditions_of(found)


def shown(found: Asked, page: str) -> Mapping[str, Any]:
    """What `desk/filter.html` and `desk/tabs.html` show of a filter; `page` is one of PAGES."""
    inst, account = installation(), current_user.get_id()
    return {
        "asked": found,
        "page": page,
        "desk_query": filters.to_args(found.wanted),
        "as_query": filters.as_query(found.wanted),
        "saved": saved.listed(inst, account),
        "choices": filters_choices.offered(inst, scope(), found.wanted),
        "conditions": conditions(inst, account, found),
        "sets": {"outcome": OUTCOMES, "direction": DIRECTIONS, "class": CLASSES, "way": WAYS},
        "periods": [(period, said(name)) for period, name in PERIODS.items()],
        "reasons": [(reason, said(sentence_of(reason, {}))) for reason in SENTENCES],
    }
