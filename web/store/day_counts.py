"""The counts of passages along one side at a time, added to as entries are projected."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite

from web.db.tables import day_counts

NUMBERS = (
    "entries",
    "people_in",
    "people_out",
    "people_refused",
    "people_referred",
    "vehicles_in",
    "vehicles_out",
    "vehicles_refused",
    "vehicles_referred",
)
_KEYS = ("venue_id", "kind", "local_day", "value")
_Key = tuple[str, str, int, str]


def sides(counted: Iterable[Mapping[str, Any]]) -> list[dict[str, object]]:
    """Rows of `day_counts` that say what rows of `hour_counts` say, one for each value of each side.

    Numbers may be negative: what was taken back is counted again the other way.
    """
    sums: dict[_Key, list[int]] = {}
    for row in counted:
        outcome = row["outcome"]
        place = row["direction"] if outcome == "admitted" else outcome
        people, vehicles = NUMBERS.index(f"people_{place}"), NUMBERS.index(f"vehicles_{place}")
        for kind, value in _values(row):
            key = (row["venue_id"], kind, row["local_day"], value)
            numbers = sums.setdefault(key, [0] * len(NUMBERS))
            numbers[0] += row["entries"]
            numbers[people] += row["people"]
            numbers[vehicles] += row["vehicles"]
    return [
        dict(zip((*_KEYS, *NUMBERS), (*key, *numbers), strict=True)) for key, numbers in sorted(sums.items())
    ]


def _values(row: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    return (
        ("hour", f"{row['local_hour']:02}"),
        ("class", row["visitor_class"]),
        ("way", row["way"]),
        ("entrance", row["entrance_id"]),
        ("reason", f"{row['outcome']} {row['reason']}"),
    )


def added(connection: Connection, counted: Iterable[Mapping[str, Any]]) -> None:
    """Add what rows of `hour_counts` came to: the same rows, as they were added to that table."""
    rows = sides(counted)
    if not rows:
        return
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    new = dialect.insert(day_counts)
    more = {name: day_counts.c[name] + new.excluded[name] for name in NUMBERS}
    connection.execute(new.on_conflict_do_update(index_elements=list(_KEYS), set_=more), rows)
