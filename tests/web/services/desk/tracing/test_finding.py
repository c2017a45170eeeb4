"""Who was near, who met them, and who is one person with somebody else."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection

from domain.errors import InputError
from tests.domain.contact_summed import summed
from tests.web.alone import HOUR, Holder, passed, took
from tests.web.services.desk.passing import drawn
from tests.web.services.desk.tracing.asking import asked, somebody, stayed, typed
from tests.web.tenants import SettableClock, Tenant
from web.services.desk.tracing import contact_finding, tracing, tracing_pages
from web.services.desk.tracing.tracing import Several
from web.services.desk.tracing.tracing_values import Question
from web.services.installation import Installation
from web.store.scope import PROGRAM


def test_people_who_were_near_are_found_the_closest_first(
    inst: Installation, park: Tenant, town: dict[str, Holder], clock: SettableClock, asker: str
):
    trace = asked(inst, park.area, asker, typed(clock, "138 0013 8000"))
    assert trace.figures == {
        "stays": 1,
        "venues": 1,
        "contacts": 3,
        "close": 1,
        "assumed": 0,
        "second": 0,
        "followed": 0,
    }
    with pytest.raises(InputError, match="not released"):
        tracing_pages.shown(inst, park.area, trace.id, "en")
    tracing.release(inst, park.area, asker, trace.id, "3")
    shown = tracing_pages.shown(inst, park.area, trace.id, "en")
    assert [one.visitor_id for one in shown.people] == [town[name].visitor for name in ("Bo", "Cy", "Di")]
    assert [(one.together_min, one.apart_min, one.is_close) for one in shown.people] == [
        (20, 0, True), (40, 0, False), (0, 25, False),
    ]  # fmt: skip
    assert "Ann" not in str(shown.people)
    assert shown.picture.startswith("<svg")


def test_the_second_step_follows_the_closest_from_the_meeting_on(
    inst: Installation, park: Tenant, town: dict[str, Holder], clock: SettableClock, asker: str
):
    trace = asked(inst, park.area, asker, typed(clock, "13800138000", second=True))
    assert (trace.figures["contacts"], trace.figures["second"], trace.figures["followed"]) == (3, 1, 2)
    tracing.release(inst, park.area, asker, trace.id, "4")
    shown = tracing_pages.shown(inst, park.area, trace.id, "zh")
    assert [one.visitor_id for one in shown.second] == [town["Flo"].visitor]


def test_single_meetings_come_to_what_was_summed_up(
    inst: Installation, park: Tenant, mill: Tenant, town: dict[str, Holder], clock: SettableClock
):
    # Cy again under another registration, who met Ann too: one person, called by one of the two.
    twice = somebody(inst, mill, "Cy Lee", "13800138002")
    took(inst, park.gate, *stayed(7, park.gate, twice, clock.ms - 5 * HOUR, HOUR))
    drawn(inst)
    question = Question((town["Ann"].visitor,), 14, 30, clock.ms, second=True)

    def work(connection: Connection) -> None:
        found = contact_finding.found(connection, PROGRAM, question)
        assert len(found.contacts) == 3
        assert set(found.same) == {max(twice.visitor, town["Cy"].visitor)}
        for met, onward in ((found.contacts, False), (found.second, True)):
            read = contact_finding.meetings(connection, found, met, onward=onward)
            assert [summed(read[one.visitor_id]) for one in met] == [*met]

    inst.read(work)


def test_what_is_known_later_changes_nothing_of_an_answer_but_late_entries(
    inst: Installation, park: Tenant, town: dict[str, Holder], clock: SettableClock, asker: str
):
    trace = asked(inst, park.area, asker, typed(clock, "13800138000"))
    tracing.release(inst, park.area, asker, trace.id, "3")
    clock.pass_s(3600)
    took(
        inst,
        park.gate,
        passed(park.gate, 7, clock.ms, town["Ann"]),
        passed(park.gate, 8, clock.ms, town["Ed"]),
    )
    drawn(inst)
    assert len(tracing.result(inst, park.area, trace.id)[1].contacts) == 3


def test_one_person_registered_twice_is_one_person(
    inst: Installation, park: Tenant, mill: Tenant, town: dict[str, Holder], clock: SettableClock, asker: str
):
    twice = somebody(inst, mill, "Ann Lee", "13800138000")
    took(inst, mill.gate, *stayed(1, mill.gate, twice, clock.ms - 3 * HOUR, HOUR))
    met = somebody(inst, mill, "Gus Lee", "13800138009")
    took(inst, mill.gate, *stayed(3, mill.gate, met, clock.ms - 3 * HOUR, HOUR))
    drawn(inst)
    trace = asked(inst, PROGRAM, asker, typed(clock, "13800138000"))
    assert (trace.figures["stays"], trace.figures["contacts"], trace.figures["venues"]) == (2, 4, 2)


def test_several_people_of_one_name_are_chosen_from(
    inst: Installation, park: Tenant, town: dict[str, Holder], clock: SettableClock, asker: str
):
    somebody(inst, park, "Ann Lee", "13900139000")
    found = tracing.ask(inst, park.area, asker, typed(clock, "Ann Lee"))
    assert isinstance(found, Several)
    assert len(found.rows) == 2
    trace = asked(inst, park.area, asker, typed(clock, "Ann Lee", visitor_id=town["Ann"].visitor))
    assert trace.figures["contacts"] == 3
