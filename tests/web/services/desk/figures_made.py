"""Counts as the projection keeps them, put there directly."""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import insert

from tests.web.tenants import Tenant
from web.db.tables import hour_counts, spreads, stays, venue_days
from web.services.installation import Installation
from web.store.drawn import day_counts

# 2026-11-20, a Friday: the day on which the tests' clock starts.
TODAY = 20_777


def counted(there: Tenant, day: int = TODAY, hour: int = 9, **changes: Any) -> dict[str, Any]:
    """Three people who came in one vehicle, unless told otherwise."""
    row = {
        "venue_id": there.venue,
        "local_day": day,
        "local_hour": hour,
        "entrance_id": there.entrance,
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


def key_of(row: dict[str, Any]) -> day_counts.HourKey:
    """Where a row stands in `hour_counts`."""
    names = ("venue_id", "local_day", "local_hour", "entrance_id", "direction", "outcome", "reason")
    key: Any = tuple(row[name] for name in (*names, "visitor_class", "way"))
    return cast(day_counts.HourKey, key)


def numbers_of(row: dict[str, Any]) -> list[int]:
    """What is counted there."""
    return [row["entries"], row["people"], row["vehicles"]]


def kept(inst: Installation, *rows: dict[str, Any]) -> None:
    """Keep them in both tables of counts, and the days of their venues."""
    days = {(row["local_day"], row["venue_id"]): [0, 0] for row in rows}
    for row in rows:
        sums = days[row["local_day"], row["venue_id"]]
        sums[0] += row["entries"]
        sums[1] += row["entries"] if row["reason"] == "temperature_high" else 0

    def work(connection: Any) -> None:
        connection.execute(insert(hour_counts), list(rows))
        day_counts.added(connection, {key_of(row): numbers_of(row) for row in rows})
        connection.execute(
            insert(venue_days),
            [
                {
                    "local_day": day,
                    "venue_id": venue,
                    "entries": entries,
                    **dict.fromkeys(("people_in", "people_out", "vehicles", "refused", "referred"), 0),
                    "feverish": feverish,
                    "first_ms": day * 86_400_000,
                    "last_ms": day * 86_400_000 + 3_600_000,
                }
                for (day, venue), (entries, feverish) in days.items()
            ],
        )

    inst.write(work)


def spread_kept(inst: Installation, there: Tenant, kind: str, way: str, *seen: tuple[int, int]) -> None:
    """Keep how often something took so long."""
    rows = [
        {
            "kind": kind,
            "venue_id": there.venue,
            "local_day": TODAY,
            "way": way,
            "bucket": bucket,
            "times": times,
        }
        for bucket, times in seen
    ]
    inst.write(lambda connection: connection.execute(insert(spreads), rows))


def stay_kept(inst: Installation, there: Tenant, name: str, people: int, **changes: Any) -> None:
    """Keep a stay that is not over."""
    row = {
        "entry_id": name,
        "venue_id": there.venue,
        "visitor_id": name,
        "entrance_id": there.entrance,
        "in_ms": inst.now_ms(),
        "people": people,
    }
    inst.write(lambda connection: connection.execute(insert(stays).values({**row, **changes})))
