"""A gate whose staff act."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from demo.kiosk_stand import Stand


@pytest.fixture
def stand() -> Iterator[Stand]:
    made = Stand()
    yield made
    made.close()
