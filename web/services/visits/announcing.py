"""Announcing visits: each occasion becomes an appointment that gates know it by."""

from __future__ import annotations

from dataclasses import dataclass

from domain.credential import APPOINTMENT
from domain.errors import InputError
from web.db.connecting.connection import Connection
from web.db.connecting.turns import Turn, taken
from web.services.errors import NotFoundError
from web.services.installation import Installation, new_id
from web.services.people import visitors
from web.services.people.credential_values import Source
from web.services.visits import hosts
from web.services.visits.announcing_ends import ended
from web.services.visits.announcing_times import Occasion, When, occasions
from web.services.visits.announcing_values import Given, Said, Wanted, Where, checked, where
from web.store.gates import changes
from web.store.scope import Scope
from web.store.visits import visits


@dataclass(frozen=True, slots=True)
class Announced:
    """What announcing came to: the new visits in order of time; `there` were announced before and stay."""

    batch_id: str
    visitor_id: str
    visit_ids: tuple[str, ...]
    there: int


@dataclass(frozen=True, slots=True)
class By:
    """On whose word visits are kept: an account's, with one press, or through an invitation."""

    account_id: str
    batch_id: str
    invitation_id: str = ""
    source: Source = Source.STAFF


def announce(
    inst: Installation, scope: Scope, account_id: str, enterprise_id: str, given: Given
) -> Announced:
    """Announce somebody's visits to an enterprise in scope; said again, what is there stays as it is.

    The visitor is found by name and phone, or made. InputError names the first bad field.
    """

    def work(connection: Connection) -> Announced:
        taken(connection, Turn.APPENDING)
        at = where(connection, scope, enterprise_id, given.venue_id)
        wanted = checked(given, at.zone, inst.now_ms())
        return kept(connection, inst, at, wanted, By(account_id, new_id()))

    return inst.write(work)


def kept(connection: Connection, inst: Installation, at: Where, wanted: Wanted, by: By) -> Announced:
    """Keep visits that were checked, in the transaction of the caller, who holds the turn to append."""
    visitor_id = visitors.known_or_new(connection, inst, at.enterprise_id, wanted.person)
    made = kept_for(connection, inst, at, wanted, by, visitor_id)
    return Announced(by.batch_id, visitor_id, made, len(wanted.occasions) - len(made))


def kept_for(
    connection: Connection, inst: Installation, at: Where, wanted: Wanted, by: By, visitor_id: str
) -> tuple[str, ...]:
    """As `kept`, for a visitor of the enterprise who was found; the ids of the visits that were not there."""
    there = {
        (row.enterprise_id, row.venue_id, row.from_ms, row.until_ms)
        for row in visits.standing(connection, [visitor_id])
    }
    here = at.enterprise_id, at.venue_id
    new = [one for one in wanted.occasions if (*here, one.from_ms, one.until_ms) not in there]
    return _written(connection, inst, at, wanted.said, by, visitor_id, new_id(), new)


def move(inst: Installation, scope: Scope, account_id: str, visit_id: str, venue_id: str, when: When) -> str:
    """Move a visit to another time or venue; returns the id of the one that takes its place.

    The old one is withdrawn and not changed, so that what was known at a door stays known. NotFoundError
    outside the scope and for one that is withdrawn; InputError names a bad field.
    """

    def work(connection: Connection) -> str:
        taken(connection, Turn.APPENDING)
        row = visits.row(connection, scope, visit_id)
        if row is None or row.withdrawn_ms is not None:
            raise NotFoundError
        at = where(connection, scope, row.enterprise_id, venue_id)
        occasion, *more = occasions(when, at.zone, inst.now_ms())
        if more:
            raise InputError("last_day", "A visit is moved to one day.", "一次来访只能改到某一天。")
        if (at.venue_id, occasion.from_ms, occasion.until_ms) == (row.venue_id, row.from_ms, row.until_ms):
            return str(row.id)
        ended(connection, inst, [row])
        said = Said(hosts.opened(inst.cipher, "visits", row.id, row.host_sealed), row.purpose)
        by = By(account_id, "", row.invitation_id)
        (new,) = _written(connection, inst, at, said, by, row.visitor_id, row.series_id, [occasion])
        return new

    return inst.write(work)


def _written(
    connection: Connection,
    inst: Installation,
    at: Where,
    said: Said,
    by: By,
    visitor_id: str,
    series_id: str,
    new: list[Occasion],
) -> tuple[str, ...]:
    """Write a visit with its appointment for each occasion; the ids in their order."""
    ids = [(new_id(), new_id()) for _ in new]
    now_ms = inst.now_ms()
    visits.added(
        connection,
        [
            {
                "id": identity,
                "series_id": series_id,
                "enterprise_id": at.enterprise_id,
                "venue_id": at.venue_id,
                "visitor_id": visitor_id,
                **hosts.columns(inst.cipher, "visits", identity, said.host),
                "purpose": said.purpose,
                "from_ms": one.from_ms,
                "until_ms": one.until_ms,
                "credential_id": credential_id,
                "invitation_id": by.invitation_id,
                "batch_id": by.batch_id,
                "account_id": by.account_id,
                "created_ms": now_ms,
            }
            for (identity, credential_id), one in zip(ids, new, strict=True)
        ],
        [
            {
                "id": credential_id,
                "visitor_id": visitor_id,
                "kind": APPOINTMENT,
                "since_ms": one.from_ms,
                "until_ms": one.until_ms,
                "verified": 1,
                "source": by.source.value,
                "account_id": by.account_id,
                "created_ms": now_ms,
            }
            for (_, credential_id), one in zip(ids, new, strict=True)
        ],
    )
    changes.touched(connection, [visitor_id] if new else [])
    return tuple(identity for identity, _ in ids)
