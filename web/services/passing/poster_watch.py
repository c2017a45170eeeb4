"""Watches over posters: one that many networks use at once may be going round as a photograph (V5)."""

from __future__ import annotations

from domain.alert import AlertKind
from web.db.connecting.connection import Connection, Record
from web.services.findings import finding
from web.services.findings.finding import Found
from web.services.installation import Installation
from web.services.signing_in.networks import network_of
from web.store.passing import poster_uses
from web.store.places import places
from web.store.scope import PROGRAM

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
KEPT_MS = 8 * DAY_MS
# What was usual is told by days before: a rush must not become the measure of itself.
_BEFORE_MS = 20 * HOUR_MS
_KNOWN_MS = 3 * DAY_MS

# Phones on mobile data reach us from a few dozen networks of their carriers, those on the venue's Wi-Fi from
# one. A poster with a past may have thrice its busiest hour; a new one has none to go by, and gets more room.
NETWORKS_LEAST, NETWORKS_LEAST_NEW, NETWORKS_TIMES = 40, 100, 3
USES_LEAST, USES_TIMES = 600, 5
_LOOK_EVERY = 50
_NETWORK_BYTES = 8
_V4_PREFIX, _V6_PREFIX = 24, 48


def use_of(inst: Installation, poster_id: str, address: str, now_ms: int) -> poster_uses.Use:
    """The use of a poster (its id in hex) from an address now.

    Of the address nothing is kept but a keyed digest of its block (/24, /48), under another key every day.
    """
    return poster_uses.Use(poster_id, now_ms - now_ms % HOUR_MS, _network(inst, address, now_ms))


def asks_to_look(times: int) -> bool:
    """Whether the poster has to be `looked` at, after so many uses by one network in an hour."""
    # A network that is new this hour may be one too many; the same again, only now and then.
    return times == 1 or times % _LOOK_EVERY == 0


def looked(connection: Connection, use: poster_uses.Use, now_ms: int) -> None:
    """Raise an alert if this use of a poster was one too many."""
    # With the hour before: fifty networks in the minutes around a full hour are fifty.
    seen = poster_uses.within(connection, use.poster_id, use.hour_ms - HOUR_MS)
    if seen.networks < NETWORKS_LEAST and seen.uses < USES_LEAST:
        return
    usual = poster_uses.usual(connection, use.poster_id, now_ms - _BEFORE_MS)
    if not _is_strange(seen, usual, now_ms):
        return
    row = places.poster_row(connection, PROGRAM, poster_id=use.poster_id)
    door = places.entrance_row(connection, PROGRAM, row.entrance_id) if row else None
    if row is not None and door is not None:
        finding.raised(connection, [_found(row, door, seen, usual, now_ms)], now_ms)


def forget_old(inst: Installation) -> int:
    """Forget what is older than is looked back on; how many rows."""
    before_ms = inst.now_ms() - KEPT_MS
    return inst.write(lambda connection: poster_uses.forgotten(connection, before_ms))


def _network(inst: Installation, address: str, now_ms: int) -> bytes:
    block = network_of(address, _V4_PREFIX, _V6_PREFIX)
    return inst.cipher.digest(f"poster network {now_ms // DAY_MS}", block)[:_NETWORK_BYTES]


def _is_strange(seen: Record, usual: Record, now_ms: int) -> bool:
    is_known = usual.first_ms is not None and usual.first_ms <= now_ms - _KNOWN_MS
    least = NETWORKS_LEAST if is_known else NETWORKS_LEAST_NEW
    if seen.networks >= max(least, NETWORKS_TIMES * usual.networks):
        return True
    return is_known and seen.uses >= max(USES_LEAST, USES_TIMES * usual.uses)


def _found(row: Record, door: Record, seen: Record, usual: Record, now_ms: int) -> Found:
    return Found(
        # One a day: the alert of today is not asked for again by every further visitor.
        f"{AlertKind.POSTER_ELSEWHERE}:{row.id}:{now_ms // DAY_MS}",
        AlertKind.POSTER_ELSEWHERE,
        door.venue_id,
        evidence={
            "entrance": door.name,
            "entrance_id": door.id,
            "poster_id": row.id,
            "serial": row.serial,
            "uses": int(seen.uses),
            "networks": int(seen.networks),
            "usual": int(usual.networks),
        },
    )
