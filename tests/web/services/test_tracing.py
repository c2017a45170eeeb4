"""A trace from the question to the closed file: counted first, released on purpose, in scope only."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pypdfium2
import pytest
from sqlalchemy import Connection, select

from domain.access import Role
from domain.contact import summed
from domain.errors import InputError
from domain.keeping import DEFAULT_DAYS
from tests.web.alone import DAY, HOUR, MINUTE, Holder, passed, took
from tests.web.members import member
from tests.web.tenants import SettableClock, Tenant, enrolled
from web.db.tables import leaves, traces
from web.services.desk import (
    contact_finding,
    projecting,
    tracing,
    tracing_notices,
    tracing_pages,
    tracing_rehearsal,
    tracing_typed,
)
from web.services.desk.tracing import Several, Trace, Typed
from web.services.desk.tracing_values import Question
from web.services.errors import NotFoundError
from web.services.gates.gates import Gate
from web.services.installation import Installation
from web.services.keeping import purging
from web.services.logs import sequencing
from web.services.people import visitors
from web.services.people.visitors import Registration
from web.services.places import places
from web.store.scope import PROGRAM, Scope


@pytest.fixture
def asker(inst: Installation) -> str:
    return member(inst, "asks@x.example", Role.COMPLIANCE, Scope(area_path=places.root(inst, PROGRAM)))


@pytest.fixture
def colleague(inst: Installation) -> str:
    return member(inst, "agrees@x.example", Role.COMPLIANCE, Scope(area_path=places.root(inst, PROGRAM)))


def somebody(inst: Installation, there: Tenant, name: str, phone: str) -> Holder:
    made = visitors.register(inst, there.staff, Registration(there.enterprise, name, phone, "visitor"))
    return Holder(made.visitor_id, "")


def stayed(seq: int, gate: Gate, who: Holder, at_ms: int, for_ms: int) -> list[dict[str, Any]]:
    went_out = passed(gate, seq + 1, at_ms + for_ms, who, direction="out")
    return [passed(gate, seq, at_ms, who), went_out]


def drawn(inst: Installation) -> None:
    while sequencing.sequence(inst):
        pass
    while projecting.caught_up(inst):
        pass


def typed(clock: SettableClock, who: str, **changes: Any) -> Typed:
    said = {"visitor_id": "", "days": "14", "minutes": "30", "until_ms": clock.ms, "second": False}
    return Typed(**{"who": who, "purpose": "investigation", "note": "case 17", **said, **changes})


def asked(inst: Installation, scope: Scope, account: str, what: Typed) -> Trace:
    trace_id = tracing.ask(inst, scope, account, what)
    assert isinstance(trace_id, str)
    return tracing.trace(inst, scope, trace_id)


@pytest.fixture
def town(inst: Installation, park: Tenant, clock: SettableClock) -> dict[str, Holder]:
    """Ann was in from nine to ten: Bo beside her, Cy later, Di soon after, Ed the day before."""
    people = {
        name: somebody(inst, park, f"{name} Lee", f"1380013800{n}")
        for n, name in enumerate(["Ann", "Bo", "Cy", "Di", "Ed", "Flo"])
    }
    nine = clock.ms - 5 * HOUR
    south, _ = enrolled(inst, park.staff, park.side_entrance)
    north = [
        *stayed(1, park.gate, people["Ann"], nine, HOUR),
        *stayed(3, park.gate, people["Bo"], nine + 30_000, 20 * MINUTE),
        *stayed(5, park.gate, people["Di"], nine + 85 * MINUTE, HOUR),
    ]
    others = [
        *stayed(1, south, people["Cy"], nine + 20 * MINUTE, 3 * HOUR),
        *stayed(3, south, people["Ed"], nine - DAY, HOUR),
        # Flo met Cy only, when Ann was long gone.
        *stayed(5, south, people["Flo"], nine + 150 * MINUTE, HOUR),
    ]
    assert set(took(inst, park.gate, *north)) | set(took(inst, south, *others)) == {"stored"}
    drawn(inst)
    return people


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


def test_a_purpose_comes_first_and_everything_that_is_seen_is_a_leaf_before(
    inst: Installation, park: Tenant, town: dict[str, Holder], clock: SettableClock, asker: str
):
    for purpose in (" ", "curiosity", "dispute"):  # nothing, of no list, of the list of another act
        with pytest.raises(InputError) as wrong:
            tracing.ask(inst, park.area, asker, typed(clock, "13800138000", purpose=purpose))
        assert wrong.value.field == "purpose"
    trace = asked(inst, park.area, asker, typed(clock, "13800138000"))
    tracing.release(inst, park.area, asker, trace.id, "3")
    list(tracing_pages.table(inst, park.area, asker, trace.id))
    tracing_pages.notices(inst, park.area, asker, trace.id, ("en",), "", to_people=False)
    tracing.close(inst, park.area, asker, trace.id)
    kinds = ("trace", "export", "notice")
    rows = inst.read(
        lambda c: list(c.execute(select(leaves).where(leaves.c.kind.in_(kinds)).order_by(leaves.c.id)))
    )
    told = [json.loads(row.body) for row in rows]
    assert [(leaf["type"], leaf["told"].get("step")) for leaf in told] == [
        ("trace", "asked"), ("trace", "released"), ("export", None), ("notice", None), ("trace", "closed"),
    ]  # fmt: skip
    assert {leaf["account"] for leaf in told} == {asker}
    assert {leaf["purpose"] for leaf in told} == {"investigation"}
    assert "case 17" not in str(told)
    assert town["Ann"].visitor not in str(told)


def test_many_people_are_released_by_somebody_else_only(
    inst: Installation,
    park: Tenant,
    town: dict[str, Holder],
    clock: SettableClock,
    asker: str,
    colleague: str,
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(tracing, "BREAKER", 2)
    trace = asked(inst, park.area, asker, typed(clock, "13800138000"))
    assert trace.needs_another
    with pytest.raises(InputError, match="somebody else"):
        tracing.release(inst, park.area, asker, trace.id, "3")
    with pytest.raises(InputError, match="number of people"):
        tracing.release(inst, park.area, colleague, trace.id, "2")
    tracing.release(inst, park.area, colleague, trace.id, "3")
    assert tracing.trace(inst, park.area, trace.id).releaser == "agrees@x.example"


def test_nobody_outside_the_scope_sees_a_trace_or_is_found_by_one(
    inst: Installation, park: Tenant, mill: Tenant, town: dict[str, Holder], clock: SettableClock, asker: str
):
    trace = asked(inst, park.area, asker, typed(clock, "13800138000"))
    for scope in (mill.area, mill.staff, Scope()):
        with pytest.raises(NotFoundError):
            tracing.trace(inst, scope, trace.id)
        with pytest.raises(NotFoundError):
            tracing.release(inst, scope, asker, trace.id, "3")
        with pytest.raises(NotFoundError):
            tracing.close(inst, scope, asker, trace.id)
        with pytest.raises(NotFoundError):
            tracing.result(inst, scope, trace.id)
        with pytest.raises(InputError) as wrong:
            tracing.ask(inst, scope, asker, typed(clock, "13800138000"))
        assert wrong.value.field == "who"
        with pytest.raises(NotFoundError):
            tracing.ask(inst, scope, asker, typed(clock, "", visitor_id=town["Ann"].visitor))
        assert tracing.listed(inst, scope, "nobody") == []


def test_the_steps_of_finding_see_nothing_outside_their_scope(
    inst: Installation, park: Tenant, mill: Tenant, town: dict[str, Holder], clock: SettableClock
):
    ann = town["Ann"].visitor
    question = Question((ann,), 14, 30, clock.ms, second=True)

    def work(connection: Connection) -> None:
        seen = contact_finding.found(connection, park.area, question)
        assert len(seen.contacts) == 3
        hidden = contact_finding.found(connection, mill.area, question)
        assert (hidden.cases, hidden.contacts, hidden.second) == ((), (), ())
        assert contact_finding.among(connection, mill.area, seen.cases, question).contacts == ()
        assert contact_finding.registrations(connection, mill.area, [ann]) == [ann]
        with pytest.raises(NotFoundError):
            tracing_typed.people(connection, inst, mill.area, typed(clock, "", visitor_id=ann))

    inst.read(work)


def test_what_is_made_of_a_trace_is_made_in_its_scope(
    inst: Installation, park: Tenant, mill: Tenant, town: dict[str, Holder], clock: SettableClock, asker: str
):
    trace = asked(inst, park.area, asker, typed(clock, "13800138000"))
    tracing.release(inst, park.area, asker, trace.id, "3")
    for scope in (mill.area, mill.staff, Scope()):
        with pytest.raises(NotFoundError):
            tracing_pages.shown(inst, scope, trace.id, "en")
        with pytest.raises(NotFoundError):
            tracing_pages.table(inst, scope, asker, trace.id)
        with pytest.raises(NotFoundError):
            tracing_pages.notices(inst, scope, asker, trace.id, ("en",), "", to_people=True)


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


def test_the_table_says_when_in_both_times_and_masks_everybody(
    inst: Installation, park: Tenant, town: dict[str, Holder], clock: SettableClock, asker: str
):
    trace = asked(inst, park.area, asker, typed(clock, "13800138000"))
    tracing.release(inst, park.area, asker, trace.id, "3")
    text = b"".join(tracing_pages.table(inst, park.area, asker, trace.id))
    assert text.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(text.decode("utf-8-sig"))))
    assert len(rows) == 4
    assert "*" in rows[1][2]
    assert rows[1][8].endswith("+08:00")
    assert rows[1][10].endswith("Z")
    assert "Bo Lee" not in text.decode()


def test_drafts_of_notices_are_sheets_that_name_nobody(
    inst: Installation, park: Tenant, town: dict[str, Holder], clock: SettableClock, asker: str
):
    trace = asked(inst, park.area, asker, typed(clock, "13800138000"))
    tracing.release(inst, park.area, asker, trace.id, "3")
    for to_people, sheets in ((False, 1), (True, 3)):
        made = tracing_pages.notices(
            inst, park.area, asker, trace.id, ("zh", "en"), "Office, 010-12345678", to_people=to_people
        )
        assert len(pypdfium2.PdfDocument(made)) == sheets


def test_what_is_assumed_is_called_so_wherever_it_is_told(
    inst: Installation, park: Tenant, clock: SettableClock, asker: str
):
    """Bo was not seen to leave before Ann came; Cy was. Of Ann's second stay only the exit was seen."""
    ann, bo, cy = (
        somebody(inst, park, f"{name} Lee", f"1380013800{n}") for n, name in enumerate(["Ann", "Bo", "Cy"])
    )
    nine = clock.ms - DAY - HOUR
    items = [
        passed(park.gate, 1, nine - HOUR, bo),
        *stayed(2, park.gate, ann, nine, HOUR),
        *stayed(4, park.gate, cy, nine + 20 * MINUTE, 5 * MINUTE),
        passed(park.gate, 6, nine + 10 * HOUR, ann, direction="out"),
    ]
    assert set(took(inst, park.gate, *items)) == {"stored"}
    drawn(inst)
    trace = asked(inst, park.area, asker, typed(clock, "13800138000", minutes="0"))
    assert (trace.figures["contacts"], trace.figures["assumed"]) == (2, 1)
    tracing.release(inst, park.area, asker, trace.id, "2")
    shown = tracing_pages.shown(inst, park.area, trace.id, "en")
    assert {one.visitor_id: one.is_assumed for one in shown.people} == {bo.visitor: True, cy.visitor: False}
    assert [stay.is_entry_assumed for stay in shown.cases] == [False, True]
    # Bo's bar, and that of the second stay.
    assert shown.picture.count("stroke-dasharray") == 2
    text = b"".join(tracing_pages.table(inst, park.area, asker, trace.id)).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))[1:]
    assert {row[-1] for row in rows if row[12] == "scanned"} == {""}
    assert {row[-1] for row in rows if row[12] != "scanned"} == {"yes"}
    _, found = tracing.result(inst, park.area, trace.id)
    [venue] = inst.read(lambda connection: tracing_notices.of(connection, found))
    assert "for 1 of them a time is assumed" in venue.text.en
    assert "其中 1 人的在场时间含推定" in venue.text.zh
    sheets = inst.read(lambda connection: tracing_notices.personal(connection, found))
    assert sorted("time is assumed" in sheet.text.en for sheet in sheets) == [False, True]
    assert sorted("推定" in sheet.text.zh for sheet in sheets) == [False, True]


