"""A hold that is in force, said shortly for tests: one proposed it, another confirmed it."""

from __future__ import annotations

from domain.access import Role
from tests.web.members import member
from web.services.installation import Installation, new_id
from web.services.people import holds
from web.services.people.holds import Given
from web.store.scope import Scope


def on_hold(inst: Installation, scope: Scope, visitor_id: str, given: Given) -> str:
    """The id of a hold on a visitor in scope that two compliance officers agreed to."""
    one, other = (member(inst, f"{new_id()}@x.example", Role.COMPLIANCE, scope) for _ in range(2))
    made = holds.propose(inst, scope, one, visitor_id, given)
    holds.confirm(inst, scope, other, visitor_id, made)
    return made
