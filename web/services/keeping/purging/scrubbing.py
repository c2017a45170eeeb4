"""Takes what was erased out of the database's files as well, as far as the database lets us."""

from __future__ import annotations

from domain.errors import InputError
from domain.wording import Sentence
from web.db.months import scrubbing
from web.db.months.scrubbing import Scrubbed
from web.services.installation import Installation
from web.settings import SITE_COMMAND, Settings


def swept(inst: Installation) -> bool:
    """Free the places of erased rows, so that others come there; False where the database does so itself.

    So does a PostgreSQL whose tables are another role's, a little later (autovacuum).
    """
    return scrubbing.swept(inst.settings.resolved_database_url) is Scrubbed.DONE


def rewritten(settings: Settings) -> bool:
    """Leave no byte of an erased row in any table's file; False where the database does so by itself.

    Who asks for people waits meanwhile: some seconds for each million rows. InputError when the tables are
    another role's, as with docs/rights.sql: only their owner can do it.
    """
    done = scrubbing.rewritten(settings.resolved_database_url)
    if done is Scrubbed.NOT_OURS:
        raise InputError("DATABASE_URL", _NOT_OURS.en, _NOT_OURS.zh)
    return done is Scrubbed.DONE


_NOT_OURS = Sentence(
    "The tables belong to another role, and nothing was written anew; run it once as their owner: "
    f"DATABASE_URL=postgresql+psycopg://OWNER@HOST/DATABASE {SITE_COMMAND} scrub",
    "数据表属于其他角色，未作任何重写；请以表的所有者运行一次："
    f"DATABASE_URL=postgresql+psycopg://所有者@主机/数据库 {SITE_COMMAND} scrub",
)
