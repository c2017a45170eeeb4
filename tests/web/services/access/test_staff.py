"""Roles are given within bounds and dates, by links that work once, and the last administrator stays."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from domain.access import Right, Role
from domain.errors import InputError
from tests.web.members import given, member
from tests.web.tenants import SettableClock, Tenant
from web.db.tables import leaves, sessions, staff_invitations
from web.services import accounts
from web.services.access import granting, inviting, joining, staff
from web.services.access.granting import Wanted
from web.services.access.staff import Standing
from web.services.accounts import Account
from web.services.errors import ForbiddenError, GoneError, NotFoundError
from web.services.installation import Installation
from web.services.places import liaisons, places
from web.services.signing_in import provider
from web.services.signing_in import sessions as session_service
from web.services.signing_in.provider import Identity
from web.services.signing_in.sessions import Way
from web.store.scope import PROGRAM, Scope

PASSWORD = "seven lazy herons count the tide"


def acting(inst: Installation, account_id: str) -> Account:
    account = accounts.account(inst, account_id)
    assert account is not None
    return account


@pytest.fixture
def owner(inst: Installation, park: Tenant) -> Account:
    return acting(inst, member(inst, "olga", Role.OWNER, park.staff))


@pytest.fixture
def admin(inst: Installation, park: Tenant) -> Account:
    top = Scope(area_path=places.root(inst, PROGRAM))
    return acting(inst, member(inst, "ada", Role.ADMIN, top))


def at(there: Tenant) -> str:
    return f"enterprise:{there.enterprise}"


def area_of(there: Tenant) -> str:
    return f"area:{there.area.area_path.strip('/').rpartition('/')[2]}"


def secret_of(made: inviting.Made) -> str:
    return made.link.rpartition("#")[2]


def told(inst: Installation) -> list[dict[str, object]]:
    query = select(leaves.c.body).where(leaves.c.kind == "staff").order_by(leaves.c.id)
    return [json.loads(body)["told"] for body in inst.read(lambda c: list(c.scalars(query)))]


def test_somebody_invited_chooses_login_and_password_once(inst: Installation, park: Tenant, owner: Account):
    made = inviting.invite(inst, owner, Wanted("guard", at(park)))
    shown = joining.shown(inst, secret_of(made))
    assert (shown.role, shown.place, shown.login) == (Role.GUARD, "Park Ltd", "")
    assert [one.id for one in inviting.waiting(inst, park.staff)] == [made.id]
    with pytest.raises(InputError) as refused:
        joining.accept(inst, secret_of(made), "Gus", "short")
    assert refused.value.field == "password"
    identity = joining.accept(inst, secret_of(made), " Gus ", PASSWORD)
    guard = accounts.sign_in(inst, "gus", PASSWORD)
    assert guard is not None
    assert (guard.id, guard.role, guard.scope) == (identity, Role.GUARD, park.staff)
    with pytest.raises(GoneError):
        joining.accept(inst, secret_of(made), "Eve", PASSWORD)
    assert inviting.waiting(inst, park.staff) == []
    assert [leaf["step"] for leaf in told(inst)] == ["invited", "given", "joined"]
    assert "gus" not in json.dumps(told(inst))


def test_the_secret_of_a_link_is_not_kept(inst: Installation, park: Tenant, owner: Account):
    made = inviting.invite(inst, owner, Wanted("guard", at(park)))
    rows = inst.read(lambda c: [tuple(row) for row in c.execute(select(staff_invitations))])
    assert secret_of(made) not in repr(rows)
    assert secret_of(made) not in json.dumps(told(inst))


def test_a_link_ends_after_seven_days_and_when_it_is_withdrawn(
    inst: Installation, park: Tenant, mill: Tenant, owner: Account, clock: SettableClock
):
    first, second = (inviting.invite(inst, owner, Wanted("clerk", at(park))) for _ in range(2))
    stranger = acting(inst, member(inst, "mia", Role.OWNER, mill.staff))
    with pytest.raises(NotFoundError):
        inviting.withdraw(inst, stranger, first.id)
    inviting.withdraw(inst, owner, first.id)
    clock.ms += inviting.GOOD_MS - 1
    assert joining.shown(inst, secret_of(second)).role is Role.CLERK
    clock.ms += 1
    for made in (first, second):
        with pytest.raises(GoneError):
            joining.accept(inst, secret_of(made), "late", PASSWORD)
    with pytest.raises(GoneError):
        joining.shown(inst, "never made")


@pytest.mark.parametrize("role", ["admin", "liaison", "king", ""])
def test_an_owner_gives_what_an_enterprise_has_and_nothing_more(
    inst: Installation, park: Tenant, owner: Account, role: str
):
    with pytest.raises(InputError) as refused:
        inviting.invite(inst, owner, Wanted(role, at(park)))
    assert refused.value.field == "role"
    assert told(inst) == []


def test_nobody_gives_roles_elsewhere_or_without_the_right(
    inst: Installation, park: Tenant, mill: Tenant, owner: Account
):
    for node in (at(mill), area_of(mill), area_of(park), "enterprise:", "", "everything:"):
        with pytest.raises(InputError) as refused:
            granting.give(inst, owner, "olga", Wanted("guard", node))
        assert refused.value.field == "node"
    clerk = acting(inst, member(inst, "carl", Role.CLERK, park.staff))
    for act in (
        lambda: inviting.invite(inst, clerk, Wanted("guard", at(park))),
        lambda: granting.end(inst, clerk, owner.grant_id),
        lambda: granting.set_disabled(inst, clerk, owner.id, disabled=True),
        lambda: inviting.let_back_in(inst, clerk, owner.id),
        lambda: staff.listed(inst, clerk),
    ):
        with pytest.raises(ForbiddenError):
            act()


def test_a_role_holds_from_its_first_day_to_the_midnight_of_its_last(
    inst: Installation, park: Tenant, owner: Account, clock: SettableClock
):
    carl = member(inst, "carl", Role.GUARD, park.staff)
    made = granting.give(inst, owner, "carl", Wanted("clerk", at(park), "2026-11-21", "2026-11-22"))
    assert accounts.account(inst, carl, made) is None
    midnight = 1_795_140_000_000 + 14 * 3_600_000  # of the 21st in Shanghai; it is ten in the morning
    clock.ms = midnight
    assert accounts.account(inst, carl, made) is not None
    clock.ms = midnight + 2 * 86_400_000 - 1
    assert accounts.account(inst, carl, made) is not None
    clock.ms += 1
    assert accounts.account(inst, carl, made) is None
    assert {held.standing for held in staff.listed(inst, owner) if held.grant_id == made} == {Standing.OVER}


@pytest.mark.parametrize(
    ("field", "days"),
    [
        ("until_day", ("2026-11-22", "2026-11-20")),
        ("until_day", ("", "2026-11-01")),
        ("from_day", ("soon", "")),
    ],
)
def test_bad_days_are_named(
    inst: Installation, park: Tenant, owner: Account, field: str, days: tuple[str, str]
):
    with pytest.raises(InputError) as refused:
        granting.give(inst, owner, "olga", Wanted("guard", at(park), *days))
    assert refused.value.field == field


def test_ending_a_role_ends_its_sessions_at_once_and_leaves_the_others(
    inst: Installation, park: Tenant, mill: Tenant, owner: Account
):
    carl = member(inst, "carl", Role.CLERK, park.staff)
    elsewhere = given(inst, carl, Role.CLERK, mill.staff)
    here = next(held.grant_id for held in staff.listed(inst, owner) if held.account_id == carl)
    secrets = []
    for grant in (here, elsewhere):
        account = accounts.account(inst, carl, grant)
        assert account is not None
        secrets.append(session_service.begin(inst, account, Way.TYPED, "Firefox"))
    with pytest.raises(NotFoundError):
        granting.end(inst, owner, elsewhere)
    granting.end(inst, owner, here)
    assert session_service.current(inst, secrets[0]) is None
    assert session_service.current(inst, secrets[1]) is not None
    with pytest.raises(InputError):
        granting.end(inst, owner, here)


def test_nobody_ends_or_disables_the_last_administrator(inst: Installation, park: Tenant, admin: Account):
    for act in (
        lambda: granting.end(inst, admin, admin.grant_id),
        lambda: granting.set_disabled(inst, admin, admin.id, disabled=True),
    ):
        with pytest.raises(InputError) as refused:
            act()
        assert "last administrator" in refused.value.sentence.en
    second = member(inst, "abe", Role.ADMIN, admin.scope)
    granting.end(inst, admin, admin.grant_id)
    assert accounts.account(inst, admin.id) is None
    with pytest.raises(InputError):
        granting.set_disabled(inst, acting(inst, second), second, disabled=True)


def test_a_way_back_in_ends_sessions_and_the_second_factor(inst: Installation, park: Tenant, owner: Account):
    gus = member(inst, "gus", Role.GUARD, park.staff)
    session = session_service.begin(inst, acting(inst, gus), Way.TYPED, "Firefox")
    made = inviting.let_back_in(inst, owner, gus)
    assert session_service.current(inst, session) is None
    assert joining.shown(inst, secret_of(made)).login == "gus"
    newer = inviting.let_back_in(inst, owner, gus)
    with pytest.raises(GoneError):
        joining.shown(inst, secret_of(made))
    assert joining.accept(inst, secret_of(newer), "ignored", PASSWORD) == gus
    assert accounts.sign_in(inst, "gus", PASSWORD) is not None
    assert inst.read(lambda c: c.scalar(select(sessions.c.id).where(sessions.c.ended_ms.is_(None)))) is None
    assert [leaf["step"] for leaf in told(inst)] == ["reset", "reset", "back"]


def test_nobody_lets_somebody_in_who_holds_more_than_they_could_give(
    inst: Installation, park: Tenant, mill: Tenant, owner: Account, admin: Account
):
    both = member(inst, "bea", Role.CLERK, park.staff, mill.staff)
    given(inst, admin.id, Role.GUARD, park.staff)
    for account_id in (both, admin.id):
        for act in (
            lambda account_id=account_id: inviting.let_back_in(inst, owner, account_id),
            lambda account_id=account_id: granting.set_disabled(inst, owner, account_id, disabled=True),
        ):
            with pytest.raises(InputError) as refused:
                act()
            assert refused.value.field == "account"
    inviting.let_back_in(inst, admin, both)
    with pytest.raises(NotFoundError):
        inviting.let_back_in(inst, owner, member(inst, "max", Role.OWNER, mill.staff))


def test_a_disabled_account_is_let_in_by_nothing_until_it_is_enabled(
    inst: Installation, park: Tenant, owner: Account
):
    gus = member(inst, "gus", Role.GUARD, park.staff)
    link = inviting.let_back_in(inst, owner, gus)
    granting.set_disabled(inst, owner, gus, disabled=True)
    with pytest.raises(GoneError):
        joining.accept(inst, secret_of(link), "", PASSWORD)
    assert accounts.account(inst, gus) is None
    granting.set_disabled(inst, owner, gus, disabled=False)
    assert acting(inst, gus).may(Right.CALL_ROLL)


def test_an_account_sees_its_own_node_and_below(
    inst: Installation, park: Tenant, mill: Tenant, owner: Account, admin: Account
):
    stranger = acting(inst, member(inst, "mia", Role.OWNER, mill.staff))
    assert {held.login for held in staff.listed(inst, owner)} == {"olga"}
    assert {held.login for held in staff.listed(inst, stranger)} == {"mia"}
    assert {held.login for held in staff.listed(inst, admin)} == {"ada", "mia", "olga"}
    assert [node.key for node in staff.nodes(inst, owner)] == [at(park)]
    keys = [node.key for node in staff.nodes(inst, admin)]
    assert keys.index(at(park)) == keys.index(area_of(park)) + 1


def test_an_account_is_tied_to_a_liaison_of_the_same_area(
    inst: Installation, park: Tenant, mill: Tenant, admin: Account
):
    lin = member(inst, "lin", Role.LIAISON, park.area)
    area = park.area.area_path.strip("/").rpartition("/")[2]
    liaison = liaisons.add(inst, park.area, area, "Li Qiang", "13900139000")
    granting.tie(inst, admin, lin, liaison)
    assert acting(inst, lin).liaison_id == liaison
    elsewhere = acting(inst, member(inst, "mia", Role.ADMIN, mill.area))
    with pytest.raises(NotFoundError):
        granting.tie(inst, elsewhere, lin, "")
    with pytest.raises(NotFoundError):
        granting.tie(inst, admin, lin, "nobody")
    granting.tie(inst, admin, lin, "")
    assert acting(inst, lin).liaison_id == ""


def identity_of(subject: str) -> Identity:
    return Identity("https://id.example", subject, has_second_factor=False)


def test_somebody_invited_needs_no_password_where_a_provider_answers_for_them(
    inst: Installation, park: Tenant, owner: Account
):
    made = inviting.invite(inst, owner, Wanted("guard", at(park)))
    with pytest.raises(InputError) as refused:
        joining.accept_as(inst, secret_of(made), identity_of("gus"), "olga")
    assert refused.value.field == "login"
    joined = joining.accept_as(inst, secret_of(made), identity_of("gus"), " Gus ")
    guard = acting(inst, joined)
    assert (guard.login, guard.role, guard.scope) == ("gus", Role.GUARD, park.staff)
    assert not accounts.has_password(inst, joined)
    assert accounts.sign_in(inst, "gus", "") is None
    assert joining.login_of(inst, identity_of("gus")) == "gus"
    with pytest.raises(GoneError):
        joining.accept_as(inst, secret_of(made), identity_of("eve"), "eve")
    assert [leaf["step"] for leaf in told(inst)] == ["invited", "given", "joined"]


def test_whoever_has_an_account_gets_the_role_in_it_and_no_second_one(
    inst: Installation, park: Tenant, mill: Tenant, admin: Account
):
    first = inviting.invite(inst, admin, Wanted("guard", at(park)))
    gus = joining.accept_as(inst, secret_of(first), identity_of("gus"), "gus")
    second = inviting.invite(inst, admin, Wanted("clerk", at(mill)))
    assert joining.accept_as(inst, secret_of(second), identity_of("gus"), "ignored") == gus
    held = [(one.role, one.place) for one in staff.own(inst, gus)]
    assert sorted(held) == [(Role.CLERK, "Mill Ltd"), (Role.GUARD, "Park Ltd")]
    granting.set_disabled(inst, admin, gus, disabled=True)
    third = inviting.invite(inst, admin, Wanted("guard", at(mill)))
    with pytest.raises(InputError, match="disabled"):
        joining.accept_as(inst, secret_of(third), identity_of("gus"))
    assert joining.shown(inst, secret_of(third)).role is Role.GUARD  # nothing was used up


def test_who_is_let_back_in_by_a_provider_has_no_password_any_more(
    inst: Installation, park: Tenant, owner: Account
):
    gus = member(inst, "gus", Role.GUARD, park.staff)
    joining.accept(inst, secret_of(inviting.let_back_in(inst, owner, gus)), "", PASSWORD)
    link = secret_of(inviting.let_back_in(inst, owner, gus))
    eve = inviting.invite(inst, owner, Wanted("guard", at(park)))
    joining.accept_as(inst, secret_of(eve), identity_of("eve"), "eve")
    with pytest.raises(InputError, match="belongs to another"):
        joining.accept_as(inst, link, identity_of("eve"))
    assert accounts.sign_in(inst, "gus", PASSWORD) is not None
    provider.connect(inst, gus, identity_of("who had the account in hand"))
    assert joining.accept_as(inst, link, identity_of("gus")) == gus
    assert accounts.sign_in(inst, "gus", PASSWORD) is None
    assert joining.login_of(inst, identity_of("who had the account in hand")) == ""
    assert joining.login_of(inst, identity_of("gus")) == "gus"
