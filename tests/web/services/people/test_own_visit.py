"""Visitors see where they are inside, however they came in, until they were seen leaving."""

from __future__ import annotations

from domain.venue import poster_symbols
from tests.web.tenants import SettableClock, Tenant, entry_item
from web.services.gates import ingest
from web.services.installation import Installation
from web.services.passing import passages
from web.services.passing.own_entries import Recorded
from web.services.passing.passage_typing import Typed
from web.services.people import own_visit, visitors
from web.services.people.visitors import Registration
from web.services.places.posters import posters

ID = "01a1fdfa-4600-7000-8000-00000000000{}"


def ann(inst: Installation, park: Tenant) -> str:
    given = Registration(park.enterprise, "Ann Lee", "13800138000", "visitor")
    return visitors.register(inst, park.staff, given).visitor_id


def passed(inst: Installation, park: Tenant, seq: int, visitor: str, direction: str) -> None:
    private = {"visitor_id": visitor}
    item = entry_item(park.gate, seq, inst.now_ms(), private=private, direction=direction)
    ingest.ingest(inst, park.gate, [item])


def test_who_came_in_by_a_kiosk_is_led_out_by_a_poster_of_that_venue(
    inst: Installation, park: Tenant, clock: SettableClock
) -> None:
    visitor = ann(inst, park)
    assert own_visit.inside(inst, visitor) is None
    passed(inst, park, 1, visitor, "in")
    visit = own_visit.inside(inst, visitor)
    assert visit is not None
    assert (visit.venue_name, visit.entrance_name) == ("Park Ltd site", "North gate")
    assert visit.symbols == poster_symbols(bytes.fromhex(park.poster))
    posters.revoke(inst, park.staff, park.poster)
    side = posters.issue(inst, park.staff, park.side_entrance)
    visit = own_visit.inside(inst, visitor)
    assert visit is not None
    assert visit.symbols == poster_symbols(bytes.fromhex(side))
    posters.revoke(inst, park.staff, side)
    visit = own_visit.inside(inst, visitor)
    assert visit is not None
    assert visit.symbols == ""
    clock.pass_s(60)
    passed(inst, park, 2, visitor, "out")
    assert own_visit.inside(inst, visitor) is None


def test_a_visit_of_yesterday_and_one_that_was_taken_back_are_none(
    inst: Installation, park: Tenant, clock: SettableClock
) -> None:
    visitor = ann(inst, park)
    typed = Typed(ID.format(1), who="13800138000")
    passages.record(inst, park.staff, park.entrance, typed)
    assert own_visit.inside(inst, visitor) is not None
    clock.pass_s(25 * 3600)
    assert own_visit.inside(inst, visitor) is None
    again = passages.record(inst, park.staff, park.entrance, Typed(ID.format(2), who="13800138000"))
    assert isinstance(again, Recorded)
    assert own_visit.inside(inst, visitor) is not None
    passages.take_back(inst, park.staff, park.entrance, again.entry_id)
    assert own_visit.inside(inst, visitor) is None
