"""Two may draw the same short number; the second gets another one, and nobody an error."""

from __future__ import annotations

import itertools

import pytest

from domain.errors import UnavailableError
from tests.web.tenants import Tenant
from web.services import short_numbers
from web.services.installation import Installation
from web.services.people import visitors
from web.services.people.visitors import Registration
from web.services.places.posters import posters
from web.services.short_numbers import unused_number


@pytest.fixture
def drawn_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chance gives every number two times in a row."""
    drawn = (number.to_bytes(8, "big") for nth in itertools.count(1) for number in (nth * 7919, nth * 7919))
    monkeypatch.setattr(short_numbers, "_random", lambda count: next(drawn))


def test_a_number_that_is_taken_is_drawn_again():
    taken = {unused_number(lambda number: False) for _ in range(50)}
    assert unused_number(taken.__contains__) not in taken
    with pytest.raises(UnavailableError):
        unused_number(lambda number: True)


def test_visitors_and_posters_who_draw_the_same_number_get_two(
    inst: Installation, park: Tenant, drawn_twice: None
):
    people = [
        visitors.register(
            inst, park.staff, Registration(park.enterprise, f"Ann {n}", "13800138000", "visitor")
        )
        for n in range(3)
    ]
    rows = [visitors.visitor(inst, park.staff, one.visitor_id) for one in people]
    assert len({row.short_number for row in rows}) == 3
    hung = {posters.issue(inst, park.staff, park.entrance) for _ in range(3)}
    assert len(hung) == 3
