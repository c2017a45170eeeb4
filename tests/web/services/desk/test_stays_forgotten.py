"""Stays are forgotten with the records they were drawn from, and figures are not."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from tests.web.services.desk.passing import came, drawn, left
from tests.web.tenants import SettableClock, Tenant
from web.db.tables import day_counts, hour_counts, spreads, stays, venue_days, visitors
from web.services.desk.projecting import projecting
from web.services.installation import Installation
from web.services.keeping.purging import purging
from web.store.keeping import keeping_due

_DAY_S = 86_400
FIGURES = (venue_days, hour_counts, day_counts, spreads)


def rows(inst: Installation, *tables: Any) -> list[tuple[Any, ...]]:
    return inst.read(lambda c: [tuple(row) for table in tables for row in sorted(c.execute(select(table)))])


def test_stays_last_no_longer_than_the_records_they_come_from(
    inst: Installation, park: Tenant, clock: SettableClock
):
    came(inst, park, "李雷", "13900139000")
    left(inst, park, "李雷", "13900139000")
    clock.pass_s(20 * _DAY_S)
    young = came(inst, park, "韩梅梅", "13800138000")
    drawn(inst)
    before = rows(inst, *FIGURES)
    clock.pass_s(9 * _DAY_S)
    purging.purge(inst)
    assert [row[0] for row in rows(inst, stays)] == [young]
    assert rows(inst, *FIGURES) == before
    clock.pass_s(20 * _DAY_S)
    purging.purge(inst)
    assert rows(inst, stays) == []
    assert rows(inst, visitors) == []


def test_a_visitor_who_is_forgotten_leaves_no_stay(inst: Installation, park: Tenant, clock: SettableClock):
    came(inst, park, "李雷", "13900139000")
    drawn(inst)
    clock.pass_s(60 * _DAY_S)
    inst.write(lambda c: c.exec_driver_sql("DELETE FROM entry_people"))
    people = list(inst.read(lambda c: c.scalars(select(visitors.c.id))))
    assert inst.write(lambda c: keeping_due.people_erased(c, people, clock.ms)) == 1
    assert rows(inst, stays) == []


def test_figures_of_days_that_name_nobody_any_more_survive_being_drawn_anew(
    inst: Installation, park: Tenant, clock: SettableClock
):
    for _ in range(3):
        came(inst, park, "李雷", "13900139000")
        left(inst, park, "李雷", "13900139000")
        drawn(inst)
        clock.pass_s(20 * _DAY_S)
    came(inst, park, "李雷", "13900139000")
    drawn(inst)
    before = rows(inst, *FIGURES)
    purging.purge(inst)
    kept = rows(inst, stays)
    projecting.redrawn(inst)
    assert rows(inst, *FIGURES) == before
    assert rows(inst, stays) == kept
    clock.pass_s(60)
    left(inst, park, "李雷", "13900139000")
    drawn(inst)
    after = rows(inst, venue_days)
    assert len(after) == 4
    assert after[-1][4] == 1, "whoever leaves after that is counted as ever"
