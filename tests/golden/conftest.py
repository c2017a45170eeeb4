"""The world of the golden cases, made once for a whole test process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.golden.running import Template, template


@pytest.fixture(scope="session")
def golden() -> Iterator[Template]:
    with template() as made:
        yield made
