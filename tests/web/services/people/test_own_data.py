"""Visitors put their own data right and take leave; what was recorded stays, and is forgotten in time."""

from __future__ import annotations

import pytest

from domain.errors import InputError
from domain.keeping import DEFAULT_DAYS
from tests.web.tenants import SettableClock, Tenant
from web.services.errors import NotFoundError
from web.services.installation import Installation
from web.services.keeping.purging import purging
from web.services.passing import checkin
from web.services.people import codes, credentials, own_data, visitors
from web.services.people.credential_values import Given
from web.services.people.visitors import Registration
from web.store.people import visitors as store
from web.store.scope import PROGRAM

DAY_S = 86_400


@pytest.fixture
def ann(inst: Installation, park: Tenant) -> tuple[str, str]:
    """A visitor's id and the secret of the link."""
    done = visitors.register(
        inst, park.staff, Registration(park.enterprise, "Ann Le", "13800138000", "visitor", plate="苏A12345")
    )
    return done.visitor_id, done.link.partition("#")[2]


def found(inst: Installation, park: Tenant, text: str) -> list[str]:
    return [row.masked_name for row in visitors.listed(inst, park.staff, text)]


def test_a_corrected_name_and_phone_are_shown_found_and_the_old_ones_are_not(
    inst: Installation, park: Tenant, ann: tuple[str, str]
) -> None:
    own_data.correct(inst, ann[0], " Anna  Lee ", "139 0013 9000")
    kept = own_data.own_data(inst, ann[0])
    assert (kept.name, kept.phone) == ("Anna Lee", "+8613900139000")
    for text in ("Anna Lee", "lee", "13900139000", "苏A12345"):
        assert len(found(inst, park, text)) == 1, text
    for text in ("Ann Le", "13800138000"):
        assert found(inst, park, text) == []


@pytest.mark.parametrize(("name", "phone", "field"), [("", "13800138000", "name"), ("Ann", "12", "phone")])
def test_what_is_no_name_or_phone_is_said_beside_its_field(
    inst: Installation, ann: tuple[str, str], name: str, phone: str, field: str
) -> None:
    with pytest.raises(InputError) as refused:
        own_data.correct(inst, ann[0], name, phone)
    assert refused.value.field == field


def test_a_name_that_staff_vouched_for_is_theirs_to_correct(
    inst: Installation, park: Tenant, ann: tuple[str, str]
) -> None:
    credentials.add(inst, park.staff, "clerk", ann[0], Given("induction", "2026-11-19"))
    assert own_data.own_data(inst, ann[0]).is_vouched
    with pytest.raises(InputError) as refused:
        own_data.correct(inst, ann[0], "Bob", "13800138000")
    assert refused.value.field == "name"
    own_data.correct(inst, ann[0], "Ann Le", "13900139000")
    assert own_data.own_data(inst, ann[0]).phone == "+8613900139000"


def test_who_takes_leave_has_no_code_link_or_declaration_and_is_forgotten_in_time(
    inst: Installation, park: Tenant, ann: tuple[str, str], clock: SettableClock
) -> None:
    visitor, secret = ann
    credentials.declare(inst, visitor, Given("test", "2026-11-20 08:00"))
    codes.strip(inst, visitor, inst.now_ms() // 30_000, 1)
    given = checkin.CheckIn(checkin.new_entry_id(inst), "Ann Le", "13800138000")
    checkin.check_in(inst, park.poster, given)
    own_data.withdraw(inst, visitor)
    assert visitors.by_link(inst, secret) is None
    assert credentials.own(inst, visitor) == []
    now_s = inst.now_ms() // 1000
    for code_class in (0, 1):
        assert inst.read(lambda c, kind=code_class: store.code_row(c, visitor, kind, now_s)) is None
    # The entry keeps its person for as long as every entry does.
    assert found(inst, park, "Ann Le")
    clock.pass_s((DEFAULT_DAYS + 1) * DAY_S)
    purging.purge(inst)
    assert (
        inst.read(lambda c: store.row(c, PROGRAM, visitor)) is not None
    )  # gates are told until the code ends
    clock.pass_s(codes.CARD_DAYS * DAY_S)
    purging.purge(inst)
    assert inst.read(lambda c: store.row(c, PROGRAM, visitor)) is None


def test_who_is_gone_has_nothing_to_correct(inst: Installation) -> None:
    for act in (own_data.own_data, own_data.withdraw):
        with pytest.raises(NotFoundError):
            act(inst, "nobody")
    with pytest.raises(NotFoundError):
        own_data.correct(inst, "nobody", "Ann", "13800138000")
