"""What kiosks remember of this server: an entry that they were told was taken, and is not here any more.

Numbers alone do not tell it: after a restore, another image of the same kiosk may have used them.
"""

from __future__ import annotations

from web.services.installation import Installation
from web.store import entries

_ASKED_MOST = 10


def unknown(inst: Installation, taken: list[object]) -> list[str]:
    """Those of some entry ids that are not here; asked before the batch they came with is kept."""
    ids = [identity for identity in taken[:_ASKED_MOST] if isinstance(identity, str)]
    here = inst.read(lambda connection: entries.known(connection, ids)) if ids else {}
    return [identity for identity in ids if identity not in here]
