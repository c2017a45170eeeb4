"""docs/access.md says what the program does."""

from __future__ import annotations

from tests.access_matrix import PATH, matrix
from tests.web.access.conftest import Walk
from web.views.asking.guarding import access_table


def test_the_readable_matrix_is_what_the_program_asks_for(walk: Walk) -> None:
    told = matrix(access_table(walk.app))
    assert PATH.read_text(encoding="utf-8") == told, "write it anew: python -m tests.access_matrix"
