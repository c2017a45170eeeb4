"""Gates follow changes to visitors: each change soon, of nobody else's visitors, also after a restore."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import delete, select, update

import web.services.gates.gate_facts as gate_facts
from domain.facts_page import FactsPlace
from domain.hold import HoldLevel
from tests.web.following import Follower, followed
from tests.web.holding import on_hold
from tests.web.tenants import SettableClock, Tenant, enrolled, tenant
from web.db.tables import counters as counter_table
from web.db.tables import forgotten_visitors, kiosks
from web.db.tables import visitors as visitor_table
from web.services.errors import GoneError
from web.services.gates import gates
from web.services.gates.fleet import fleet
from web.services.installation import Installation, new_id
from web.services.keeping.purging import purging
from web.services.passing import checkin
from web.services.passing.checkin import CheckIn
from web.services.people import codes, credentials, travels, visitors
from web.services.people.credential_values import Given as GivenCredential
from web.services.people.holds import Given as GivenHold
from web.services.people.visitors import Registration
from web.services.places import places
from web.store import counters
from web.store.gates import changes
from web.store.places import places as place_store
from web.store.scope import PROGRAM, Scope

DAY_S = 86_400
HOLD = GivenHold(HoldLevel.RED, "a reason", "Call the office", "Ask at the desk")


def registered(inst: Installation, at: Tenant, phone: str = "13800138000") -> str:
    return visitors.register(
        inst, at.staff, Registration(at.enterprise, "Wang Wei", phone, "contractor")
    ).visitor_id


def newest(inst: Installation) -> int:
    return inst.read(changes.newest)


def test_each_kind_of_change_reaches_the_gate_at_the_next_beat(inst: Installation, park: Tenant):
    gate = followed(inst, park.gate)

    def heard(person: str) -> None:
        before = gate.place.seq
        gate.pages.clear()
        gate.follows()
        assert gate.place.seq > before
        assert [known.facts.visitor_id for page in gate.pages for known in page.visitors()] == [person]

    person = registered(inst, park)
    heard(person)
    assert gate.visitors[person].facts.masked_name == "W*** W***"
    codes.card_text(inst, park.staff, person)
    heard(person)
    assert (len(gate.codes), gate.revoked) == (1, [])
    codes.card_text(inst, park.staff, person)
    heard(person)
    assert (len(gate.codes), len(gate.revoked)) == (1, 1)
    codes.phone_codes(inst, person, inst.now_ms() // 30_000, 1)
    heard(person)
    assert len(gate.codes) == 2
    credentials.add(inst, park.staff, "a", person, GivenCredential("induction", "2026-11-01 08:00"))
    heard(person)
    (shown,) = gate.visitors[person].facts.credentials
    assert (shown.kind, shown.verified) == ("induction", True)
    travels.note(inst, park.staff, "a", person, "310000", "2026-11-15")
    heard(person)
    assert len(gate.visitors[person].facts.areas) == 1
    travels.remove(inst, park.staff, person, travels.listed(inst, park.staff, person)[0].id)
    heard(person)
    assert gate.visitors[person].facts.areas == ()
    credentials.withdraw(inst, park.staff, person, credentials.listed(inst, park.staff, person)[0].id)
    heard(person)
    assert gate.visitors[person].facts.credentials == ()
    on_hold(inst, park.staff, person, HOLD)
    heard(person)
    assert [hold.instruction for hold in gate.visitors[person].facts.holds] == ["Call the office"]
    codes.phone_codes(inst, person, inst.now_ms() // 30_000, 1)
    gate.pages.clear()
    gate.follows()
    assert gate.pages == [], "what changes nothing is not told"


def test_a_change_is_told_whatever_the_clock_of_the_process_that_tells_it(
    inst: Installation, park: Tenant, clock: SettableClock
):
    person = registered(inst, park)
    credentials.add(inst, park.staff, "a", person, GivenCredential("induction", "2026-11-01 08:00"))
    clock.pass_s(-600)
    assert len(followed(inst, park.gate).visitors[person].facts.credentials) == 1


def test_pages_are_cut_and_meet_without_a_gap_while_people_change(
    inst: Installation, park: Tenant, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(gate_facts, "VISITORS_MOST", 3)
    people = [registered(inst, park, f"1380013{n:04}") for n in range(10)]
    gate = Follower(inst, park.gate)
    gate.place = FactsPlace(gate.beats().epoch)
    for _ in range(3):
        note = gate_facts.page(inst, park.gate, gate.place)
        assert note is not None
        gate.takes(note)
        inst.write(lambda c: changes.touched(c, [people[0], people[9], people[0], "nobody"]))
    assert [len(page.lines) for page in gate.pages] == [3, 3, 3]
    gate.follows()
    assert set(gate.visitors) == set(people)
    assert gate.place.seq == gate.pages[-1].newest == newest(inst)
    assert sum(len(page.lines) for page in gate.pages) == 10 + 1


def test_a_gate_knows_its_area_what_is_below_and_what_it_is_part_of(inst: Installation, park: Tenant):
    mill = tenant(inst, "West Area", "Mill Ltd")
    below = inst.write(lambda c: place_store.area_added(c, new_id(), "Grid 7", park.area.area_path))
    made: dict[str, str] = {}
    for number, (name, path) in enumerate((("below", below), ("top", places.root(inst, PROGRAM)))):
        firm = places.create_enterprise(inst, Scope(area_path=path), f"{name} Ltd")
        given = Registration(firm, "Wang Wei", f"1380013900{number}", "visitor")
        made[name] = visitors.register(inst, Scope(area_path=path), given).visitor_id
    own, other = registered(inst, park), registered(inst, mill)
    assert set(followed(inst, park.gate).visitors) == {own, *made.values()}
    assert set(followed(inst, mill.gate).visitors) == {other, made["top"]}


def test_a_gate_that_moves_to_another_area_begins_again(inst: Installation, park: Tenant):
    mill = tenant(inst, "West Area", "Mill Ltd")
    own, other = registered(inst, park), registered(inst, mill)
    gate = followed(inst, park.gate)
    fleet.move(inst, PROGRAM, park.gate.id, park.side_entrance)
    gate.gate = replace(park.gate, entrance_id=park.side_entrance)
    assert gate.beats() == gate.place, "the same area: it knows them already"
    fleet.move(inst, PROGRAM, park.gate.id, mill.entrance)
    gate.gate = replace(park.gate, entrance_id=mill.entrance, venue_id=mill.venue)
    assert gate.beats().epoch != gate.place.epoch
    with pytest.raises(GoneError):
        gate_facts.page(inst, gate.gate, gate.place)
    gate.follows()
    assert (own in gate.visitors, set(gate.visitors)) == (False, {other})


def test_two_gates_of_one_area_follow_streams_of_their_own(inst: Installation, park: Tenant):
    registered(inst, park)
    second, _ = enrolled(inst, park.staff, park.entrance)
    one, two = followed(inst, park.gate), followed(inst, second)
    assert one.place.epoch != two.place.epoch
    with pytest.raises(GoneError):
        gate_facts.page(inst, second, one.place)


def test_who_was_forgotten_is_forgotten_at_the_gate_too(
    inst: Installation, park: Tenant, clock: SettableClock
):
    came = CheckIn(checkin.new_entry_id(inst), "李雷", "13900139000")
    checkin.check_in(inst, park.poster, came)
    gate = followed(inst, park.gate)
    assert len(gate.visitors) == 1
    clock.pass_s(29 * DAY_S)
    assert purging.purge(inst) == (1, 1)
    gate.follows()
    assert gate.visitors == {}
    assert gate.pages[-1].gone


def test_a_gate_that_slept_through_the_time_of_a_tombstone_begins_again(
    inst: Installation, park: Tenant, clock: SettableClock
):
    checkin.check_in(inst, park.poster, CheckIn(checkin.new_entry_id(inst), "李雷", "13900139000"))
    second, _ = enrolled(inst, park.staff, park.entrance)
    asleep, awake = followed(inst, park.gate), followed(inst, second)
    clock.pass_s(29 * DAY_S)
    purging.purge(inst)
    awake.follows()
    clock.pass_s(gate_facts.REMEMBERED_DAYS * DAY_S - 1)
    awake.follows()
    purging.purge(inst)
    assert inst.read(lambda c: len(c.execute(select(forgotten_visitors)).all())) == 1
    clock.pass_s(2)
    purging.purge(inst)
    assert inst.read(lambda c: len(c.execute(select(forgotten_visitors)).all())) == 0
    assert awake.beats().epoch == awake.place.epoch
    assert asleep.beats().epoch != asleep.place.epoch
    asleep.follows()
    assert asleep.visitors == {}


def restored(inst: Installation, work: Callable[[], None]) -> None:
    """Let `work` happen, and be lost: visitors' places, counters and kiosks are as they were before."""
    tables = (counter_table, kiosks)
    before = [inst.read(lambda c, t=t: c.execute(select(t)).all()) for t in tables]
    placed = inst.read(lambda c: c.execute(select(visitor_table.c.id, visitor_table.c.facts_seq)).all())
    work()

    def undo(connection):
        for table, rows in zip(tables, before, strict=True):
            key = table.primary_key.columns.values()[0]
            kept = [row._mapping[key.name] for row in rows]
            if table is counter_table:
                connection.execute(delete(table).where(key.not_in(kept)))
            for row in rows:
                values = dict(row._mapping)
                connection.execute(update(table).where(key == values[key.name]).values(**values))
        for row in placed:
            connection.execute(
                update(visitor_table).where(visitor_table.c.id == row.id).values(facts_seq=row.facts_seq)
            )

    inst.write(undo)


