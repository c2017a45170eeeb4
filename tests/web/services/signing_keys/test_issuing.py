"""Keys of enterprises: known to gates before they sign, renewed in time, and of no use once withdrawn."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from domain.bundle import Bundle, opened_bundle
from domain.code import CodeClass, CodeFault, VisitorCode, verified
from domain.minting import minted
from domain.reason import Reason
from tests.web.gate_on_the_wire import GateOnTheWire, Site
from tests.web.tenants import SettableClock, Tenant
from web.db.tables import leaves
from web.services.errors import NotFoundError
from web.services.gates import gates
from web.services.installation import Installation
from web.services.passing import checkin, passages
from web.services.passing.own_entries import Recorded
from web.services.passing.passage_typing import Typed
from web.services.people import codes, visitors
from web.services.people.visitors import Registration
from web.services.places import places
from web.services.signing_keys import issuing, issuing_rehearsal, keys
from web.store import keys as key_rows
from web.store.scope import Scope

DAY_S = 86_400


def visitor_of(inst: Installation, there: Tenant) -> str:
    given = Registration(there.enterprise, "Wang Wei", "13800138000", "visitor")
    return visitors.register(inst, there.staff, given).visitor_id


def bundle(inst: Installation, there: Tenant) -> Bundle:
    note = gates.bundle(inst, there.gate, 0)
    assert note is not None
    key = inst.read(lambda c: keys.signing(c, inst, keys.BUNDLE)[0])
    return opened_bundle(note, key, there.entrance, 0)


def phone_code(inst: Installation, who: str) -> str:
    return codes.phone_codes(inst, who, inst.now_ms() // 30_000, 1)[0][1]


def kid_of(inst: Installation, text: str) -> str:
    code = verified(text, inst.read(lambda c: issuing.verifying(c, inst.now_ms())), inst.now_ms() // 1000)
    assert isinstance(code, VisitorCode), code
    return code.kid.hex()


def own_keys(inst: Installation, enterprise: str) -> list[issuing.IssuingKey]:
    return [key for key in issuing.listed(inst) if key.enterprise_id == enterprise]


@pytest.fixture
def who(inst: Installation, park: Tenant, clock: SettableClock) -> str:
    """A visitor of the park, whose key is known everywhere by now."""
    person = visitor_of(inst, park)
    keys.ensure(inst)
    clock.pass_s(issuing.PUBLISHED_S)
    return person


def test_an_enterprise_with_visitors_gets_a_key_that_signs_after_a_fortnight(
    inst: Installation, park: Tenant, mill: Tenant, clock: SettableClock
):
    person = visitor_of(inst, park)
    keys.ensure(inst)
    assert own_keys(inst, mill.enterprise) == []
    (own,) = own_keys(inst, park.enterprise)
    assert kid_of(inst, phone_code(inst, person)) != own.kid  # the installation's signs meanwhile
    clock.pass_s(issuing.PUBLISHED_S - 1)
    assert kid_of(inst, phone_code(inst, person)) != own.kid
    clock.pass_s(1)
    assert kid_of(inst, phone_code(inst, person)) == own.kid
    keys.ensure(inst)
    assert len(own_keys(inst, park.enterprise)) == 1


def test_a_gate_learns_keys_of_enterprises_whose_visitors_it_meets_and_no_others(
    inst: Installation, park: Tenant, mill: Tenant
):
    for there in (park, mill):
        visitor_of(inst, there)
    keys.ensure(inst)
    ours, theirs = (own_keys(inst, there.enterprise)[0].kid for there in (park, mill))
    known = {key.kid.hex() for key in bundle(inst, park).keys}
    assert ours in known
    assert theirs not in known


def test_a_key_that_is_renewed_early_signs_when_gates_know_it(
    inst: Installation, park: Tenant, who: str, clock: SettableClock
):
    before = kid_of(inst, phone_code(inst, who))
    kid = issuing.renew(inst, park.enterprise)
    assert kid_of(inst, phone_code(inst, who)) == before
    clock.pass_s(issuing.PUBLISHED_S)
    assert kid_of(inst, phone_code(inst, who)) == kid
    with pytest.raises(NotFoundError):
        issuing.renew(inst, "nobody")


def test_gates_believe_nothing_of_a_withdrawn_key_once_they_called(
    inst: Installation, park: Tenant, who: str, clock: SettableClock
):
    card, stolen = codes.card_text(inst, park.staff, who), phone_code(inst, who)
    known = bundle(inst, park)
    now_s = clock.ms // 1000
    assert all(isinstance(verified(text, known.keys, now_s), VisitorCode) for text in (card, stolen))
    done = issuing.withdraw(inst, kid_of(inst, stolen))
    assert done.cards == 1
    later = bundle(inst, park)
    assert later.seq > known.seq
    for text in (card, stolen):
        assert verified(text, later.keys, now_s) == CodeFault.KEY_UNKNOWN
    # What signs now is known even to gates that did not call yet.
    for text in (phone_code(inst, who), codes.card_text(inst, park.staff, who)):
        assert isinstance(verified(text, known.keys, now_s), VisitorCode)
        assert isinstance(verified(text, later.keys, now_s), VisitorCode)
        assert kid_of(inst, text) == done.replaced_by
    assert issuing.withdraw(inst, done.kid) == replace(done, cards=0)


def test_withdrawing_the_installations_own_key_leaves_another_that_signs(inst: Installation, park: Tenant):
    person = visitor_of(inst, park)
    text = phone_code(inst, person)
    done = issuing.withdraw(inst, kid_of(inst, text))
    assert done.replaced_by != done.kid
    assert kid_of(inst, phone_code(inst, person)) == done.replaced_by
    with pytest.raises(NotFoundError):
        issuing.withdraw(inst, "zz")


def test_what_was_believed_at_the_time_is_still_judged_by_the_key_of_the_time(
    inst: Installation, who: str, clock: SettableClock
):
    text, before_ms = phone_code(inst, who), clock.ms
    clock.pass_s(1)
    issuing.withdraw(inst, kid_of(inst, text))
    then = inst.read(lambda c: issuing.verifying(c, before_ms))
    now = inst.read(lambda c: issuing.verifying(c, clock.ms))
    assert isinstance(verified(text, then, before_ms // 1000), VisitorCode)
    assert verified(text, now, clock.ms // 1000) == CodeFault.KEY_UNKNOWN


def test_every_change_of_keys_is_a_leaf_of_the_log(inst: Installation, who: str):
    kid = kid_of(inst, phone_code(inst, who))
    issuing.withdraw(inst, kid)
    rows = inst.read(lambda c: c.execute(select(leaves.c.body).where(leaves.c.kind == "key")).all())
    told = [(leaf["kid"], leaf["change"]) for leaf in (json.loads(row.body) for row in rows)]
    assert (kid, "made") in told
    assert (kid, "withdrawn") in told


def test_old_keys_leave_the_bundle_some_time_after_they_are_over(
    inst: Installation, park: Tenant, clock: SettableClock
):
    first = len(bundle(inst, park).keys)
    clock.pass_s((90 + 366 + 31) * DAY_S)
    keys.ensure(inst)
    assert len(bundle(inst, park).keys) == first


def test_keys_of_others_are_neither_seen_nor_changed(
    inst: Installation, park: Tenant, mill: Tenant, who: str
):
    (own,) = own_keys(inst, park.enterprise)
    common = next(key.kid for key in issuing.listed(inst) if not key.enterprise_id)
    for scope in (mill.staff, mill.area, Scope()):
        assert [key.kid for key in issuing.listed(inst, scope)] == [common]
        for kid in (own.kid, common):
            with pytest.raises(NotFoundError):
                issuing.withdraw(inst, kid, scope=scope)
        for enterprise in (park.enterprise, ""):
            with pytest.raises(NotFoundError):
                issuing.renew(inst, enterprise, scope=scope)
    for scope in (park.staff, park.area):
        assert {key.kid for key in issuing.listed(inst, scope)} == {own.kid, common}
    assert issuing.withdraw(inst, own.kid, scope=park.area, by="ann").kid == own.kid
    rows = inst.read(lambda c: c.execute(select(leaves.c.body).where(leaves.c.kind == "key")).all())
    told = [json.loads(row.body) for row in rows]
    assert [one["change"] for one in told if one.get("by") == "ann"] == ["withdrawn", "made"]


def test_a_stolen_key_of_one_enterprise_is_not_believed_for_anothers_visitor_at_their_door(
    inst: Installation, park: Tenant, clock: SettableClock, tmp_path: Path
):
    """Both are near the gate: it knows both keys, and both visitors."""
    firm = places.create_enterprise(inst, park.area, "Firm Ltd")
    ours = visitor_of(inst, park)
    theirs = visitors.register(
        inst, Scope(enterprise_id=firm), Registration(firm, "Li Na", "13900139000", "visitor")
    ).visitor_id
    keys.ensure(inst)
    clock.pass_s(issuing.PUBLISHED_S)
    cards = {who: codes.card_text(inst, park.area, who) for who in (ours, theirs)}
    known = {key.kid.hex(): key.owner for key in bundle(inst, park).keys}
    assert [known[kid_of(inst, cards[who])] for who in (ours, theirs)] == [park.enterprise, firm]
    stolen = inst.read(lambda c: issuing.signer(c, inst, firm))
    now_s = clock.ms // 1000
    real = verified(cards[ours], bundle(inst, park).keys, now_s)
    assert isinstance(real, VisitorCode)
    forged = minted(stolen.private, stolen.kid, real.cti, CodeClass.CARD, now_s, now_s + DAY_S)
    site = Site(inst)
    gate = GateOnTheWire(inst, park, site, tmp_path / "gate", clock)
    gate.beats()
    assert {text: gate.judges(text).outcome for text in (*cards.values(), forged)} == {
        cards[ours]: "admitted", cards[theirs]: "admitted", forged: "refused",
    }  # fmt: skip
    assert gate.judges(forged).fault is CodeFault.OTHERS_KEY
    gate.close()
    gate.hangs_up()
    site.close()
    typed = Typed(checkin.new_entry_id(inst), who=forged)
    told = passages.record(inst, park.staff, park.entrance, typed, account_id="ann")
    assert isinstance(told, Recorded)
    assert told.decision.reason is Reason.CODE_FORGED


def test_a_keys_name_is_free_again_a_year_after_its_last_card_was_over(
    inst: Installation, park: Tenant, who: str, clock: SettableClock
):
    first = kid_of(inst, codes.card_text(inst, park.staff, who))
    taken = inst.read(lambda c: key_rows.kids(c, "visitor"))
    assert first in taken
    last_card_s = max(key.until_s for key in issuing.listed(inst) if key.kid in taken)
    clock.ms = (last_card_s + 366 * DAY_S) * 1000
    keys.ensure(inst)
    assert first in inst.read(lambda c: key_rows.kids(c, "visitor"))
    clock.pass_s(1)
    keys.ensure(inst)
    assert taken.isdisjoint(inst.read(lambda c: key_rows.kids(c, "visitor")))
    assert isinstance(
        verified(codes.card_text(inst, park.staff, who), bundle(inst, park).keys, clock.ms // 1000),
        VisitorCode,
    )


def test_the_rehearsal_refuses_no_visitor_and_believes_no_thief():
    found = issuing_rehearsal.rehearsed(1_795_140_000_000, time.perf_counter, days=100, people=1)
    assert (found.refused, found.believed, found.anew_refused) == (0, 0, 0)
    assert found.shown == 2 * (sum(range(1, 15)) + 86 * 14)
    assert found.signers >= 3
    assert found.forged == 100
