"""One filter finds by every part of it, in one's scope, and tells the log whom somebody asked for."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest
from sqlalchemy import select

from domain.decision import Outcome
from domain.entry import Way
from domain.reason import Reason
from domain.venue import Direction
from domain.visitor import VisitorClass
from tests.web.tenants import Tenant, enrolled, entry_item
from web.db.tables import entry_people, leaves, visits
from web.services.desk import details, searching
from web.services.desk.filtering.filters import Filter
from web.services.desk.filtering.filters_people import Part, sealed_term
from web.services.gates import ingest
from web.services.installation import Installation
from web.services.people import visitors
from web.services.people.visitors import Registration
from web.services.places import places
from web.store.desk import filtering_places
from web.store.scope import PROGRAM, Scope

CLERK = "clerk"
ID_NUMBER = "11010519491231002X"


@pytest.fixture
def kinds(inst: Installation, park: Tenant) -> dict[str, str]:
    """One entry of each kind, by what it is."""
    given = Registration(park.enterprise, "Wang Wei", "13800138000", "courier", ID_NUMBER, "苏A12345")
    person = visitors.register(inst, park.staff, given).visitor_id
    now = inst.now_ms()
    items = {
        "plain": entry_item(park.gate, 1, now - 4_000),
        "person": entry_item(park.gate, 2, now - 3_000, private={"visitor_id": person}),
        "plate": entry_item(park.gate, 3, now - 2_000, private={"plate": "沪B54321"}),
        "warm": entry_item(park.gate, 4, now - 1_000, private={"temperature_tenths": 378}),
        "out": entry_item(park.gate, 5, now, direction="out", reason="goodbye", way="staff"),
    }
    done = ingest.ingest(inst, park.gate, list(items.values()))
    assert {str(result.status) for result in done.results} == {"stored"}
    return {name: str(item["id"]) for name, item in items.items()}


def named(inst: Installation, tenant: Tenant, kinds: dict[str, str], **asked: Any) -> set[str]:
    wanted = Filter(**asked)
    found = {row.id for row in searching.search(inst, tenant.staff, wanted, account_id=CLERK).rows}
    assert searching.counted(inst, tenant.staff, wanted, account_id=CLERK) == len(found)
    arrived = searching.newer(inst, tenant.staff, wanted, "0", account_id=CLERK).rows
    assert {row.id for row in arrived} == found
    return {name for name, identity in kinds.items() if identity in found}


@pytest.mark.parametrize("few", [filtering_places.FEW, 0])
def test_every_part_of_the_filter_narrows(
    inst: Installation, park: Tenant, kinds: dict[str, str], few: int, monkeypatch: pytest.MonkeyPatch
):
    # Where venues are many they are looked through together, by other indexes.
    monkeypatch.setattr(filtering_places, "FEW", few)

    def found(**asked: Any) -> set[str]:
        return named(inst, park, kinds, **asked)

    assert found() == set(kinds)
    assert found(enterprise_id=park.enterprise) == set(kinds)
    assert found(entrance_id=park.side_entrance) == set()
    assert found(kiosk_id=park.gate.id) == set(kinds)
    assert found(classes=(VisitorClass.COURIER,)) == {"person"}
    assert found(directions=(Direction.OUT,)) == {"out"}
    assert found(ways=(Way.STAFF, Way.PAPER)) == {"out"}
    assert found(reasons=(Reason.GOODBYE,)) == {"out"}
    assert found(reasons=(Reason.CODE_REVOKED,)) == set()
    assert found(classes=(VisitorClass.COURIER, VisitorClass.RESIDENT), ways=(Way.KIOSK,)) == {"person"}
    assert found(classes=(VisitorClass.COURIER,), from_ms=inst.now_ms()) == set()
    assert found(ways=(Way.STAFF,), directions=(Direction.IN,)) == set()
    assert found(outcomes=(Outcome.REFUSED,)) == set()
    assert found(temperature_least=378) == {"warm"}
    assert found(temperature_least=379) == set()
    assert found(temperature_least=350, temperature_most=380) == {"warm"}
    assert found(text="W*** W***") == {"person"}
    assert found(from_ms=inst.now_ms()) == {"out"}
    assert found(until_ms=inst.now_ms() - 4_000) == set()


SPELLINGS = ["13800138000", "+86 138 0013 8000", "１３８００１３８０００",
    "0086-138-0013-8000", "Wang Wei", "wei",
             "苏A·12345", "苏a12345", ID_NUMBER, ID_NUMBER.lower()]  # fmt: skip


def test_a_person_is_found_however_they_are_written(inst: Installation, park: Tenant, kinds: dict[str, str]):
    for typed in SPELLINGS:
        who = sealed_term(inst, CLERK, Part.WHO, typed)
        assert named(inst, park, kinds, who=who) == {"person"}, typed
    number = visitors.listed(inst, park.staff)[0].short_number
    assert named(inst, park, kinds, who=sealed_term(inst, CLERK, Part.WHO, number)) == {"person"}
    assert named(inst, park, kinds, who=sealed_term(inst, CLERK, Part.WHO, "沪B·54321")) == {"plate"}
    assert named(inst, park, kinds, who=sealed_term(inst, CLERK, Part.WHO, "nobody")) == set()
    # What another account sealed finds nobody.
    assert named(inst, park, kinds, who=sealed_term(inst, "other", Part.WHO, "Wang Wei")) == set()


def test_pages_of_one_person_hold_each_entry_once_newest_first(
    inst: Installation, park: Tenant, mill: Tenant
):
    given = Registration(park.enterprise, "Wang Wei", "13800138000", "courier", "", "")
    person, now = visitors.register(inst, park.staff, given).visitor_id, inst.now_ms()
    for there in (park, mill):
        # Two at each moment: what tells them apart is their id.
        items = [
            entry_item(there.gate, n, now - n // 2 * 1000, private={"visitor_id": person})
            for n in range(1, 8)
        ]
        ingest.ingest(inst, there.gate, list(items))
    who = sealed_term(inst, CLERK, Part.WHO, "13800138000")

    def pages(scope: Scope, **asked: int) -> list[tuple[int, str]]:
        wanted, found, before = Filter(who=who, **asked), list[tuple[int, str]](), ""
        while True:
            page = searching.search(inst, scope, wanted, account_id=CLERK, before=before, limit=2)
            found += [(row.true_ms, row.id) for row in page.rows]
            if not (before := page.older):
                return found

    own = pages(park.staff)
    assert (len(own), len(set(own))) == (7, 7)
    assert own == sorted(own, reverse=True)
    assert len(pages(PROGRAM)) == 14
    assert pages(park.staff, from_ms=now - 2000, until_ms=now) == [
        one for one in own if now - 2000 <= one[0] < now
    ]


@pytest.mark.parametrize("few", [filtering_places.FEW, 0])
def test_no_entry_is_lost_or_told_twice_while_others_arrive(
    inst: Installation, park: Tenant, mill: Tenant, few: int, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(filtering_places, "FEW", few)
    now, seqs = inst.now_ms(), {park.gate: itertools.count(1), mill.gate: itertools.count(1)}

    def came(*at: int) -> list[str]:
        items = []
        for at_ms in at:
            for gate, numbers in seqs.items():
                items.append(entry_item(gate, next(numbers), at_ms))
                assert ingest.ingest(inst, gate, [items[-1]]).results[0].status == "stored"
        return [str(item["id"]) for item in items]

    # Several stand at one moment, and pages end among them.
    before_any = set(came(*(now - 60_000 * (n // 3) for n in range(12))))
    seen, cursor = list[str](), ""
    live, arrived = searching.search(inst, PROGRAM, Filter()).newest, set[str]()
    while True:
        page = searching.search(inst, PROGRAM, Filter(), before=cursor, limit=5)
        seen += [row.id for row in page.rows]
        if not (cursor := page.older):
            break
        # New ones, late ones of the moments between, and one at the very moment where the page ended.
        arrived |= set(came(now, now - 90_000, int(cursor.split(".")[0])))
        told = searching.newer(inst, PROGRAM, Filter(), live)
        live = told.newest
        assert {row.id for row in told.rows} <= arrived
        arrived -= {row.id for row in told.rows}
    assert len(seen) == len(set(seen))
    assert before_any <= set(seen)
    assert arrived == set()


def test_a_code_and_a_host_lead_to_entries(inst: Installation, park: Tenant, kinds: dict[str, str]):
    def work(connection: Any) -> None:
        own = entry_people.c.entry_id == kinds["person"]
        visitor = connection.scalar(select(entry_people.c.visitor_id).where(own))
        row = {"id": "v1", "series_id": "v1", "enterprise_id": park.enterprise, "visitor_id": visitor}
        row |= {"host_sealed": b"", "host_digest": inst.cipher.digest("host", "李四")}
        connection.execute(visits.insert().values(**row, from_ms=0, until_ms=1, created_ms=0))
        connection.execute(entry_people.update().where(own).values(visit_id="v1"))

    inst.write(work)
    assert named(inst, park, kinds, host=sealed_term(inst, CLERK, Part.HOST, "李四")) == {"person"}
    assert named(inst, park, kinds, host=sealed_term(inst, CLERK, Part.HOST, "王五")) == set()


def test_the_log_hears_of_a_person_who_is_sought_and_of_nobody_else(
    inst: Installation, park: Tenant, kinds: dict[str, str]
):
    def told() -> list[dict[str, Any]]:
        query = select(leaves.c.body).where(leaves.c.kind == "query")
        return [json.loads(body) for body in inst.read(lambda c: list(c.scalars(query)))]

    searching.search(inst, park.staff, Filter(venue_id=park.venue), account_id=CLERK)
    assert told() == []
    who = sealed_term(inst, CLERK, Part.WHO, "13800138000")
    searching.search(inst, park.staff, Filter(venue_id=park.venue, who=who), account_id=CLERK)
    [leaf] = told()
    assert (leaf["account"], leaf["told"]) == (CLERK, {"venue": [park.venue]})
    assert len(leaf["about"]) == 44
    assert not any(word in json.dumps(leaf) for word in ("138", who, "Wang"))


def test_many_venues_are_one_list_in_the_order_of_time(inst: Installation, park: Tenant, mill: Tenant):
    venues = [park.gate]
    for number in range(3):
        venue = places.create_venue(inst, park.staff, park.enterprise, name=f"V{number}", address="1 Road")
        gate, _ = enrolled(inst, park.staff, places.create_entrance(inst, park.staff, venue, "Door"))
        venues.append(gate)
    made = []
    for seq in range(1, 6):
        for number, gate in enumerate(venues):
            item = entry_item(gate, seq, inst.now_ms() - seq * 1_000 - number)
            ingest.ingest(inst, gate, [item])
            made.append(str(item["id"]))
    ingest.ingest(inst, mill.gate, [entry_item(mill.gate, 1, inst.now_ms())])
    seen, before = [], ""
    while True:
        page = searching.search(inst, park.area, Filter(), before=before, limit=3)
        seen += [row.id for row in page.rows]
        before = page.older
        if not before:
            break
    assert seen == made
    assert searching.counted(inst, park.area, Filter()) == 20
    assert searching.counted(inst, PROGRAM, Filter()) == 21


def test_an_area_finds_what_is_below_it_and_many_venues_are_walked_together(
    inst: Installation, park: Tenant, mill: Tenant, monkeypatch: pytest.MonkeyPatch
):
    for tenant in (park, mill):
        ingest.ingest(inst, tenant.gate, [entry_item(tenant.gate, 1, inst.now_ms())])
    east = park.area.area_path.strip("/").split("/")[-1]
    for few in (40, 0):
        monkeypatch.setattr("web.store.desk.filtering_places.FEW", few)
        found = searching.search(inst, PROGRAM, Filter(area_id=east)).rows
        assert [row.venue_id for row in found] == [park.venue]
        assert len(searching.search(inst, PROGRAM, Filter()).rows) == 2
        assert [row.venue_id for row in searching.search(inst, mill.staff, Filter()).rows] == [mill.venue]


def test_an_entry_is_told_with_everything_masked(inst: Installation, park: Tenant, kinds: dict[str, str]):
    found = details.of_entry(inst, park.staff, kinds["person"])
    assert (found.person.name, found.person.phone) == ("W*** W***", "138****8000")
    assert (found.kiosk_name, found.seq, found.index) == ("gate", 2, None)
    assert details.of_entry(inst, park.staff, kinds["plate"]).person.plate == "沪B****21"
    assert details.of_entry(inst, park.staff, kinds["warm"]).person.temperature_tenths == 378