def test_a_restored_server_lets_a_gate_that_is_ahead_begin_again(inst: Installation, park: Tenant):
    person, other = registered(inst, park), registered(inst, park, "13900139001")
    gate = followed(inst, park.gate)
    ahead = Follower(inst, park.gate, gate.place, dict(gate.visitors))

    def lost() -> None:
        inst.write(lambda c: changes.touched(c, [other] * 5))
        inst.write(lambda c: changes.touched(c, [person]))
        ahead.follows()

    restored(inst, lost)
    assert ahead.place.seq > newest(inst)
    codes.card_text(inst, park.staff, person)
    inst.write(lambda c: [changes.touched(c, [other]) for _ in range(9)])
    assert newest(inst) > ahead.place.seq, "the numbers have passed the gate's: they alone tell nothing"
    bundle_seq = inst.read(lambda c: counters.value_of(c, counters.BUNDLE))
    told = ahead.beats()
    assert told.epoch != ahead.place.epoch
    assert inst.read(lambda c: counters.value_of(c, counters.BUNDLE)) > bundle_seq, "a signed head says so"
    ahead.follows()
    assert set(ahead.visitors) == {person, other}
    assert len(ahead.codes) == 1
    assert ahead.beats() == ahead.place, "once is enough"


def test_a_gate_that_asks_before_its_beat_is_found_out_too(inst: Installation, park: Tenant):
    person = registered(inst, park)
    gate = followed(inst, park.gate)
    restored(inst, lambda: (inst.write(lambda c: changes.touched(c, [person])), gate.follows())[0])
    inst.write(lambda c: [changes.touched(c, [person]) for _ in range(5)])
    with pytest.raises(GoneError):
        gate_facts.page(inst, park.gate, gate.place)
    assert gate.beats().epoch != gate.place.epoch


