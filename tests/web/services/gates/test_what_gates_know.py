"""Whatever changes of a visitor, gates have it with their next page of facts, and nobody else is sent."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import pytest
from sqlalchemy import select

from domain.access import Role
from domain.credential import Credential
from domain.decision import VisitorFacts
from domain.facts_page import FactsPlace, opened_page
from domain.hold import Hold, HoldLevel
from tests.web.holding import on_hold
from tests.web.members import member
from tests.web.tenants import SettableClock, Tenant
from web.db.tables import gate_news, visitors
from web.services.gates import gate_facts
from web.services.installation import Installation
from web.services.passing import checkin
from web.services.passing.checkin import CheckIn
from web.services.people import credential_import, credentials, holds, travels
from web.services.people.credential_values import Given
from web.services.people.visitors import Registration, register
from web.services.signing_keys import keys
from web.store.gates import changes
from web.store.scope import PROGRAM

HOLD = holds.Given(
    "red", "Owes 3,000 yuan", "Call Ms Chen, 8021", "Write to appeals@park.example", "2026-11-30"
)
SAMPLED_MS = 1_795_048_200_000


@dataclass
class Following:
    """A gate that follows its visitors."""

    inst: Installation
    tenant: Tenant
    place: FactsPlace | None = None

    def heard(self) -> dict[str, VisitorFacts]:
        """The visitors in the next page; none when nothing changed."""
        inst, gate = self.inst, self.tenant.gate
        if self.place is None:
            target = inst.read(lambda c: gate_facts.place_of(c, gate))
            self.place = replace(target, seq=0)
        note = gate_facts.page(inst, gate, self.place)
        if note is None:
            return {}
        name, _, _ = inst.read(lambda c: keys.signing(c, inst, keys.BUNDLE))
        page = opened_page(note, name)
        self.place = replace(self.place, seq=page.upto)
        return {known.facts.visitor_id: known.facts for known in page.visitors()}


@pytest.fixture
def gate(inst: Installation, park: Tenant) -> Following:
    for login in ("ann", "bob"):
        member(inst, login, Role.COMPLIANCE, park.staff)
    return Following(inst, park)


def person(inst: Installation, park: Tenant, name: str, phone: str) -> str:
    return register(inst, park.staff, Registration(park.enterprise, name, phone, "visitor")).visitor_id


def test_a_hold_reaches_gates_when_it_is_confirmed_and_leaves_them_when_it_is_lifted(
    inst: Installation, park: Tenant, gate: Following
) -> None:
    who = person(inst, park, "王小明", "13800138000")
    person(inst, park, "李雷", "13900139000")
    assert gate.heard()[who].holds == ()
    made = holds.propose(inst, park.staff, "ann", who, HOLD)
    assert gate.heard() == {}, "a proposal is nobody's business yet"
    holds.confirm(inst, park.staff, "bob", who, made)
    heard = gate.heard()
    assert list(heard) == [who]
    assert heard[who].holds == (Hold(HoldLevel.RED, 1_796_054_400_000, "Call Ms Chen, 8021"),)
    holds.lift(inst, park.staff, "ann", who, made)
    assert gate.heard()[who].holds == ()
    on_hold(inst, park.staff, who, replace(HOLD, level="yellow"))
    assert gate.heard()[who].holds[0].level is HoldLevel.YELLOW


def test_every_change_of_credentials_and_travels_reaches_gates(
    inst: Installation, park: Tenant, gate: Following, clock: SettableClock
) -> None:
    who = person(inst, park, "王小明", "13800138000")
    gate.heard()
    credentials.declare(inst, who, Given("test", "2026-11-19 08:30"))
    assert gate.heard()[who].credentials == (Credential("test", SAMPLED_MS, None, verified=False),)
    clock.pass_s(1)
    credentials.verify(inst, park.staff, "ann", who, credentials.own(inst, who)[0].id)
    assert gate.heard()[who].credentials == (Credential("test", SAMPLED_MS, None, verified=True),)
    clock.pass_s(1)
    credentials.withdraw(inst, park.staff, who, credentials.own(inst, who)[0].id)
    assert gate.heard()[who].credentials == ()
    travels.declare(inst, who, "C 区", "2026-11-18")
    assert [area for area, _ in gate.heard()[who].areas] == ["C 区"]
    travels.remove(inst, park.staff, who, travels.listed(inst, PROGRAM, who)[0].id)
    assert gate.heard()[who].areas == ()


def test_an_import_reaches_gates_with_those_whom_it_changed(
    inst: Installation, park: Tenant, gate: Following
) -> None:
    who = person(inst, park, "王小明", "13800138000")
    person(inst, park, "李雷", "13900139000")
    gate.heard()
    table = "姓名,手机号,凭证种类,采样时间\n王小明,13800138000,test,2026-11-19 08:30\n".encode()
    steps = credential_import.report(inst, park.staff, table).steps
    credential_import.apply(inst, park.staff, "ann", steps)
    heard = gate.heard()
    assert list(heard) == [who]
    assert heard[who].credentials == (Credential("test", SAMPLED_MS, None, verified=True),)
    credential_import.apply(inst, park.staff, "ann", steps)
    assert gate.heard() == {}, "twice changes nothing"


def test_everybody_who_comes_by_a_poster_at_once_reaches_gates_at_a_place_of_their_own(
    inst: Installation, park: Tenant, gate: Following
) -> None:
    gate.heard()
    before = inst.read(changes.newest)

    def came(number: int) -> None:
        entry_id = checkin.new_entry_id(inst)
        checkin.check_in(inst, park.poster, CheckIn(entry_id, f"王{number}", f"1380013800{number}"))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(came, range(8)))
    made = inst.read(lambda c: c.execute(select(visitors.c.id, visitors.c.facts_seq)).all())
    assert sorted(seq for _, seq in made) == list(range(before + 1, before + 9))
    assert set(gate.heard()) == {identity for identity, _ in made}
    told = select(gate_news.c.number).where(gate_news.c.about.startswith("facts "))
    assert max(inst.read(lambda c: list(c.scalars(told)))) == before + 8, "by this a gate knows to ask"
