"""What for: out of closed lists, in the log and with the person; what is noted beside it stays sealed."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from sqlalchemy import select, update

from domain.access import Role
from domain.deed import Deed
from domain.errors import InputError
from domain.log import commitment
from tests.web.committed import committed
from tests.web.members import member
from tests.web.tenants import Tenant, entry_item
from web.db.tables import deed_subjects, holds, leaves, traces
from web.services import accounts
from web.services.access import looks
from web.services.access.looks import Concerns
from web.services.desk import deeds
from web.services.desk.exporting import exporting, exporting_jobs
from web.services.desk.filtering.filters import Filter
from web.services.desk.tracing import tracing
from web.services.gates import ingest
from web.services.installation import Installation
from web.services.keeping import legal_holds, own_export
from web.services.logs import log_proving, purposes, sequencing
from web.services.logs.purposes import NAMES, Act, Purpose
from web.services.people import holds as people_holds
from web.services.people import visitors
from web.services.people.visitors import Registration
from web.store.scope import Scope

NOTE = "case 17, Ann Lee"


def registered(inst: Installation, there: Tenant) -> str:
    given = Registration(there.enterprise, "Ann Lee", "13800138000", "visitor")
    return visitors.register(inst, there.staff, given).visitor_id


def typed(inst: Installation, who: str, **changes: Any) -> tracing.Typed:
    said = {"purpose": "authority", "note": NOTE, **changes}
    return tracing.Typed("", who, "14", "30", inst.now_ms(), second=False, **said)


def bodies(inst: Installation, kind: str) -> list[dict[str, Any]]:
    query = select(leaves.c.body).where(leaves.c.kind == kind).order_by(leaves.c.id)
    return [json.loads(body) for body in inst.read(lambda c: list(c.scalars(query)))]


def test_every_act_has_a_list_of_purposes_that_both_languages_name() -> None:
    assert set(NAMES) == {purpose.value for purpose in Purpose}
    for act in Act:
        offered = purposes.choices(act)
        assert len(offered) > 2
        assert all(name.en and name.zh for name in offered.values())
        for wrong in ("", "curiosity", "Ann Lee"):
            with pytest.raises(InputError, match="Say what it is for"):
                purposes.checked(act, wrong)
    with pytest.raises(InputError):
        purposes.checked_note("x" * 301)
    assert purposes.checked_note(" case\n 17 ") == "case 17"


def test_the_leaf_of_a_trace_has_the_purpose_and_only_a_commitment_to_the_note(
    inst: Installation, park: Tenant
) -> None:
    who, asker = registered(inst, park), member(inst, "olga", Role.OWNER, park.staff)
    found = tracing.ask(inst, park.staff, asker, typed(inst, who))
    leaf = bodies(inst, "trace")[0]
    assert leaf["purpose"] == "authority"
    assert "case 17" not in json.dumps(leaf)
    kept = inst.read(lambda c: c.execute(select(deed_subjects)).one())
    assert b"case 17" not in kept.subject_sealed
    opened = committed(inst, kept.ref)
    assert opened is not None
    assert leaf["about"] == base64.b64encode(commitment(opened[0].encode(), opened[1])).decode()
    assert opened[0].endswith(NOTE)
    assert isinstance(found, str)
    assert tracing.trace(inst, park.staff, found).note == NOTE
    tracing.close(inst, park.staff, asker, found)
    told = tracing.listed(inst, park.staff, asker)[0]
    assert (told.purpose, told.note) == ("authority", "")


def test_traces_holds_and_cases_that_are_older_keep_their_words(inst: Installation, park: Tenant) -> None:
    who, asker = registered(inst, park), member(inst, "olga", Role.OWNER, park.staff)
    found = tracing.ask(inst, park.staff, asker, typed(inst, who, note=""))
    assert isinstance(found, str)
    inst.write(lambda c: c.execute(update(traces).values(purpose="case 3 of the district")))
    assert tracing.trace(inst, park.staff, found).purpose == "case 3 of the district"
    given = people_holds.Given("red", "seen without a permit", "Call", "Call", purpose="incident")
    hold_id = people_holds.propose(inst, park.staff, asker, who, given)
    shown = people_holds.of_visitor(inst, park.staff, who)[0]
    assert (shown.purpose, shown.reason) == ("incident", "seen without a permit")
    old = inst.cipher.sealed(b"an old reason", f"holds|reason|{hold_id}")
    inst.write(lambda c: c.execute(update(holds).values(reason_sealed=old)))
    shown = people_holds.of_visitor(inst, park.staff, who)[0]
    assert (shown.purpose, shown.reason) == ("", "an old reason")
    flag = own_export.export(inst, park.staff, who, "link").parts["flags"][0]
    assert (flag["purpose"], flag["reason"]) == ("", "an old reason")


def test_holds_and_legal_holds_say_what_for_in_the_log(inst: Installation, park: Tenant) -> None:
    who, first = registered(inst, park), member(inst, "olga", Role.OWNER, park.staff)
    second = member(inst, "otto", Role.OWNER, park.staff)
    given = people_holds.Given("red", "a reason", "Call", "Call", purpose="investigation")
    hold_id = people_holds.propose(inst, park.staff, first, who, given)
    people_holds.confirm(inst, park.staff, second, who, hold_id)
    people_holds.lift(inst, park.staff, first, who, hold_id)
    assert [leaf["purpose"] for leaf in bodies(inst, "hold")] == ["investigation"] * 3
    case = legal_holds.Given("visitor", who, "file 12", purpose="audit")
    legal_holds.set_hold(inst, park.staff, first, case)
    kept = legal_holds.listed(inst, park.staff)[0]
    assert (kept.purpose, kept.reason) == ("audit", "file 12")
    assert "audit" in json.dumps(bodies(inst, "legal_hold"))
    for act in (
        lambda: people_holds.propose(
            inst, park.staff, first, who, given.__class__("red", "a", "b", "c", "", "x")
        ),
        lambda: legal_holds.set_hold(
            inst, park.staff, first, legal_holds.Given("visitor", who, "a", purpose="x")
        ),
    ):
        with pytest.raises(InputError) as wrong:
            act()
        assert wrong.value.field == "purpose"


def test_the_second_person_reads_what_an_export_is_noted_to_be_for(inst: Installation, park: Tenant) -> None:
    first, second = (member(inst, name, Role.COMPLIANCE, park.staff) for name in ("olga", "otto"))
    made = exporting.order(
        inst, park.staff, Filter(), account_id=first, form="csv", unmasked=True, purpose="audit", note=NOTE
    )
    _, waiting = exporting_jobs.jobs(inst, park.staff, account_id=second)
    assert [(one.id, one.purpose, one.note) for one in waiting] == [(made, "audit", NOTE)]


def test_a_note_is_told_to_those_alone_who_may_see_everybody_it_may_name(
    inst: Installation, park: Tenant, mill: Tenant
) -> None:
    who = registered(inst, park)
    registered(inst, mill)
    item = entry_item(park.gate, 1, inst.now_ms(), private={"visitor_id": who})
    ingest.ingest(inst, park.gate, [item])
    while sequencing.sequence(inst):
        pass
    mine = accounts.account(inst, member(inst, "abe", Role.AUDITOR, park.area))
    owner = accounts.account(inst, member(inst, "owen", Role.OWNER, park.staff))
    assert mine is not None
    assert owner is not None
    entry_id = str(item["id"])
    log_proving.disclosed(inst, park.staff, entry_id, owner.id, "dispute", NOTE)
    leaf = bodies(inst, "disclosure")[0]
    assert leaf["purpose"] == "dispute"
    assert "note" in leaf
    assert [(look.deed, look.purpose, look.note) for look in looks.listed(inst, owner)] == [
        (Deed.UNMASK, "dispute", NOTE)
    ]
    everywhere = member(inst, "root", Role.COMPLIANCE, Scope(area_path="/"))
    both = [who, *(row.id for row in visitors.listed(inst, mill.staff))]

    def of_both(connection: Any) -> None:
        deeds.noted(connection, inst, everywhere, Deed.TRACE, {}, "authority", "", Concerns(both), note=NOTE)

    inst.write(of_both)
    told = [look for look in looks.listed(inst, owner) if look.deed is Deed.TRACE]
    assert [(look.purpose, look.note) for look in told] == [("authority", "")]
