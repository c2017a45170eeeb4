"""The questions that are asked most say what the general one says, by the same indexes."""

from __future__ import annotations

from itertools import product

from tests.web.tenants import Tenant, entry_item
from web.db.connecting.connection import Connection
from web.db.statements.prepared import driver_of
from web.services.gates import ingest
from web.services.installation import Installation
from web.services.people import visitors
from web.services.people.visitors import Registration
from web.store.desk import searching, searching_often
from web.store.desk.filtering import People, Wanted
from web.store.scope import PROGRAM, Scope


def filled(inst: Installation, park: Tenant, mill: Tenant) -> str:
    """The id of somebody who passed at both, two entries at each moment."""
    given = Registration(park.enterprise, "Wang Wei", "13800138000", "courier", "", "")
    person, now = visitors.register(inst, park.staff, given).visitor_id, inst.now_ms()
    for there in (park, mill):
        shown = [{"visitor_id": person}, {}]
        items = [entry_item(there.gate, n, now - n // 2 * 1000, private=shown[n % 2]) for n in range(1, 12)]
        ingest.ingest(inst, there.gate, list(items))
    return person


def whole(tenant: Tenant) -> Scope:
    """All areas there are."""
    return Scope(area_path=f"/{tenant.area.area_path.split('/')[1]}/")


def test_they_are_the_rows_of_the_general_question(inst: Installation, park: Tenant, mill: Tenant):
    person, now = filled(inst, park, mill), inst.now_ms()
    times: list[int | None] = [None, now - 4_000, now - 1_000]

    def both(connection: Connection, scope: Scope, wanted: Wanted, before: tuple[int, str] | None) -> int:
        often = searching.page(connection, scope, wanted, before=before, limit=4)
        query = searching.newest(searching.among(connection, scope, wanted), wanted, before=before, limit=4)
        assert query is not None
        assert [tuple(row) for row in often] == [tuple(row) for row in connection.execute(query)]
        return len(often)

    asked = [(PROGRAM, Wanted(venue_id=park.venue)), (park.staff, Wanted(venue_id=park.venue))]
    asked += [(whole(park), Wanted(venue_id=park.venue)), (park.area, Wanted(venue_id=park.venue))]
    scopes = (PROGRAM, park.staff, park.area, whole(park))
    asked += [(scope, Wanted(people=People((person,)))) for scope in scopes]
    sizes = set[int]()
    for (scope, wanted), from_ms, until_ms, at_ms in product(asked, times, times, times):
        before = None if at_ms is None else (at_ms, "5")
        narrowed = Wanted(venue_id=wanted.venue_id, people=wanted.people, from_ms=from_ms, until_ms=until_ms)
        sizes.add(inst.read(lambda c, s=scope, w=narrowed, b=before: both(c, s, w, b)))
    assert sizes >= {0, 4}


def test_a_venue_is_told_of_in_its_scope_only(inst: Installation, park: Tenant, mill: Tenant):
    filled(inst, park, mill)
    wanted = Wanted(venue_id=park.venue)
    seeing = [(scope, 4) for scope in (PROGRAM, park.staff, park.area, whole(park))]
    for scope, count in (*seeing, (mill.staff, 0), (mill.area, 0), (Scope(), 0)):
        found = inst.ask(lambda c, s=scope: searching.page(c, s, wanted, limit=4))
        assert len(found) == count, scope


def test_a_person_is_told_of_where_one_may_look(inst: Installation, park: Tenant, mill: Tenant):
    wanted = Wanted(people=People((filled(inst, park, mill),)))
    both = {park.venue, mill.venue}
    seeing = [(PROGRAM, both), (whole(park), both), (park.area, {park.venue}), (mill.area, {mill.venue})]
    for scope, venues in (*seeing, (park.staff, {park.venue}), (Scope(), set[str]())):
        found = inst.ask(lambda c, s=scope: searching.page(c, s, wanted, limit=20))
        assert {row.venue_id for row in found} == venues, scope


def test_a_place_that_no_database_holds_finds_nothing_and_breaks_nothing(
    inst: Installation, park: Tenant, mill: Tenant
):
    filled(inst, park, mill)
    wanted = Wanted(venue_id=park.venue)
    for place in ((0, "\0"), (0, "\udc80")):
        assert not inst.read(lambda c, place=place: searching.page(c, PROGRAM, wanted, before=place, limit=4))


def test_each_goes_by_one_index(embedded: Installation):
    said = list[str]()

    def asked(connection: Connection) -> list[str]:
        driver = driver_of(connection)
        driver.set_trace_callback(said.append)
        for wanted in (Wanted(from_ms=1, until_ms=5), Wanted()):
            searching_often.of_venue(connection, Scope(area_path="/a/"), "v", wanted, None, 51)
            searching_often.of_visitor(connection, Scope(area_path="/a/"), "p", wanted, (3, "x"), 51)
        driver.set_trace_callback(None)
        plans = (driver.execute(f"EXPLAIN QUERY PLAN {text}") for text in said if "SELECT" in text)
        return ["\n".join(step[3] for step in plan) for plan in plans]

    bounded, whole = (embedded.read(asked)[at : at + 2] for at in (0, 2))
    venue, visitor = "ix_entries_venue_true_time (venue_id=?", "ix_entry_people_visitor_time (visitor_id=?"
    assert f"{venue} AND true_ms>? AND (true_ms,id)<(?,?))" in bounded[0]
    assert f"{visitor} AND at_ms>? AND (at_ms,entry_id)<(?,?))" in bounded[1]
    assert f"{venue})" in whole[0]
    assert f"{visitor} AND (at_ms,entry_id)<(?,?))" in whole[1]
    assert "TEMP B-TREE" not in "".join([*bounded, *whole])
