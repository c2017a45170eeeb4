"""Uses of a poster from networks, counted and looked at as a check-in does, without the check-in."""

from __future__ import annotations

from sqlalchemy import Connection

from web.services.installation import Installation
from web.services.passing import poster_watch
from web.store.passing import poster_uses


def used(inst: Installation, poster_id: str, *addresses: str) -> None:
    def work(connection: Connection) -> None:
        for address in addresses:
            use = poster_watch.use_of(inst, poster_id, address, inst.now_ms())
            if poster_watch.asks_to_look(poster_uses.used(connection, use)):
                poster_watch.looked(connection, use, inst.now_ms())

    inst.write(work)
