"""A site on a real PostgreSQL, twenty days before the tables of months that are there end."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web.db.months.parts import DAY_MS
from tests.web.grounds import CHEAP
from tests.web.tenants import SettableClock, Tenant, tenant
from web.db.connecting.engine import open_engine
from web.db.months import months
from web.services.installation import Installation, opened
from web.services.signing_keys import keys
from web.settings import Settings


@pytest.fixture
def clock(emptied_postgres: str) -> SettableClock:
    """Twenty days before the end of the tables that are there."""
    engine = open_engine(emptied_postgres)
    with engine.connect() as connection:
        (first, _) = months.listed(connection)
    engine.dispose()
    return SettableClock((first.until_ms or 0) - 20 * DAY_MS)


@pytest.fixture
def settings(emptied_postgres: str, tmp_path: Path) -> Settings:
    return Settings(tmp_path, emptied_postgres, "https://park.example", "District", CHEAP)


@pytest.fixture
def site(settings: Settings, clock: SettableClock) -> Iterator[Installation]:
    made = opened(settings, clock)
    keys.ensure(made)
    yield made
    made.close()


@pytest.fixture
def park(site: Installation) -> Tenant:
    return tenant(site, "East Area", "Park Ltd")
