"""Signing keys: made once, renewed ahead of time, and known to every gate before they sign."""

from __future__ import annotations

import pytest

from domain.bundle import opened_bundle
from domain.code import CodeFault, VisitorCode, verified
from tests.web.tenants import SettableClock, Tenant
from web.services.gates import gates
from web.services.installation import Installation
from web.services.people import codes, visitors
from web.services.people.visitors import Registration
from web.services.signing_keys import issuing, keys
from web.services.signing_keys.key_making import VISITOR
from web.store import keys as key_store

DAY_S = 86_400


def kids(inst: Installation, purpose: str = VISITOR) -> list[str]:
    return [row.kid for row in inst.read(lambda c: key_store.of_purpose(c, purpose))]


@pytest.fixture
def person(inst: Installation, park: Tenant) -> str:
    given = Registration(park.enterprise, "Wang Wei", "13800138000", "visitor")
    return visitors.register(inst, park.staff, given).visitor_id


def fresh_code(inst: Installation, person: str) -> str:
    return codes.phone_codes(inst, person, inst.now_ms() // 30_000, 1)[0][1]


def read(inst: Installation, text: str) -> VisitorCode:
    code = verified(text, inst.read(lambda c: issuing.verifying(c, inst.now_ms())), inst.now_ms() // 1000)
    assert isinstance(code, VisitorCode), code
    return code


def pulled(inst: Installation, park: Tenant, have: int):
    note = gates.bundle(inst, park.gate, have)
    key, _, _ = inst.read(lambda c: keys.signing(c, inst, keys.BUNDLE))
    return opened_bundle(note, key, park.entrance, have) if note is not None else None


def test_every_purpose_has_one_key_and_asking_again_makes_no_other(inst: Installation):
    made = [kids(inst, purpose) for purpose in (VISITOR, keys.BUNDLE, keys.LOG)]
    assert [len(of_one) for of_one in made] == [1, 1, 1]
    keys.ensure(inst)
    assert [kids(inst, purpose) for purpose in (VISITOR, keys.BUNDLE, keys.LOG)] == made


def test_the_next_visitor_key_is_made_a_month_ahead_and_only_once(inst: Installation, clock: SettableClock):
    clock.pass_s(60 * DAY_S)
    keys.ensure(inst)
    assert len(kids(inst)) == 1
    clock.pass_s(1)
    for _ in range(2):
        keys.ensure(inst)
        assert len(kids(inst)) == 2


def test_a_new_key_reaches_the_gates_before_it_signs(
    inst: Installation, park: Tenant, person: str, clock: SettableClock
):
    before = pulled(inst, park, 0)
    assert before is not None
    clock.pass_s(61 * DAY_S)
    keys.ensure(inst)
    # A gate that is cut off today knows only the key of before: what is shown now must still open there.
    assert isinstance(verified(fresh_code(inst, person), before.keys, clock.ms // 1000), VisitorCode)
    after = pulled(inst, park, before.seq)
    assert after is not None
    assert after.seq > before.seq
    assert len(after.keys) == 3  # the installation's next, and the enterprise's first
    clock.pass_s(29 * DAY_S)
    code = read(inst, fresh_code(inst, person))
    assert code.kid not in {key.kid for key in before.keys}
    assert code.kid in {key.kid for key in after.keys}


def test_a_card_of_a_keys_last_day_is_good_until_it_is_over(
    inst: Installation, park: Tenant, person: str, clock: SettableClock
):
    clock.pass_s(90 * DAY_S - 1)
    text = codes.card_text(inst, park.staff, person)
    clock.pass_s(codes.CARD_DAYS * DAY_S - 1)
    read(inst, text)
    clock.pass_s(1)
    assert (
        verified(text, inst.read(lambda c: issuing.verifying(c, inst.now_ms())), clock.ms // 1000)
        == CodeFault.EXPIRED
    )


def test_an_installation_that_slept_for_years_still_signs(
    inst: Installation, park: Tenant, person: str, clock: SettableClock
):
    clock.pass_s(3 * 365 * DAY_S)
    keys.ensure(inst)
    read(inst, fresh_code(inst, person))
    read(inst, codes.card_text(inst, park.staff, person))


def test_a_server_whose_clock_went_back_still_signs(inst: Installation, person: str, clock: SettableClock):
    clock.pass_s(61 * DAY_S)
    keys.ensure(inst)
    clock.pass_s(-61 * DAY_S)
    read(inst, fresh_code(inst, person))
