"""Counts along one side at a time say what the finest counts say."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, insert, select

from tests.web.tenants import Tenant
from web.db.tables import day_counts, hour_counts
from web.services.installation import Installation
from web.store import day_counts as store

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
    found = store.sides(rows)
    for kind in KINDS:
        side = [row for row in found if row["kind"] == kind]
        assert {name: sum(row[name] for row in side) for name in store.NUMBERS} == totals(rows)
    keys = [(row["venue_id"], row["kind"], row["local_day"], row["value"]) for row in found]
    assert len(set(keys)) == len(keys)


def counted(**changes: Any) -> dict[str, Any]:
    row = {
        "venue_id": "v",
        "local_day": 20_000,
        "local_hour": 9,
        "entrance_id": "e",
        "direction": "in",
        "outcome": "admitted",
        "reason": "welcome",
        "visitor_class": "visitor",
        "way": "kiosk",
        "entries": 1,
        "people": 3,
        "vehicles": 1,
    }
    return row | changes


def test_what_is_added_later_is_added_to_what_is_there(inst: Installation, park: Tenant):
    first = [counted(venue_id=park.venue), counted(venue_id=park.venue, outcome="refused", reason="on_hold")]
    again = [counted(venue_id=park.venue, local_hour=10), counted(venue_id=park.venue, direction="out")]
    taken_back = [counted(venue_id=park.venue, entries=-1, people=-3, vehicles=-1)]
    for rows in (first, again, taken_back):
        inst.write(lambda connection, rows=rows: store.added(connection, rows))
    columns = [func.sum(day_counts.c[name]).label(name) for name in store.NUMBERS]
    asked = select(day_counts.c.kind, *columns).group_by(day_counts.c.kind)
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


def test_the_same_rows_fit_both_tables(inst: Installation, park: Tenant):
    rows = [counted(venue_id=park.venue)]
    inst.write(lambda c: (c.execute(insert(hour_counts), rows), store.added(c, rows)))
    assert inst.read(lambda c: c.scalar(select(func.count()).select_from(day_counts))) == len(KINDS)
