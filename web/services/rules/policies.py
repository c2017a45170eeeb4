"""What an entrance asks for: the layers that were kept over it, merged by the domain."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache

from domain.inheritance import Effective, Layer, Level, effective
from domain.policy import Policy
from domain.policy_text import fields_from_json
from web.db.connecting.connection import Connection, Record
from web.services.installation import Installation
from web.store import policies
from web.store.passing import at_the_door

Place = policies.Place
# What a venue says of its own room was never a version of a policy; those begin at 2.
OWN_ROOM = 1


def places_over(door: Record) -> tuple[Place, ...]:
    """Where an entrance's layers can be, the widest first; `door` is a row of `places.entrance_row`."""
    return (
        *((Level.AREA.value, area) for area in door.area_path.strip("/").split("/")),
        (Level.ENTERPRISE.value, door.enterprise_id),
        (Level.VENUE.value, door.venue_id),
        (Level.ENTRANCE.value, door.id),
    )


def in_force(
    connection: Connection, door: Record, *, at_ms: int | None = None, version: int | None = None
) -> Effective:
    """The policy of an entrance now, as it was at a time, or as a number says that an entry names."""
    over = places_over(door)
    if version is None:
        kept: Mapping[Place, Record] = at_the_door.layers(connection, over, at_ms)
    else:
        kept = policies.in_force(connection, over, version=version)
    return _effective(door, over, kept)


def in_force_now(connection: Connection, inst: Installation, door: Record, now_ms: int) -> Effective:
    """As `in_force` at this moment, of a row of `at_the_door.poster`, mostly without a question.

    Every new layer takes a number, and a restored database numbers bundles anew: what was read of an
    entrance's layers is good as long as both are the same.
    """
    over, as_of = places_over(door), (door.policies_seq, door.bundle_seq)
    kept = inst.layers.get(over, as_of)
    if kept is None:
        kept = at_the_door.layers(connection, over, None)
        if any(row.created_ms > now_ms for row in kept.values()):
            # Made by a machine whose clock is ahead of this one's.
            return in_force(connection, door, at_ms=now_ms)
        inst.layers.keep(over, as_of, kept)
    return _effective(door, over, kept)


def _effective(door: Record, over: tuple[Place, ...], kept: Mapping[Place, Record]) -> Effective:
    rows = tuple((*place, row.version, row.body) for place in over if (row := kept.get(place)) is not None)
    return _merged(door.name, door.venue_id, door.venue_name, door.enterprise_name, door.capacity, rows)


@lru_cache(maxsize=4096)
def _merged(
    name: str, venue_id: str, venue_name: str, enterprise_name: str, capacity: int | None,
    rows: tuple[tuple[str, str, int, str], ...],
) -> Effective:  # fmt: skip
    """A version of a layer never changes: what was merged once is merged."""
    names = {Level.ENTERPRISE: enterprise_name, Level.VENUE: venue_name, Level.ENTRANCE: name}
    layers = [_layer(row, names) for row in rows]
    return effective([*layers, *_own_room(capacity, venue_id, venue_name)])


def layers_of(connection: Connection, doors: Sequence[Record]) -> tuple[tuple[Layer, ...], ...]:
    """The layers over each of these entrances now, the widest first."""
    places = sorted({place for door in doors for place in places_over(door)})
    kept = policies.in_force(connection, places)
    return tuple(_layers(door, kept) for door in doors)


def policy_for(connection: Connection, door: Record) -> Policy:
    """The policy in force at an entrance now."""
    return in_force(connection, door).policy


def _layers(door: Record, kept: Mapping[Place, Record]) -> tuple[Layer, ...]:
    names = {
        Level.ENTERPRISE: door.enterprise_name,
        Level.VENUE: door.venue_name,
        Level.ENTRANCE: door.name,
    }
    rows = [(*place, kept[place]) for place in places_over(door) if place in kept]
    layers = [_layer((kind, identity, row.version, row.body), names) for kind, identity, row in rows]
    return (*layers, *_own_room(door.capacity, door.venue_id, door.venue_name))


def _own_room(capacity: int | None, venue_id: str, venue_name: str) -> tuple[Layer, ...]:
    if capacity is None:
        return ()
    return (Layer(Level.VENUE, venue_id, venue_name, OWN_ROOM, {"capacity": capacity}),)


def _layer(row: tuple[str, str, int, str], names: Mapping[Level, str]) -> Layer:
    kind, identity, version, body = row
    level = Level(kind)
    return Layer(level, identity, names.get(level, ""), version, fields_from_json(json.loads(body)))
