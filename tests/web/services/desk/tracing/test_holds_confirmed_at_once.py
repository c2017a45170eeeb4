"""Several of the staff press at the same moment: each hold is changed once, and the log counts it once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from domain.access import Role
from domain.errors import InputError
from tests.web.alone import Holder
from tests.web.members import member
from tests.web.services.desk.tracing.holding import ALL, in_force, told
from tests.web.tenants import Tenant
from web.services.desk.tracing import tracing_holds
from web.services.installation import Installation
from web.services.people import case_holds
from web.services.people.case_holds import Case
from web.services.people.holds import HoldState
from web.store.scope import Scope


@pytest.mark.parametrize("at_once", [1, 100])
def test_each_hold_is_confirmed_and_lifted_once_however_many_press(
    inst: Installation, park: Tenant, town: dict[str, Holder], trace: str, asker: str, colleague: str,
    monkeypatch: pytest.MonkeyPatch, at_once: int,
):  # fmt: skip
    monkeypatch.setattr(case_holds, "AT_ONCE", at_once)
    third = member(inst, "third@x.example", Role.COMPLIANCE, Scope(area_path=park.area.area_path))
    case = tracing_holds.propose(inst, park.area, asker, trace, ALL, "3")

    def pressed(act: Callable[[str], int]) -> int:
        def press(account: str) -> int:
            try:
                return act(account)
            except InputError:  # nothing was left to do
                return 0

        with ThreadPoolExecutor(4) as pool:
            return sum(pool.map(press, [colleague, third] * 2))

    assert pressed(lambda account: case_holds.confirm(inst, park.area, account, case, "3")) == 3
    assert set(in_force(inst, town)) == {"Bo", "Cy", "Di"}
    assert pressed(lambda account: case_holds.end(inst, park.area, account, case, HoldState.IN_FORCE)) == 3
    assert in_force(inst, town) == {}
    found: Case = case_holds.case(inst, park.area, asker, case)
    assert (found.to_confirm, found.in_force) == (0, 0)
    steps = [leaf["told"] for leaf in told(inst)]
    for step in ("proposed", "confirmed", "lifted"):
        assert sum(one["holds"] for one in steps if one["step"] == step) == 3, step
