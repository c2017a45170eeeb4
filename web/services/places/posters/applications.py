"""Applications for codes: an enterprise applies with a venue, staff of its area approve or return it."""

from __future__ import annotations

from dataclasses import dataclass

from domain.errors import InputError
from domain.venue import VenueState
from domain.visitor import cleaned
from web.db.connecting.connection import Connection, Record
from web.services.errors import NotFoundError
from web.services.installation import Installation
from web.services.places.posters import posters
from web.store.gates import gate_news
from web.store.places import applications, places
from web.store.scope import Scope

_REASON_MOST = 300


@dataclass(frozen=True, slots=True)
class Application:
    """A venue that is applied for; `returned_for` is why it went back to the enterprise, or ""."""

    venue_id: str
    venue_name: str
    address: str
    enterprise_name: str
    area_name: str
    entrances: int
    applied_ms: int
    returned_for: str


def listed(inst: Installation, scope: Scope) -> list[Application]:
    """What is applied for in scope, the longest waiting first."""
    return [_shown(row) for row in inst.ask(lambda connection: applications.rows(connection, scope))]


def to_print(inst: Installation, scope: Scope) -> dict[str, list[str]]:
    """Approved venues in scope whose posters nobody printed yet, and these posters."""
    found: dict[str, list[str]] = {}
    for row in inst.ask(lambda connection: applications.unprinted(connection, scope)):
        found.setdefault(row.venue_id, []).append(row.id)
    return found


def of_venue(inst: Installation, scope: Scope, venue_id: str) -> Application | None:
    """The application of a venue in scope; None when there is none."""
    return next((one for one in listed(inst, scope) if one.venue_id == venue_id), None)


def approve(inst: Installation, scope: Scope, account_id: str, venue_id: str) -> int:
    """Approve an application and issue a poster for each entrance; returns how many. Not for enterprises."""

    def work(connection: Connection) -> int:
        _decided(connection, inst, scope, account_id, venue_id, state=VenueState.APPROVED, returned_for="")
        gate_news.of_venue(connection, venue_id)
        hung = {row.entrance_id for row in places.poster_rows(connection, scope, venue_id)}
        doors = [row.id for row in places.entrance_rows(connection, scope, venue_id) if row.id not in hung]
        for entrance_id in doors:
            posters.issued_within(connection, inst, entrance_id)
        return len(doors)

    return inst.write(work)


def send_back(inst: Installation, scope: Scope, account_id: str, venue_id: str, reason: str) -> None:
    """Return an application with a reason, which the enterprise reads; not for enterprises."""
    why = cleaned(reason, "reason", _REASON_MOST)
    inst.write(lambda c: _decided(c, inst, scope, account_id, venue_id, returned_for=why))


def send_again(inst: Installation, scope: Scope, venue_id: str) -> None:
    """Apply again after an application was returned."""

    def work(connection: Connection) -> None:
        row = _applied(connection, scope, venue_id)
        if not row.returned_for:
            raise InputError("venue", "It waits for review already.", "已在等待审核。")
        places.venue_changed(connection, scope, venue_id, returned_for="", applied_ms=inst.now_ms())

    inst.write(work)


def _decided(
    connection: Connection,
    inst: Installation,
    scope: Scope,
    account_id: str,
    venue_id: str,
    **values: str,
) -> None:
    if scope.enterprise_id:
        raise NotFoundError
    _applied(connection, scope, venue_id)
    reviewed = {"reviewed_ms": inst.now_ms(), "reviewed_by": account_id}
    places.venue_changed(connection, scope, venue_id, **values, **reviewed)


def _applied(connection: Connection, scope: Scope, venue_id: str) -> Record:
    row = next((one for one in applications.rows(connection, scope) if one.id == venue_id), None)
    if row is None:
        raise NotFoundError
    return row


def _shown(row: Record) -> Application:
    return Application(
        row.id, row.name, row.address, row.enterprise_name, row.area_name, row.entrances,
        row.applied_ms or row.created_ms, row.returned_for,
    )  # fmt: skip
