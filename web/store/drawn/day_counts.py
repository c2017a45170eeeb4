"""The counts of passages along one side at a time, out of the counts by all sides together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from operator import add
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import Insert

from web.db.statements.many import upserted
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
# Where the sums of all venues together stand: a month of a whole town is then read from a few hundred rows.
EVERYWHERE = ""
_KEYS = ("venue_id", "kind", "local_day", "value")
# (venue, local day, hour, entrance, direction, outcome, reason, class, way): the key of `hour_counts`.
HourKey = tuple[str, int, int, str, str, str, str, str, str]
# (venue, kind, local day, value).
SideKey = tuple[str, str, int, str]


def sides(hours: Mapping[HourKey, Sequence[int]]) -> dict[SideKey, list[int]]:
    """The NUMBERS of each value of each side, out of (entries, people, vehicles) by all sides.

    Numbers may be negative: what was taken back is counted again the other way.
    """
    sums: dict[SideKey, list[int]] = {}
    for key, (entries, people, vehicles) in hours.items():
        venue, day, hour, entrance, direction, outcome, reason, visitor_class, way = key
        # Whoever was not let through went nowhere.
        place = direction if outcome == "admitted" else outcome
        of_people, of_vehicles = _PLACES[place]
        for kind, value in (
            ("hour", f"{hour:02}"),
            ("class", visitor_class),
            ("way", way),
            ("entrance", entrance),
            ("reason", f"{outcome} {reason}"),
        ):
            numbers = sums.setdefault((venue, kind, day, value), [0] * len(NUMBERS))
            numbers[0] += entries
            numbers[of_people] += people
            numbers[of_vehicles] += vehicles
    return sums


def added(connection: Connection, hours: Mapping[HourKey, Sequence[int]]) -> None:
    """Add what is added to `hour_counts`."""
    of_venues = sides(hours)
    rows = {key: numbers for key, numbers in (of_venues | _together(of_venues)).items() if any(numbers)}
    if not rows:
        return
    adding = _adding(connection.dialect.name)
    upserted(connection, adding, [*_KEYS, *NUMBERS], ((*key, *rows[key]) for key in sorted(rows)))


@cache
def _adding(dialect: str) -> Insert:
    new: Any = (postgresql if dialect == "postgresql" else sqlite).insert(day_counts)
    more = {name: day_counts.c[name] + new.excluded[name] for name in NUMBERS}
    adding: Insert = new.on_conflict_do_update(index_elements=list(_KEYS), set_=more)
    return adding


def _together(of_venues: Mapping[SideKey, Sequence[int]]) -> dict[SideKey, list[int]]:
    """The same of all venues; by entrance there is nothing that two venues have in common."""
    sums: dict[SideKey, list[int]] = {}
    for (_, kind, day, value), numbers in of_venues.items():
        if kind != "entrance":
            here = sums.setdefault((EVERYWHERE, kind, day, value), [0] * len(NUMBERS))
            here[:] = map(add, here, numbers)
    return sums


_PLACES = {
    place: (NUMBERS.index(f"people_{place}"), NUMBERS.index(f"vehicles_{place}"))
    for place in ("in", "out", "refused", "referred")
}
