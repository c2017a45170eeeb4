"""Looks for entries with the desk's filter: newest first, in stable pages, live, and counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from domain.deed import Deed
from domain.reason import SENTENCES, Reason, sentence_of
from domain.wording import Sentence
from web.db.connecting.connection import Connection, Record
from web.services.access.looks import Concerns
from web.services.desk import deeds
from web.services.desk.filtering import filters_people
from web.services.desk.filtering.filters import Filter, to_args
from web.services.desk.filtering.filters_people import Part
from web.services.installation import Installation
from web.services.passing import recording
from web.store.desk import searching as rows_of
from web.store.desk.filtering import People, Said, Wanted
from web.store.passing import entries
from web.store.patience import TooLongError, at_most
from web.store.scope import Scope

COUNTED_MOST = rows_of.COUNTED_MOST
PAGE = 50
# Whose sentence cannot be said without the values in the private record.
WITH_VALUES = tuple(reason.value for reason, words in SENTENCES.items() if "{" in words.en)
# A page may take long when somebody looks for what is rare; its count may not.
_PATIENCE_MS, _COUNTING_MS = 8_000, 80


@dataclass(frozen=True, slots=True)
class Row:
    """One entry as a page shows it: when it was by the gate's own clock, and when it really was."""

    id: str
    at_ms: int
    true_ms: int
    time_quality: str
    time_zone: str
    venue_id: str
    venue_name: str
    entrance_name: str
    direction: str
    outcome: str
    reason: Sentence
    way: str
    presence: str
    masked_name: str
    visitor_class: str
    received_ms: int
    people: int
    taken_back: bool
    is_correction: bool


@dataclass(frozen=True, slots=True)
class Page:
    """Rows, the cursor of the page before them in time ("" at the end), and how far the log has arrived."""

    rows: tuple[Row, ...]
    older: str
    newest: str
    # Whether it took too long to look through so much time; then there are no rows.
    is_too_long: bool = False


def search(
    inst: Installation,
    scope: Scope,
    wanted: Filter,
    *,
    account_id: str = "",
    before: str = "",
    limit: int = PAGE,
) -> Page:
    """A page of entries, newest first; stable however fast others arrive.

    When it is about a person, the log says so before anything is looked for.
    """
    asked = with_people(inst, account_id, wanted, note(inst, scope, account_id, wanted))

    def work(connection: Connection) -> Page:
        newest = entries.latest_arrival(connection)
        with at_most(connection, _PATIENCE_MS):
            found = rows_of.page(connection, scope, asked, before=_cursor(before), limit=limit + 1)
        shown = found[:limit]
        older = f"{shown[-1].true_ms}.{shown[-1].id}" if len(found) > limit else ""
        return Page(tuple(shown_row(inst, row) for row in shown), older, str(newest))

    try:
        return inst.look(work)
    except TooLongError:
        return Page((), "", "0", is_too_long=True)


def newer(
    inst: Installation,
    scope: Scope,
    wanted: Filter,
    after: str,
    *,
    account_id: str = "",
    limit: int = 100,
) -> Page:
    """Entries that arrived after `after` (the `newest` of an earlier page), latest first.

    By arrival and not by time: what a gate kept while it was cut off appears too, in its place in time.
    """
    seen = int(after) if after.isdecimal() and len(after) < 19 else 0

    def work(connection: Connection) -> Page:
        asked = resolved(connection, inst, scope, account_id, wanted)
        newest = entries.latest_arrival(connection)
        found = rows_of.arrived(connection, scope, asked, seen, limit)
        # A replica may not have got as far as the page has: it is not told to begin anew.
        reached = found[-1].leaf_id if len(found) == limit else max(newest, seen)
        shown = (shown_row(inst, row) for row in found)
        ordered = sorted(shown, key=lambda row: (row.true_ms, row.id), reverse=True)
        return Page(tuple(ordered), "", str(reached))

    page = inst.look(work)
    if page.rows:
        note(inst, scope, account_id, wanted)
    return page


def counted(inst: Installation, scope: Scope, wanted: Filter, *, account_id: str = "") -> int | None:
    """How many entries there are, but at most COUNTED_MOST + 1; None when counting would take too long."""

    def work(connection: Connection) -> int:
        asked = resolved(connection, inst, scope, account_id, wanted)
        with at_most(connection, _COUNTING_MS):
            return rows_of.counted(connection, scope, asked)

    try:
        return inst.look(work)
    except TooLongError:
        return None


def resolved(
    connection: Connection, inst: Installation, scope: Scope, account_id: str, wanted: Filter
) -> Wanted:
    """The filter as the store takes it: whom it is about is looked up, under this account's seal."""
    return with_people(inst, account_id, wanted, people_of(connection, inst, scope, account_id, wanted))


