"""Counts along one side at a time say what the finest counts say."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from tests.web.services.desk.figures_made import counted, key_of, numbers_of
from tests.web.tenants import Tenant
from web.db.tables import day_counts
from web.services.installation import Installation
from web.store.drawn import day_counts as store

KINDS = ("class", "entrance", "hour", "reason", "way")
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "venue_id": st.sampled_from(["v1", "v2"]),
            "local_day": st.integers(0, 2),
            "local_hour": st.integers(0, 23),
            "entrance_id": st.sampled_from(["e1", "e2"]),
            "direction": st.sampled_from(["in", "out"]),
            "outcome": st.sampled_from(["admitted", "refused", "referred"]),
            "reason": st.sampled_from(["welcome", "on_hold"]),
            "visitor_class": st.sampled_from(["", "courier"]),
            "way": st.sampled_from(["kiosk", "poster"]),
            "entries": st.integers(-2, 5),
            "people": st.integers(-2, 9),
            "vehicles": st.integers(-1, 2),
        }
    ),
    max_size=30,
)


def totals(rows: list[dict[str, Any]]) -> dict[str, int]:
    sums = {
        f"{what}_{place}": sum(
            row[what]
            for row in rows
            if (row["direction"] if row["outcome"] == "admitted" else row["outcome"]) == place
        )
        for what in ("people", "vehicles")
        for place in ("in", "out", "refused", "referred")
    }
    return {**sums, "entries": sum(row["entries"] for row in rows)}


@given(ROWS)
def test_every_side_sums_to_the_same(rows: list[dict[str, Any]]):
    by_key = {key_of(row): row for row in rows}
    found = store.sides({key: numbers_of(row) for key, row in by_key.items()})
    for kind in KINDS:
        side = [numbers for key, numbers in found.items() if key[1] == kind]
        sums = [sum(numbers) for numbers in zip(*side, strict=True)] or [0] * len(store.NUMBERS)
        assert dict(zip(store.NUMBERS, sums, strict=True)) == totals(list(by_key.values()))


def test_what_is_added_later_is_added_to_what_is_there(inst: Installation, park: Tenant):
    first = [counted(park), counted(park, outcome="refused", reason="on_hold")]
    again = [counted(park, hour=10), counted(park, direction="out")]
    taken_back = [counted(park, entries=-1, people=-3, vehicles=-1)]
    for rows in (first, again, taken_back):
        added = {key_of(row): numbers_of(row) for row in rows}
        inst.write(lambda connection, added=added: store.added(connection, added))
    columns = [func.sum(day_counts.c[name]).label(name) for name in store.NUMBERS]
    asked = select(day_counts.c.kind, *columns).where(day_counts.c.venue_id != store.EVERYWHERE)
    asked = asked.group_by(day_counts.c.kind)
    found = {row.kind: row for row in inst.read(lambda connection: connection.execute(asked).all())}
    assert set(found) == set(KINDS)
    for row in found.values():
        assert (row.entries, row.people_in, row.people_out, row.people_refused) == (3, 3, 3, 3)
        assert (row.vehicles_in, row.vehicles_out, row.vehicles_refused, row.vehicles_referred) == (
            1,
            1,
            1,
            0,
        )


def test_all_venues_together_are_kept_too_but_for_entrances(inst: Installation, park: Tenant, mill: Tenant):
    rows = [counted(park), counted(mill), counted(mill, hour=10), counted(mill, entries=-1)]
    for row in rows:
        inst.write(lambda connection, row=row: store.added(connection, {key_of(row): numbers_of(row)}))
    asked = select(day_counts.c.kind, day_counts.c.value, day_counts.c.entries)
    asked = asked.where(day_counts.c.venue_id == store.EVERYWHERE)
    found = inst.read(lambda connection: connection.execute(asked).all())
    assert {row.kind for row in found} == set(KINDS) - {"entrance"}
    hours = {row.value: row.entries for row in found if row.kind == "hour"}
    ways = {row.value: row.entries for row in found if row.kind == "way"}
    assert sum(hours.values()) == sum(ways.values()) == sum(row["entries"] for row in rows)
    assert hours["10"] == counted(mill)["entries"]
