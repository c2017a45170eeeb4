"""Entries put straight into the log, and what is drawn from it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import insert, select

from domain.entry import uuid7
from web.db.tables import hour_counts, spreads, stays, venue_days, venues
from web.services.installation import Installation
from web.store.drawn import projecting
from web.store.logs import log
from web.store.passing import entries

MINUTE, DAY = 60_000, 86_400_000


@dataclass(frozen=True)
class Made:
    """An entry as the log has it."""

    id: str
    device: str
    seq: int
    venue: str
    who: str
    inward: bool
    true_ms: int
    outcome: str = "admitted"
    reason: str = "welcome"
    way: str = "kiosk"
    corrects: str = ""
    people: int = 1
    has_plate: bool = False
    of_class: str = "visitor"


def venue(
    inst: Installation, enterprise: str, name: str, zone: str, ends: int, *, surrounds: bool = False
) -> None:
    """A venue whose days end at a minute."""
    row = {"id": name, "enterprise_id": enterprise, "name": name, "address": "a", "kind": "office"}
    row |= {"state": "open", "time_zone": zone, "created_ms": 0, "stays_end_minute": ends}
    row |= {"surrounds": int(surrounds)}
    inst.write(lambda c: c.execute(insert(venues).values(**row)))


def entry_id(at_ms: int, name: str) -> str:
    return uuid7(at_ms, hashlib.sha256(name.encode()).digest())


def appended(inst: Installation, made: Sequence[Made]) -> None:
    """Keep entries with leaves; nobody gives them their index yet."""
    if not made:
        return
    rows: list[dict[str, object]] = [
        {
            "id": one.id,
            "device": one.device,
            "seq": one.seq,
            "venue_id": one.venue,
            "entrance_id": one.venue + " door",
            "direction": "in" if one.inward else "out",
            "at_ms": one.true_ms,
            "received_ms": one.true_ms,
            "outcome": one.outcome,
            "reason": one.reason,
            "presence": "staff",
            "way": one.way,
            "policy_version": 1,
            "bundle_seq": 1,
            "clock": "{}",
            "content_hash": bytes(32),
            "corrects": one.corrects,
            "true_ms": one.true_ms,
            "people": one.people,
        }
        for one in made
    ]
    people: list[dict[str, object]] = [
        {
            "entry_id": one.id,
            "visitor_id": one.who,
            "at_ms": one.true_ms,
            "salt": bytes(32),
            "record_sealed": b"",
            "visitor_class": one.of_class,
            "plate_digest": bytes(16) if one.has_plate else None,
        }
        for one in made
    ]
    new: list[dict[str, object]] = [{"kind": "entry", "ref": one.id, "body": one.id.encode()} for one in made]
    inst.write(lambda c: entries.appended(c, rows, people, new))


def sequenced(inst: Installation, most: int = 100_000) -> None:
    """Give waiting leaves their index, without the cryptography."""

    def work(connection: projecting.Connection) -> None:
        start = log.size(connection)
        waiting = log.unsequenced(connection, most)
        log.sequenced(connection, [(start + nth, row.id, bytes(32)) for nth, row in enumerate(waiting)])

    inst.write(work)


def tables(inst: Installation, of_venues: Sequence[str]) -> dict[str, object]:
    """What is drawn of these venues, without what adds up to nothing."""

    def work(connection: projecting.Connection) -> dict[str, object]:
        found: dict[str, object] = {}
        for table in (stays, venue_days, hour_counts, spreads):
            rows = connection.execute(select(table).where(table.c.venue_id.in_(of_venues)))
            kept = [tuple(row) for row in rows]
            if table in (hour_counts, spreads):
                kept = [row for row in kept if row[-1] or row[-2] or (table is hour_counts and row[-3])]
                kept = [row for row in kept if table is hour_counts or row[-1]]
            found[table.name] = sorted(kept)
        return found

    return inst.read(work)
