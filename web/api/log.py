"""The log: its signed head, its keys, and where an entry stands in it."""

from __future__ import annotations

from typing import Any

from flask import Response

from domain.access import Right
from web.api.declaring.calling import account, scope
from web.api.declaring.files import attached
from web.api.declaring.operations import Operations
from web.api.declaring.shapes import Given, Line, Ms, Told, list_of, told
from web.services.access import looks
from web.services.access.looks import Look as LookRow
from web.services.logs import log_proving, log_tiles
from web.services.logs.checking import nightly
from web.views.asking.session import installation

log_api = Operations("log", "The log")
Look = told(LookRow, "Look")


class LooksAsked(Given):
    """Which looks: one kind of deed, of one account, before a time (the last `at_ms` of an answer)."""

    deed: Line = ""
    login: Line = ""
    before_ms: Ms | None = None


class DeedsAsked(Given):
    """Which deeds: of one kind, of one account."""

    deed: Line = ""
    login: Line = ""


class Head(Told):
    """The newest checkpoint, a signed note, and the keys that verify it, the one in use first.

    `checked_ms` is when the last check of the whole log ended, `findings` how many places were not as they
    were signed, `clean_ms` when one last found none; null before the first. `failed_ms` and `failure` are
    when a check began that came to nothing, and why; null when one ended since.
    """

    checkpoint: str
    keys: list[str]
    checked_ms: int | None
    findings: int | None
    clean_ms: int | None
    failed_ms: int | None
    failure: str | None


class Placed(Told):
    """Where an entry is; `index` is null until the log has given it its place."""

    entry_id: str
    venue_id: str
    venue_name: str
    entrance_name: str
    true_ms: int
    index: int | None
    has_record: bool


@log_api.read("/log/head", Right.SEE_PLACES, Head)
def log_head() -> Any:
    """The newest signed head of the log."""
    keys = [key.text for key in log_proving.log_keys(installation())]
    checked = nightly.standing(installation(), scope())
    return {
        "checkpoint": log_proving.head(installation()).decode(),
        "keys": keys,
        "checked_ms": checked.newest.ended_ms if checked.newest else None,
        "findings": checked.newest.findings if checked.newest else None,
        "clean_ms": checked.clean_ms,
        "failed_ms": checked.failed.began_ms if checked.failed else None,
        "failure": checked.failed.reason if checked.failed else None,
    }


@log_api.read("/entries/<entry_id>/place", Right.PROVE, Placed)
def entry_place(entry_id: str) -> Any:
    """Where an entry is in the log."""
    return log_proving.place(installation(), scope(), entry_id)


@log_api.act("/search/looks", Right.SEE_DEEDS, list_of(Look, "Looks"), takes=LooksAsked)
def list_looks(given: LooksAsked) -> Any:
    """Who looked at people's data here and below, why, and about how many; the newest first."""
    found = looks.listed(
        installation(), account(), deed=given.deed, login=given.login, before_ms=given.before_ms
    )
    return {"items": found}


@log_api.file("POST", "/search/looks/table", Right.SEE_DEEDS, ("text/csv",), takes=DeedsAsked)
def looks_table(given: DeedsAsked) -> Response:
    """The same as a table."""
    made = looks.csv(installation(), account(), deed=given.deed, login=given.login)
    return attached(made, "text/csv", "deeds.csv")


@log_api.file("GET", "/log/leaves/<path:place>", Right.PROVE, ("application/octet-stream",))
def log_leaves(place: str) -> Response:
    """A bundle of leaves (C2SP tlog-tiles), for those who look after everything: those of all venues."""
    made = log_tiles.leaves_for(installation(), scope().area_path, place)
    return Response(made, mimetype="application/octet-stream")
