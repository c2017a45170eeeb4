"""How fast gates' entries are taken, in batches as gates send them, beside a database that has none yet."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from bench.clocks import Clocks
from bench.query import day
from bench.query.town import VENUES, Town, Venue, without_gate
from domain.enrolment import parsed_enrolment
from domain.entry_wire import entry_json
from domain.venue import Direction
from web.services.gates import gates, ingest
from web.services.gates.gates import Gate
from web.services.installation import Installation
from web.services.passing.recording import Receipt
from web.store.desk import searching
from web.store.desk.filtering import Wanted
from web.store.scope import PROGRAM

_GATES: Final = 8
_BETWEEN_MS: Final = 2_000
# More than the entries of a run take from first to last.
_HOURS_MS: Final = 2 * 3_600_000


def taken_per_s(
    first: tuple[Installation, Town],
    second: tuple[Installation, Town],
    batches: int,
    clocks: Clocks,
    began_ms: int,
) -> list[int]:
    """Entries a second in each of two installations, batch by batch in turn: both meet the same machine.

    The gates were cut off and are heard of what happened there from `began_ms` on, when all of it is over.
    """
    first, second = ((_later(inst, began_ms + _HOURS_MS), town) for inst, town in (first, second))
    # The same in both, others each time: a town that is kept should not hear of the same people twice.
    seed, both = clocks.now(), (first, second)
    free = set.intersection(*(set(without_gate(inst, town, _GATES)) for inst, town in both))
    numbers = random.Random(seed).sample(sorted(free), _GATES)  # noqa: S311
    sides = [(inst, _sent(inst, town, numbers, seed, began_ms)) for inst, town in both]
    took = [0.0, 0.0]
    # The first batch of each gate fills caches and is left out: a gate that sends has sent before.
    for nth in range(batches + _GATES):
        for side, (inst, sent) in enumerate(sides):
            gate, batch = next(sent)
            began = clocks.seconds()
            done = ingest.ingest(inst, gate, batch)
            took[side] += clocks.seconds() - began if nth >= _GATES else 0
            if any(result.status is not Receipt.STORED for result in done.results):
                raise RuntimeError(f"an entry was not taken: {done.results[0]}")
    return [round(batches * ingest.ENTRIES_MOST / one) for one in took]


def since_the_newest(inst: Installation) -> int:
    """When everything that was heard is over, so that entries from then on are the newest of all.

    In a town that is kept this may be later than now: a run brings more hours than it takes.
    """
    [newest] = inst.read(lambda connection: searching.page(connection, PROGRAM, Wanted(), limit=1))
    return int(newest.true_ms) + 1


def _later(inst: Installation, at_ms: int) -> Installation:
    """The same, by a clock that shows at least `at_ms`: what an earlier run brought is over there too.

    By the real one a second run would lay its entries among those of the first, on twice as many pages.
    """
    return replace(inst, now_ms=lambda: max(inst.now_ms(), at_ms))


def _sent(
    inst: Installation, town: Town, numbers: Sequence[int], seed: float, began_ms: int
) -> Iterator[tuple[Gate, list[object]]]:
    """Batches without end: gate after gate, at these venues, sends what happened from `began_ms` on."""
    chance, nth = random.Random(seed), 0  # noqa: S311
    venues = [town.venues[number] for number in numbers]
    enrolled = [_enrolled(inst, town, venue) for venue in venues]
    while True:
        for gate, venue in zip(enrolled, venues, strict=True):
            seq = nth * ingest.ENTRIES_MOST + 1
            yield (
                gate,
                [
                    _item(town, venue, gate, seq + n, began_ms + (seq + n) * _BETWEEN_MS, chance)
                    for n in range(ingest.ENTRIES_MOST)
                ],
            )
        nth += 1


def _enrolled(inst: Installation, town: Town, venue: Venue) -> Gate:
    shown = gates.new_enrolment(inst, town.root, venue.entrances[0])
    got = gates.enrol(inst, parsed_enrolment(shown.text).token, "gate", "1.0")
    return Gate(got.kiosk_id, got.entrance_id, got.venue_id)


def _item(town: Town, venue: Venue, gate: Gate, seq: int, at_ms: int, chance: random.Random) -> object:
    direction = chance.choice((Direction.IN, Direction.OUT))
    # Nine of ten are seen there every day, as in the town's own days.
    whom = chance.randrange(town.people)
    if chance.random() < 0.9:
        whom = whom // VENUES * VENUES + town.venues.index(venue)
    passage = day.Passage(at_ms, venue, 0, min(whom, town.people - 1), direction)
    return json.loads(json.dumps(entry_json(day.entry_at(passage, gate.id, seq, chance))))
