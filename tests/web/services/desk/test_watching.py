"""Silent and strange venues: found by their own days and hours, raised once, over when people come again."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, select, update

from domain.alert import AlertKind
from domain.errors import InputError
from domain.hours import DAY_NAMES, OpeningHours
from domain.remedy import EXPLAINED
from tests.web.services.desk.figures_made import TODAY, counted, kept, stay_kept
from tests.web.tenants import SettableClock, Tenant
from web.db.tables import alerts, cares, policies, venue_days, venues
from web.services.desk.figures.figures_days import day_of
from web.services.desk.watching import watching, watching_care
from web.services.desk.watching.watching_care import Step
from web.services.desk.watching.watching_days import Fall, fall, is_sudden, missed
from web.services.desk.watching.watching_hours import AtNight, at_night, hours_text, open_days
from web.services.errors import GoneError, NotFoundError
from web.services.findings import alerts as inbox
from web.services.installation import Installation
from web.store.scope import Scope

DAY_S = 86_400
WORKING = OpeningHours((((480, 1080),),) * 5 + ((), ()), frozenset({date(2026, 11, 19)}))


def used(inst: Installation, there: Tenant, *days: int, entries: int = 50) -> None:
    """Days on which the venue had entries."""
    kept(inst, *(counted(there, day=day, entries=entries, people=entries) for day in days))


def everybody_else(inst: Installation, mill: Tenant) -> None:
    """Another venue that is used every day, so that no day is one on which nobody scanned anywhere."""
    used(inst, mill, *range(TODAY - 40, TODAY + 1))


def found(inst: Installation, kind: AlertKind) -> list[Any]:
    asked = select(alerts).where(alerts.c.kind == kind).order_by(alerts.c.id)
    return list(inst.read(lambda connection: connection.execute(asked).all()))


def case_of(inst: Installation, scope: Scope) -> watching_care.Case:
    (only,) = watching_care.cases(inst, scope)
    return only


# A venue's own days


def test_a_venue_is_silent_by_its_own_days_of_the_week():
    # TODAY is a Friday; this one comes on working days only, last on Wednesday the week before.
    week = {day: 9 for day in range(TODAY - 30, TODAY - 8) if day % 7 not in (2, 3)}
    assert missed(week, TODAY - 6, lambda day: True, range(TODAY)) == (TODAY - 8, TODAY - 7)
    assert missed(week, TODAY - 7, lambda day: True, range(TODAY)) == (TODAY - 8,)
    assert missed(week, TODAY - 8, lambda day: True, range(TODAY)) == ()
    assert missed(week, TODAY - 6, lambda day: False, range(TODAY)) == ()
    assert missed(week, TODAY - 6, lambda day: True, range(TODAY - 8)) == ()


@given(st.sets(st.integers(100, 160), min_size=1), st.integers(100, 200))
def test_only_days_after_the_last_entry_and_of_its_usual_weekdays_are_missed(days: set[int], today: int):
    for day in missed(dict.fromkeys(days, 1), today, lambda day: True, range(300)):
        assert max(days) < day < today
        assert any(day % 7 == one % 7 for one in days)


def test_a_fall_is_told_beside_the_median_of_the_same_weekday():
    days = {100 - 7: 100, 100 - 14: 90, 100 - 21: 120, 100: 30}
    assert fall(days, 100) == Fall(100, 30, 100)
    assert is_sudden(Fall(100, 39, 100))
    assert not is_sudden(Fall(100, 40, 100))
    assert not is_sudden(Fall(100, 0, 100))
    assert fall({100 - 7: 100, 100 - 14: 90, 100: 3}, 100) is None
    assert fall(dict.fromkeys((93, 86, 79), 19), 100) is None


def test_the_night_is_when_the_venue_is_closed():
    thursday = day_of(date(2026, 11, 19))
    people = {(thursday + 1, 2): 2, (thursday + 1, 7): 1, (thursday + 1, 9): 100, (thursday + 1, 18): 1}
    assert at_night(people, thursday + 1, [WORKING]) == AtNight(thursday + 1, (2, 7, 18), 4)
    assert at_night({(thursday, 9): 5}, thursday, [WORKING]) == AtNight(thursday, (9,), 5)
    assert at_night({(thursday, 9): 2}, thursday, [WORKING]) is None
    # Without hours of its own the small hours count, unless people usually come then.
    assert at_night({(TODAY, 3): 5}, TODAY, [OpeningHours()]) == AtNight(TODAY, (3,), 5)
    usual = {(TODAY, 3): 5, (TODAY - 1, 3): 5, (TODAY - 2, 0): 1, (TODAY - 9, 4): 1}
    assert at_night(usual, TODAY, [OpeningHours()]) is None
    assert (open_days([WORKING], thursday), open_days([WORKING], thursday + 1)) == (False, True)
    assert hours_text((0, 1, 5, 23)) == "00:00–02:00, 05:00–06:00, 23:00–24:00"


# What becomes of it


def test_a_silent_venue_is_told_once_and_over_when_people_come(
    inst: Installation, park: Tenant, mill: Tenant, clock: SettableClock
):
    everybody_else(inst, mill)
    used(inst, park, *range(TODAY - 20, TODAY - 2))
    assert [one.kind for one in watching.watched(inst).found] == [AlertKind.SILENT_VENUE]
    assert watching.watched(inst).found == ()
    (row,) = found(inst, AlertKind.SILENT_VENUE)
    assert (row.venue_id, json.loads(row.evidence)) == (park.venue, {"since": "2026-11-17"})
    used(inst, park, TODAY)
    assert watching.watched(inst).over == (row.key,)
    (row,) = found(inst, AlertKind.SILENT_VENUE)
    assert (row.settled_ms, row.resolution) == (clock(), EXPLAINED)
    assert watching.watched(inst) == watching.Looked((), ())


def test_closed_days_and_closed_venues_are_not_silent(inst: Installation, park: Tenant, mill: Tenant):
    everybody_else(inst, mill)
    used(inst, park, *range(TODAY - 20, TODAY - 1))
    weekly = {day: [[0, 1440]] for day in DAY_NAMES}
    body = {"hours": {"weekly": weekly, "holidays": ["2026-11-19"]}}
    row = {"scope_kind": "venue", "scope_id": park.venue, "version": 2, "body": json.dumps(body)}
    row |= {"account_id": "test", "created_ms": 0}
    inst.write(lambda connection: connection.execute(insert(policies).values(row)))
    assert watching.watched(inst).found == ()
    used(inst, mill, TODAY + 1)
    inst.write(lambda c: c.execute(update(venues).where(venues.c.id == park.venue).values(state="paused")))
    inst.write(lambda c: c.execute(venue_days.delete().where(venue_days.c.venue_id == park.venue)))
    assert watching.watched(inst).found == ()


def test_a_day_on_which_nobody_scanned_anywhere_is_nobodys_silence(inst: Installation, park: Tenant):
    used(inst, park, *range(TODAY - 20, TODAY - 2))
    assert watching.watched(inst).found == ()


def test_a_venue_that_never_had_an_entry_is_told_after_some_days(
    inst: Installation, park: Tenant, mill: Tenant, clock: SettableClock
):
    everybody_else(inst, mill)
    assert watching.watched(inst).found == ()
    clock.pass_s(watching.NEW_DAYS * DAY_S)
    used(inst, mill, TODAY + 1, TODAY + 2, TODAY + 3)
    (one,) = watching.watched(inst).found
    assert (one.kind, one.venue_id, one.evidence) == (
        AlertKind.NEVER_USED,
        park.venue,
        {"since": "2026-11-20"},
    )


def test_a_sudden_fall_and_people_at_night_are_told(inst: Installation, park: Tenant, mill: Tenant):
    everybody_else(inst, mill)
    used(inst, park, *range(TODAY - 30, TODAY - 1), entries=100)
    kept(inst, counted(park, day=TODAY - 1, entries=30, people=30), counted(park, hour=3, people=4))
    seen = {one.kind: one for one in watching.watched(inst).found}
    assert seen[AlertKind.SUDDEN_FALL].evidence == {"day": "2026-11-19", "entries": 30, "median": 100}
    assert seen[AlertKind.AT_NIGHT].evidence == {"day": "2026-11-20", "people": 4, "hours": "03:00–04:00"}
    sentence = inbox.listed(inst, park.staff, inbox.Wanted()).rows[0].sentence
    assert "2026-11-20" in sentence.zh
    assert "…" not in sentence.en + sentence.zh


def test_one_person_at_many_doors_is_told_without_a_name(inst: Installation, park: Tenant, mill: Tenant):
    now = inst.now_ms()
    everybody_else(inst, mill)
    used(inst, park, TODAY)
    stay_kept(inst, park, "first", 1, visitor_id="somebody", in_ms=now - 60_000)
    stay_kept(inst, mill, "second", 1, visitor_id="somebody", in_ms=now - 50_000)
    stay_kept(inst, park, "third", 1, visitor_id="slow", in_ms=now - 90_000)
    stay_kept(inst, mill, "fourth", 1, visitor_id="slow", in_ms=now - 30_000)
    (one,) = watching.watched(inst).found
    assert (one.kind, one.venue_id) == (AlertKind.MANY_DOORS, mill.venue)
    assert one.evidence == {"venues": 2, "minutes": 1}
    assert (one.other_entry_id, one.entry_id) == ("first", "second")
    assert "somebody" not in one.key
    assert watching.watched(inst).found == ()


def test_what_a_person_settled_stays_settled(inst: Installation, park: Tenant, mill: Tenant):
    everybody_else(inst, mill)
    used(inst, park, *range(TODAY - 20, TODAY - 2))
    watching.watched(inst)
    case = case_of(inst, park.area)
    # The venue itself cannot make away with it.
    assert inbox.detail(inst, park.staff, case.alert_id).remedies == ()
    with pytest.raises(InputError, match="staff of your area"):
        inbox.settle(inst, park.staff, "nobody", case.alert_id, "as_it_should_be")
    inbox.settle(inst, park.area, "nobody", case.alert_id, "as_it_should_be")
    assert watching.watched(inst).found == ()
    assert watching_care.cases(inst, park.area) == ()


# The ladder


@pytest.fixture
def silent(inst: Installation, park: Tenant, mill: Tenant) -> Tenant:
    everybody_else(inst, mill)
    used(inst, park, *range(TODAY - 20, TODAY - 2))
    watching.watched(inst)
    return park


def test_the_ladder_goes_from_a_word_to_a_visit(inst: Installation, silent: Tenant, clock: SettableClock):
    began = clock()
    case = case_of(inst, silent.area)
    assert (case.next_step, case.due_ms, case.last) == (Step.REMIND, began, None)
    for step, following, days in (
        ("remind", Step.WARN, 3),
        ("warn", Step.VISIT, 3),
        ("visit", Step.VISIT, 7),
        ("visit", Step.VISIT, 7),
    ):
        watching_care.take(inst, silent.area, "nobody", case.alert_id, step, " called ")
        case = case_of(inst, silent.area)
        assert (case.next_step, case.due_ms) == (following, clock() + days * DAY_S * 1000)
        assert case.last is not None
        assert (case.last.step, case.last.note) == (step, "called")
        clock.pass_s(60)
    with pytest.raises(GoneError):
        watching_care.take(inst, silent.area, "nobody", case.alert_id, "remind")
    with pytest.raises(InputError):
        watching_care.take(inst, silent.area, "nobody", case.alert_id, "visit", "x" * 501)


def test_a_step_can_be_undone_while_it_is_the_last(inst: Installation, silent: Tenant, clock: SettableClock):
    case = case_of(inst, silent.area)
    watching_care.take(inst, silent.area, "nobody", case.alert_id, "remind")
    clock.pass_s(1)
    watching_care.take(inst, silent.area, "nobody", case.alert_id, "warn")
    first, second = case_of(inst, silent.area).taken
    with pytest.raises(GoneError):
        watching_care.undo(inst, silent.area, first.id)
    watching_care.undo(inst, silent.area, second.id)
    case = case_of(inst, silent.area)
    assert (case.next_step, case.last) == (Step.WARN, first)
    assert [one.is_undone for one in case.taken] == [False, True]


def test_when_people_come_again_the_ladder_is_over_and_the_next_begins_anew(
    inst: Installation, silent: Tenant, mill: Tenant, clock: SettableClock
):
    case = case_of(inst, silent.area)
    watching_care.take(inst, silent.area, "nobody", case.alert_id, "remind")
    clock.pass_s(1)
    used(inst, silent, TODAY)
    watching.watched(inst)
    assert watching_care.cases(inst, silent.area) == ()
    steps = inst.read(lambda c: c.execute(select(cares.c.step, cares.c.account_id)).all())
    assert sorted(steps) == [("remind", "nobody"), ("settled", "")]
    # The day was taken back, and the same silence is found again.
    inst.write(lambda c: c.execute(venue_days.delete().where(venue_days.c.local_day == TODAY)))
    watching.watched(inst)
    again = case_of(inst, silent.area)
    assert (again.alert_id, again.next_step, again.taken) == (case.alert_id, Step.REMIND, ())


def test_only_the_authority_of_the_venue_takes_steps(inst: Installation, silent: Tenant, mill: Tenant):
    case = case_of(inst, silent.staff)
    for scope in (silent.staff, mill.area, mill.staff, Scope()):
        with pytest.raises(NotFoundError):
            watching_care.take(inst, scope, "nobody", case.alert_id, "remind")
    watching_care.take(inst, silent.area, "nobody", case.alert_id, "remind")
    taken = case_of(inst, silent.area).taken[0]
    for scope in (silent.staff, mill.area, Scope()):
        with pytest.raises(NotFoundError):
            watching_care.undo(inst, scope, taken.id)
    assert watching_care.cases(inst, mill.area) == ()
    with pytest.raises(NotFoundError):
        watching_care.undo(inst, silent.area, "nothing")
