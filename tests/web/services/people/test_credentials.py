"""Credentials and travels: who may say what, what counts when, and that nothing of it is lost or doubled."""

from __future__ import annotations

import pytest

from domain.credential import Credential
from domain.errors import InputError
from tests.web.tenants import SettableClock, Tenant
from web.services.errors import NotFoundError
from web.services.installation import Installation
from web.services.passing.known import known_at
from web.services.people import credentials, travels
from web.services.people.credential_values import CredentialRow, Given, State, kind_of
from web.services.people.visitors import Registration, register
from web.store.scope import PROGRAM

# 2026-11-20 10:00 in Shanghai is when the tests begin.
TEST = Given("test", "2026-11-19 08:30", "2026-11-22")
SAMPLED_MS, ENDS_MS = 1_795_048_200_000, 1_795_363_200_000
STAFF = "guard"


def person(inst: Installation, tenant: Tenant, phone: str = "13800138000") -> str:
    return register(
        inst, tenant.staff, Registration(tenant.enterprise, "王小明", phone, "visitor")
    ).visitor_id


def known(inst: Installation, who: str, at_ms: int | None = None) -> tuple[Credential, ...]:
    """What a decision at that time stands on."""
    return inst.read(lambda c: known_at(c, [who], inst.now_ms() if at_ms is None else at_ms))[who].credentials


def only(inst: Installation, who: str) -> CredentialRow:
    [row] = credentials.listed(inst, PROGRAM, who)
    return row


def test_what_staff_enter_counts_at_once_in_the_zone_of_the_place(inst: Installation, park: Tenant) -> None:
    who = person(inst, park)
    credentials.add(inst, park.staff, STAFF, who, TEST)
    assert known(inst, who) == (Credential("test", SAMPLED_MS, ENDS_MS, verified=True),)
    assert (only(inst, who).state, only(inst, who).source) == (State.VERIFIED, "staff")


def test_a_declaration_is_unverified_until_staff_vouch_and_the_past_stays_as_it_was(
    inst: Installation, park: Tenant, clock: SettableClock
) -> None:
    who = person(inst, park)
    credentials.declare(inst, who, TEST)
    declared_ms = clock()
    assert known(inst, who) == (Credential("test", SAMPLED_MS, ENDS_MS, verified=False),)
    clock.pass_s(60)
    for _ in range(2):
        credentials.verify(inst, park.staff, STAFF, who, only(inst, who).id)
    assert known(inst, who) == (Credential("test", SAMPLED_MS, ENDS_MS, verified=True),)
    assert known(inst, who, declared_ms)[0].verified is False
    assert (only(inst, who).state, only(inst, who).source) == (State.VERIFIED, "self")


def test_a_withdrawn_one_counts_no_more_and_stays_to_be_seen_by_staff(
    inst: Installation, park: Tenant, clock: SettableClock
) -> None:
    who = person(inst, park)
    credentials.add(inst, park.staff, STAFF, who, TEST)
    clock.pass_s(1)
    credentials.withdraw(inst, park.staff, who, only(inst, who).id)
    assert known(inst, who) == ()
    assert known(inst, who, clock() - 1000) != ()
    assert only(inst, who).state is State.WITHDRAWN
    assert credentials.own(inst, who) == []
    credentials.add(inst, park.staff, STAFF, who, TEST)
    assert len(known(inst, who)) == 1, "entered anew after the mistake"


def test_an_end_acts_by_time_alone(inst: Installation, park: Tenant, clock: SettableClock) -> None:
    who = person(inst, park)
    credentials.add(inst, park.staff, STAFF, who, TEST)
    clock.ms = ENDS_MS - 1
    assert only(inst, who).state is State.VERIFIED
    clock.ms = ENDS_MS
    assert only(inst, who).state is State.ENDED


def test_the_same_twice_is_refused_and_a_declared_one_becomes_verified(
    inst: Installation, park: Tenant
) -> None:
    who = person(inst, park)
    credentials.declare(inst, who, TEST)
    for again in (
        TEST,
        Given("Test result", "2026/11/19 8:30"),
        Given("检测阴性证明", "2026年11月19日 08:30"),
    ):
        with pytest.raises(InputError, match="there already") as refused:
            credentials.declare(inst, who, again)
        assert refused.value.field == "kind"
    credentials.add(inst, park.staff, STAFF, who, TEST)
    assert only(inst, who).state is State.VERIFIED
    with pytest.raises(InputError, match="there already"):
        credentials.add(inst, park.staff, STAFF, who, TEST)


def test_only_an_own_declaration_that_nobody_saw_can_be_taken_back(inst: Installation, park: Tenant) -> None:
    who, other = person(inst, park), person(inst, park, "13900139000")
    credentials.declare(inst, who, TEST)
    with pytest.raises(NotFoundError):
        credentials.withdraw_own(inst, other, only(inst, who).id)
    credentials.withdraw_own(inst, who, only(inst, who).id)
    assert known(inst, who) == ()
    credentials.add(inst, park.staff, STAFF, other, TEST)
    with pytest.raises(NotFoundError):
        credentials.withdraw_own(inst, other, only(inst, other).id)


