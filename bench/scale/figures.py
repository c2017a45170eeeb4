"""The figures that the arithmetic stands on: those of one measured run, kept so that it can be done again."""

from __future__ import annotations

from typing import Final

from bench.scale.load import Cost, Sizes, Speeds
from bench.scale.stored import LOG, PER_PERSON, PER_VENUE_DAY, PERSONAL, Stored, Worked
from bench.scale.wire import Asked, Wire


def sizes_of(stored: Stored, wire: Wire) -> Sizes:
    """The sizes out of what was measured."""
    return Sizes(
        entry=stored.of(("entries",)),
        personal=stored.of(PERSONAL),
        log=stored.of(LOG),
        venue_day=stored.of(PER_VENUE_DAY),
        person=stored.of(PER_PERSON),
        heartbeat=_both(wire.heartbeat),
        venue=_both(wire.venue),
        single=_both(wire.single),
        batched=_both(wire.batch),
        bundle=_both(wire.bundle),
        little=_both(wire.little),
        visitor=_both(wire.facts),
        tiles=stored.leaf + stored.tile,
        journal=stored.journal,
    )


def speeds_of(stored: Stored, wire: Wire) -> Speeds:
    """The speeds out of what was measured; a check-in is the business of `bench ingest`."""
    return Speeds(
        CHECK_IN, _cost(wire.single), _cost(wire.batch), _cost(wire.heartbeat), _cost(wire.venue),
        _cost(wire.bundle), _cost(wire.little), _alone(stored.sequenced), _alone(stored.drawn),
    )  # fmt: skip


def _both(asked: Asked) -> float:
    return asked.up + asked.down


def _cost(asked: Asked) -> Cost:
    return Cost(asked.site_us, asked.database_us)


def _alone(worked: Worked) -> float:
    """How many a second one process does on a machine where nobody else wants anything."""
    return 1e6 / (worked.site_us + worked.database_us)


# Recorded on 22 November 2026 on two processors (AMD EPYC) of which others wanted five: processor time is
# longer there than on a quiet machine. Check-ins: `python -m bench ingest --only postgresql --check-ins 1500
# --batches 4`, waitress included; all else `python -m bench scale --fresh-speeds`.
CHECK_IN: Final = Cost(5_200, 1_800)
RECORDED_SIZES: Final = Sizes(
    entry=818,
    personal=1_071,
    log=807,
    venue_day=40_352,
    person=1_128,
    heartbeat=1_167,
    venue=870,
    single=2_122,
    batched=985,
    bundle=4_175,
    little=1_069,
    visitor=49,
    tiles=492,
    journal=4_916,
)
RECORDED_SPEEDS: Final = Speeds(
    check_in=CHECK_IN,
    single=Cost(7_700, 3_900),
    batched=Cost(256, 67),
    heartbeat=Cost(3_850, 2_050),
    venue=Cost(1_700, 800),
    bundle=Cost(3_740, 1_850),
    little=Cost(3_860, 1_700),
    sequenced_a_second=30_000,
    drawn_a_second=5_200,
)
