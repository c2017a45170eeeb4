"""Each question of the desk goes by the index that leads to its answer, on the embedded database."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection

from web.services.installation import Installation
from web.store.filtering import People, Wanted
from web.store.filtering_places import Among
from web.store.searching import found

ONE, FEW, ALL = Among(("v1",)), Among(("v1", "v2", "v3")), Among(None)
BY_VENUE, BY_TIME = (
    "ix_entries_venue_true_time (venue_id=?",
    "SCAN entries USING COVERING INDEX ix_entries_true_time",
)

PLANS = {
    "newest of a venue": (ONE, Wanted(), BY_VENUE),
    "hour of a venue": (ONE, Wanted(from_ms=1, until_ms=2), f"{BY_VENUE} AND true_ms>? AND true_ms<?)"),
    "newest of a few venues": (FEW, Wanted(), BY_VENUE),
    "refused of a venue": (ONE, Wanted(outcomes=("refused",)), BY_VENUE),
    "newest of all": (ALL, Wanted(), BY_TIME),
    "refused of all": (ALL, Wanted(outcomes=("refused",)), "USING INDEX ix_entries_true_time"),
    "a person": (ALL, Wanted(people=People(("p1",))), "ix_entry_people_visitor_time (visitor_id=?"),
    "a person in a venue": (
        ONE,
        Wanted(people=People(("p1",))),
        "ix_entry_people_visitor_time (visitor_id=?",
    ),
    "a plate": (ALL, Wanted(people=People((), b"x" * 16)), "ix_entry_people_plate (plate_digest=?)"),
    "a host": (ALL, Wanted(host_digest=b"x" * 16), "ix_entry_people_visit (visit_id=?)"),
    "a fever": (ALL, Wanted(temperature_least=373), "ix_entry_people_warm"),
}


def plan_of(connection: Connection, places: Among, wanted: Wanted, before: tuple[int, str] | None) -> str:
    query = found(places, wanted, before=before, limit=51)
    assert query is not None
    compiled = query.compile(connection, compile_kwargs={"render_postcompile": True})
    values = tuple(compiled.params[name] for name in compiled.positiontup or ())
    steps = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled.string}", values)
    return "\n".join(step.detail for step in steps)


@pytest.mark.parametrize("before", [None, (5, "e")])
@pytest.mark.parametrize("name", PLANS)
def test_a_question_goes_by_its_index(embedded: Installation, name: str, before: tuple[int, str] | None):
    places, wanted, expected = PLANS[name]
    plan = embedded.read(lambda connection: plan_of(connection, places, wanted, before))
    if name == "newest of all" and before is not None:
        expected = "ix_entries_true_time ((true_ms,id)<(?,?))"
    assert expected in plan
    if not wanted.is_pointed and len(places.venue_ids or ()) < 2:
        assert "TEMP B-TREE" not in plan
