"""A trace from the question to the closed file: counted first, released on purpose, in scope only."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import Connection, select

from domain.errors import InputError
from domain.keeping import DEFAULT_DAYS
from tests.web.alone import Holder
from tests.web.services.desk.tracing.asking import asked, typed
from tests.web.tenants import SettableClock, Tenant
from web.db.tables import leaves, traces
from web.services.desk.tracing import (
    contact_finding,
    tracing,
    tracing_pages,
    tracing_rehearsal,
    tracing_typed,
)
from web.services.desk.tracing.tracing_values import Question
from web.services.errors import NotFoundError
from web.services.installation import Installation
from web.services.keeping.purging import purging
from web.store.scope import Scope


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
