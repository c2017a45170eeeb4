"""What kiosks remember of this server: an entry that it took or set aside, and that is not here any more.

Numbers alone do not tell it: after a restore, another image of the same kiosk may have used them.
"""

from __future__ import annotations

from web.db.connecting.connection import Connection
from web.services.gates.gate import Gate
from web.services.installation import Installation
from web.store.passing import entries

_ASKED_MOST = 10


def unknown(inst: Installation, gate: Gate, settled: list[object]) -> list[str]:
    """Those of some entry ids that are not here; asked before the batch they came with is kept."""
    ids = [identity for identity in settled[:_ASKED_MOST] if isinstance(identity, str)]

    def work(connection: Connection) -> list[str]:
        here = entries.known(connection, ids).keys() | entries.set_aside(connection, gate.id, ids)
        return [identity for identity in ids if identity not in here]

    return inst.read(work) if ids else []
