"""A site of its own for the tests of the log, which they take back to what it was."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web.log.restored import Restored
from tests.web.tenants import SettableClock


@pytest.fixture
def there(tmp_path: Path, migrated_sqlite: Path, clock: SettableClock) -> Iterator[Restored]:
    home = tmp_path / "var"
    home.mkdir()
    shutil.copy(migrated_sqlite, home / "codeplace.db")
    made = Restored(home, clock)
    yield made
    made.inst.close()
