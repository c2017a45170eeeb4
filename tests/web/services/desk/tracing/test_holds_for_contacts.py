"""Holds for those whom a trace found: by a rule, counted, by two people, once for each case."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from domain.access import Role
from domain.errors import InputError
from tests.web.alone import DAY, HOUR, Holder, took
from tests.web.following import Follower
from tests.web.members import member
from tests.web.services.desk.passing import drawn
from tests.web.services.desk.tracing.asking import somebody, stayed
from tests.web.services.desk.tracing.holding import ALL, CLOSE, GIVEN, in_force, released, told
from tests.web.tenants import SettableClock, Tenant
from web.db.tables import deed_subjects
from web.services.desk.tracing import tracing, tracing_holds
from web.services.desk.tracing.tracing_holds import Chosen, Count
from web.services.errors import ForbiddenError, NotFoundError
from web.services.installation import Installation
from web.services.keeping import erasing
from web.services.keeping.purging import purging
from web.services.people import case_holds, holds
from web.services.people.case_holds import Case
from web.services.people.holds import HoldState
from web.store.scope import PROGRAM, Scope


def test_those_who_were_closer_are_on_hold_once_somebody_else_confirmed(
    inst: Installation, park: Tenant, town: dict[str, Holder], trace: str, asker: str, colleague: str
):
    assert tracing_holds.counted(inst, park.area, asker, trace, CLOSE) == Count(1, 0, 0, 0, 0, 1)
    case = tracing_holds.propose(inst, park.area, asker, trace, CLOSE, "1")
    assert in_force(inst, town) == {}
    with pytest.raises(InputError, match="somebody else has to confirm"):
        case_holds.confirm(inst, park.area, asker, case, "1")
    with pytest.raises(InputError, match="number of holds"):
        case_holds.confirm(inst, park.area, colleague, case, "2")
    assert in_force(inst, town) == {}
    assert case_holds.confirm(inst, park.area, colleague, case, "1") == 1
    [(name, [hold])] = in_force(inst, town).items()
    assert (name, hold.level, hold.instruction) == ("Bo", "yellow", "Ask for a test")
    assert hold.until_ms is not None
    # Together until 9:20 of the 20th; two weeks later to the end of that day in Shanghai.
    shanghai = datetime.fromtimestamp(hold.until_ms / 1000, UTC) + timedelta(hours=8)
    last = datetime.fromtimestamp((inst.now_ms() - 5 * HOUR) / 1000, UTC) + timedelta(hours=8)
    assert (shanghai.date(), shanghai.hour) == (last.date() + timedelta(days=15), 0)
    [row] = holds.of_visitor(inst, PROGRAM, town["Bo"].visitor)
    assert (row.proposer, row.confirmer, row.rule) == ("asks@x.example", "agrees@x.example", case)


@pytest.mark.parametrize(
    ("whom", "minutes", "found"),
    [
        ("close", "", {"Bo"}), ("together", "21", {"Cy"}), ("together", "20", {"Bo", "Cy"}),
        ("met", "", {"Bo", "Cy", "Di"}),
    ],
)  # fmt: skip
def test_a_rule_takes_whom_it_says_and_nobody_of_the_second_step(
    inst: Installation, park: Tenant, town: dict[str, Holder], trace: str, asker: str, colleague: str,
    whom: str, minutes: str, found: set[str],
):  # fmt: skip
    chosen = Chosen(whom, minutes, "14", GIVEN)
    case = tracing_holds.propose(inst, park.area, asker, trace, chosen, str(len(found)))
    case_holds.confirm(inst, park.area, colleague, case, str(len(found)))
    assert set(in_force(inst, town)) == found


def test_all_of_a_case_are_lifted_at_once_and_gates_hear_of_both(
    inst: Installation, park: Tenant, town: dict[str, Holder], trace: str, asker: str, colleague: str
):
    gate, met = Follower(inst, park.gate), [town[name].visitor for name in ("Bo", "Cy", "Di")]

    def heard() -> list[int]:
        gate.follows()
        return [len(gate.visitors[who].facts.holds) for who in met]

    assert heard() == [0, 0, 0]
    case = tracing_holds.propose(inst, park.area, asker, trace, ALL, "3")
    pages = len(gate.pages)
    assert heard() == [0, 0, 0]
    assert len(gate.pages) == pages, "a proposal is nobody's business yet"
    case_holds.confirm(inst, park.area, colleague, case, "3")
    assert heard() == [1, 1, 1]
    assert case_holds.end(inst, park.area, asker, case, HoldState.IN_FORCE) == 3
    assert heard() == [0, 0, 0]
    assert in_force(inst, town) == {}
    with pytest.raises(InputError, match="changed or ended"):
        case_holds.end(inst, park.area, asker, case, HoldState.IN_FORCE)


def test_all_that_wait_are_turned_down_and_what_is_in_force_stays(
    inst: Installation, park: Tenant, town: dict[str, Holder], trace: str, asker: str, colleague: str
):
    case = tracing_holds.propose(inst, park.area, asker, trace, CLOSE, "1")
    case_holds.confirm(inst, park.area, colleague, case, "1")
    assert tracing_holds.propose(inst, park.area, asker, trace, ALL, "2") == case
    with pytest.raises(InputError, match="wait for a second person"):
        tracing_holds.counted(inst, park.area, colleague, trace, ALL)
    assert case_holds.end(inst, park.area, colleague, case, HoldState.WAITING) == 2
    assert set(in_force(inst, town)) == {"Bo"}
    with pytest.raises(InputError, match="changed or ended"):
        case_holds.confirm(inst, park.area, colleague, case, "2")


def test_a_later_trace_of_the_case_doubles_nothing_and_makes_longer_what_has_to_last_longer(
    inst: Installation, park: Tenant, town: dict[str, Holder], trace: str, clock: SettableClock, asker: str,
    colleague: str,
):  # fmt: skip
    case = tracing_holds.propose(inst, park.area, asker, trace, ALL, "3")
    case_holds.confirm(inst, park.area, colleague, case, "3")
    first = in_force(inst, town)
    tracing.close(inst, park.area, asker, trace)
    clock.pass_s(86_400)
    assert set(
        took(
            inst, park.gate,
            *stayed(101, park.gate, town["Ann"], clock.ms - 3 * HOUR, HOUR),
            *stayed(103, park.gate, town["Bo"], clock.ms - 3 * HOUR + 20_000, HOUR),
        )
    ) == {"stored"}  # fmt: skip
    drawn(inst)
    # Ann came again under a second registration, which is still the same case.
    somebody(inst, park, "Ann Lee", "13800138000")
    later = released(inst, park, clock, colleague)
    assert tracing_holds.counted(inst, park.area, colleague, later, ALL) == Count(3, 0, 0, 2, 0, 1)
    assert tracing_holds.propose(inst, park.area, colleague, later, ALL, "1") == case
    assert in_force(inst, town) == first, "until it is confirmed the first stands"
    case_holds.confirm(inst, park.area, asker, case, "1")
    now = in_force(inst, town)
    assert {name: len(such) for name, such in now.items()} == {"Bo": 1, "Cy": 1, "Di": 1}
    assert now["Bo"][0].until_ms == (first["Bo"][0].until_ms or 0) + DAY
    assert now["Cy"] == first["Cy"]
    red = replace(ALL, hold=replace(GIVEN, level="red"))
    assert tracing_holds.counted(inst, park.area, colleague, later, red).holds == 3, "a graver one is another"
    [shown] = case_holds.cases(inst, park.area, asker)
    assert shown == Case(case, clock.ms, 0, 0, 3, 1)


@pytest.mark.parametrize(
    ("first", "then"), [(("red", "5"), ("yellow", "20")), (("yellow", "20"), ("red", "5"))]
)
def test_a_hold_gives_way_only_to_one_that_is_as_grave_and_lasts_as_long(
    inst: Installation, park: Tenant, town: dict[str, Holder], trace: str, asker: str, colleague: str,
    first: tuple[str, str], then: tuple[str, str],
):  # fmt: skip
    for level, days in (first, then):
        chosen = replace(CLOSE, days=days, hold=replace(GIVEN, level=level))
        case = tracing_holds.propose(inst, park.area, asker, trace, chosen, "1")
        case_holds.confirm(inst, park.area, colleague, case, "1")
    [both] = in_force(inst, town).values()
    assert sorted(hold.level for hold in both) == ["red", "yellow"]
    graver = replace(CLOSE, days="21", hold=replace(GIVEN, level="red"))
    case = tracing_holds.propose(inst, park.area, asker, trace, graver, "1")
    [made] = holds.listed(inst, park.area, HoldState.WAITING, rule=case)
    holds.confirm(inst, park.area, colleague, made.visitor_id, made.id)
    [[hold]] = in_force(inst, town).values()
    assert hold.level == "red"


def test_whoever_is_registered_twice_has_a_hold_on_both_codes(
    inst: Installation, park: Tenant, town: dict[str, Holder], trace: str, asker: str, colleague: str
):
    again = somebody(inst, park, "Bo Lee", "13800138001")
    count = tracing_holds.counted(inst, park.area, asker, trace, CLOSE)
    assert (count.people, count.holds) == (1, 2)
    case = tracing_holds.propose(inst, park.area, asker, trace, CLOSE, "2")
    case_holds.confirm(inst, park.area, colleague, case, "2")
    assert set(in_force(inst, {**town, "again": again})) == {"Bo", "again"}


def test_days_that_are_over_make_no_hold(
    inst: Installation, park: Tenant, town: dict[str, Holder], trace: str, clock: SettableClock, asker: str
):
    clock.pass_s(3 * 86_400)
    short = replace(ALL, days="1")
    assert tracing_holds.counted(inst, park.area, asker, trace, short) == Count(3, 0, 3, 0, 0, 0)
    with pytest.raises(InputError) as wrong:
        tracing_holds.propose(inst, park.area, asker, trace, short, "0")
    assert wrong.value.field == "whom"


def test_nobody_outside_the_scope_is_put_on_hold_or_seen(
    inst: Installation, park: Tenant, mill: Tenant, town: dict[str, Holder], trace: str, clock: SettableClock,
    asker: str, colleague: str,
):  # fmt: skip
    guest = somebody(inst, mill, "Gus Lee", "13800138009")
    nine = clock.ms - 5 * HOUR
    assert set(took(inst, park.gate, *stayed(201, park.gate, guest, nine + 10_000, HOUR))) == {"stored"}
    drawn(inst)
    case = tracing_holds.propose(inst, park.area, asker, trace, CLOSE, "1")
    case_holds.confirm(inst, park.area, colleague, case, "1")
    found = tracing_holds.counted(inst, park.area, asker, trace, CLOSE)
    assert (found.people, found.elsewhere, found.standing, found.holds) == (2, 1, 1, 0)
    assert holds.of_visitor(inst, PROGRAM, guest.visitor) == []
    for scope in (mill.area, mill.staff, Scope()):
        for act in (
            lambda scope=scope: tracing_holds.counted(inst, scope, asker, trace, CLOSE),
            lambda scope=scope: tracing_holds.propose(inst, scope, asker, trace, CLOSE, "1"),
            lambda scope=scope: case_holds.case(inst, scope, asker, case),
            lambda scope=scope: case_holds.confirm(inst, scope, colleague, case, "1"),
            lambda scope=scope: case_holds.end(inst, scope, colleague, case, HoldState.IN_FORCE),
        ):
            with pytest.raises(NotFoundError):
                act()
        assert case_holds.cases(inst, scope, asker) == []
    assert set(in_force(inst, town)) == {"Bo"}


def test_a_right_is_asked_for_at_every_step(
    inst: Installation, park: Tenant, town: dict[str, Holder], trace: str, asker: str, colleague: str
):
    guard = member(inst, "guard@x.example", Role.GUARD, park.area)
    with pytest.raises(ForbiddenError):
        tracing_holds.counted(inst, park.area, guard, trace, CLOSE)
    with pytest.raises(ForbiddenError):
        tracing_holds.propose(inst, park.area, guard, trace, CLOSE, "1")
    case = tracing_holds.propose(inst, park.area, asker, trace, CLOSE, "1")
    for act in (
        lambda: case_holds.confirm(inst, park.area, guard, case, "1"),
        lambda: case_holds.end(inst, park.area, guard, case, HoldState.WAITING),
    ):
        with pytest.raises(ForbiddenError):
            act()
    assert case_holds.case(inst, park.area, guard, case).waiting == 1


def test_so_many_are_proposed_by_somebody_else_than_who_asked(
    inst: Installation, park: Tenant, town: dict[str, Holder], trace: str, asker: str, colleague: str,
    monkeypatch: pytest.MonkeyPatch,
):  # fmt: skip
    monkeypatch.setattr(tracing_holds, "BREAKER", 2)
    with pytest.raises(InputError, match="somebody else"):
        tracing_holds.propose(inst, park.area, asker, trace, ALL, "3")
    with pytest.raises(InputError, match="number of holds"):
        tracing_holds.propose(inst, park.area, colleague, trace, ALL, "2")
    assert holds.listed(inst, PROGRAM, HoldState.WAITING) == []
    case = tracing_holds.propose(inst, park.area, colleague, trace, ALL, "3")
    assert case_holds.confirm(inst, park.area, asker, case, "3") == 3


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"whom": "second"}, "whom"), ({"days": "0"}, "days"), ({"days": "61"}, "days"),
        ({"days": ""}, "days"), ({"whom": "together", "minutes": "soon"}, "minutes"),
        ({"hold": replace(GIVEN, level="green")}, "level"),
        ({"hold": replace(GIVEN, purpose="dispute")}, "purpose"),
        ({"hold": replace(GIVEN, reason=" ")}, "reason"), ({"hold": replace(GIVEN, appeal="")}, "appeal"),
        ({"hold": replace(GIVEN, instruction="")}, "instruction"),
    ],
)  # fmt: skip
def test_a_bad_field_is_named_before_anything_is_counted(
    inst: Installation, park: Tenant, trace: str, asker: str, changed: dict[str, str], field: str
):
    with pytest.raises(InputError) as wrong:
        tracing_holds.counted(inst, park.area, asker, trace, replace(CLOSE, **changed))
    assert wrong.value.field == field


def test_the_log_tells_each_piece_with_counts_and_nobodys_name(
    inst: Installation, park: Tenant, town: dict[str, Holder], trace: str, asker: str, colleague: str,
    monkeypatch: pytest.MonkeyPatch,
):  # fmt: skip
    monkeypatch.setattr(case_holds, "AT_ONCE", 2)
    case = tracing_holds.propose(inst, park.area, asker, trace, ALL, "3")
    assert case_holds.confirm(inst, park.area, colleague, case, "3") == 3
    assert case_holds.end(inst, park.area, asker, case, HoldState.IN_FORCE) == 3
    steps = [
        (leaf["told"]["step"], leaf["told"]["holds"], leaf["account"], leaf["purpose"]) for leaf in told(inst)
    ]
    assert steps == [
        *(("proposed", many, asker, "investigation") for many in (2, 1)),
        *(("confirmed", many, colleague, "investigation") for many in (2, 1)),
        *(("lifted", many, asker, "investigation") for many in (2, 1)),
    ]  # fmt: skip
    first = told(inst)[0]["told"]
    assert first == {
        "trace": trace, "case": case, "step": "proposed", "holds": 2, "whom": "met", "minutes": 0, "days": 14,
        "level": "yellow",
    }  # fmt: skip
    text = str(told(inst))
    assert all(who.visitor not in text and who.visitor not in case for who in town.values())
    assert "clinic" not in text


def test_a_person_who_is_forgotten_takes_their_hold_and_what_names_them_along(
    inst: Installation, park: Tenant, town: dict[str, Holder], trace: str, clock: SettableClock, asker: str,
    colleague: str,
):  # fmt: skip
    case = tracing_holds.propose(inst, park.area, asker, trace, ALL, "3")
    case_holds.confirm(inst, park.area, colleague, case, "3")
    before = inst.read(lambda c: len(list(c.execute(select(deed_subjects)))))
    erasing.erase(
        inst, park.staff, town["Bo"].visitor, erasing.STAFF, account_id=asker, purpose="own_request"
    )
    assert inst.read(lambda c: len(list(c.execute(select(deed_subjects))))) <= before - 2
    assert case_holds.case(inst, park.area, asker, case).in_force == 2
    assert set(in_force(inst, town)) == {"Cy", "Di"}
    # Who is gone between counting and proposing is left out, and the rest lasts until its day.
    clock.pass_s(60 * 86_400)
    purging.purge(inst)
    assert in_force(inst, town) == {}
    with pytest.raises(NotFoundError):
        case_holds.case(inst, park.area, asker, case)


def test_one_of_them_can_be_lifted_alone_and_the_others_stay(
    inst: Installation, park: Tenant, town: dict[str, Holder], trace: str, asker: str, colleague: str
):
    case = tracing_holds.propose(inst, park.area, asker, trace, ALL, "3")
    [one] = holds.of_visitor(inst, PROGRAM, town["Cy"].visitor)
    holds.confirm(inst, park.area, colleague, town["Cy"].visitor, one.id)
    assert set(in_force(inst, town)) == {"Cy"}
    case_holds.confirm(inst, park.area, colleague, case, "2")
    holds.lift(inst, park.area, asker, town["Cy"].visitor, one.id)
    assert set(in_force(inst, town)) == {"Bo", "Di"}