def test_a_closed_trace_forgets_whom_it_was_about(
    inst: Installation, park: Tenant, town: dict[str, Holder], clock: SettableClock, asker: str
):
    trace = asked(inst, park.area, asker, typed(clock, "13800138000"))
    tracing.close(inst, park.area, asker, trace.id)
    with pytest.raises(NotFoundError):
        tracing.trace(inst, park.area, trace.id)
    [row] = inst.read(lambda c: list(c.execute(select(traces))))
    assert row.question_sealed == b""
    [left] = tracing.listed(inst, park.area, asker)
    assert left.closed_ms == clock.ms


def test_a_trace_that_nobody_closed_is_closed_with_the_retention(
    inst: Installation, park: Tenant, town: dict[str, Holder], clock: SettableClock, asker: str
):
    trace = asked(inst, park.area, asker, typed(clock, "13800138000"))
    clock.pass_s((DEFAULT_DAYS - 1) * 86_400)
    purging.purge(inst)
    assert tracing.trace(inst, park.area, trace.id).question is not None
    clock.pass_s(2 * 86_400)
    purging.purge(inst)
    [row] = inst.read(lambda c: list(c.execute(select(traces))))
    assert (row.question_sealed, row.closed_ms) == (b"", clock.ms)


def test_a_rehearsal_names_nobody_keeps_numbers_and_is_due_once_a_month(
    inst: Installation, park: Tenant, mill: Tenant, town: dict[str, Holder], clock: SettableClock, asker: str
):
    done = tracing_rehearsal.rehearse(inst, park.area, asker, seed=7)
    assert set(done.took_ms) == set(tracing_rehearsal.STEPS)
    assert done.counted["stays"] == 14
    assert [one.id for one in tracing_rehearsal.listed(inst, park.area)] == [done.id]
    assert tracing_rehearsal.listed(inst, mill.area) == tracing_rehearsal.listed(inst, Scope()) == []
    assert tracing_rehearsal.due(inst) == 1
    assert tracing_rehearsal.due(inst) == 0
    clock.pass_s(32 * 86_400)
    assert tracing_rehearsal.due(inst) == 1
