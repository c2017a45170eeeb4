"""Entries of a park's gate for the bench of the log, made as a gate makes them, as fast as they can be."""

from __future__ import annotations

import random
from collections.abc import Iterator

from domain.decision import Outcome, Presence
from domain.entry import Clock, Entry, PrivateRecord, Way, uuid7
from domain.reason import Reason
from domain.venue import Direction
from web.db.connecting.connection import Connection
from web.services.installation import Installation, new_id
from web.services.passing import recording
from web.services.places import places
from web.store.places import places as place_store
from web.store.scope import PROGRAM, Scope

BATCH = 500
FIRST_MS = 1_795_140_000_000
_EVERY_MS = 2_000


def door(inst: Installation) -> tuple[str, str]:
    """A new venue and its entrance."""
    top = places.root(inst, PROGRAM)
    path = inst.write(lambda connection: place_store.area_added(connection, new_id(), "East", top))
    scope = Scope(area_path=path)
    enterprise = places.create_enterprise(inst, scope, "Park Ltd")
    staff = Scope(enterprise_id=enterprise)
    venue = places.create_venue(inst, staff, enterprise, name="Park", address="1 Park Road")
    return venue, places.create_entrance(inst, staff, venue, "North gate")


def made(count: int, venue: str, entrance: str, seed: int = 1) -> Iterator[list[Entry]]:
    """Batches of different entries, each of somebody with a code, a name and a phone."""
    chance = random.Random(seed)  # noqa: S311 - the same entries each time, and no secret
    for start in range(0, count, BATCH):
        yield [_entry(chance, n, venue, entrance) for n in range(start, min(count, start + BATCH))]


def recorded(inst: Installation, count: int) -> None:
    """Keep entries as `ingest` does: rows, sealed records and leaves, in transactions of 500."""
    venue, entrance = door(inst)
    for batch in made(count, venue, entrance):

        def work(connection: Connection, batch: list[Entry] = batch) -> None:
            recording.record(connection, inst.cipher, batch, batch[-1].at_ms + 1_000)

        inst.write(work)


def _entry(chance: random.Random, number: int, venue: str, entrance: str) -> Entry:
    at_ms = FIRST_MS + number * _EVERY_MS
    outcome = chance.choices((Outcome.ADMITTED, Outcome.REFUSED), (95, 5))[0]
    reason = Reason.WELCOME if outcome is Outcome.ADMITTED else Reason.CODE_EXPIRED
    private = PrivateRecord(
        visitor_id=f"v{chance.randrange(100_000)}", cti=chance.randbytes(16).hex(), name="王小明",
        phone=f"+8613{chance.randrange(10**9):09}", temperature_tenths=365,
    )  # fmt: skip
    return Entry(
        uuid7(at_ms, chance.randbytes(10)), "bench-gate", number + 1, venue, entrance,
        chance.choice((Direction.IN, Direction.OUT)), at_ms, outcome, reason, Presence.ROTATING, Way.KIOSK,
        1, 1, Clock("boot-1", number * _EVERY_MS, 0, 0), private,
    )  # fmt: skip
