"""Two tenants that have something of every kind each, told apart by words that no other page holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from domain.access import Role
from tests.web.members import given, member
from tests.web.tenants import Tenant, entry_item, tenant
from web.db.tables import alerts, place_imports, quarantine
from web.services import accounts
from web.services.access import inviting
from web.services.access.granting import Wanted
from web.services.desk.exporting import exporting, exporting_plans
from web.services.desk.filtering import saved
from web.services.desk.filtering.filters import Filter
from web.services.desk.inside import roll_calls
from web.services.desk.tracing import tracing
from web.services.gates import arriving, gate_settings, gates, ingest
from web.services.installation import Installation, new_id
from web.services.logs import sequencing
from web.services.passing import checkin, passages
from web.services.passing.paper import paper
from web.services.passing.paper.paper_columns import Column
from web.services.passing.paper.paper_rows import Line
from web.services.passing.passage_typing import Typed
from web.services.people import case_holds, credentials, holds, travels, visitors
from web.services.people.credential_values import Given as Credential
from web.services.people.visitors import Registration
from web.services.places import areas, enterprises_details, liaisons
from web.services.places.importing import places_import
from web.services.places.importing.places_import_rows import table_of
from web.services.printing import printing_jobs
from web.services.printing.printing_options import Options
from web.services.rules import policy_editing
from web.services.signing_keys import issuing, keys
from web.services.visits import announcing, invitations
from web.services.visits.announcing_times import When
from web.services.visits.announcing_values import Given as Announced
from web.services.visits.invitations import Given as Invited

TODAY = date(2026, 11, 20)
AREA_ROLES = (Role.ADMIN, Role.LIAISON)
"""Roles that the walk holds on the tenant's area; the others are held in its enterprise."""


@dataclass(frozen=True)
class Owned:
    """A tenant, the ids of what is its own by the names that routes use, and words that give it away."""

    tenant: Tenant
    ids: Mapping[str, str]
    words: tuple[str, ...]
    members: Mapping[Role, str]


def owned(inst: Installation, tag: str, phone: str, code: str) -> Owned:
    """A new tenant; every text of it holds `tag`, its people have phones that begin with `phone`."""
    there = tenant(inst, f"{tag} quarter", f"{tag} Ltd")
    members = {
        role: member(inst, f"{tag} {role}", role, there.area if role in AREA_ROLES else there.staff)
        for role in Role
    }
    owner, second = members[Role.OWNER], members[Role.COMPLIANCE]
    spare = member(inst, f"{tag} spare", Role.GUARD)
    ids = {
        "area_id": there.area.area_path.strip("/").rpartition("/")[2],
        "enterprise_id": there.enterprise,
        "venue_id": there.venue,
        "entrance_id": there.entrance,
        "poster_id": there.poster,
        "kiosk_id": there.gate.id,
        "account_id": spare,
        "grant_id": given(inst, spare, Role.GUARD, there.staff),
        "staff_invitation_id": _invited(inst, there, owner),
        **_people(inst, there, tag, phone, owner),
        **_places(inst, there, tag, code, phone),
        **_passed(inst, there, tag, phone),
        "key_id": _key(inst, there),
    }
    ids |= _desk(inst, there, tag, owner, second, ids)
    words = (tag, phone, f"{phone[:3]}****", code, ids.pop("number"))
    return Owned(there, ids, words, members)


def _key(inst: Installation, there: Tenant) -> str:
    keys.ensure(inst)
    return next(key.kid for key in issuing.listed(inst, there.staff) if key.enterprise_id)


def _invited(inst: Installation, there: Tenant, owner: str) -> str:
    giver = accounts.account(inst, owner)
    assert giver is not None
    return inviting.invite(inst, giver, Wanted("guard", f"enterprise:{there.enterprise}")).id


def _people(inst: Installation, there: Tenant, tag: str, phone: str, owner: str) -> dict[str, str]:
    given = Registration(there.enterprise, f"{tag} Ann", f"{phone}000", "visitor", plate="苏A12345")
    who = visitors.register(inst, there.staff, given).visitor_id
    credentials.declare(inst, who, Credential(f"{tag} training"))
    travels.declare(inst, who, f"{tag} street", "2026-11-18")
    hold = holds.Given("red", f"{tag} reason", f"{tag} office", f"{tag} appeal")
    when = When("2026-11-20", "10:00", "12:00")
    visit = announcing.announce(
        inst, there.staff, owner, there.enterprise, Announced(f"{tag} Bo", f"{phone}001", f"{tag} host", when)
    )
    wanted, case = {who: holds.checked(hold, inst.now_ms())}, f"contacts-{new_id()}"
    inst.write(lambda c: case_holds.proposed(c, inst, there.staff, owner, case, wanted, {}))
    return {
        "visitor_id": who,
        "case_id": case,
        "number": visitors.visitor(inst, there.staff, who).short_number,
        "credential_id": credentials.listed(inst, there.staff, who)[0].id,
        "travel_id": travels.listed(inst, there.staff, who)[0].id,
        "hold_id": holds.propose(inst, there.staff, owner, who, hold),
        "visit_id": visit.visit_ids[0],
        "invitation_id": invitations.create(
            inst, there.staff, owner, there.enterprise, Invited(f"{tag} host", when, purpose=f"{tag} audit")
        ),
    }


