"""Filters that the caller's account named; they are the same on the pages of the desk."""

from __future__ import annotations

from typing import Any

from domain.access import Right
from web.api.declaring.calling import account, scope
from web.api.declaring.operations import Operations
from web.api.declaring.shapes import Line, Made, list_of, told
from web.api.desk.filtering import FilteredGiven, asked_of
from web.services.desk.filtering import saved
from web.services.desk.filtering.saved import Saved
from web.views.asking.session import installation

saved_filters_api = Operations("saved_filters", "Saved filters")
# Whom a filter is about is sealed for the account; it says nothing to a program.
SavedFilter = told(Saved, "SavedFilter", "query")


class SavedGiven(FilteredGiven):
    """A filter and its name."""

    name: Line


@saved_filters_api.read("/saved-filters", Right.SEE_FIGURES, list_of(SavedFilter, "SavedFilters"))
def list_saved_filters() -> Any:
    """The account's filters, by name; `saved_id` of a filter asks for one of them."""
    return {"items": saved.listed(installation(), account().id)}


@saved_filters_api.make("/saved-filters", Right.SEE_FIGURES, Made, takes=SavedGiven)
def save_filter(given: SavedGiven) -> Any:
    """Keep a filter under a name."""
    wanted = asked_of(given.filter).wanted
    made = saved.save(installation(), scope(), wanted, account_id=account().id, name=given.name)
    return {"id": made}


@saved_filters_api.remove("/saved-filters/<filter_id>", Right.SEE_FIGURES)
def remove_saved_filter(filter_id: str) -> None:
    """Forget a filter."""
    saved.remove(installation(), account().id, filter_id)
