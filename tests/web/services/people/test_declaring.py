"""What is said at a poster besides a name: kept with the entry or with the visitor, on both databases."""

from __future__ import annotations

import json
from typing import Any

import pytest

from domain.decision import Outcome
from domain.errors import InputError
from domain.reason import Reason
from domain.venue import poster_symbols
from tests.web.tenants import SettableClock, Tenant, rule
from web.db.tables import credentials, entries, entry_people, visited_areas
from web.services.installation import Installation
from web.services.passing import checkin, poster_pages
from web.services.passing.checkin import CheckIn
from web.services.passing.own_entries import Recorded
from web.services.passing.recording import record_place
from web.services.people.credential_values import Given
from web.services.people.declaring import Declared
from web.store.drawn import presence


def came(inst: Installation, park: Tenant, **typed: Any) -> Recorded:
    given = CheckIn(
        **{"entry_id": checkin.new_entry_id(inst), "name": "李雷", "phone": "13900001111", **typed}
    )
    return checkin.check_in(inst, park.poster, given)


def record_of(inst: Installation, done: Recorded) -> dict[str, Any]:
    query = entry_people.select().where(entry_people.c.entry_id == done.entry_id)
    row = inst.read(lambda c: c.execute(query).one())
    return dict(json.loads(inst.cipher.opened(row.record_sealed, record_place(row.entry_id))))


def key_of(inst: Installation, park: Tenant) -> str:
    page = poster_pages.poster_page(inst, poster_symbols(bytes.fromhex(park.poster)))
    assert page is not None
    return page.asks.credentials[0].key


def test_companions_and_everybody_in_the_car_are_kept_with_the_entry_and_counted(
    inst: Installation, park: Tenant, clock: SettableClock
):
    rule(inst, park, vehicle_complete=True)
    done = came(
        inst, park, companions="2", in_vehicle=True, plate="苏A·12345", others="2",
        phones="13900002222\n139 0000 3333",
    )  # fmt: skip
    assert done.decision.outcome is Outcome.ADMITTED
    record = record_of(inst, done)
    assert (record["companions"], record["plate"], record["occupants"]) == (
        2, "苏A12345", ["+8613900002222", "+8613900003333"],
    )  # fmt: skip
    inside = inst.read(lambda c: presence.people_inside(c, park.venue, 0, clock() + 1))
    assert inside == 5
    assert inst.read(lambda c: c.scalar(entries.select().with_only_columns(entries.c.people))) == 5


def test_a_car_with_a_silent_passenger_is_incomplete(inst: Installation, park: Tenant):
    rule(inst, park, vehicle_complete=True)
    done = came(inst, park, in_vehicle=True, plate="苏A12345", others="1")
    assert done.decision.reason is Reason.VEHICLE_INCOMPLETE
    assert done.decision.values["missing"] == "phone ×1"


def test_what_is_declared_is_known_to_the_decision_it_came_with(inst: Installation, park: Tenant):
    asked = {"kind": "test", "max_age_hours": 48}
    rule(inst, park, credentials=[{**asked, "verified": False}], listed_areas=["East"])
    said = Declared(((key_of(inst, park), Given("test", "2026-11-19 18:00")),))
    assert came(inst, park, declared=said).decision.reason is Reason.WELCOME
    there = Declared(areas=("East",), day="2026-11-18")
    assert came(inst, park, declared=there).decision.reason is Reason.LISTED_AREA
    assert came(inst, park, declared=there).decision.reason is Reason.LISTED_AREA
    kept = inst.read(lambda c: c.execute(visited_areas.select()).all())
    assert [(row.area, row.source) for row in kept] == [("East", "self")]


def test_a_word_never_replaces_what_staff_have_seen(inst: Installation, park: Tenant):
    rule(inst, park, credentials=[{"kind": "test", "max_age_hours": 48}])
    key = key_of(inst, park)
    came(inst, park, declared=Declared(((key, Given("test", "2026-11-19")),)))
    inst.write(lambda c: c.execute(credentials.update().values(verified=1, source="staff")))
    done = came(inst, park, declared=Declared(((key, Given("test", "2026-11-20")),)))
    assert done.decision.outcome is Outcome.ADMITTED
    rows = inst.read(lambda c: c.execute(credentials.select().order_by(credentials.c.since_ms)).all())
    assert [(row.verified, row.withdrawn_ms) for row in rows] == [(1, None), (0, None)]


def test_a_repeat_is_answered_before_what_it_declares_is_looked_at(inst: Installation, park: Tenant):
    identity = checkin.new_entry_id(inst)
    first = came(inst, park, entry_id=identity)
    rule(inst, park, listed_areas=["East"])
    again = came(inst, park, entry_id=identity, declared=Declared(areas=("East",), day="never"))
    assert again.repeated
    assert again.decision.outcome is first.decision.outcome


def test_what_the_rules_do_not_ask_for_is_not_kept(inst: Installation, park: Tenant):
    rule(inst, park, listed_areas=["East"])
    said = Declared((("proof_000000000000", Given("test", "2026-11-19")),), ("West",), "2026-11-18")
    assert came(inst, park, declared=said).decision.outcome is Outcome.ADMITTED
    assert inst.read(lambda c: c.execute(credentials.select()).all()) == []
    assert inst.read(lambda c: c.execute(visited_areas.select()).all()) == []


def test_a_date_that_is_none_is_named_and_nothing_is_kept(inst: Installation, park: Tenant):
    rule(inst, park, credentials=[{"kind": "test", "max_age_hours": 48}])
    key = key_of(inst, park)
    with pytest.raises(InputError) as refused:
        came(inst, park, declared=Declared(((key, Given("test", "yesterday")),)))
    assert refused.value.field == f"{key}_since"
    assert inst.read(lambda c: c.execute(entries.select()).all()) == []
