"""A town on one day, and two who may trace in it."""

from __future__ import annotations

import pytest

from domain.access import Role
from tests.web.alone import DAY, HOUR, MINUTE, Holder, took
from tests.web.members import member
from tests.web.services.desk.passing import drawn
from tests.web.services.desk.tracing.asking import somebody, stayed
from tests.web.services.desk.tracing.holding import released
from tests.web.tenants import SettableClock, Tenant, enrolled
from web.services.installation import Installation
from web.services.places import places
from web.store.scope import PROGRAM, Scope


@pytest.fixture
def asker(inst: Installation) -> str:
    return member(inst, "asks@x.example", Role.COMPLIANCE, Scope(area_path=places.root(inst, PROGRAM)))


@pytest.fixture
def colleague(inst: Installation) -> str:
    return member(inst, "agrees@x.example", Role.COMPLIANCE, Scope(area_path=places.root(inst, PROGRAM)))


@pytest.fixture
def town(inst: Installation, park: Tenant, clock: SettableClock) -> dict[str, Holder]:
    """Ann was in from nine to ten: Bo beside her, Cy later, Di soon after, Ed the day before."""
    people = {
        name: somebody(inst, park, f"{name} Lee", f"1380013800{n}")
        for n, name in enumerate(["Ann", "Bo", "Cy", "Di", "Ed", "Flo"])
    }
    nine = clock.ms - 5 * HOUR
    south, _ = enrolled(inst, park.staff, park.side_entrance)
    north = [
        *stayed(1, park.gate, people["Ann"], nine, HOUR),
        *stayed(3, park.gate, people["Bo"], nine + 30_000, 20 * MINUTE),
        *stayed(5, park.gate, people["Di"], nine + 85 * MINUTE, HOUR),
    ]
    others = [
        *stayed(1, south, people["Cy"], nine + 20 * MINUTE, 3 * HOUR),
        *stayed(3, south, people["Ed"], nine - DAY, HOUR),
        # Flo met Cy only, when Ann was long gone.
        *stayed(5, south, people["Flo"], nine + 150 * MINUTE, HOUR),
    ]
    assert set(took(inst, park.gate, *north)) | set(took(inst, south, *others)) == {"stored"}
    drawn(inst)
    return people


@pytest.fixture
def trace(inst: Installation, park: Tenant, town: dict[str, Holder], clock: SettableClock, asker: str) -> str:
    return released(inst, park, clock, asker)
