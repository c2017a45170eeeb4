"""What an entrance asks for: the layers that were kept over it, merged by the domain."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from domain.inheritance import Effective, Layer, Level, effective
from domain.policy import Policy
from domain.policy_text import fields_from_json
from web.db.connection import Connection, Record
from web.store import policies

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
    kept = policies.in_force(connection, places_over(door), at_ms=at_ms, version=version)
    return effective(_layers(door, kept))


def layers_of(connection: Connection, doors: Sequence[Record]) -> tuple[tuple[Layer, ...], ...]:
    """The layers over each of these entrances now, the widest first."""
    places = sorted({place for door in doors for place in places_over(door)})
    kept = policies.in_force(connection, places)
    return tuple(_layers(door, kept) for door in doors)


def policy_for(connection: Connection, door: Record) -> Policy:
    """The policy in force at an entrance now."""
    return in_force(connection, door).policy


def _layers(door: Record, kept: Mapping[Place, Record]) -> tuple[Layer, ...]:
    layers = [_layer(kept[place], door) for place in places_over(door) if place in kept]
    if door.capacity is not None:
        own = {"capacity": door.capacity}
        layers.append(Layer(Level.VENUE, door.venue_id, door.venue_name, OWN_ROOM, own))
    return tuple(layers)


def _layer(row: Record, door: Record) -> Layer:
    level = Level(row.scope_kind)
    names = {
        Level.ENTERPRISE: door.enterprise_name,
        Level.VENUE: door.venue_name,
        Level.ENTRANCE: door.name,
    }
    return Layer(
        level, row.scope_id, names.get(level, ""), row.version, fields_from_json(json.loads(row.body))
    )
