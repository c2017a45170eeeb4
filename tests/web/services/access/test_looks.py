"""Whoever looks at people's data leaves a trace before they see it, for the enterprise and for the person."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from domain.access import Role
from domain.deed import Deed
from domain.errors import InputError
from tests.web.members import member
from tests.web.tenants import SettableClock, Tenant, entry_item
from web.db.tables import leaves
from web.db.tables import looks as looks_table
from web.services import accounts
from web.services.access import looks
from web.services.accounts import Account
from web.services.desk import searching
from web.services.desk.exporting import exporting, exporting_jobs, exporting_stream, exporting_work
from web.services.desk.filtering import filters_people
from web.services.desk.filtering.filters import Filter
from web.services.desk.filtering.filters_people import Part
from web.services.desk.projecting import projecting
from web.services.desk.tracing import tracing
from web.services.errors import ForbiddenError
from web.services.gates import ingest
from web.services.installation import Installation
from web.services.keeping import erasing
from web.services.logs import log_proving, sequencing
from web.services.people import holds, visitors
from web.services.people.visitors import Registration
from web.services.places import places
from web.services.rules import policy_editing
from web.store.scope import PROGRAM, Scope

HOLD = holds.Given("red", "Owes 3,000 yuan", "Call the office", "Write to us")


@pytest.fixture
def owner(inst: Installation, park: Tenant) -> Account:
    found = accounts.account(inst, member(inst, "olga", Role.OWNER, park.staff))
    assert found is not None
    return found


@pytest.fixture
def ann(inst: Installation, park: Tenant) -> str:
    given = Registration(park.enterprise, "Ann Lee", "13800138000", "visitor")
    return visitors.register(inst, park.staff, given).visitor_id


@pytest.fixture
def entry(inst: Installation, park: Tenant, ann: str) -> str:
    item = entry_item(park.gate, 1, inst.now_ms(), private={"visitor_id": ann})
    ingest.ingest(inst, park.gate, [item])
    while sequencing.sequence(inst):
        pass
    return str(item["id"])


def asked(inst: Installation, ann: str) -> tracing.Typed:
    now = inst.now_ms()
    return tracing.Typed("", ann, "14", "30", now, second=False, purpose="investigation", note="case 17")


def about_ann(inst: Installation) -> Filter:
    return Filter(who=filters_people.sealed_term(inst, "olga", Part.WHO, "13800138000"))


def test_the_person_learns_how_often_and_what_for_and_not_by_whom(
    inst: Installation, park: Tenant, owner: Account, ann: str, entry: str, clock: SettableClock
):
    assert looks.own(inst, ann) == looks.OwnLooks(0, ())
    searching.search(inst, park.staff, about_ann(inst), account_id="olga")
    clock.pass_s(60)
    log_proving.disclosed(inst, park.staff, entry, "olga", "dispute")
    clock.pass_s(60)
    tracing.ask(inst, park.staff, "olga", asked(inst, ann))
    holds.propose(inst, park.staff, "olga", ann, HOLD)
    own = looks.own(inst, ann)
    assert own.count == 3
    # A note may name others, and a proposed hold is not given away.
    assert [(deed, purpose) for _, deed, purpose in own.last] == [
        (Deed.TRACE, "investigation"), (Deed.UNMASK, "dispute"), (Deed.QUERY, ""),
    ]  # fmt: skip
    assert "olga" not in repr(own)


def test_the_enterprise_reads_who_did_what_with_how_many_people(
    inst: Installation, park: Tenant, mill: Tenant, owner: Account, ann: str, entry: str, clock: SettableClock
):
    searching.search(inst, park.staff, about_ann(inst), account_id="olga")
    clock.pass_s(60)
    b"".join(exporting_stream.csv(inst, park.staff, Filter(), account_id="olga"))
    clock.pass_s(60)
    policy_editing.save(inst, owner, "venue", park.venue, {"capacity": 8}, 0)
    told = looks.listed(inst, owner)
    assert [(look.login, look.deed, look.people) for look in told] == [
        ("olga", Deed.POLICY, 0), ("olga", Deed.EXPORT, 1), ("olga", Deed.QUERY, 1),
    ]  # fmt: skip
    assert [look.deed for look in looks.listed(inst, owner, deed="query")] == [Deed.QUERY]
    assert looks.listed(inst, owner, login="somebody") == []
    assert len(looks.listed(inst, owner, before_ms=told[0].at_ms)) == 2
    table = looks.csv(inst, owner).decode("utf-8-sig")
    assert [line.split(",")[1] for line in table.splitlines()[1:]] == ["olga"] * 3
    stranger = accounts.account(inst, member(inst, "mia", Role.OWNER, mill.staff))
    above = accounts.account(inst, member(inst, "abe", Role.AUDITOR, park.area))
    clerk = accounts.account(inst, member(inst, "carl", Role.CLERK, park.staff))
    assert stranger is not None
    assert above is not None
    assert clerk is not None
    assert looks.listed(inst, stranger) == []
    assert len(looks.listed(inst, above)) == 3
    with pytest.raises(ForbiddenError):
        looks.listed(inst, clerk)


def test_each_hold_and_each_change_of_rules_is_a_leaf_that_names_nobody(
    inst: Installation, park: Tenant, owner: Account, ann: str
):
    bob = member(inst, "bob", Role.COMPLIANCE, park.staff)
    made = holds.propose(inst, park.staff, "olga", ann, HOLD)
    holds.confirm(inst, park.staff, bob, ann, made)
    holds.lift(inst, park.staff, "olga", ann, made)
    version = policy_editing.save(inst, owner, "venue", park.venue, {"capacity": 8}, 0)
    query = select(leaves.c.body).where(leaves.c.kind.in_(("hold", "policy"))).order_by(leaves.c.id)
    bodies = inst.read(lambda c: [bytes(body) for body in c.scalars(query)])
    told = [json.loads(body)["told"] for body in bodies]
    assert [one.get("step") for one in told] == ["proposed", "confirmed", "lifted", None]
    assert told[-1] == {"level": "venue", "place": park.venue, "version": version}
    assert not any(ann.encode() in body or b"yuan" in body for body in bodies)


@pytest.mark.parametrize("purpose", ["", "curiosity", "Wang Wei"])
def test_without_a_purpose_of_the_list_nobody_is_shown(
    inst: Installation, park: Tenant, owner: Account, entry: str, purpose: str
):
    with pytest.raises(InputError) as refused:
        log_proving.disclosed(inst, park.staff, entry, "olga", purpose)
    assert refused.value.field == "purpose"
    with pytest.raises(InputError):
        exporting.order(
            inst, park.staff, Filter(), account_id="olga", form="csv", unmasked=True, purpose=purpose
        )
    assert inst.read(lambda c: c.scalar(select(looks_table.c.id))) is None


def unlogged(inst: Installation) -> None:
    """Let the log take no leaf of a deed any more: a trigger refuses them, as a full disk would."""
    refuse = "BEFORE INSERT ON leaves WHEN NEW.kind <> 'entry' BEGIN SELECT RAISE(ABORT, 'full'); END"
    inst.write(lambda c: c.exec_driver_sql(f"CREATE TRIGGER full_log {refuse}"))


SHOWING: dict[str, Callable[[Installation, Tenant, str, str], object]] = {
    "the record": lambda inst, park, ann, entry: log_proving.disclosed(
        inst, park.staff, entry, "olga", "dispute"
    ),
    "a search": lambda inst, park, ann, entry: searching.search(
        inst, park.staff, about_ann(inst), account_id="olga"
    ),
    "a file": lambda inst, park, ann, entry: b"".join(
        exporting_stream.csv(inst, park.staff, Filter(), account_id="olga")
    ),
    "a trace": lambda inst, park, ann, entry: tracing.ask(inst, park.staff, "olga", asked(inst, ann)),
    "a hold": lambda inst, park, ann, entry: holds.propose(inst, park.staff, "olga", ann, HOLD),
}


@pytest.mark.parametrize("what", SHOWING)
def test_what_the_log_cannot_keep_is_not_shown(embedded_park: tuple[Installation, Tenant], what: str):
    inst, park = embedded_park
    member(inst, "olga", Role.OWNER, park.staff)
    given = Registration(park.enterprise, "Ann Lee", "13800138000", "visitor")
    ann = visitors.register(inst, park.staff, given).visitor_id
    item = entry_item(park.gate, 1, inst.now_ms(), private={"visitor_id": ann})
    ingest.ingest(inst, park.gate, [item])
    while sequencing.sequence(inst):
        pass
    unlogged(inst)
    with pytest.raises(IntegrityError):
        SHOWING[what](inst, park, ann, str(item["id"]))
    assert inst.read(lambda c: c.scalar(select(looks_table.c.id))) is None
    assert holds.of_visitor(inst, park.staff, ann) == []


def passes(inst: Installation, there: Tenant, seq: int, visitor_id: str) -> None:
    """Somebody enters at a tenant's gate."""
    item = entry_item(there.gate, seq, inst.now_ms(), private={"visitor_id": visitor_id})
    ingest.ingest(inst, there.gate, [item])
    while sequencing.sequence(inst):
        pass
    projecting.caught_up(inst)


