"""Places to restore into, and passphrases that cost nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from web.services.installation import Installation
from web.services.operations.backup import sealed_file
from web.settings import Settings


@pytest.fixture(autouse=True)
def _cheap_guesses(monkeypatch: pytest.MonkeyPatch) -> None:
    """One guess costs half a second by intention; nobody guesses here."""
    monkeypatch.setattr(sealed_file, "_COST", 2**10)


@pytest.fixture
def elsewhere(inst: Installation, postgres: str, tmp_path: Path) -> Iterator[Settings]:
    """An empty place of the same kind of database, with a folder of its own."""
    settings = replace(inst.settings, home=tmp_path / "new")
    if not inst.settings.database_url:
        yield settings
        return
    engine = create_engine(postgres, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql("CREATE SCHEMA elsewhere")
        yield replace(settings, database_url=f"{postgres}&options=-csearch_path%3Delsewhere")
        connection.exec_driver_sql("DROP SCHEMA elsewhere CASCADE")
    engine.dispose()
