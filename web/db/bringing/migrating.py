"""Brings the database to this program's schema; never takes it back silently."""

from __future__ import annotations

from sqlalchemy import Connection, Engine

from domain.errors import UnavailableError
from domain.wording import Sentence
from web.db.bringing.revisions import SCRIPTS, current_revision, revisions
from web.db.connecting.turns import Turn, taken
from web.db.months.foreseeing import foreseen
from web.db.months.planning import analysed
from web.settings import SITE_COMMAND


def migrate(engine: Engine) -> bool:
    """Apply what is missing, and say whether there was anything.

    UnavailableError when the database was written by a newer version of this program.
    """
    foreseen(engine)
    with engine.begin() as connection:
        # Two processes that start on a fresh database would both make its tables.
        taken(connection, Turn.MIGRATING)
        current = current_revision(connection)
        if current is not None and current not in revisions():
            raise _newer(current)
        if current == revisions()[0]:
            return False
        _upgraded(connection, "head")
    if engine.dialect.name == "postgresql":
        with engine.begin() as connection:
            analysed(connection)
    return True


def migrate_to(connection: Connection, revision: str) -> None:
    """Make the tables of one schema in an empty database; UnavailableError when this program is older."""
    if revision not in revisions():
        raise _newer(revision)
    _upgraded(connection, revision)


def _upgraded(connection: Connection, revision: str) -> None:
    # A fifth of what a command loads, and hardly one changes a schema.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def expect_migrated(engine: Engine) -> None:
    """UnavailableError unless the database has exactly this program's schema; nothing is changed."""
    with engine.connect() as connection:
        current = current_revision(connection)
    if current != revisions()[0]:
        raise UnavailableError(
            Sentence(
                f"The database has another schema ({current or 'none'}) than this program. "
                f"Start the site, or run {SITE_COMMAND} migrate, with this version first.",
                f"数据库结构（{current or '无'}）与本程序不符，请先用此版本启动网站，"
                f"或运行 {SITE_COMMAND} migrate。",
            )
        )


def _newer(current: str) -> UnavailableError:
    return UnavailableError(
        Sentence(
            f"The database is from a newer version of this program (schema {current}). "
            "Start that version, or restore a backup made with this one. Nothing was changed.",
            f"数据库由更新版本的程序建立（结构 {current}）。请使用该版本，或恢复本版本的备份。未作任何更改。",
        )
    )
