"""What was made by hand says who made it, as long as it says whom it was about."""

from __future__ import annotations

from domain.access import Role
from tests.web.members import member
from tests.web.services.scopes.belongings import LINES, TODAY, TYPED
from tests.web.tenants import SettableClock, Tenant
from web.services.desk import details, searching
from web.services.desk.filtering.filters import Filter
from web.services.installation import Installation
from web.services.keeping.purging import purging
from web.services.passing import passages
from web.services.passing.paper import paper

_DAY_S = 86_400


def makers(inst: Installation, park: Tenant) -> dict[str, str]:
    rows = searching.search(inst, park.staff, Filter(), account_id="gus").rows
    return {row.way: details.of_entry(inst, park.staff, row.id).maker for row in rows}


def test_an_entry_by_hand_names_the_guard_until_it_is_forgotten(
    inst: Installation, park: Tenant, clock: SettableClock
):
    member(inst, "gus", Role.GUARD, park.staff)
    member(inst, "carl", Role.CLERK, park.staff)
    passages.record(inst, park.staff, park.entrance, TYPED, account_id="gus")
    paper.keep(inst, park.staff, park.entrance, TODAY, LINES, account_id="carl")
    assert makers(inst, park) == {"staff": "gus", "paper": "carl"}
    clock.pass_s(29 * _DAY_S)
    while any(purging.purge(inst)):
        pass
    assert set(makers(inst, park).values()) == {""}


def test_who_takes_an_entry_back_stands_at_the_entry_that_does_so(inst: Installation, park: Tenant):
    for login in ("gus", "carl"):
        member(inst, login, Role.GUARD, park.staff)
    passages.record(inst, park.staff, park.entrance, TYPED, account_id="gus")
    done = passages.take_back(inst, park.staff, park.entrance, TYPED.entry_id, account_id="carl")
    assert details.of_entry(inst, park.staff, TYPED.entry_id).maker == "gus"
    assert details.of_entry(inst, park.staff, done.entry_id).maker == "carl"
