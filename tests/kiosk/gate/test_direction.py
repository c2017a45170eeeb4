from __future__ import annotations

from pathlib import Path

import pytest

from domain.venue import Direction
from kiosk.gate.direction import keep_direction, kept_direction

IN, OUT = Direction.IN, Direction.OUT


def test_a_switch_by_staff_holds_over_a_restart(tmp_path: Path) -> None:
    assert kept_direction(tmp_path, None) is IN
    keep_direction(tmp_path, None, OUT)
    assert kept_direction(tmp_path, None) is OUT
    keep_direction(tmp_path, IN, OUT)
    assert kept_direction(tmp_path, IN) is OUT, "the service's command line says the same as before"


def test_another_order_on_the_command_line_counts(tmp_path: Path) -> None:
    keep_direction(tmp_path, None, OUT)
    assert kept_direction(tmp_path, IN) is IN
    keep_direction(tmp_path, OUT, IN)
    assert kept_direction(tmp_path, OUT) is IN


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"ordered": null, "chosen": "up"}', "\x00"])
def test_a_damaged_file_leaves_the_order_standing(tmp_path: Path, content: str) -> None:
    (tmp_path / "direction.json").write_text(content)
    assert kept_direction(tmp_path, OUT) is OUT
