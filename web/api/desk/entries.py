"""Entries: searched with the desk's filter, in stable pages, and each with its evidence."""

from __future__ import annotations

from typing import Annotated, Any

from flask import Response
from pydantic import Field

from domain.access import Right
from domain.errors import InputError
from domain.wording import Sentence
from web.api.declaring.calling import account, scope
from web.api.declaring.files import attached
from web.api.declaring.operations import Operations
from web.api.declaring.paging import PAGE_MOST, opened, sealed
from web.api.declaring.purposes import Note, named
from web.api.declaring.shapes import WHOLE, Given, Told, told
from web.api.desk.filtering import FilteredGiven, asked_of
from web.services.desk import details, searching
from web.services.desk.details import Detail
from web.services.desk.exporting import exporting_stream
from web.services.desk.searching import Row
from web.services.logs import log_proving
from web.services.logs.purposes import Act
from web.views.asking.session import installation

entries_api = Operations("entries", "Entries and proofs")
Entry = told(Row, "Entry")
EntryWhole = told(Detail, "EntryDetail")
_Purpose = named(Act.UNMASK)


_MANY = Sentence(
    "There are too many entries for one answer: order them as an export.",
    "记录过多，无法一次返回，请提交导出任务。",
)


class EntriesAsked(FilteredGiven):
    """Which entries, and which page of them."""

    cursor: Annotated[str, Field(max_length=600)] = ""
    limit: Annotated[int, Field(ge=1, le=PAGE_MOST), WHOLE] = 50


class NewerAsked(FilteredGiven):
    """Which entries, and after which arrival (`newest` of an earlier answer)."""

    after: Annotated[str, Field(max_length=18, pattern="^[0-9]*$")]
    limit: Annotated[int, Field(ge=1, le=PAGE_MOST), WHOLE] = 100


class PurposeGiven(Given):
    """What the private record is needed for; it stays in the log."""

    purpose: _Purpose  # type: ignore[valid-type]
    note: Note = ""


class EntryPage(Told):
    """Entries, the newest first. `is_too_long`: the filter asks too much; narrow it."""

    items: list[Entry]  # type: ignore[valid-type]
    next: str
    newest: str
    is_too_long: bool


class Total(Told):
    """How many entries there are; null when counting would take too long."""

    count: int | None


@entries_api.act("/search/entries", Right.SEE_ENTRIES, EntryPage, takes=EntriesAsked)
def search_entries(given: EntriesAsked) -> Any:
    """A page of entries, masked, the newest first; stable however fast others arrive.

    When it is about a person, the log says so before anything is looked for.
    """
    wanted = asked_of(given.filter).wanted
    before = "".join(opened(installation(), "entries", given.cursor))
    found = searching.search(
        installation(), scope(), wanted, account_id=account().id, before=before, limit=given.limit
    )
    older = sealed(installation(), "entries", [found.older] if found.older else [])
    return {"items": found.rows, "next": older, "newest": found.newest, "is_too_long": found.is_too_long}


@entries_api.act("/search/entries/newer", Right.SEE_ENTRIES, EntryPage, takes=NewerAsked)
def newer_entries(given: NewerAsked) -> Any:
    """Entries that arrived after an earlier answer; its `newest` is what goes into the next call."""
    wanted = asked_of(given.filter).wanted
    found = searching.newer(
        installation(), scope(), wanted, given.after, account_id=account().id, limit=given.limit
    )
    return {"items": found.rows, "next": "", "newest": found.newest, "is_too_long": found.is_too_long}


@entries_api.act("/search/entries/count", Right.SEE_ENTRIES, Total, takes=FilteredGiven)
def count_entries(given: FilteredGiven) -> Any:
    """How many entries a filter finds, up to a few thousand."""
    wanted = asked_of(given.filter).wanted
    return {"count": searching.counted(installation(), scope(), wanted, account_id=account().id)}


@entries_api.file("POST", "/search/entries/table", Right.EXPORT, ("text/csv",), takes=FilteredGiven)
def entries_table(given: FilteredGiven) -> Response:
    """The entries of a filter as a masked table at once; the log says so first.

    Of very many there is none: order an export.
    """
    wanted = asked_of(given.filter).wanted
    count = searching.counted(installation(), scope(), wanted, account_id=account().id)
    if not exporting_stream.is_short(count):
        raise InputError("filter", _MANY.en, _MANY.zh)
    pieces = exporting_stream.csv(installation(), scope(), wanted, account_id=account().id)
    return attached(b"".join(pieces), "text/csv", "entries.csv")


@entries_api.read("/entries/<entry_id>", Right.SEE_ENTRIES, EntryWhole)
def show_entry(entry_id: str) -> Any:
    """Everything that is kept of one entry, masked."""
    return details.of_entry(installation(), scope(), entry_id)


@entries_api.file("GET", "/entries/<entry_id>/evidence", Right.PROVE, ("application/json",))
def entry_evidence(entry_id: str) -> Response:
    """The evidence of an entry as a file that anybody can verify, without the private record."""
    return _evidence(entry_id, log_proving.evidence(installation(), scope(), entry_id))


@entries_api.file(
    "POST", "/entries/<entry_id>/disclosure", Right.UNMASK, ("application/json",), takes=PurposeGiven
)
def disclose_entry(entry_id: str, given: PurposeGiven) -> Response:
    """The evidence with the private record in clear: the log says first who took it, and what for."""
    made = log_proving.disclosed(installation(), scope(), entry_id, account().id, given.purpose, given.note)
    return _evidence(entry_id, made)


def _evidence(entry_id: str, body: bytes) -> Response:
    return attached(body, "application/json", f"evidence-{entry_id}.json")
