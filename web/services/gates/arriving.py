"""What became of an enrolment code: the page that shows it tells when its kiosk has arrived."""

from __future__ import annotations

from domain.enrolment import parsed_enrolment
from web.services.errors import NotFoundError
from web.services.gates.fleet.fleet_values import EnrolmentState, Watched
from web.services.installation import Installation
from web.store.gates import fleet
from web.store.scope import Scope
from web.store.sealing import token_hash


def ticket_of(text: str) -> str:
    """A name for an enrolment code by which nobody can use it: the hash of its token, in hex."""
    return token_hash(parsed_enrolment(text).token).hex()


def watched(inst: Installation, scope: Scope, ticket: str) -> Watched:
    """How it stands with a code for an entrance in scope; NotFoundError when there is none."""
    try:
        hashed = bytes.fromhex(ticket)
    except ValueError:
        raise NotFoundError from None
    row = inst.ask(lambda connection: fleet.enrolment(connection, scope, hashed))
    if row is None:
        raise NotFoundError
    if row.used_ms is not None:
        return Watched(EnrolmentState.USED, row.id or "", row.name or "")
    over = row.expires_ms <= inst.now_ms()
    return Watched(EnrolmentState.OVER if over else EnrolmentState.WAITING)
