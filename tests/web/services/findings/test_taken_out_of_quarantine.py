"""An entry that lay aside is, once taken in, as much somebody's as any other."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from domain.visitor import VisitorClass
from tests.web.alone import holder, took
from tests.web.tenants import Tenant, entry_item
from web.db.tables import entry_people
from web.services.findings import quarantine
from web.services.installation import Installation
from web.services.people import visitors
from web.services.people.visitors import Registration


def taken_in(inst: Installation, park: Tenant, **private: Any) -> str:
    """The visitor of an entry that lay aside, as its number was another's."""
    took(inst, park.gate, entry_item(park.gate, 1, inst.now_ms()))
    item = entry_item(park.gate, 1, inst.now_ms() - 5)
    took(inst, park.gate, {**item, "private": {**item["private"], **private}})
    [aside], _ = quarantine.listed(inst, park.staff, settled=False)
    new = quarantine.take(inst, park.staff, "a", aside.id)
    whose = select(entry_people.c.visitor_id).where(entry_people.c.entry_id == new)
    return str(inst.read(lambda c: c.scalar(whose)))


def test_whoever_was_registered_at_the_gate_is_known_by_it(inst: Installation, park: Tenant) -> None:
    visitor_id = taken_in(inst, park, name="韩梅梅", phone="+8613800138000", visitor_id="", cti="")
    assert visitor_id
    again = Registration("", "韩梅梅", "13800138000", VisitorClass.VISITOR)
    checked = visitors.checked(again)
    known = inst.write(lambda c: visitors.known_or_new(c, inst, park.enterprise, checked))
    assert known == visitor_id


def test_whose_code_it_was_is_found_though_the_gate_did_not_know_them(
    inst: Installation, park: Tenant
) -> None:
    whose = holder(inst, park)
    assert taken_in(inst, park, visitor_id="", cti=whose.cti) == whose.visitor
