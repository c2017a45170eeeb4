"""What the tests of the web stand on: a clock to set, both real databases, and opened installations."""

from __future__ import annotations

import os
import signal
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from bench.real_postgres import server_in
from tests.scratch import scratch_folder
from tests.web.asked_once import asked_once
from tests.web.grounds import CHEAP, PLACES, Ground, Grounds
from tests.web.rows import Rows
from tests.web.tenants import SettableClock, Tenant
from web.db.bringing.migrating import migrate
from web.db.connecting.engine import open_engine
from web.services.installation import Installation

__all__ = ["CHEAP", "STARTS_MS"]

# 2026-11-20 10:00 in Shanghai, 02:00 UTC.
STARTS_MS = 1_795_140_000_000


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock(STARTS_MS)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a real PostgreSQL of this session; without fsync, for nobody pulls its plug."""
    # Not pytest's own folder: the server runs as another user when the tests run as root.
    with tempfile.TemporaryDirectory(prefix="codeplace-pg-", dir=scratch_folder()) as folder:
        server = server_in(Path(folder) / "data")
        url = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
        engine = create_engine(url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            for setting in ("fsync", "full_page_writes", "synchronous_commit"):
                connection.exec_driver_sql(f"ALTER SYSTEM SET {setting} = off")
            connection.exec_driver_sql("SELECT pg_reload_conf()")
        engine.dispose()
        yield url
        os.kill(server.get_pid(), signal.SIGQUIT)  # at once: its data goes away with it
        while (Path(folder) / "data" / "postmaster.pid").exists():
            time.sleep(0.02)


@pytest.fixture(scope="session")
def migrated_postgres(postgres: str) -> str:
    engine = open_engine(postgres)
    migrate(engine)
    engine.dispose()
    return postgres


@pytest.fixture(scope="session")
def rows(migrated_postgres: str) -> Iterator[Rows]:
    engine = create_engine(migrated_postgres)
    yield Rows(engine)
    engine.dispose()


@pytest.fixture
def emptied_postgres(migrated_postgres: str, rows: Rows) -> str:
    """A migrated database without a row."""
    rows.empty()
    return migrated_postgres


@pytest.fixture
def empty_postgres(postgres: str) -> Iterator[str]:
    """A schema of its own with nothing in it, not even tables."""
    engine = create_engine(postgres, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql("CREATE SCHEMA fresh")
        yield f"{postgres}&options=-csearch_path%3Dfresh"
        connection.exec_driver_sql("DROP SCHEMA fresh CASCADE")
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Each of both databases in turn, without rows; "" is the embedded one."""
    return "" if request.param == "sqlite" else str(request.getfixturevalue("emptied_postgres"))


@pytest.fixture(params=["sqlite", "postgresql"])
def fresh_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Each of both databases in turn, without tables."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'fresh.db'}"
    return str(request.getfixturevalue("empty_postgres"))


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a migrated database without a row, to start from: migrating is tested elsewhere."""
    path = tmp_path_factory.mktemp("migrated") / "codeplace.db"
    engine = open_engine(f"sqlite:///{path}")
    migrate(engine)
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def grounds(tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: Path) -> Grounds:
    return Grounds(tmp_path_factory.mktemp("grounds"), migrated_sqlite)


@pytest.fixture
def wants_park() -> None:
    """Lets the installation of a test have the park already."""


@pytest.fixture
def wants_mill() -> None:
    """Lets the installation of a test have the mill already."""


@pytest.fixture
def places_wanted(request: pytest.FixtureRequest) -> tuple[str, ...]:
    return tuple(place for place in PLACES if f"wants_{place}" in request.fixturenames)


@pytest.fixture
def ground(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    database_url: str,
    grounds: Grounds,
    clock: SettableClock,
    places_wanted: tuple[str, ...],
) -> Iterator[Ground]:
    if not database_url:
        yield request.getfixturevalue("embedded_ground")
        return
    rows = request.getfixturevalue("rows")
    made = grounds.shared(tmp_path / "var", database_url, rows, clock, places_wanted)
    yield made
    made.inst.close()


@pytest.fixture
def inst(ground: Ground) -> Installation:
    """An opened installation with its keys, on SQLite and on PostgreSQL: the test runs once with each."""
    return ground.inst


@pytest.fixture
def park(ground: Ground, wants_park: None) -> Tenant:
    """An enterprise with an open venue, two entrances, a poster and a gate at the first."""
    return ground.tenants["park"]


@pytest.fixture
def mill(ground: Ground, wants_mill: None) -> Tenant:
    """Another enterprise in another area: whatever the park's people ask, it is not theirs."""
    return ground.tenants["mill"]


@pytest.fixture
def embedded_ground(
    tmp_path: Path, grounds: Grounds, clock: SettableClock, places_wanted: tuple[str, ...]
) -> Iterator[Ground]:
    made = grounds.embedded(tmp_path / "var", clock, places_wanted)
    with asked_once(made.inst):
        yield made
    made.inst.close()


@pytest.fixture
def embedded(embedded_ground: Ground) -> Installation:
    """An opened installation on SQLite alone, for what no database can make different."""
    return embedded_ground.inst


@pytest.fixture
def embedded_park(embedded_ground: Ground, wants_park: None) -> tuple[Installation, Tenant]:
    """The same enterprise on SQLite alone."""
    return embedded_ground.inst, embedded_ground.tenants["park"]
