"""One day of the town as its gates would send it: morning, noon, evening, some exits that nobody scanned."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from typing import Final, NamedTuple

from bench.query.town import Town, Venue, visitor_id
from domain.decision import Decision, Outcome, Presence
from domain.entry import Clock, Entry, PrivateRecord, Way, entry_of, uuid7
from domain.reason import Reason
from domain.venue import Direction

_MINUTE_MS: Final = 60_000
_HOUR_MS: Final = 60 * _MINUTE_MS
_PLATES: Final = "京沪粤苏浙鲁川"
# When people come, go for lunch, come back and leave: hour of the day and its spread.
_HOURS: Final = ((8.4, 0.7), (12.1, 0.4), (13.4, 0.3), (18.0, 0.9))
# A passage on average each: in, out for lunch, in again, out.
PASSAGES_OF_EACH: Final = 3.7


class Passage(NamedTuple):
    """Somebody, by number, at one of the two doors of a venue; Unix milliseconds."""

    at_ms: int
    venue: Venue
    door: int
    number: int
    direction: Direction


def entries_of(town: Town, midnight_ms: int, count: int, seed: int) -> list[Entry]:
    """`count` entries of a day that began at `midnight_ms`, in the order of time, numbered by device."""
    chance = random.Random(seed)  # noqa: S311
    passages = sorted(_passages(town, midnight_ms, chance), key=lambda passage: passage.at_ms)[:count]
    numbers: dict[str, int] = {}
    made: list[Entry] = []
    for passage in passages:
        device = passage.venue.devices[passage.door]
        numbers[device] = numbers.get(device, 0) + 1
        made.append(entry_at(passage, device, numbers[device], chance))
    return made


def _passages(town: Town, midnight_ms: int, chance: random.Random) -> Iterator[Passage]:
    """Everybody's day, one after another."""
    for number in range(town.people):
        home = town.home_of(number)
        venue = home if chance.random() < 0.9 else chance.choice(town.venues)
        hours = sorted(chance.gauss(middle, width) for middle, width in _HOURS)
        for nth, hour in enumerate(hours):
            if nth == 3 and chance.random() < 0.3:
                continue  # went home without scanning
            at_ms = midnight_ms + int(min(max(hour, 0.1), 23.9) * _HOUR_MS)
            direction = Direction.OUT if nth % 2 else Direction.IN
            yield Passage(at_ms, venue, chance.randrange(2), number, direction)


def entry_at(passage: Passage, device: str, seq: int, chance: random.Random) -> Entry:
    """What a device would send of a passage; few are refused, feverish or in a vehicle."""
    at_ms, venue, door, number, direction = passage
    luck = chance.random()
    said = Reason.GOODBYE if direction is Direction.OUT else Reason.WELCOME
    decision = Decision(Outcome.ADMITTED, said, Presence.ROTATING)
    temperature = chance.randrange(358, 372) if chance.random() < 0.5 else None
    if direction is Direction.IN and luck < 0.02:
        decision = Decision(Outcome.REFUSED, Reason.CLASS_NOT_ACCEPTED, Presence.ROTATING)
    elif direction is Direction.IN and luck < 0.03:
        decision, temperature = Decision(Outcome.REFERRED, Reason.TEMPERATURE_HIGH, Presence.ROTATING), 379
    made = entry_of(
        decision,
        identity=uuid7(at_ms, chance.randbytes(10)),
        device=device,
        seq=seq,
        venue=venue.id,
        entrance=venue.entrances[door],
        direction=direction,
        at_ms=at_ms,
        way=Way.KIOSK if luck < 0.85 else Way.POSTER,
        policy_version=1,
        bundle_seq=1,
        clock=Clock("boot-1", at_ms % 10**9, 0, 0),
    )
    plate = f"{chance.choice(_PLATES)}A{number % 100_000:05d}" if number % 20 == 0 else ""
    private = PrivateRecord(visitor_id(number), "", temperature, plate)
    return replace(made, private=private)