def test_declarations_that_wait_have_a_limit(inst: Installation, park: Tenant) -> None:
    who = person(inst, park)
    for number in range(credentials.DECLARED_MOST):
        credentials.declare(inst, who, Given(f"paper {number}"))
    with pytest.raises(InputError, match="wait for the staff"):
        credentials.declare(inst, who, Given("one more"))


@pytest.mark.parametrize("unknown", ["", "unknown", "不详", " 未知 "])
def test_an_unknown_beginning_stays_unknown(embedded_park: tuple[Installation, Tenant], unknown: str) -> None:
    inst, park = embedded_park
    who = person(inst, park)
    credentials.add(inst, park.staff, STAFF, who, Given("test", unknown))
    assert known(inst, who) == (Credential("test", None, None, verified=True),)


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("kind", Given("", "2026-11-19")),
        ("kind", Given("x" * 61)),
        ("since", Given("test", "yesterday")),
        ("since", Given("test", "2026-02-30")),
        ("since", Given("test", "2026-11-19 25:00")),
        ("since", Given("test", "9" * 5000)),
        ("since", Given("test", "2026-11-21")),
        ("until", Given("test", "2026-11-19", "2026-11-18")),
        ("until", Given("test", "2026-11-19", "soon")),
        ("until", Given("test", "2026-11-20 09:59+08:00", "2026-11-20 09:58+08:00")),
    ],
)
def test_a_bad_field_is_named(embedded_park: tuple[Installation, Tenant], field: str, given: Given) -> None:
    inst, park = embedded_park
    who = person(inst, park)
    for keep in (
        lambda: credentials.add(inst, park.staff, STAFF, who, given),
        lambda: credentials.declare(inst, who, given),
    ):
        with pytest.raises(InputError) as refused:
            keep()
        assert refused.value.field == field
        assert refused.value.sentence.zh != refused.value.sentence.en
    assert known(inst, who) == ()


def test_a_kind_is_kept_under_its_key_or_in_its_own_words() -> None:
    assert [kind_of(typed) for typed in ("test", "Entry permit", "通行许可", " Forklift  licence ")] == [
        "test", "permit", "permit", "Forklift licence",
    ]  # fmt: skip


def test_where_somebody_was_is_kept_once_and_can_be_put_right(inst: Installation, park: Tenant) -> None:
    who = person(inst, park)
    travels.note(inst, park.staff, STAFF, who, "C 区", "2026-11-18")
    travels.declare(inst, who, "D 区", "2026-11-19")
    with pytest.raises(InputError, match="there already"):
        travels.declare(inst, who, "C 区", "2026-11-18")
    assert [(row.area, row.source) for row in travels.listed(inst, PROGRAM, who)] == [
        ("D 区", "self"),
        ("C 区", "staff"),
    ]
    known_areas = inst.read(lambda c: known_at(c, [who], inst.now_ms()))[who].areas
    assert [area for area, _ in known_areas] == ["C 区", "D 区"]
    travels.remove(inst, park.staff, who, travels.listed(inst, PROGRAM, who)[0].id)
    assert [row.area for row in travels.listed(inst, PROGRAM, who)] == ["C 区"]


@pytest.mark.parametrize(
    ("area", "day", "field"), [("", "2026-11-18", "area"), ("C", "", "day"), ("C", "x", "day")]
)
def test_a_travel_without_area_or_day_is_refused(
    embedded_park: tuple[Installation, Tenant], area: str, day: str, field: str
) -> None:
    inst, park = embedded_park
    with pytest.raises(InputError) as refused:
        travels.declare(inst, person(inst, park), area, day)
    assert refused.value.field == field


def test_another_tenants_people_are_not_there(inst: Installation, park: Tenant, mill: Tenant) -> None:
    who = person(inst, park)
    credentials.declare(inst, who, TEST)
    travels.declare(inst, who, "C", "2026-11-18")
    theirs, place = only(inst, who).id, travels.listed(inst, PROGRAM, who)[0].id
    for scope in (mill.staff, mill.area):
        assert credentials.listed(inst, scope, who) == []
        assert travels.listed(inst, scope, who) == []
        for act in (
            lambda scope=scope: credentials.add(inst, scope, STAFF, who, Given("permit")),
            lambda scope=scope: credentials.verify(inst, scope, STAFF, who, theirs),
            lambda scope=scope: credentials.withdraw(inst, scope, who, theirs),
            lambda scope=scope: travels.note(inst, scope, STAFF, who, "D", "2026-11-18"),
            lambda scope=scope: travels.remove(inst, scope, who, place),
        ):
            with pytest.raises(NotFoundError):
                act()
    own = person(inst, mill)
    with pytest.raises(NotFoundError):
        credentials.withdraw(inst, mill.staff, own, theirs)
    with pytest.raises(NotFoundError):
        travels.remove(inst, mill.staff, own, place)
