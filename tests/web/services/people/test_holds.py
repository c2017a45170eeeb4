"""Holds: two people, one rule, and a gate that knows of it with its next bundle."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import select

from domain.access import Role
from domain.decision import Presence, judge
from domain.errors import InputError
from domain.facts import Facts
from domain.hold import Hold, HoldLevel
from domain.outcome import Outcome
from domain.policy import Policy
from domain.reason import Reason
from domain.venue import Entrance
from tests.web.members import member
from tests.web.tenants import SettableClock, Tenant
from web.db.tables import holds as hold_rows
from web.db.tables import visitors as visitor_rows
from web.services.errors import ForbiddenError, NotFoundError
from web.services.installation import Installation
from web.services.keeping.purging import purging
from web.services.passing.checkin import CheckIn, check_in, new_entry_id
from web.services.passing.known import known_at
from web.services.people import credentials, holds, travels
from web.services.people.credential_values import Given as Credential
from web.services.people.holds import Given, HoldState
from web.services.people.visitors import Registration, listed, register
from web.store.access import grants
from web.store.scope import PROGRAM

GIVEN = Given(
    "red", "Owes the canteen 3,000 yuan", "Call Ms Chen, 8021.", "Write to appeals@park.example", "2026-11-30"
)
_DAY_S = 86_400


@pytest.fixture
def who(inst: Installation, park: Tenant) -> str:
    for login in ("ann", "bob"):
        member(inst, login, Role.COMPLIANCE, park.staff, park.area)
    given = Registration(park.enterprise, "王小明", "13800138000", "visitor")
    return register(inst, park.staff, given).visitor_id


def in_force(inst: Installation, who: str, at_ms: int | None = None) -> tuple[Hold, ...]:
    return inst.read(lambda c: known_at(c, [who], inst.now_ms() if at_ms is None else at_ms))[who].holds


def state(inst: Installation, who: str) -> HoldState:
    return holds.of_visitor(inst, PROGRAM, who)[0].state


def stream(inst: Installation, who: str) -> int:
    """Where the visitor's last change stands in the stream that gates follow."""
    return int(
        inst.read(lambda c: c.scalar(select(visitor_rows.c.facts_seq).where(visitor_rows.c.id == who))) or 0
    )


def test_nothing_is_in_force_before_somebody_else_confirmed(
    inst: Installation, park: Tenant, who: str, clock: SettableClock
) -> None:
    made = holds.propose(inst, park.staff, "ann", who, GIVEN)
    assert (in_force(inst, who), state(inst, who)) == ((), HoldState.WAITING)
    with pytest.raises(InputError, match="somebody else has to confirm"):
        holds.confirm(inst, park.staff, "ann", who, made)
    assert in_force(inst, who) == ()
    clock.pass_s(60)
    before = stream(inst, who)
    holds.confirm(inst, park.area, "bob", who, made)
    [hold] = in_force(inst, who)
    assert (hold.level, hold.instruction) == (HoldLevel.RED, "Call Ms Chen, 8021.")
    assert in_force(inst, who, clock() - 1) == (), "a replay of earlier finds what was known"
    assert stream(inst, who) > before, "gates hear of it"
    [row] = holds.listed(inst, park.staff, HoldState.IN_FORCE)
    assert (row.proposer, row.confirmer, row.reason) == ("ann", "bob", GIVEN.reason)


def test_a_hold_refers_and_the_answer_does_not_tell_its_level(
    inst: Installation, park: Tenant, who: str
) -> None:
    said = []
    for level in ("yellow", "red"):
        made = holds.propose(inst, park.staff, "ann", who, replace(GIVEN, level=level))
        holds.confirm(inst, park.staff, "bob", who, made)
        visitor = inst.read(lambda c: known_at(c, [who], inst.now_ms()))[who]
        decision = judge(
            visitor, Entrance("e", "E", "v", "V"), Policy(), Facts(), inst.now_ms(), Presence.STAFF
        )
        said.append((decision.outcome, decision.reason, decision.sentence))
        holds.lift(inst, park.staff, "ann", who, made)
    assert said[0] == said[1]
    assert said[0][:2] == (Outcome.REFERRED, Reason.ON_HOLD)


@pytest.mark.parametrize("account", ["", "nobody", "carl"])
def test_whoever_has_no_account_or_a_disabled_one_cannot_act(
    inst: Installation, park: Tenant, who: str, account: str
) -> None:
    member(inst, "carl", Role.OWNER, park.staff)
    inst.write(lambda c: grants.account_disabled(c, "carl", inst.now_ms()))
    made = holds.propose(inst, park.staff, "ann", who, GIVEN)
    for act in (
        lambda: holds.propose(inst, park.staff, account, who, GIVEN),
        lambda: holds.confirm(inst, park.staff, account, who, made),
        lambda: holds.lift(inst, park.staff, account, who, made),
    ):
        with pytest.raises(ForbiddenError):
            act()
    assert (in_force(inst, who), state(inst, who)) == ((), HoldState.WAITING)


def test_a_proposal_that_is_over_cannot_be_confirmed(
    inst: Installation, park: Tenant, who: str, clock: SettableClock
) -> None:
    made = holds.propose(inst, park.staff, "ann", who, GIVEN)
    clock.pass_s(12 * _DAY_S)
    with pytest.raises(InputError, match="changed or ended"):
        holds.confirm(inst, park.staff, "bob", who, made)
    assert (in_force(inst, who), state(inst, who)) == ((), HoldState.OVER)


