"""Takes what was erased out of the database's files as well, as far as the database lets us."""

from __future__ import annotations

from web.db import scrubbing
from web.services.installation import Installation
from web.settings import Settings


def swept(inst: Installation) -> bool:
    """Free the places of erased rows, so that others come there; False where the database does so itself."""
    return scrubbing.swept(inst.settings.resolved_database_url)


def rewritten(settings: Settings) -> bool:
    """Leave no byte of an erased row in any table's file; False where the database does so by itself.

    Who asks for people waits meanwhile: some seconds for each million rows.
    """
    return scrubbing.rewritten(settings.resolved_database_url)