def test_a_gate_that_was_not_ahead_of_the_backup_goes_on(inst: Installation, park: Tenant):
    person = registered(inst, park)
    gate = followed(inst, park.gate)
    restored(inst, lambda: inst.write(lambda c: changes.touched(c, [person] * 3)))
    codes.card_text(inst, park.staff, person)
    assert gate.beats().epoch == gate.place.epoch
    gate.follows()
    assert len(gate.codes) == 1


def test_late_doubled_and_lost_requests_make_no_gate_begin_again(inst: Installation, park: Tenant):
    person = registered(inst, park)
    gate = Follower(inst, park.gate)
    start = FactsPlace(gate.beats().epoch)
    gate.follows()
    epoch = gate.place.epoch
    inst.write(lambda c: changes.touched(c, [person]))
    for _ in range(2):
        gate_facts.page(inst, park.gate, gate.place)
        gate_facts.page(inst, park.gate, start)
        gates.heard(inst, park.gate, replace(gates.Heartbeat("1", "ok", 0, 0, 0), facts=start))
    assert gate.beats().epoch == epoch
    gate.follows()
    assert gate.place == FactsPlace(epoch, newest(inst))


def test_a_gate_that_lies_troubles_nobody_else(inst: Installation, park: Tenant):
    registered(inst, park)
    second, _ = enrolled(inst, park.staff, park.entrance)
    honest, liar = followed(inst, second), followed(inst, park.gate)
    for seq in (10**9, 2**53 - 1):
        liar.place = FactsPlace(liar.beats().epoch, seq)
        assert liar.beats().epoch != liar.place.epoch
    assert honest.beats() == honest.place
    assert newest(inst) == honest.place.seq


def test_visitors_from_before_there_was_a_stream_are_in_a_snapshot(inst: Installation, park: Tenant):
    people = {registered(inst, park, f"1380013800{n}") for n in range(3)}
    inst.write(lambda c: c.execute(update(visitor_table).values(facts_seq=0)))
    assert set(followed(inst, park.gate).visitors) == people


def test_what_is_told_twice_at_once_has_two_places(inst: Installation, park: Tenant):
    people = [registered(inst, park, f"1380013800{n}") for n in range(4)]
    before = newest(inst)
    inst.write(lambda c: changes.touched(c, [*people, people[0]]))
    rows = inst.read(
        lambda c: c.scalars(select(visitor_table.c.facts_seq).order_by(visitor_table.c.facts_seq)).all()
    )
    assert list(rows) == [before + n for n in range(1, 5)]
    inst.write(lambda c: changes.touched(c, []))
    assert newest(inst) == before + 4
