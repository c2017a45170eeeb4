"""The counts of passages along one side at a time, out of the counts by all sides together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite

from web.db.many import upserted
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
    rows = {key: numbers for key, numbers in sides(hours).items() if any(numbers)}
    if not rows:
        return
    new = (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(day_counts)
    more = {name: day_counts.c[name] + new.excluded[name] for name in NUMBERS}
    adding = new.on_conflict_do_update(index_elements=list(_KEYS), set_=more)
    upserted(connection, adding, [*_KEYS, *NUMBERS], ((*key, *rows[key]) for key in sorted(rows)))


_PLACES = {
    place: (NUMBERS.index(f"people_{place}"), NUMBERS.index(f"vehicles_{place}"))
    for place in ("in", "out", "refused", "referred")
}