def test_confirming_or_lifting_twice_changes_nothing(inst: Installation, park: Tenant, who: str) -> None:
    made = holds.propose(inst, park.staff, "ann", who, GIVEN)
    holds.confirm(inst, park.staff, "bob", who, made)
    with pytest.raises(InputError, match="changed or ended"):
        holds.confirm(inst, park.staff, "bob", who, made)
    holds.lift(inst, park.staff, "ann", who, made)
    assert in_force(inst, who) == ()
    for act in (holds.lift, holds.confirm):
        with pytest.raises(InputError, match="changed or ended"):
            act(inst, park.staff, "bob", who, made)
    [row] = holds.listed(inst, park.staff, HoldState.OVER)
    assert (row.lifter, row.lifted_ms) == ("ann", inst.now_ms())


def test_a_proposal_can_be_turned_down(inst: Installation, park: Tenant, who: str) -> None:
    made = holds.propose(inst, park.staff, "ann", who, GIVEN)
    holds.lift(inst, park.staff, "bob", who, made)
    with pytest.raises(InputError):
        holds.confirm(inst, park.staff, "bob", who, made)
    assert (in_force(inst, who), state(inst, who)) == ((), HoldState.OVER)


def test_it_ends_by_time_alone(inst: Installation, park: Tenant, who: str, clock: SettableClock) -> None:
    made = holds.propose(inst, park.staff, "ann", who, GIVEN)
    holds.confirm(inst, park.staff, "bob", who, made)
    assert holds.counted(inst, park.staff, HoldState.IN_FORCE) == 1
    assert holds.appeals(inst, who) == [GIVEN.appeal]
    clock.pass_s(12 * _DAY_S)
    assert holds.counted(inst, park.staff, HoldState.IN_FORCE) == 0
    assert holds.appeals(inst, who) is None
    visitor = inst.read(lambda c: known_at(c, [who], inst.now_ms()))[who]
    decision = judge(visitor, Entrance("e", "E", "v", "V"), Policy(), Facts(), inst.now_ms(), Presence.STAFF)
    assert decision.outcome is Outcome.ADMITTED


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("level", ""), ("level", "green"), ("reason", " "), ("instruction", ""), ("instruction", "x" * 121),
        ("appeal", "\0"), ("until", "2026-11-19"), ("until", "soon"),
    ],
)  # fmt: skip
def test_a_bad_field_is_named(inst: Installation, park: Tenant, who: str, field: str, value: str) -> None:
    with pytest.raises(InputError) as refused:
        holds.propose(inst, park.staff, "ann", who, replace(GIVEN, **{field: value}))
    assert refused.value.field == field
    assert holds.of_visitor(inst, PROGRAM, who) == []


def test_the_reason_is_sealed(inst: Installation, park: Tenant, who: str) -> None:
    holds.propose(inst, park.staff, "ann", who, GIVEN)
    [sealed] = inst.read(lambda c: list(c.scalars(select(hold_rows.c.reason_sealed))))
    assert b"canteen" not in bytes(sealed)


def test_another_tenants_holds_are_not_there(
    inst: Installation, park: Tenant, mill: Tenant, who: str
) -> None:
    made = holds.propose(inst, park.staff, "ann", who, GIVEN)
    own = register(
        inst, mill.staff, Registration(mill.enterprise, "李雷", "13900139000", "visitor")
    ).visitor_id
    assert holds.listed(inst, mill.area, HoldState.WAITING) == []
    assert holds.of_visitor(inst, mill.staff, who) == []
    for visitor in (who, own):
        for act in (holds.confirm, holds.lift):
            with pytest.raises(NotFoundError):
                act(inst, mill.staff, "bob", visitor, made)
    with pytest.raises(NotFoundError):
        holds.propose(inst, mill.staff, "bob", who, GIVEN)


def test_forgetting_a_visitor_forgets_all_that_was_known_of_them(
    inst: Installation, park: Tenant, clock: SettableClock, who: str
) -> None:
    check_in(inst, park.poster, CheckIn(new_entry_id(inst), "李雷", "13900139000"))
    [them] = listed(inst, park.staff, "13900139000")
    credentials.declare(inst, them.id, Credential("test", "2026-11-19"))
    travels.declare(inst, them.id, "C", "2026-11-19")
    made = holds.propose(inst, park.staff, "ann", them.id, replace(GIVEN, until=""))
    holds.confirm(inst, park.staff, "bob", them.id, made)
    clock.pass_s(29 * _DAY_S)
    # The entry's two parts, and whom the two deeds with the hold were about.
    assert purging.purge(inst) == (4, 0), "a hold keeps its person"
    holds.lift(inst, park.staff, "ann", them.id, made)
    clock.pass_s(_DAY_S)
    assert purging.purge(inst) == (0, 1)
    assert credentials.listed(inst, PROGRAM, them.id) == []
    assert travels.listed(inst, PROGRAM, them.id) == []
    assert holds.of_visitor(inst, PROGRAM, them.id) == []


def test_of_two_who_confirm_at_once_one_is_told_that_it_is_done(
    inst: Installation, park: Tenant, who: str
) -> None:
    made = holds.propose(inst, park.staff, "ann", who, GIVEN)
    member(inst, "eve", Role.COMPLIANCE, park.staff)

    def confirmed_by(account: str) -> str:
        try:
            holds.confirm(inst, park.staff, account, who, made)
        except InputError as error:
            return error.field
        return "confirmed"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(confirmed_by, ["bob", "eve"])) == ["confirmed", "hold"]
