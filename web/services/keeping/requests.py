"""What people asked about their own data: for which purpose staff did it for them, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from domain.wording import Sentence
from web.services.installation import Installation
from web.services.logs import purposes
from web.services.logs.purposes import Act
from web.store.keeping import keeping_person
from web.store.scope import Scope

PURPOSES: Mapping[str, Sentence] = purposes.choices(Act.OWN_DATA)
_LISTED_MOST = 100


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked, without naming anybody; `run_id` has the certificate of an erasing."""

    id: str
    enterprise_name: str
    kind: str
    way: str
    purpose: str
    login: str
    state: str
    run_id: str
    created_ms: int
    done_ms: int | None


def checked(purpose: str) -> str:
    """The purpose, if it is one of the list; InputError otherwise."""
    return purposes.checked(Act.OWN_DATA, purpose)


def listed(inst: Installation, scope: Scope) -> list[Request]:
    """What was asked of enterprises in scope, newest first."""
    rows = inst.ask(lambda connection: keeping_person.requests(connection, scope, _LISTED_MOST))
    return [
        Request(
            row.id,
            row.enterprise_name,
            row.kind,
            row.way,
            row.purpose,
            row.login or "",
            row.state,
            row.answer,
            row.created_ms,
            row.done_ms,
        )
        for row in rows
    ]
