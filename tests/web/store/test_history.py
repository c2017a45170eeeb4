"""What stands beside a visitor's passages costs as much as there is of it, however busy their day."""

from __future__ import annotations

from itertools import count

from sqlalchemy import Connection, insert

from web.db.statements.prepared import driver_of
from web.db.tables import entries, entry_people
from web.services.installation import Installation
from web.store.people import history

_IDS = count(1)


def passed(connection: Connection, venue: str, at_ms: int, device: str) -> None:
    """Let the courier in."""
    identity = f"00000000-0000-7000-8000-{next(_IDS):012}"
    row = {
        "id": identity, "device": device, "seq": next(_IDS), "venue_id": venue, "entrance_id": "d",
        "direction": "in", "at_ms": at_ms, "true_ms": at_ms, "received_ms": at_ms, "outcome": "admitted",
        "reason": "welcome", "presence": "static", "way": "kiosk", "policy_version": 1, "bundle_seq": 1,
        "clock": "{}", "content_hash": b"h",
    }  # fmt: skip
    connection.execute(insert(entries).values(**row))
    whose = {
        "entry_id": identity,
        "visitor_id": "courier",
        "at_ms": at_ms,
        "salt": b"s",
        "record_sealed": b"",
    }
    connection.execute(insert(entry_people).values(**whose))


def steps_of_a_day(connection: Connection, times: int, day_ms: int) -> int:
    """How many hundreds of SQLite's steps one question takes where they came `times` and went on as often."""
    for nth in range(times):
        passed(connection, "park", day_ms + nth, "gate")
        passed(connection, "mill", day_ms + times + nth, "other gate")
    steps, driver = count(), driver_of(connection)
    driver.set_progress_handler(lambda: next(steps) < 0, 100)
    last_ms = day_ms + times - 1
    span = ("courier", last_ms - 4, last_ms)
    found = history.passages(connection, "park", [span], "desk", day_ms, day_ms + 2 * times)
    driver.set_progress_handler(None, 0)
    assert [row.true_ms - last_ms for row in found] == list(range(-5, 1))
    return next(steps)


def test_a_day_that_is_twice_as_busy_does_not_cost_four_times_as_much(embedded: Installation):
    def both(connection: Connection) -> tuple[int, int]:
        return steps_of_a_day(connection, 200, 0), steps_of_a_day(connection, 400, 86_400_000)

    once, twice = embedded.write(both)
    assert twice < 3 * once
