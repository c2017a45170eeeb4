"""What people asked about their own data: for which purpose staff did it for them, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from domain.errors import InputError
from domain.wording import Sentence
from web.services.installation import Installation
from web.store import keeping_person
from web.store.scope import Scope

# A closed list: what is chosen stays in the log for ever, and must hold nobody's name.
PURPOSES: Mapping[str, Sentence] = {
    "own_request": Sentence("The person asked for it", "本人申请"),
    "guardian": Sentence("A guardian or representative asked for it", "监护人或代理人申请"),
    "authority": Sentence("An authority asked for it", "主管机关要求"),
    "mistake": Sentence("It was kept by mistake", "误登记"),
}
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
    if purpose not in PURPOSES:
        raise InputError("purpose", "Say what it is for.", "请选择用途。")
    return purpose


def listed(inst: Installation, scope: Scope) -> list[Request]:
    """What was asked of enterprises in scope, newest first."""
    rows = inst.read(lambda connection: keeping_person.requests(connection, scope, _LISTED_MOST))
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
