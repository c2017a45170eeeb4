from __future__ import annotations

from reader.budget import EVERY_STAGE, Budget, Stage


def test_what_a_step_costs_is_taken_away_until_none_fits() -> None:
    budget = Budget(10)
    assert budget.allows(Stage.GRID, 6)
    assert not budget.allows(Stage.GRID, 6)
    assert budget.allows(Stage.BLUR, 4)
    assert not budget.allows(Stage.BLUR, 0.1)


def test_a_stage_left_out_is_never_allowed_and_costs_nothing() -> None:
    budget = Budget(10, EVERY_STAGE - {Stage.CREASES})
    assert not budget.allows(Stage.CREASES, 1)
    assert budget.allows(Stage.GRID, 10)
