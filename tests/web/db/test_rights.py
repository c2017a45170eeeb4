"""docs/rights.sql on a real PostgreSQL: the site runs with it, and cannot change its own log."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from domain.errors import InputError
from tests.web.commands.here import refused, run
from tests.web.log.tampering import fill, findings
from tests.web.tenants import SettableClock, tenant
from web.db.connecting.connection import Connection
from web.db.months import log_months, months
from web.db.tables import APPEND_ONLY
from web.services.installation import Installation, opened
from web.services.keeping.purging import purging, scrubbing
from web.services.operations import months_ahead, planning
from web.services.operations.doctor import doctor
from web.services.signing_keys import keys
from web.settings import Settings

DAY_S = 86_400
ROOT = Path(__file__).parents[3]
ROLE = "codeplace_app"


@pytest.fixture
def site(emptied_postgres: str, tmp_path: Path, clock: SettableClock) -> Iterator[Installation]:
    """An installation over a database that another role owns."""
    engine = create_engine(emptied_postgres, isolation_level="AUTOCOMMIT")
    sql = (ROOT / "docs" / "rights.sql").read_text(encoding="utf-8")
    sql = sql.replace(':"app"', ROLE).replace(":'app'", f"'{ROLE}'")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE ROLE {ROLE}"))
        connection.exec_driver_sql(sql)
    made = opened(
        Settings(tmp_path, f"{emptied_postgres}&options=-crole%3D{ROLE}", "https://park.example"), clock
    )
    keys.ensure(made)
    yield made
    made.close()
    with engine.connect() as connection:
        connection.execute(text(f"DROP OWNED BY {ROLE}"))
        connection.execute(text(f"DROP ROLE {ROLE}"))
    engine.dispose()


def test_the_site_runs_with_the_rights_and_cannot_change_its_log(site: Installation, clock: SettableClock):
    park = tenant(site, "East Area", "Park Ltd")
    fill(site, park, 1, 2, 3)
    clock.pass_s(60 * DAY_S)
    purging.purge(site)
    assert findings(site) == []
    for table in APPEND_ONLY:
        column = next(iter(table.primary_key.columns)).name
        for statement in (
            f"UPDATE {table.name} SET {column} = {column}",
            f"DELETE FROM {table.name}",
            f"TRUNCATE {table.name} CASCADE",
            f"ALTER TABLE {table.name} DISABLE TRIGGER ALL",
        ):

            def work(connection: Connection, statement: str = statement) -> None:
                connection.execute(text(statement))

            with pytest.raises(Exception, match=r"permission denied|must be owner"):
                site.write(work)


def test_who_does_not_own_the_tables_is_told_so_instead_of_leaving_erased_people_in_their_files(
    site: Installation, emptied_postgres: str
):
    assert not scrubbing.swept(site)
    with pytest.raises(InputError, match=r"belong to another role.*web scrub"):
        scrubbing.rewritten(site.settings)
    owner = replace(site.settings, database_url=emptied_postgres)
    assert scrubbing.rewritten(owner)


def test_an_owner_who_may_ask_for_no_checkpoint_scrubs_all_the_same(
    site: Installation, emptied_postgres: str
):
    engine = create_engine(emptied_postgres, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        mine = connection.execute(text("SELECT current_user")).scalar_one()
        names = connection.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).all()
        try:
            for name in names:
                connection.execute(text(f"ALTER TABLE {name} OWNER TO {ROLE}"))
            assert scrubbing.rewritten(site.settings)
        finally:
            for name in names:
                connection.execute(text(f"ALTER TABLE {name} OWNER TO {mine}"))
    engine.dispose()


def test_a_table_that_the_site_may_not_use_yet_is_told_by_migrate_and_by_the_doctor(
    site: Installation, emptied_postgres: str, tmp_path: Path
):
    def said(url: str) -> tuple[str, list[str]]:
        checks = [one.found for one in doctor.checked(site.settings, site.now_ms) if "tables" in one.name]
        return run(tmp_path, "migrate", DATABASE_URL=url).stdout, checks

    assert said(emptied_postgres) == ("The database is ready. 数据库已就绪。\n", [])
    engine = create_engine(emptied_postgres)
    with engine.begin() as connection:  # as if a migration had just made them
        connection.execute(text(f"REVOKE ALL ON saved_filters, traces FROM {ROLE}"))
    engine.dispose()
    for url in (emptied_postgres, site.settings.database_url):
        told, checks = said(url)
        assert f"The role {ROLE} may not use saved_filters, traces yet" in told
        assert f"角色 {ROLE} 尚不能使用 saved_filters、traces" in told
        assert checks == ["missing 缺少"]


def test_a_site_that_does_not_own_the_tables_says_who_has_to_migrate(
    site: Installation, emptied_postgres: str, tmp_path: Path
):
    engine = create_engine(emptied_postgres, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        newest = connection.scalar(text("SELECT version_num FROM alembic_version"))
        connection.execute(text("UPDATE alembic_version SET version_num = '0017'"))
        try:
            done = run(tmp_path, "migrate", DATABASE_URL=site.settings.database_url)
        finally:
            connection.execute(text("UPDATE alembic_version SET version_num = :one"), {"one": newest})
    engine.dispose()
    refused(done, "another role owns its tables", "docs/rights.sql")


def test_the_site_has_the_months_of_its_log_made_and_turned_without_a_right_on_them(
    site: Installation, clock: SettableClock
):
    park = tenant(site, "East Area", "Park Ltd")
    clock.ms = site.read(months.listed)[-1].since_ms or 0
    for seq in (1, 2):
        months_ahead.kept(site)
        fill(site, park, seq)
        months_ahead.kept(site)
        clock.pass_s(31 * DAY_S)
    parts = [log_months.BEFORE, *map(log_months.part, site.read(log_months.listed)[1:])]
    assert len(parts) == 5
    for name in (f"{table.name}{part}" for table in log_months.PARTED for part in parts):
        for statement in (
            "DELETE FROM {}",
            "INSERT INTO {} DEFAULT VALUES",
            "SELECT FROM {}",
            "DROP TABLE {}",
        ):

            def work(connection: Connection, statement: str = statement.format(name)) -> None:
                connection.execute(text(statement))

            with pytest.raises(Exception, match=r"permission denied|must be owner"):
                site.write(work)
    with pytest.raises(Exception, match="permission denied"):
        site.write(lambda connection: connection.execute(text("SELECT setval('leaves_id_seq', 1)")))
    assert findings(site) == []


def test_the_site_has_months_made_and_emptied_without_a_right_on_them(
    site: Installation, clock: SettableClock
):
    park = tenant(site, "East Area", "Park Ltd")
    clock.ms = site.read(months.listed)[-1].since_ms or 0
    months_ahead.kept(site)
    fill(site, park, 1, 2, 3)
    parts = [month.part for month in site.read(months.listed)]
    assert len(parts) == 5
    for name in (f"{table.name}{part}" for table in months.PARTED for part in parts):
        for statement in ("DELETE FROM {}", "TRUNCATE {}", "SELECT FROM {}", "DROP TABLE {}"):

            def work(connection: Connection, statement: str = statement.format(name)) -> None:
                connection.execute(text(statement))

            with pytest.raises(Exception, match=r"permission denied|must be owner"):
                site.write(work)
    clock.pass_s(60 * DAY_S)
    assert purging.purge(site) == (3, 0)
    planning.renewed(site)
    assert findings(site) == []
