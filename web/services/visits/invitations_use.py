"""Using an invitation: somebody types who they are, and is expected; each person is one use."""

from __future__ import annotations

from dataclasses import dataclass

from domain.venue import poster_id
from web.db.connecting.connection import Connection, Record
from web.db.connecting.turns import Turn, taken
from web.services.installation import Installation, new_token
from web.services.people import recognising, visitors
from web.services.people.credential_values import Source
from web.services.people.recognising import Person
from web.services.people.visitors import Registration
from web.services.visits import hosts
from web.services.visits.announcing import By, kept_for
from web.services.visits.announcing_times import Occasion
from web.services.visits.announcing_values import Said, Wanted, where
from web.services.visits.invitations import Invitation, State, shown, state_of
from web.store.people import visitors as visitor_store
from web.store.scope import PROGRAM, Scope
from web.store.sealing import token_hash
from web.store.visits import invitations
from web.store.visits import visits as visit_store


@dataclass(frozen=True, slots=True)
class Filled:
    """What the visitor typed."""

    name: str
    phone: str
    plate: str = ""


@dataclass(frozen=True, slots=True)
class Used:
    """What became of it. `link` is the private link to their code, "" for somebody who has one already:
    a name and a phone are no proof of being the person whose code it is."""

    state: State
    link: str = ""


def page(inst: Installation, symbols: str) -> Invitation | None:
    """The invitation of a link's 26 symbols (any case); None when there is no such link."""
    row = inst.ask(lambda connection: _row(connection, symbols))
    return shown(inst, row) if row else None


def use(inst: Installation, symbols: str, filled: Filled) -> Used | None:
    """Announce somebody by an invitation; None for no such link, InputError names a bad field.

    The same person again is the same use, whatever was lost on the way.
    """

    def work(connection: Connection) -> Used | None:
        taken(connection, Turn.APPENDING)
        row = _row(connection, symbols)
        return _used(connection, inst, row, filled) if row else None

    return inst.write(work)


def _row(connection: Connection, symbols: str) -> Record | None:
    secret = poster_id(symbols)
    return invitations.by_token(connection, token_hash(secret.hex())) if secret else None


def _used(connection: Connection, inst: Installation, row: Record, filled: Filled) -> Used:
    given = Registration("", filled.name, filled.phone, row.visitor_class, plate=filled.plate)
    person = visitors.checked(given)
    state = state_of(row, inst.now_ms())
    known = recognising.same_person(connection, inst.cipher, Scope(enterprise_id=row.enterprise_id), person)
    again = known is not None and _came_of(connection, row, known)
    if state in (State.OVER, State.WITHDRAWN) or (state is State.USED and not again):
        return Used(state)
    at = where(connection, PROGRAM, row.enterprise_id, row.venue_id)
    if not again and not invitations.used(connection, row.id, inst.now_ms()):
        return Used(State.USED)
    visitor_id, link = _visitor(connection, inst, row.enterprise_id, person, known)
    said = Said(hosts.opened(inst.cipher, "invitations", row.id, row.host_sealed), row.purpose)
    wanted = Wanted(person, said, (Occasion(row.from_ms, row.until_ms),))
    by = By(row.account_id, "", row.id, Source.STAFF)
    if not again:
        kept_for(connection, inst, at, wanted, by, visitor_id)
    return Used(State.OPEN, link)


def _came_of(connection: Connection, row: Record, visitor_id: str) -> bool:
    made = visit_store.standing(connection, [visitor_id])
    return any(one.invitation_id == row.id for one in made)


def _visitor(
    connection: Connection, inst: Installation, enterprise_id: str, person: Person, known: str | None
) -> tuple[str, str]:
    """The visitor and the link to their code, "" where it may be in somebody's hands."""
    token = new_token()
    if known is None:
        identity = visitors.keep(connection, inst, enterprise_id, person, token, "self")
        return identity, visitors.own_link(inst, token)
    if not invitations.has_nothing_to_take(connection, known):
        return known, ""
    visitor_store.set_link(connection, known, token_hash(token))
    return known, visitors.own_link(inst, token)
