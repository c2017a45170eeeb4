"""Policies in versions: who may set which level, what is in force below, and what was at any time before."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import select

from domain.access import Role
from domain.errors import InputError
from domain.inheritance import Effective
from domain.policy import Asked, Treatment
from domain.visitor import VisitorClass
from tests.web.tenants import SettableClock, Tenant
from web.db.tables import policies as table
from web.services import accounts
from web.services.accounts import ADMIN, Account
from web.services.errors import NotFoundError
from web.services.installation import Installation
from web.services.rules import policies, policy_editing, policy_history, policy_places
from web.services.rules.policy_presets import PRESETS
from web.store import counters
from web.store.places import places
from web.store.scope import PROGRAM, Scope


def clerk(park: Tenant) -> Account:
    return Account("c1", "clerk", Role.OWNER, park.staff)


def admin(park: Tenant) -> Account:
    return Account("a1", "admin", ADMIN, park.area)


def area_of(park: Tenant) -> str:
    return park.area.area_path.strip("/").split("/")[-1]


def saved(inst: Installation, who: Account, level: str, identity: str, **fields: Any) -> int | None:
    seen = policy_editing.page(inst, who, level, identity).version
    return policy_editing.save(inst, who, level, identity, fields, seen)


def asked(inst: Installation, entrance: str, **when: int) -> Effective:
    def work(connection: Any) -> Effective:
        return policies.in_force(connection, places.entrance_row(connection, PROGRAM, entrance), **when)

    return inst.read(work)


def rows(inst: Installation) -> list[Any]:
    return [
        tuple(row) for row in inst.read(lambda c: c.execute(select(table).order_by(table.c.version)).all())
    ]


def test_all_four_levels_add_up_and_each_line_says_where_it_came_from(inst: Installation, park: Tenant):
    saved(inst, admin(park), "area", area_of(park), temperature="ask", capacity=500, listed_areas=["Alpha"])
    saved(inst, clerk(park), "enterprise", park.enterprise, classes=["employee", "visitor"], capacity=200)
    saved(inst, clerk(park), "venue", park.venue, temperature="require", listed_areas=["Beta"])
    saved(inst, clerk(park), "entrance", park.entrance, classes=["employee", "courier"], capacity=300)
    found = policy_editing.page(inst, clerk(park), "entrance", park.entrance)
    [door] = found.doors
    said = {(line.sentence.en, line.said_sources.en) for line in door.lines}
    assert {
        ("Accepted: Employee.", "from the enterprise Park Ltd, from the entrance North gate"),
        ("Nobody comes in before their temperature was taken.", "from the venue Park Ltd site"),
        ("At most 200 people inside.", "from the enterprise Park Ltd"),
        ("Whoever was in Alpha is sent to the staff.", "from the area East Area"),
        ("Whoever was in Beta is sent to the staff.", "from the venue Park Ltd site"),
        ("A listed area counts for 14 days.", "default"),
    } <= said
    assert [sentence.en.split(":")[0] for sentence in door.overruled] == ["Room inside"]
    in_force = asked(inst, park.entrance).policy
    assert (in_force.capacity, in_force.temperature) == (200, Asked.REQUIRE)
    assert in_force.classes == {VisitorClass.EMPLOYEE}
    assert asked(inst, park.side_entrance).policy.classes == {VisitorClass.EMPLOYEE, VisitorClass.VISITOR}


def test_entrances_that_ask_for_the_same_are_told_once(inst: Installation, park: Tenant):
    saved(inst, clerk(park), "venue", park.venue, capacity=9)
    [both] = policy_editing.page(inst, clerk(park), "venue", park.venue).doors
    assert set(both.names) == {"Park Ltd site · North gate", "Park Ltd site · South gate"}
    saved(inst, clerk(park), "entrance", park.entrance, capacity=5)
    doors = policy_editing.page(inst, clerk(park), "enterprise", park.enterprise).doors
    apart = {("Park Ltd site · North gate",), ("Park Ltd site · South gate",)}
    assert {door.names for door in doors} == apart


def test_a_draft_shows_what_it_would_lead_to_and_is_not_kept(inst: Installation, park: Tenant):
    draft = {"classes": [], "hours": PRESETS["office"].fields["hours"]}
    [door] = policy_editing.page(inst, clerk(park), "entrance", park.entrance, draft).doors
    assert "everybody is refused" in door.warnings[0].en
    assert "from the entrance North gate" in {line.said_sources.en for line in door.lines}
    assert rows(inst) == []


def test_an_unchanged_form_saves_nothing_and_leaves_the_gates_alone(inst: Installation, park: Tenant):
    assert saved(inst, clerk(park), "venue", park.venue) is None
    first = saved(inst, clerk(park), "venue", park.venue, capacity=9, classes=["visitor", "employee"])
    before = inst.read(lambda c: counters.value_of(c, counters.BUNDLE))
    assert saved(inst, clerk(park), "venue", park.venue, classes=["employee", "visitor"], capacity=9) is None
    assert saved(inst, clerk(park), "venue", park.venue, **{**_same(), "credentials": []}) is None
    assert inst.read(lambda c: counters.value_of(c, counters.BUNDLE)) == before
    assert [row[2] for row in rows(inst)] == [first]


def _same() -> dict[str, Any]:
    return {"capacity": 9, "classes": ["employee", "visitor"], "listed_areas": []}


def test_gates_learn_of_a_new_version_with_their_next_contact(inst: Installation, park: Tenant):
    before = inst.read(lambda c: counters.value_of(c, counters.BUNDLE))
    saved(inst, clerk(park), "entrance", park.entrance, reentry="refuse")
    assert inst.read(lambda c: counters.value_of(c, counters.BUNDLE)) > before
    assert asked(inst, park.gate.entrance_id).policy.reentry is Treatment.REFUSE


def test_who_saves_over_a_newer_version_is_told_first(inst: Installation, park: Tenant):
    saved(inst, clerk(park), "venue", park.venue, capacity=9)
    with pytest.raises(InputError) as told:
        policy_editing.save(inst, clerk(park), "venue", park.venue, {"capacity": 8}, 0)
    assert told.value.field == "version"
    assert len(rows(inst)) == 1


def test_a_bad_field_is_named_and_nothing_is_kept(inst: Installation, park: Tenant):
    with pytest.raises(InputError) as told:
        policy_editing.save(inst, clerk(park), "venue", park.venue, {"listed_days": 0}, 0)
    assert told.value.field == "listed_days"
    assert rows(inst) == []


def test_versions_lead_back_by_number_and_by_time_to_what_was_in_force(
    inst: Installation, park: Tenant, clock: SettableClock
):
    began = clock()
    saves = [
        ("venue", park.venue, 10),
        ("area", area_of(park), 50),
        ("entrance", park.entrance, 5),
        ("venue", park.venue, 3),
        ("venue", park.venue, 20),
    ]
    known: list[tuple[int, int, int]] = []
    for level, identity, room in saves:
        clock.pass_s(60)
        version = saved(inst, admin(park), level, identity, capacity=room)
        assert version is not None
        known.append((version, clock(), asked(inst, park.entrance).policy.capacity or 0))
    assert [room for _, _, room in known] == [10, 10, 5, 3, 5]
    for version, at_ms, room in known:
        assert asked(inst, park.entrance, version=version).policy.capacity == room
        assert asked(inst, park.entrance, at_ms=at_ms + 59_000).policy.capacity == room
        # What an entry is marked with is the number under which all its layers are found again.
        assert asked(inst, park.entrance, at_ms=at_ms).policy.version == version
    assert asked(inst, park.entrance, at_ms=began).policy.capacity is None


def test_the_history_says_who_when_and_what_changed_and_restores_as_a_new_version(
    inst: Installation, park: Tenant, clock: SettableClock
):
    name = accounts.create_account(
        inst, "guard@park.example", "a long enough password", Role.OWNER, enterprise_id=park.enterprise
    )
    who = Account(name, "guard@park.example", Role.OWNER, park.staff)
    first = saved(inst, who, "venue", park.venue, **PRESETS["site"].fields)
    clock.pass_s(3600)
    second = saved(inst, who, "venue", park.venue, temperature="require", credentials=[_test(48)])
    kept = rows(inst)
    newest, oldest = policy_history.history(inst, who, "venue", park.venue).versions
    assert (newest.number, newest.who, newest.at_ms) == (second, "guard@park.example", clock())
    assert newest.is_newest
    changed = {change.name.en: change for change in newest.changes}
    assert [s.en for s in changed["Temperature"].come] == [
        "Nobody comes in before their temperature was taken."
    ]
    assert [s.zh for s in changed["Credentials"].come] == [
        "所有人：检测阴性证明，48 小时内，须经核验；缺少则劝返。"
    ]
    assert len(changed["Credentials"].gone) == 3
    assert [s.en for s in changed["Vehicles"].come] == ["Not set here."]
    assert oldest.number == first
    assert first is not None
    third = policy_editing.restore(inst, who, "venue", park.venue, first, second or 0)
    assert rows(inst)[:2] == kept
    assert json.loads(rows(inst)[2][3]) == json.loads(kept[0][3])
    assert third not in (None, first, second)
    assert policy_editing.restore(inst, who, "venue", park.venue, first, third or 0) is None


def _test(hours: int) -> dict[str, Any]:
    return {"kind": "test", "max_age_hours": hours, "classes": [], "otherwise": "refuse", "verified": True}


def test_clerks_set_their_own_places_and_no_area_and_nobody_elses(
    inst: Installation, park: Tenant, mill: Tenant
):
    for level, identity in (
        ("area", area_of(park)),
        ("enterprise", mill.enterprise),
        ("venue", mill.venue),
        ("entrance", mill.entrance),
        ("planet", "x"),
        ("enterprise", ""),
        ("venue", ""),
    ):
        for attempt in (
            lambda level=level, identity=identity: policy_editing.page(inst, clerk(park), level, identity),
            lambda level=level, identity=identity: policy_history.history(inst, clerk(park), level, identity),
            lambda level=level, identity=identity: policy_editing.save(
                inst, clerk(park), level, identity, {"capacity": 1}, 0
            ),
            lambda level=level, identity=identity: policy_editing.restore(
                inst, clerk(park), level, identity, 2, 0
            ),
        ):
            with pytest.raises(NotFoundError):
                attempt()
    assert policy_places.areas(inst, clerk(park)) == []
    assert policy_places.areas(inst, Account("c", "c", Role.GUARD, park.area)) == []
    with pytest.raises(NotFoundError):
        policy_editing.page(inst, admin(park), "area", area_of(mill))
    assert rows(inst) == []


def test_an_administrator_sees_the_areas_below_in_their_order(inst: Installation, park: Tenant, mill: Tenant):
    top = Scope(area_path="/" + park.area.area_path.split("/")[1] + "/")
    found = policy_places.areas(inst, Account("a", "a", ADMIN, top))
    assert (found[0].depth, found[0].name) == (0, "Pilot District")
    assert {(row.depth, row.name) for row in found[1:]} == {(1, "East Area"), (1, "West Area")}
    page = policy_editing.page(inst, Account("a", "a", ADMIN, top), "venue", park.venue)
    assert [above.name for above in page.place.above] == ["Pilot District", "East Area", "Park Ltd"]


def test_what_an_area_asks_for_reaches_the_gate_below_it(inst: Installation, park: Tenant, mill: Tenant):
    saved(inst, admin(park), "area", area_of(park), bundle_limit_hours=2)
    assert asked(inst, park.entrance).policy.bundle_limit_hours == 2
    assert asked(inst, mill.entrance).policy.bundle_limit_hours == 24


@pytest.mark.parametrize("odd", ["\0", "a\0b", "\ud800", "' OR 1=1 --", "%", "x" * 10_000])
def test_a_name_that_no_database_can_hold_is_only_unknown(inst: Installation, park: Tenant, odd: str):
    for level in ("area", "enterprise", "venue", "entrance", odd):
        with pytest.raises(NotFoundError):
            policy_editing.page(inst, admin(park), level, odd)
