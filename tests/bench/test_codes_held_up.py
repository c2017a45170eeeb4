from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from bench import reach
from bench.__main__ import bench
from bench.held_up import CARRIERS, code, shot, taken
from domain.code import PREFIX
from reader.reading import Effort, read


@pytest.mark.parametrize("carrier", CARRIERS)
def test_a_code_held_near_is_read_to_its_text(carrier: str) -> None:
    text = code(carrier, 0)
    assert text.startswith(PREFIX)
    assert len(text) == 178
    picture = taken(carrier, text, shot(0.3, 0))
    assert picture.shape == (720, 1280, 3)
    assert [reading.text for reading in read(picture, effort=Effort.LIVE)] == [text]


def test_a_code_twice_as_far_is_half_as_wide() -> None:
    widths = []
    for metres in (0.25, 0.5):
        text = code("phone", 1)
        (reading,) = read(taken("phone", text, shot(metres, 1)), effort=Effort.THOROUGH)
        xs = [x for x, _ in reading.corners]
        widths.append(max(xs) - min(xs))
    assert widths[0] / widths[1] == pytest.approx(2, rel=0.15)


def test_the_tables_and_the_page_hold_the_same_figures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reach, "_FARTHEST", 40)
    page = tmp_path / "reach.md"
    result = CliRunner().invoke(bench, ["reach", "--views", "1", "--markdown", str(page)])
    assert result.exit_code == 0, result.output
    figures = json.loads(result.stdout.splitlines()[-1])
    assert set(figures["percent"]) == set(CARRIERS)
    lines = page.read_text(encoding="utf-8").splitlines()
    for rates in figures["percent"].values():
        for name, row in rates.items():
            assert set(row) == {"30", "40"}
            assert f"| {name} | {row['30']} | {row['40']} |" in lines