def people_of(
    connection: Connection, inst: Installation, scope: Scope, account_id: str, wanted: Filter
) -> People | None:
    """Whom in scope the filter is about, under this account's seal; None when it is about nobody."""
    if not wanted.who:
        return None
    who = opened(inst, account_id, wanted, Part.WHO)
    return People() if who is None else filters_people.people_named(connection, inst, scope, who)


def with_people(inst: Installation, account_id: str, wanted: Filter, people: People | None) -> Wanted:
    """The filter as the store takes it, when it is known already whom it is about (`people_of`)."""
    host = opened(inst, account_id, wanted, Part.HOST)
    return Wanted(
        area_id=wanted.area_id,
        enterprise_id=wanted.enterprise_id,
        venue_id=wanted.venue_id,
        entrance_id=wanted.entrance_id,
        kiosk_id=wanted.kiosk_id,
        from_ms=wanted.from_ms,
        until_ms=wanted.until_ms,
        people=people,
        host_digests=inst.cipher.digests("host", host or "") if wanted.host else (),
        said=_said(wanted.text) if wanted.text else None,
        classes=wanted.classes,
        outcomes=wanted.outcomes,
        reasons=wanted.reasons,
        directions=wanted.directions,
        ways=wanted.ways,
        temperature_least=wanted.temperature_least,
        temperature_most=wanted.temperature_most,
    )


def opened(inst: Installation, account_id: str, wanted: Filter, part: Part) -> str | None:
    """Whom the filter is about in clear; None for nobody, and for what another account sealed."""
    token = wanted.who if part is Part.WHO else wanted.host
    return filters_people.opened_term(inst, account_id, part, token) if token else None


def told(wanted: Filter) -> Mapping[str, object]:
    """The filter as a leaf of the log may hold it: without whom it is about and without free text."""
    return {name: values for name, values in to_args(wanted).items() if name not in ("who", "host", "text")}


def about(inst: Installation, account_id: str, wanted: Filter) -> str:
    """Whom and what the filter names in free words, for the commitment of a deed; "" for nobody."""
    parts = [opened(inst, account_id, wanted, part) or "" for part in Part]
    return "\n".join([*parts, wanted.text]).strip()


def note(inst: Installation, scope: Scope, account_id: str, wanted: Filter) -> People | None:
    """Tell the log first, when a filter is about somebody; whom it is about, None for nobody in `who`."""
    subject = about(inst, account_id, wanted)
    if not (wanted.who or wanted.host):
        return None

    def work(connection: Connection) -> People | None:
        found = people_of(connection, inst, scope, account_id, wanted)
        people = found.visitor_ids if found else ()
        # A search of a whole area is told to those whom it found, and not to everybody in it.
        is_narrow = scope.enterprise_id or wanted.enterprise_id or wanted.venue_id or wanted.entrance_id
        whose = concerns(scope, wanted, people) if is_narrow else Concerns(people)
        deeds.noted(connection, inst, account_id, Deed.QUERY, told(wanted), about=subject, concerns=whose)
        return found

    return inst.write(work)


def concerns(scope: Scope, wanted: Filter, visitor_ids: Sequence[str] = ()) -> Concerns:
    """Whose data a filter shows: of these visitors, and of the enterprises whose places it names."""
    return Concerns(
        visitor_ids,
        scope,
        enterprise_id=wanted.enterprise_id,
        venue_id=wanted.venue_id,
        entrance_id=wanted.entrance_id,
    )


def _said(text: str) -> Said:
    saying = text.casefold()
    reasons = (
        reason for reason, words in SENTENCES.items() if saying in words.en.casefold() or saying in words.zh
    )
    return Said(tuple(reasons), text)


def shown_row(inst: Installation, row: Record) -> Row:
    """A row of the store as pages show it; the private record is opened only where its sentence needs it."""
    values = recording.details(inst.cipher, row) if row.reason in WITH_VALUES else {}
    return Row(
        row.id,
        row.at_ms,
        row.true_ms,
        row.time_quality,
        row.time_zone,
        row.venue_id,
        row.venue_name,
        row.entrance_name,
        row.direction,
        row.outcome,
        sentence_of(Reason(row.reason), values),
        row.way,
        row.presence,
        row.masked_name or "",
        row.visitor_class or "",
        row.received_ms,
        row.people,
        bool(row.taken_back),
        bool(row.corrects),
    )


def _cursor(text: str) -> rows_of.Cursor | None:
    at_ms, _, identity = text.partition(".")
    return (int(at_ms), identity) if at_ms.isdecimal() and len(at_ms) < 16 and identity else None
