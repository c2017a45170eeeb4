"""Makes something of every kind that one tenant can have, to be asked for by its neighbours."""

from __future__ import annotations

import zlib
from datetime import UTC, date, datetime, timedelta

from domain.access import Role
from tests.web.members import member
from tests.web.services.scopes.asking import admin
from tests.web.tenants import Tenant, entry_item
from web.services.gates import arriving, gate_settings, gates, ingest
from web.services.installation import Installation
from web.services.logs import log_proving, sequencing, witnessing
from web.services.passing import passages
from web.services.passing.paper import paper
from web.services.passing.paper.paper_columns import Column
from web.services.passing.paper.paper_rows import Line
from web.services.passing.passage_typing import Typed
from web.services.people import credentials, holds, travels, visitors
from web.services.people.credential_values import Given
from web.services.people.visitors import Registration
from web.services.places import areas, enterprises_details, liaisons, places
from web.services.places.posters import applications
from web.services.printing import printing_jobs
from web.services.printing.printing_folder import Progress, Stage, folder_of
from web.services.printing.printing_options import Options
from web.services.rules import policy_editing
from web.store.places import logos as logo_store

# Ten in the morning at the venue; keyed in an hour later than it was written.
TODAY = date(2026, 11, 20)
LINES = (
    Line(2, {Column.TIME: "09:00", Column.DIRECTION: "in", Column.NAME: "Li", Column.PHONE: "13800138001"}),
)
TYPED = Typed("01a1fdfa-4600-7000-8000-000000000001", name="Li", phone="13800138001")
CODE = "91350100M000100Y43"
HOLD = holds.Given("red", "Contact of a case", "Call the office", "Call the office")


def days_ago(inst: Installation, days: int) -> date:
    """A day before that of the clock, which is the real one where the API is tried from outside."""
    return datetime.fromtimestamp(inst.now_ms() / 1000, UTC).date() - timedelta(days)


def belongings(inst: Installation, tenant: Tenant, area_name: str, name: str) -> dict[str, str]:
    """The ids of everything that is the tenant's; `area_name` and `name` are those it was made with."""
    entry = entry_item(tenant.gate, 1, inst.now_ms(), private={})
    people = _people(inst, tenant)
    entry["private"] |= {"visitor_id": people["visitor"]}
    made = {
        "area_name": area_name,
        "name": name,
        "enterprise": tenant.enterprise,
        "venue": tenant.venue,
        "entrance": tenant.entrance,
        "poster": tenant.poster,
        "kiosk": tenant.gate.id,
        "entry": str(entry["id"]),
        **people,
        **_places(inst, tenant, name),
        **_prints(inst, tenant),
    }
    passages.record(inst, tenant.staff, tenant.entrance, TYPED)
    paper.keep(inst, tenant.staff, tenant.entrance, days_ago(inst, 1), LINES)
    ingest.ingest(inst, tenant.gate, [entry])
    while sequencing.sequence(inst):
        pass
    head = log_proving.head(inst).decode()
    witnessing.heard(inst, tenant.gate, witnessing.Told(head))
    return made


def _people(inst: Installation, tenant: Tenant) -> dict[str, str]:
    given = Registration(tenant.enterprise, "Wang Wei", "13800138000", "visitor", plate="苏A12345")
    person = visitors.register(inst, tenant.staff, given).visitor_id
    first, second, _ = (
        member(inst, login, Role.OWNER, tenant.staff, tenant.area)
        for login in ("first owner", "second owner", "somebody")
    )
    for kind in ("Entry permit", "Safety training"):
        credentials.declare(inst, person, Given(kind))
    told = credentials.listed(inst, tenant.staff, person)
    travels.declare(inst, person, "滨江街道", days_ago(inst, 2).isoformat())
    return {
        "visitor": person,
        "number": visitors.visitor(inst, tenant.staff, person).short_number,
        "account": second,
        "hold": holds.propose(inst, tenant.staff, first, person, HOLD),
        "permit": told[0].id,
        "training": told[1].id,
        "travel": travels.listed(inst, tenant.staff, person)[0].id,
    }


def _places(inst: Installation, tenant: Tenant, name: str) -> dict[str, str]:
    area = tenant.area.area_path.strip("/").split("/")[-1]
    enterprises_details.change(inst, tenant.staff, tenant.enterprise, enterprises_details.Given(name, CODE))
    waiting, returned, approved = (
        places.create_venue(
            inst, tenant.staff, tenant.enterprise, name=called, address="2 Road", applies=True
        )
        for called in ("New hall", "Old hall", "Next hall")
    )
    places.create_entrance(inst, tenant.staff, approved, "Door")
    applications.approve(inst, tenant.area, "reviewer", approved)
    applications.send_back(inst, tenant.area, "reviewer", returned, "No such address")
    version = policy_editing.save(inst, admin(tenant.staff), "venue", tenant.venue, {"capacity": 8}, 0)
    return {
        "area": area,
        "area_path": tenant.area.area_path,
        "empty_area": areas.add(inst, admin(tenant.area), area, "Quay"),
        "liaison": liaisons.add(inst, tenant.area, area, "李强", "13900139000"),
        "code": CODE,
        "version": str(version),
        "waiting": waiting,
        "returned": returned,
        "approved": approved,
        "notice": gate_settings.add_notice(inst, tenant.staff, tenant.venue, "停电通知", "No power"),
        "ticket": arriving.ticket_of(gates.new_enrolment(inst, tenant.staff, tenant.entrance).text),
    }


def _prints(inst: Installation, tenant: Tenant) -> dict[str, str]:
    job = printing_jobs.order_posters(inst, tenant.staff, [tenant.entrance], Options(), "pdf", issue=False)
    folder = folder_of(inst, job)
    assert folder is not None
    # As its process leaves it.
    folder.draft.write_bytes(b"%PDF")
    folder.keep()
    folder.note_posters([tenant.poster])
    folder.tell(Progress(Stage.DONE, done=1, total=1, printed=1, pages=1))
    pixels = {"width": 200, "height": 100, "pixels": zlib.compress(bytes(60_000)), "added_ms": 0}
    inst.write(lambda connection: logo_store.put(connection, tenant.enterprise, **pixels))
    return {"job": job}
