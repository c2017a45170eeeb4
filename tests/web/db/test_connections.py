"""Connections of a server: kept, trusted while they are in use, and asked after a rest."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from tests.web.grounds import CHEAP
from web.db.connecting import engine as engines
from web.db.connecting.engine import open_engine
from web.db.statements.remembered import Remembered
from web.services.installation import opened
from web.settings import Settings


def backend(engine: Engine) -> int:
    """The process of the server behind the connection that is used next."""
    with engine.begin() as connection:
        return int(connection.scalar(text("SELECT pg_backend_pid()")) or 0)


def ended(engine: Engine, process: int) -> None:
    """End a process of the server, as a restart of it does, and wait until it is gone."""
    with engine.connect() as connection:
        connection.execute(text("SELECT pg_terminate_backend(:process, 10000)"), {"process": process})


def test_a_connection_that_ended_while_it_rested_is_replaced(
    emptied_postgres: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "_ASKED_AFTER_S", 0.0)
    engine, other = open_engine(emptied_postgres), open_engine(emptied_postgres)
    before = backend(engine)
    ended(other, before)
    assert backend(engine) not in (0, before)
    engine.dispose()
    other.dispose()


def test_one_after_another_uses_the_same_connection(emptied_postgres: str) -> None:
    engine = open_engine(emptied_postgres)
    with engine.connect() as first, engine.connect() as second:
        assert first.scalar(text("SELECT 1")) == second.scalar(text("SELECT 1"))
    assert len({backend(engine) for _ in range(5)}) == 1
    engine.dispose()


def test_what_a_read_prepared_is_there_for_the_next(tmp_path: Path, emptied_postgres: str) -> None:
    inst = opened(Settings(tmp_path, emptied_postgres, password_cost=CHEAP), lambda: 1_800_000_000_000)
    prepared = [
        inst.read(lambda c: c.scalar(text("SELECT count(*) FROM pg_prepared_statements"))) for _ in range(8)
    ]
    assert prepared[-1]
    inst.close()


def test_an_embedded_database_has_one_connection_that_writes(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'site.db'}")
    assert engine.pool.status().startswith("Pool size: 1")
    engine.dispose()


def test_what_is_remembered_goes_with_its_number() -> None:
    remembered: Remembered[str] = Remembered()
    remembered.keep("door", 1, "old")
    assert (remembered.get("door", 1), remembered.get("door", 2), remembered.get("gate", 1)) == (
        "old",
        None,
        None,
    )
    remembered.keep("door", 2, "new")
    assert (remembered.get("door", 1), remembered.get("door", 2)) == (None, "new")