def told_of(inst: Installation, account: Account) -> list[tuple[Deed, str, int]]:
    return [(look.deed, look.purpose, look.people) for look in looks.listed(inst, account)]


def test_a_file_over_several_enterprises_is_one_look_for_each_and_for_everybody_in_it(
    inst: Installation, park: Tenant, mill: Tenant, owner: Account, ann: str, clock: SettableClock
):
    bo, cy, away = (
        visitors.register(
            inst, there.staff, Registration(there.enterprise, name, f"1380013{at}000", "visitor")
        ).visitor_id
        for at, (there, name) in enumerate(((park, "Bo"), (mill, "Cy"), (mill, "Di")))
    )
    for seq, (there, who) in enumerate(((park, ann), (park, ann), (park, bo), (mill, cy), (park, cy)), 1):
        passes(inst, there, seq, who)
    top = Scope(area_path=places.root(inst, PROGRAM))
    member(inst, "abe", Role.COMPLIANCE, top)
    order = exporting.order(inst, top, Filter(), account_id="abe", form="csv", unmasked=True, purpose="audit")
    bea = member(inst, "bea", Role.COMPLIANCE, top)
    exporting.agree(inst, top, order, account_id=bea)
    assert looks.own(inst, ann).count == 0
    exporting_work.work_off(inst)
    clock.pass_s(60)
    b"".join(exporting_stream.csv(inst, park.staff, Filter(), account_id="olga"))
    miller = accounts.account(inst, member(inst, "mia", Role.OWNER, mill.staff))
    above = accounts.account(inst, "abe")
    assert miller is not None
    assert above is not None
    # Cy is the mill's, and was in the park's file: both are told, each of how many of theirs.
    assert told_of(inst, owner) == [(Deed.EXPORT, "", 2), (Deed.EXPORT, "audit", 2)]
    assert told_of(inst, miller) == [(Deed.EXPORT, "", 1), (Deed.EXPORT, "audit", 1)]
    assert told_of(inst, above) == [(Deed.EXPORT, "", 3), (Deed.EXPORT, "audit", 3)]
    for who in (ann, bo, cy):
        own = looks.own(inst, who)
        assert own.count == 2
        assert [(deed, purpose) for _, deed, purpose in own.last] == [
            (Deed.EXPORT, ""), (Deed.EXPORT, "audit"),
        ]  # fmt: skip
    assert looks.own(inst, away).count == 0
    assert not (exporting_jobs.folder(inst, order) / "people").exists()
    erasing.erase(inst, PROGRAM, ann, erasing.LINK)
    assert looks.own(inst, ann).count == 0
    assert told_of(inst, owner)[1] == (Deed.EXPORT, "audit", 2)
