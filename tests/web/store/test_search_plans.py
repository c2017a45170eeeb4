"""Each question of the desk goes by the index that leads to its answer, on the embedded database."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Connection, Select

from web.services.installation import Installation
from web.store.desk.filtering import People, Wanted
from web.store.desk.filtering_places import Among
from web.store.desk.searching import found, newest

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
    "a person of a class": (
        ALL,
        Wanted(people=People(("p1",)), classes=("courier",)),
        "ix_entry_people_visitor_time (visitor_id=?",
    ),
    "couriers": (ALL, Wanted(classes=("courier",)), "ix_entry_people_class_time (visitor_class=?"),
    "two classes": (
        ALL,
        Wanted(classes=("courier", "resident")),
        "ix_entry_people_class_time (visitor_class=?",
    ),
    "couriers on paper": (ALL, Wanted(classes=("courier",), ways=("paper",)), "ix_entries_way_time (way=?"),
    "revoked codes": (ALL, Wanted(reasons=("code_revoked",)), "ix_entries_reason_time (reason=?"),
    "welcome or revoked": (
        ALL,
        Wanted(reasons=("welcome", "code_revoked")),
        "USING INDEX ix_entries_true_time",
    ),
    "by the poster": (ALL, Wanted(ways=("poster", "paper")), "ix_entries_way_time (way=?"),
    "a plate": (ALL, Wanted(people=People((), (b"x" * 16,))), "ix_entry_people_plate (plate_digest=?)"),
    "a host": (ALL, Wanted(host_digests=(b"x" * 16,)), "ix_entry_people_visit (visit_id=?)"),
    "a fever": (ALL, Wanted(temperature_least=373), "ix_entry_people_warm"),
}


SEVERAL = {"two classes", "by the poster", "newest of a few venues"}
# What is told is read in the order of the index too, and not looked up after.
STRAIGHT = {"newest of a venue", "hour of a venue", "refused of a venue", "a person", "a person of a class"}


def plan_of(connection: Connection, query: Select[Any] | None) -> str:
    assert query is not None
    compiled = query.compile(connection, compile_kwargs={"render_postcompile": True})
    values = tuple(compiled.params[name] for name in compiled.positiontup or ())
    steps = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled.string}", values)
    return "\n".join(step.detail for step in steps)


@pytest.mark.parametrize("before", [None, (5, "e")])
@pytest.mark.parametrize("name", PLANS)
def test_a_question_goes_by_its_index(embedded: Installation, name: str, before: tuple[int, str] | None):
    places, wanted, expected = PLANS[name]
    chosen, told = (
        embedded.read(lambda c, made=made: plan_of(c, made(places, wanted, before=before, limit=51)))
        for made in (found, newest)
    )
    if name == "newest of all" and before is not None:
        expected = "ix_entries_true_time ((true_ms,id)<(?,?))"
    assert expected in chosen
    assert expected in told
    if name not in SEVERAL and not wanted.is_pointed:
        assert "TEMP B-TREE" not in chosen
    if name in STRAIGHT:
        assert "TEMP B-TREE" not in told


def test_the_newest_of_all_are_not_looked_for_venue_by_venue(embedded: Installation):
    def asked(connection: Connection) -> str:
        connection.exec_driver_sql("ANALYZE")
        # What its daily look notes of a town: once venues are told to be few, it would begin with them.
        few = ("venues", "sqlite_autoindex_venues_1", "256 1")
        connection.exec_driver_sql("INSERT INTO sqlite_stat1 VALUES (?, ?, ?)", few)
        connection.exec_driver_sql("ANALYZE sqlite_schema")
        return plan_of(connection, newest(ALL, Wanted(), limit=51))

    plan = embedded.write(asked)
    assert "SEARCH entries USING INDEX sqlite_autoindex_entries_1 (id=?)" in plan
    assert "SCAN venues" not in plan
