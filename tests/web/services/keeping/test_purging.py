"""After 28 days nobody is named any more, and every entry still stands."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, event, select

from tests.web.tenants import SettableClock, Tenant
from web.db.tables import leaves, looks
from web.services.desk import searching
from web.services.desk.filtering.filters import Filter
from web.services.installation import Installation
from web.services.keeping.purging import purging
from web.services.logs import sequencing
from web.services.passing import checkin
from web.services.passing.checkin import CheckIn
from web.services.people import codes, visitors

_DAY_S = 86_400


def _came(inst: Installation, park: Tenant, name: str, phone: str) -> str:
    given = CheckIn(checkin.new_entry_id(inst), name, phone)
    return checkin.check_in(inst, park.poster, given).entry_id


def _names(inst: Installation, park: Tenant) -> dict[str, str]:
    page = searching.search(inst, park.staff, Filter(venue_id=park.venue))
    return {row.id: row.masked_name for row in page.rows}


def test_an_entry_older_than_28_days_stays_and_says_no_more_who_it_was(
    inst: Installation, park: Tenant, clock: SettableClock
) -> None:
    old = _came(inst, park, "李雷", "13900139000")
    clock.pass_s(27 * _DAY_S)
    young = _came(inst, park, "韩梅梅", "13800138000")
    assert purging.purge(inst) == (0, 0)
    clock.pass_s(2 * _DAY_S)

    assert purging.purge(inst) == (1, 1)

    assert _names(inst, park) == {old: "", young: "韩**"}
    assert visitors.listed(inst, park.staff, "13900139000") == []
    assert len(visitors.listed(inst, park.staff, "13800138000")) == 1
    assert purging.purge(inst) == (0, 0), "a second run finds nothing"


def test_what_was_erased_is_counted_in_a_leaf_of_the_log(
    inst: Installation, park: Tenant, clock: SettableClock
) -> None:
    for number in range(3):
        _came(inst, park, "李雷", f"1390013900{number}")
    sequencing.sequence(inst)
    clock.pass_s(29 * _DAY_S)
    purging.purge(inst)

    bodies = inst.read(lambda c: list(c.scalars(select(leaves.c.body).where(leaves.c.kind == "purge"))))
    assert [json.loads(body)["erased"] for body in bodies] == [{"passages": 3, "visitors": 3}]
    assert sequencing.sequence(inst) == 1


def test_a_visitor_whom_staff_registered_or_who_holds_a_card_is_kept(
    inst: Installation, park: Tenant, clock: SettableClock
) -> None:
    listed = visitors.Registration(park.enterprise, "张伟", "13800138001", "employee")
    visitors.register(inst, park.staff, listed)
    _came(inst, park, "李雷", "13900139000")
    own = visitors.listed(inst, park.staff, "13900139000")[0]
    codes.card_text(inst, park.staff, own.id)
    clock.pass_s(60 * _DAY_S)

    assert purging.purge(inst) == (1, 0)
    assert len(visitors.listed(inst, park.staff)) == 2


@contextmanager
def _deleting(table: str) -> Iterator[list[str]]:
    """How often rows of a table are deleted meanwhile."""
    said: list[str] = []

    def heard(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith(f"DELETE FROM {table} "):
            said.append(statement)

    event.listen(Engine, "before_cursor_execute", heard)
    yield said
    event.remove(Engine, "before_cursor_execute", heard)


def test_what_is_known_to_be_due_is_worked_out_once(
    inst: Installation, park: Tenant, clock: SettableClock
) -> None:
    _came(inst, park, "李雷", "13900139000")
    codes.card_text(inst, park.staff, visitors.listed(inst, park.staff, "13900139000")[0].id)
    clock.pass_s(60 * _DAY_S)
    assert purging.purge(inst) == (1, 0)
    clock.pass_s(400 * _DAY_S)
    look = {"visitor_id": "v", "deed": "unmask", "purpose": "dispute", "leaf_ref": "l", "account_id": "a"}
    rows = [
        {"id": f"{nth:016}", "enterprise_id": park.enterprise, "at_ms": 1, **look}
        for nth in range(2 * purging.AT_ONCE + 100)
    ]
    inst.write(lambda connection: connection.execute(looks.insert(), rows))
    with _deleting("visitors") as of_people, _deleting("looks") as of_looks:
        assert purging.purge(inst) == (len(rows), 1)
    assert len(of_people) == 1
    # One's own of the person; 500 (tried on a server, for there is mostly nothing), 500, 100, and none.
    assert len(of_looks) == 1 + 4 + inst.is_shared
