"""How a service is asked on behalf of somebody, with ids that may be another tenant's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from web.services.accounts import ADMIN, Account
from web.services.errors import NotFoundError
from web.services.installation import Installation
from web.store.scope import Scope

Ids = Mapping[str, str]
Ask = Callable[[Installation, Scope, Ids], Any]

LEVELS = ("area", "enterprise", "venue", "entrance")


def admin(scope: Scope) -> Account:
    """An account that may do everything within a scope."""
    return Account("somebody", "somebody", ADMIN, scope)


def some(found: object) -> list[Any]:
    """What was found as a list, empty for nothing."""
    return [found] if found else []


def at_each_level(ids: Ids, ask: Callable[[str, str], object]) -> list[object]:
    """The answers at every level of place at which there is one; NotFoundError only if all say so."""
    answers: list[object] = []
    for level in LEVELS:
        try:
            answers.append(ask(level, ids[level]))
        except NotFoundError:
            continue
    if not answers:
        raise NotFoundError
    return answers
