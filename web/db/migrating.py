"""Brings the database to this program's schema; never takes it back silently."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from domain.errors import UnavailableError
from domain.wording import Sentence
from web.db.foreseeing import foreseen
from web.db.planning import analysed
from web.db.turns import Turn, taken

_SCRIPTS = Path(__file__).parent / "migrations"


def migrate(engine: Engine) -> bool:
    """Apply what is missing, and say whether there was anything.

    UnavailableError when the database was written by a newer version of this program.
    """
    foreseen(engine)
    with engine.begin() as connection:
        # Two processes that start on a fresh database would both make its tables.
        taken(connection, Turn.MIGRATING)
        current = MigrationContext.configure(connection).get_current_revision()
        if current is not None and current not in _revisions():
            raise _newer(current)
        if current == _revisions()[0]:
            return False
        _upgraded(connection, "head")
    if engine.dialect.name == "postgresql":
        with engine.begin() as connection:
            analysed(connection)
    return True


def migrate_to(connection: Connection, revision: str) -> None:
    """Make the tables of one schema in an empty database; UnavailableError when this program is older."""
    if revision not in _revisions():
        raise _newer(revision)
    _upgraded(connection, revision)


def _upgraded(connection: Connection, revision: str) -> None:
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def expect_migrated(engine: Engine) -> None:
    """UnavailableError unless the database has exactly this program's schema; nothing is changed."""
    with engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    if current != _revisions()[0]:
        raise UnavailableError(
            Sentence(
                f"The database has another schema ({current or 'none'}) than this program. "
                "Start the site, or run python -m web migrate, with this version first.",
                f"数据库结构（{current or '无'}）与本程序不符，请先用此版本启动网站，"
                "或运行 python -m web migrate。",
            )
        )


@cache
def _revisions() -> tuple[str, ...]:
    """This program's schemas, the newest first; all its scripts are compiled to know them."""
    return tuple(script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions())


def _newer(current: str) -> UnavailableError:
    return UnavailableError(
        Sentence(
            f"The database is from a newer version of this program (schema {current}). "
            "Start that version, or restore a backup made with this one. Nothing was changed.",
            f"数据库由更新版本的程序建立（结构 {current}）。请使用该版本，或恢复本版本的备份。未作任何更改。",
        )
    )


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS))
    return config
