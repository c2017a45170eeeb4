"""Until when all that reached the server is drawn, also while entries wait for it."""

from __future__ import annotations

from tests.web.log.tampering import fill
from tests.web.tenants import SettableClock, Tenant
from web.services.desk.figures import figures, figures_sheet
from web.services.desk.filtering.filters import Filter
from web.services.desk.projecting import projecting
from web.services.installation import Installation
from web.store.drawn import projecting as rows


def _told(inst: Installation, park: Tenant) -> list[int]:
    """What the figures, the times and the sheet of a day say of themselves."""
    day = inst.now_ms() // 86_400_000
    return [
        figures.figures(inst, park.staff, Filter(), "UTC").as_of_ms,
        figures.times(inst, park.staff, Filter(), "UTC").as_of_ms,
        figures_sheet.sheet(inst, park.staff, day).as_of_ms,
    ]


def test_while_entries_wait_the_first_of_them_says_until_when(
    inst: Installation, park: Tenant, clock: SettableClock
) -> None:
    arrived = inst.now_ms()
    fill(inst, park, 1, 2)
    later = arrived + 60_000
    clock.ms = later
    assert all(told == arrived for told in _told(inst, park))
    assert inst.read(lambda connection: rows.drawn_upto_ms(connection, later)) == arrived
    while projecting.caught_up(inst):
        pass
    assert all(told == later for told in _told(inst, park))
    assert inst.read(lambda connection: rows.drawn_upto_ms(connection, later)) == later