def _places(inst: Installation, there: Tenant, tag: str, code: str, phone: str) -> dict[str, str]:
    area = there.area.area_path.strip("/").rpartition("/")[2]
    details = enterprises_details.Given(f"{tag} Ltd", code)
    enterprises_details.change(inst, there.staff, there.enterprise, details)
    admin = accounts.Account("nobody", "", Role.ADMIN, there.area)
    policy_editing.save(inst, admin, "venue", there.venue, {"capacity": 8}, 0)
    areas.add(inst, admin, area, f"{tag} quay")
    shown = gates.new_enrolment(inst, there.staff, there.entrance)
    return {
        "liaison_id": liaisons.add(inst, there.area, area, f"{tag} Cy", f"{phone}002"),
        "notice_id": gate_settings.add_notice(inst, there.staff, there.venue, f"{tag} 停电", f"{tag} dark"),
        "ticket": arriving.ticket_of(shown.text),
    }


def _passed(inst: Installation, there: Tenant, tag: str, phone: str) -> dict[str, str]:
    """Entries by kiosk, by hand and from paper; one in quarantine, and an alert about it."""
    first = entry_item(there.gate, 1, inst.now_ms(), private={"name": f"{tag} Di", "phone": f"+86{phone}003"})
    # The same number with another body: a conflict, which waits for somebody.
    again = entry_item(there.gate, 1, inst.now_ms() - 5)
    ingest.ingest(inst, there.gate, [first])
    ingest.ingest(inst, there.gate, [again])
    typed = Typed(checkin.new_entry_id(inst), name=f"{tag} Ed", phone=f"{phone}004")
    passages.record(inst, there.staff, there.entrance, typed)
    cells = {
        Column.TIME: "09:00",
        Column.DIRECTION: "in",
        Column.NAME: f"{tag} Flo",
        Column.PHONE: f"{phone}005",
    }
    paper.keep(inst, there.staff, there.entrance, TODAY, (Line(2, cells),))
    while sequencing.sequence(inst):
        pass
    item = select(quarantine.c.id).where(quarantine.c.kiosk_id == there.gate.id)
    alert = select(alerts.c.id).where(alerts.c.venue_id == there.venue)
    return {
        "entry_id": str(first["id"]),
        "item_id": str(inst.read(lambda connection: connection.scalar(item))),
        "alert_id": str(inst.read(lambda connection: connection.scalar(alert))),
    }


def _desk(
    inst: Installation, there: Tenant, tag: str, owner: str, second: str, ids: Mapping[str, str]
) -> dict[str, str]:
    table = f"enterprise,venue,address,entrance\n{tag} shop,{tag} hall,{tag} road,{tag} door\n"
    admin = f"{tag} {Role.ADMIN}"
    places_import.apply(inst, there.area, admin, table_of(table.encode()).lines, issue=False)
    imported = select(place_imports.c.id).where(place_imports.c.account_id == admin)
    asked = tracing.Typed(
        "",
        ids["visitor_id"],
        "14",
        "30",
        inst.now_ms(),
        second=False,
        purpose="authority",
        note=f"{tag} case",
    )
    plan = {"name": f"{tag} plan", "form": "csv", "every": "day", "at": "06:30"}
    wanted = Filter(venue_id=there.venue)
    return {
        "import_id": str(inst.read(lambda connection: connection.scalar(imported))),
        "trace_id": str(tracing.ask(inst, there.staff, owner, asked)),
        "roll_call_id": roll_calls.start(
            inst, there.staff, owner, there.venue, "drill", checkin.new_entry_id(inst)
        ),
        "filter_id": saved.save(inst, there.staff, wanted, account_id=owner, name=f"{tag} filter"),
        "export_id": exporting.order(
            inst, there.staff, wanted, account_id=owner, form="csv", unmasked=True, purpose="audit"
        ),
        "plan_id": exporting_plans.create(
            inst, there.staff, wanted, "Asia/Shanghai", account_id=owner, **plan
        ),
        "job_id": printing_jobs.order_posters(
            inst, there.staff, [there.entrance], Options(), "pdf", issue=False
        ),
    }
