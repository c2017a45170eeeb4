"""Until when all that reached the server is drawn, also while entries wait for it."""

from __future__ import annotations

from tests.web.log.tampering import fill
from tests.web.tenants import Tenant
from web.services.desk import projecting
from web.services.installation import Installation
from web.store import projecting as rows


def test_while_entries_wait_the_first_of_them_says_until_when(inst: Installation, park: Tenant) -> None:
    arrived = inst.now_ms()
    fill(inst, park, 1, 2)
    later = arrived + 60_000
    assert inst.read(lambda connection: rows.drawn_upto_ms(connection, later)) == arrived
    while projecting.caught_up(inst):
        pass
    assert inst.read(lambda connection: rows.drawn_upto_ms(connection, later)) == later
