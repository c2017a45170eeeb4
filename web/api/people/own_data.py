"""A visitor's own data through staff: handed over, or forgotten, for a purpose that the log keeps."""

from __future__ import annotations

from typing import Any, Literal

from flask import Response

from domain.access import Right
from web.api.declaring.calling import account, scope
from web.api.declaring.operations import Operations
from web.api.declaring.purposes import named
from web.api.declaring.shapes import Given, Told, list_of, told
from web.services.keeping import erasing, own_export, requests
from web.services.keeping.erasing import State
from web.services.keeping.requests import Request
from web.services.logs.purposes import Act
from web.views.asking.session import installation

own_data_api = Operations("own_data", "People’s own data")
DataRequest = told(Request, "DataRequest")
_Purpose = named(Act.OWN_DATA)


class OwnDataGiven(Given):
    """What it is for."""

    purpose: _Purpose  # type: ignore[valid-type]


class EraseGiven(OwnDataGiven):
    """What it is for, and that it was made sure that this is the right person: it cannot be undone."""

    sure: Literal[True]


class Erased(Told):
    """Whether it is done (with the run whose certificate says so), goes on, or waits for a legal hold."""

    state: State
    request_id: str
    run_id: str


@own_data_api.file(
    "POST", "/visitors/<visitor_id>/own-data", Right.UNMASK, ("application/json",), takes=OwnDataGiven
)
def export_own_data(visitor_id: str, given: OwnDataGiven) -> Response:
    """All that is kept of a visitor, in clear, for themselves; the log says first who took it out."""
    made = own_export.export(
        installation(),
        scope(),
        visitor_id,
        erasing.STAFF,
        account_id=account().id,
        purpose=requests.checked(given.purpose),
    )
    response = Response(made.as_json(), mimetype="application/json")
    response.headers.set("Content-Disposition", "attachment", filename="own-data.json")
    return response


@own_data_api.act("/visitors/<visitor_id>/erase", Right.EDIT_PEOPLE, Erased, takes=EraseGiven)
def erase_visitor(visitor_id: str, given: EraseGiven) -> Any:
    """Forget a visitor everywhere, or as soon as no legal hold forbids it."""
    return erasing.erase(
        installation(),
        scope(),
        visitor_id,
        erasing.STAFF,
        account_id=account().id,
        purpose=requests.checked(given.purpose),
    )


@own_data_api.read("/data-requests", Right.SEE_DEEDS, list_of(DataRequest, "DataRequests"))
def list_data_requests() -> Any:
    """What people asked about their own data, naming nobody, the newest first."""
    return {"items": requests.listed(installation(), scope())}
