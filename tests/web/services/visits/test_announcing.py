"""A visit that is announced opens the door that asks for an appointment, at the site and at a kiosk, until it
is withdrawn; who came is seen with the enterprise's expected visitors, and nobody else's."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from sqlalchemy import insert, select

from domain.decision import Decision, Facts, Outcome, Presence, VisitorFacts, judge
from domain.errors import InputError
from domain.facts_page import opened_page
from domain.reason import Reason
from domain.venue import Direction
from tests.web.tenants import SettableClock, Tenant, entry_item
from web.db.connecting.connection import Connection
from web.db.tables import entry_people, policies
from web.db.tables import visits as visits_table
from web.services.errors import NotFoundError
from web.services.gates import gate_facts, ingest
from web.services.installation import Installation
from web.services.keeping.purging import purging
from web.services.passing.deciding import Passage, judged
from web.services.passing.known import known_at
from web.services.passing.recording import Receipt
from web.services.people import credentials, visitors
from web.services.people.credential_values import Given as GivenCredential
from web.services.places import places as places_service
from web.services.places.places import entrance_of
from web.services.rules.policies import policy_for
from web.services.signing_keys import keys
from web.services.visits import announcing, announcing_ends, announcing_expected, announcing_values
from web.services.visits.announcing_expected import Standing
from web.services.visits.announcing_times import When
from web.services.visits.announcing_values import Given
from web.store.places import places
from web.store.scope import PROGRAM

# The clock of the tests stands at 10:00 in Shanghai.
TODAY = When("2026-11-20", "10:00", "12:00")
WANG = Given("Wang Wei", "13800138000", "Chen Hong", TODAY)
BY_APPOINTMENT = {
    "credentials": [
        {
            "kind": "appointment",
            "max_age_hours": None,
            "classes": ["visitor"],
            "otherwise": "refuse",
            "verified": True,
        }
    ]
}


def asks(inst: Installation, there: Tenant, **body: object) -> None:
    row = {"scope_kind": "venue", "scope_id": there.venue, "version": 1, "body": json.dumps(body)}
    added = {**row, "account_id": "test", "created_ms": inst.now_ms()}
    inst.write(lambda c: c.execute(insert(policies).values(added)))


def announced(inst: Installation, there: Tenant, given: Given = WANG) -> announcing.Announced:
    return announcing.announce(inst, there.staff, "ann", there.enterprise, given)


def at_the_site(inst: Installation, entrance: str, who: str) -> tuple[Outcome, Reason]:
    def work(connection: Connection) -> Decision:
        door = places.entrance_row(connection, PROGRAM, entrance)
        assert door is not None
        visitor = known_at(connection, [who], inst.now_ms())[who]
        return judged(connection, door, Passage(visitor, inst.now_ms(), Presence.STAFF)).decision

    decision = inst.read(work)
    return decision.outcome, decision.reason


def at_the_kiosk(inst: Installation, there: Tenant, who: str) -> tuple[Outcome, Reason]:
    """What a gate decides by its own facts, which it pulls from the beginning."""
    place = replace(inst.read(lambda c: gate_facts.place_of(c, there.gate)), seq=0)
    note = gate_facts.page(inst, there.gate, place)
    assert note is not None
    name, _, _ = inst.read(lambda c: keys.signing(c, inst, keys.BUNDLE))
    known = {one.facts.visitor_id: one.facts for one in opened_page(note, name).visitors()}
    door = inst.read(lambda c: places.entrance_row(c, PROGRAM, there.entrance))
    assert door is not None
    policy = inst.read(lambda c: policy_for(c, door))
    now_ms = inst.now_ms()
    made = judge(known[who], entrance_of(door), policy, Facts(), now_ms, Presence.STAFF, Direction.IN)
    return made.outcome, made.reason


ADMITTED = (Outcome.ADMITTED, Reason.WELCOME)
WITHOUT = (Outcome.REFUSED, Reason.CREDENTIAL_MISSING)


def test_a_class_that_needs_an_appointment_passes_with_one_and_not_after_it_is_withdrawn(
    inst: Installation, park: Tenant, clock: SettableClock
):
    asks(inst, park, **BY_APPOINTMENT)
    registered = visitors.Registration(park.enterprise, WANG.name, WANG.phone, "visitor")
    who = visitors.register(inst, park.staff, registered).visitor_id
    assert at_the_site(inst, park.entrance, who) == at_the_kiosk(inst, park, who) == WITHOUT
    made = announced(inst, park)
    assert made.visitor_id == who, "found by name and phone"
    assert at_the_site(inst, park.entrance, who) == at_the_kiosk(inst, park, who) == ADMITTED
    announcing_ends.withdraw(inst, park.staff, made.visit_ids[0])
    clock.pass_s(1)
    assert at_the_site(inst, park.entrance, who) == at_the_kiosk(inst, park, who) == WITHOUT


def test_an_appointment_is_good_in_its_hours_only(inst: Installation, park: Tenant, clock: SettableClock):
    asks(inst, park, **BY_APPOINTMENT)
    who = announced(inst, park, replace(WANG, when=When("2026-11-20", "11:00", "12:00"))).visitor_id
    early = (Outcome.REFUSED, Reason.CREDENTIAL_NOT_YET)
    assert at_the_site(inst, park.entrance, who) == at_the_kiosk(inst, park, who) == early
    clock.pass_s(3_600)
    assert at_the_site(inst, park.entrance, who) == at_the_kiosk(inst, park, who) == ADMITTED
    clock.pass_s(3_600)
    over = (Outcome.REFUSED, Reason.CREDENTIAL_ENDED)
    assert at_the_site(inst, park.entrance, who) == at_the_kiosk(inst, park, who) == over


def test_an_appointment_at_one_venue_opens_no_other(inst: Installation, park: Tenant, mill: Tenant):
    other = places_service.create_venue(inst, park.staff, park.enterprise, name="Hall", address="2 Road")
    for there in (park, mill, replace(park, venue=other)):
        asks(inst, there, **BY_APPOINTMENT)
    door = places_service.create_entrance(inst, park.staff, other, "Door")
    here = announced(inst, park, replace(WANG, venue_id=park.venue)).visitor_id
    assert at_the_site(inst, park.entrance, here) == at_the_kiosk(inst, park, here) == ADMITTED
    assert at_the_site(inst, door, here) == WITHOUT
    anywhere = announced(inst, park, replace(WANG, name="Li Lei", phone="13900139000")).visitor_id
    assert at_the_site(inst, door, anywhere) == at_the_site(inst, park.entrance, anywhere) == ADMITTED
    assert at_the_site(inst, mill.entrance, anywhere) == WITHOUT


def test_a_gate_does_not_learn_where_else_somebody_is_expected(inst: Installation, park: Tenant):
    other = places_service.create_venue(inst, park.staff, park.enterprise, name="Hall", address="2 Road")
    who = announced(inst, park, replace(WANG, venue_id=other)).visitor_id
    place = replace(inst.read(lambda c: gate_facts.place_of(c, park.gate)), seq=0)
    note = gate_facts.page(inst, park.gate, place)
    assert note is not None
    assert who.encode() in note
    assert b"appointment" not in note


def test_nobody_types_or_declares_an_appointment(inst: Installation, park: Tenant):
    asks(inst, park, **BY_APPOINTMENT)
    registered = visitors.Registration(park.enterprise, "Li Lei", "13900139000", "visitor")
    who = visitors.register(inst, park.staff, registered).visitor_id
    for typed in ("appointment", "Appointment", "预约"):
        with pytest.raises(InputError):
            credentials.add(inst, park.staff, "ann", who, GivenCredential(typed))
        with pytest.raises(InputError):
            credentials.declare(inst, who, GivenCredential(typed))
    assert at_the_site(inst, park.entrance, who) == WITHOUT


def test_said_again_a_visit_is_there_and_is_not_announced_twice(inst: Installation, park: Tenant):
    first, again = announced(inst, park), announced(inst, park)
    assert len(first.visit_ids) == 1
    assert again.visit_ids == ()
    assert again.there == 1
    assert announcing_expected.of_day(inst, park.staff, park.enterprise).count == 1


def test_a_term_becomes_a_visit_for_each_of_its_days_and_is_withdrawn_as_one(
    inst: Installation, park: Tenant, clock: SettableClock
):
    term = When("2026-11-20", "08:00", "18:00", "2026-12-04", frozenset({0, 4}))
    made = announced(inst, park, replace(WANG, when=term))
    assert len(made.visit_ids) == 5, "Fridays 20, 27, 4 and Mondays 23, 30"
    told = announcing_expected.detail(inst, park.staff, made.visit_ids[0])
    assert len(told.series) == 4
    announcing_ends.withdraw(inst, park.staff, made.visit_ids[1])
    clock.pass_s(24 * 3_600)
    assert announcing_ends.withdraw_series(inst, park.staff, made.visit_ids[3]) == 3, "the first is over"
    assert announcing_expected.detail(inst, park.staff, made.visit_ids[0]).series == ()


def test_a_visit_that_moves_leaves_what_was_known_as_it_was(inst: Installation, park: Tenant):
    asks(inst, park, **BY_APPOINTMENT)
    made = announced(inst, park)
    later = When("2026-11-21", "14:00", "15:00")
    new = announcing.move(inst, park.staff, "ann", made.visit_ids[0], park.venue, later)
    assert at_the_site(inst, park.entrance, made.visitor_id)[0] is Outcome.REFUSED
    shown = announcing_expected.detail(inst, park.staff, new)
    assert (shown.host, shown.visit.venue_id) == ("Chen Hong", park.venue)
    old = announcing_expected.detail(inst, park.staff, made.visit_ids[0])
    assert old.visit.standing is Standing.WITHDRAWN
    assert old.visit.venue_id == ""
    with pytest.raises(NotFoundError):
        announcing.move(inst, park.staff, "ann", made.visit_ids[0], park.venue, later)


def passes(inst: Installation, there: Tenant, seq: int, who: str, **changes: object) -> None:
    item = entry_item(there.gate, seq, inst.now_ms(), private={"visitor_id": who}, **changes)
    (result,) = ingest.ingest(inst, there.gate, [item]).results
    assert result.status is Receipt.STORED


def standing(inst: Installation, there: Tenant) -> Standing:
    (visit,) = announcing_expected.of_day(inst, there.staff, there.enterprise).visits
    return visit.standing


def test_who_is_expected_is_seen_to_arrive_and_to_leave(
    inst: Installation, park: Tenant, clock: SettableClock
):
    who = announced(inst, park).visitor_id
    assert standing(inst, park) is Standing.EXPECTED
    passes(inst, park, 1, who, outcome="refused", reason="outside_hours")
    assert standing(inst, park) is Standing.TURNED_AWAY
    clock.pass_s(60)
    passes(inst, park, 2, who)
    assert standing(inst, park) is Standing.INSIDE
    clock.pass_s(3 * 3_600)
    passes(inst, park, 3, who, direction="out", reason="goodbye")
    assert standing(inst, park) is Standing.LEFT, "an hour late, and still of this visit"
    kept = inst.read(lambda c: set(c.scalars(select(entry_people.c.visit_id))))
    assert len(kept) == 1
    assert "" not in kept


def test_who_did_not_come_is_said_not_to_have(inst: Installation, park: Tenant, clock: SettableClock):
    announced(inst, park)
    clock.pass_s(2 * 3_600)
    assert standing(inst, park) is Standing.NOT_COME


def test_entries_elsewhere_and_of_others_are_not_of_the_visit(inst: Installation, park: Tenant, mill: Tenant):
    who = announced(inst, park).visitor_id
    passes(inst, mill, 1, who)
    passes(inst, park, 1, "somebody")
    passes(inst, park, 2, "")  # as a venue keeps it that names nobody
    assert standing(inst, park) is Standing.EXPECTED


def test_one_press_is_taken_back_within_the_hour_but_for_whom_somebody_came(
    inst: Installation, park: Tenant, clock: SettableClock
):
    term = When("2026-11-20", "08:00", "18:00", "2026-11-22")
    made = announced(inst, park, replace(WANG, when=term))
    passes(inst, park, 1, made.visitor_id)
    (batch,) = announcing_ends.batches(inst, park.staff, "ann", park.enterprise)
    assert (batch.visits, batch.people) == (3, 1)
    with pytest.raises(NotFoundError):
        announcing_ends.undo(inst, park.staff, "bob", batch.id)
    undone = announcing_ends.undo(inst, park.staff, "ann", batch.id)
    assert (undone.count, undone.kept) == (2, 1)
    late = announced(inst, park, replace(WANG, when=When("2026-12-01")))
    clock.pass_s(3_601)
    with pytest.raises(NotFoundError):
        announcing_ends.undo(inst, park.staff, "ann", late.batch_id)


def test_where_nobody_is_named_nobody_is_announced(inst: Installation, park: Tenant):
    asks(inst, park, confidential=True)
    for given in (replace(WANG, venue_id=park.venue), WANG):
        with pytest.raises(InputError) as told:
            announced(inst, park, given)
        assert told.value.field == "venue_id"
    places_service.create_entrance(
        inst,
        park.staff,
        places_service.create_venue(inst, park.staff, park.enterprise, name="Hall", address="2 Road"),
        "Door",
    )
    assert announced(inst, park).visit_ids, "one of the venues knows its visitors"


def test_who_withdraws_the_appointment_withdraws_the_visit(inst: Installation, park: Tenant):
    made = announced(inst, park)
    (held,) = credentials.listed(inst, park.staff, made.visitor_id)
    credentials.withdraw(inst, park.staff, made.visitor_id, held.id)
    shown = announcing_expected.detail(inst, park.staff, made.visit_ids[0])
    assert shown.visit.standing is Standing.WITHDRAWN


def test_an_appointment_is_forgotten_with_its_visit(inst: Installation, park: Tenant, clock: SettableClock):
    registered = visitors.Registration(park.enterprise, WANG.name, WANG.phone, "visitor")
    who = visitors.register(inst, park.staff, registered).visitor_id
    announced(inst, park)
    clock.pass_s(29 * 86_400)
    assert purging.purge(inst) == (1, 0)
    assert credentials.listed(inst, park.staff, who) == []


def test_host_and_visitor_lie_sealed(inst: Installation, park: Tenant):
    announced(inst, park)
    (row,) = inst.read(lambda c: c.execute(select(visits_table)).all())
    assert all(name.encode() not in bytes(row.host_sealed) for name in ("Chen", "Hong"))
    assert row.host_digest == inst.cipher.digest("host", "chen hong"), "asked for in any case of letters"


def test_visits_are_forgotten_in_time_and_keep_their_person_until_then(
    inst: Installation, park: Tenant, clock: SettableClock
):
    who = announced(inst, park, replace(WANG, when=When("2027-01-10"))).visitor_id
    clock.pass_s(40 * 86_400)
    assert purging.purge(inst) == (0, 0), "somebody who is still to come"
    assert visitors.visitor(inst, park.staff, who).masked_name
    clock.pass_s(42 * 86_400)
    assert purging.purge(inst) == (1, 1)
    with pytest.raises(NotFoundError):
        visitors.visitor(inst, park.staff, who)


def test_another_tenant_reaches_nothing(inst: Installation, park: Tenant, mill: Tenant):
    made = announced(inst, park)
    (visit_id,) = made.visit_ids
    tries = (
        lambda: announcing.announce(inst, mill.staff, "eve", park.enterprise, WANG),
        lambda: announcing.announce(
            inst, mill.staff, "eve", mill.enterprise, replace(WANG, venue_id=park.venue)
        ),
        lambda: announcing.move(inst, mill.staff, "eve", visit_id, "", When("2026-11-25")),
        lambda: announcing.move(inst, park.staff, "ann", visit_id, mill.venue, When("2026-11-25")),
        lambda: inst.read(lambda c: announcing_values.where(c, mill.staff, park.enterprise, "")),
        lambda: announcing_ends.withdraw(inst, mill.staff, visit_id),
        lambda: announcing_ends.withdraw_series(inst, mill.staff, visit_id),
        lambda: announcing_ends.batches(inst, mill.staff, "ann", park.enterprise),
        lambda: announcing_ends.undo(inst, mill.staff, "ann", made.batch_id),
        lambda: announcing_expected.of_day(inst, mill.staff, park.enterprise),
        lambda: announcing_expected.detail(inst, mill.staff, visit_id),
    )
    for attempt in tries:
        with pytest.raises(NotFoundError):
            attempt()
    assert announcing_expected.of_day(inst, mill.staff, mill.enterprise).visits == ()


def test_a_person_of_the_facts_is_a_value(inst: Installation, park: Tenant):
    who = announced(inst, park).visitor_id
    known: VisitorFacts = inst.read(lambda c: known_at(c, [who], inst.now_ms()))[who]
    (held,) = known.credentials
    assert (held.kind, held.verified, held.venues) == ("appointment", True, frozenset({park.venue}))
