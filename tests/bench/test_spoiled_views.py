from __future__ import annotations

import json

import numpy as np
import pytest
from click.testing import CliRunner

from bench.__main__ import bench
from bench.blank import KINDS, blanks
from bench.degraded import FAMILIES, Spoiled, degraded, views
from reader.reading import read_with


@pytest.mark.parametrize("family", FAMILIES)
def test_the_same_seed_draws_the_same_views(family: str) -> None:
    one, again = (list(views(family, 2, seed=3)) for _ in range(2))
    assert all((a.gray == b.gray).all() and a.text == b.text for a, b in zip(one, again, strict=True))
    other = next(views(family, 1, seed=4))
    assert other.gray.shape != one[0].gray.shape or (other.gray != one[0].gray).any()


def test_what_is_not_spoiled_is_read_by_every_library() -> None:
    view = degraded("HTTPS://PLACE.EXAMPLE/V/ABC", "M", Spoiled(shade=0), np.random.default_rng(1))
    for reader in ("zxing", "pyzbar"):
        assert [reading.text for reading in read_with(view.gray, reader)] == [view.text]


@pytest.mark.parametrize("kind", KINDS)
def test_blank_pictures_have_contrast_and_no_code_for_any_library(kind: str) -> None:
    for gray in blanks(kind, 3, seed=5):
        assert np.ptp(gray) > 5
        assert read_with(gray, "zxing") == read_with(gray, "pyzbar") == ()


def test_the_bench_counts_every_stage_and_every_blank() -> None:
    result = CliRunner().invoke(bench, ["degraded", "--views", "1", "--blanks", "9"])
    assert result.exit_code == 0, result.output
    figures = json.loads(result.stdout.splitlines()[-1])
    assert set(figures["families"]) == set(FAMILIES)
    assert figures["blank"] == {"pictures": 9, "false": {"ours, live": 0, "ours, thorough": 0}}
    for scored in figures["families"].values():
        assert all(0 <= count <= 1 for count in scored["read"].values())
        assert {"ours, live", "zxing-cpp", "live - creases", "thorough - views"} <= set(scored["read"])
