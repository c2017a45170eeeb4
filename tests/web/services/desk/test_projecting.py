"""Figures and stays are what a plain reading of all entries gives, however these arrived."""

from __future__ import annotations

import itertools
import random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.web.services.desk.drawing import (
    DAY,
    MINUTE,
    Made,
    appended,
    entry_id,
    sequenced,
    tables,
    venue,
)
from tests.web.services.desk.plain_reading import expected
from tests.web.tenants import SettableClock, Tenant
from web.services.desk.projecting import projecting
from web.services.desk.projecting.projecting_endings import ended_by_rule
from web.services.installation import Installation

_NUMBERS = itertools.count()
CLOCKS = (("Asia/Shanghai", 0), ("Europe/Berlin", 180))
# What an entry is made of: whose, where, which way, minutes since the one before, and what became of it.
TOLD = st.tuples(
    st.integers(0, 2),
    st.integers(0, 1),
    st.booleans(),
    st.sampled_from([0, 0, 1, 1, 5, 60, 600, 1500]),
    st.sampled_from(["kiosk", "kiosk", "kiosk", "poster", "staff", "sweep"]),
    st.sampled_from(["admitted"] * 6 + ["refused", "referred"]),
    st.sampled_from([0, 0, 0, 0, 1, 2]),
)


def made_of(told: list[tuple[int, int, bool, int, str, str, int]], nth: int, start_ms: int) -> list[Made]:
    """Entries in the order of time; some are taken back, once or twice, some are nobody's."""
    at_ms, found = start_ms, list[Made]()
    seqs = dict.fromkeys(("a", "b", "web"), 0)

    def numbered(device: str) -> tuple[str, int]:
        seqs[device] += 1
        return (
            device if device == "web" else f"{device} {nth}",
            seqs[device] + (nth * 1000 if device == "web" else 0),
        )

    for order, (who, where, inward, minutes, way, outcome, back) in enumerate(told):
        at_ms += minutes * MINUTE // 4 + (order % 3) * 7_000
        device, seq = numbered("web" if way in ("poster", "staff", "sweep") else "ab"[where])
        name = f"{nth} {order}"
        identity = entry_id(at_ms - (order % 4) * 250_000, name)
        found.append(
            Made(
                identity,
                device,
                seq,
                f"venue {nth} {where}",
                f"person {nth} {who}" if who or order % 3 else "",
                inward,
                at_ms,
                outcome,
                "temperature_high" if outcome == "referred" else "welcome",
                way,
                people=1 + order % 3,
                has_plate=order % 5 == 0,
                of_class=("visitor", "employee")[order % 2],
            )
        )
        for again in range(back):
            device, seq = numbered("web" if device == "web" else "ab"[where])
            taking = entry_id(at_ms + again, f"{name} back {again}")
            found.append(
                Made(
                    taking,
                    device,
                    seq,
                    found[-1].venue,
                    found[-1].who,
                    inward,
                    at_ms,
                    "referred",
                    "taken_back",
                    "staff",
                    corrects=identity,
                )
            )
    return found


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(TOLD, max_size=14), st.randoms(use_true_random=False), st.integers(1, 9), st.integers(1, 9))
def test_however_entries_arrive_and_the_log_is_cut_the_tables_are_those_of_a_plain_reading(
    embedded_park: tuple[Installation, Tenant],
    clock: SettableClock,
    told: list[tuple[int, int, bool, int, str, str, int]],
    order: random.Random,
    together: int,
    most: int,
):
    inst, park = embedded_park
    nth = next(_NUMBERS)
    clocks = {f"venue {nth} {where}": CLOCKS[where] for where in (0, 1)}
    for name, (zone, ends) in clocks.items():
        venue(inst, park.enterprise, name, zone, ends)
    clock.ms += 40 * DAY
    made = made_of(told, nth, clock.ms - 30 * DAY)
    waiting = made[:]
    order.shuffle(waiting)
    clock.ms = max([clock.ms - 30 * DAY, *(one.true_ms for one in made)])
    while waiting:
        appended(inst, waiting[:together])
        waiting = waiting[together:]
        if order.random() < 0.7:
            sequenced(inst, order.randint(1, 12))
        if order.random() < 0.7:
            projecting.caught_up(inst, most)
    sequenced(inst)
    while projecting.caught_up(inst, most):
        pass
    clock.ms += order.choice([0, 60 * MINUTE, 2 * DAY])
    ended_by_rule(inst)
    plain = expected(made, clocks, clock.ms)
    assert tables(inst, list(clocks)) == plain


def test_all_drawn_anew_is_the_same(inst: Installation, park: Tenant, clock: SettableClock):
    clocks = {f"venue 0 {where}": CLOCKS[where] for where in (0, 1)}
    for name, (zone, ends) in clocks.items():
        venue(inst, park.enterprise, name, zone, ends)
    chance = random.Random(7)
    told = [
        (
            chance.randrange(3),
            chance.randrange(2),
            chance.random() < 0.5,
            chance.choice([1, 60, 600]),
            "kiosk",
            "admitted",
            chance.choice([0, 0, 0, 1]),
        )
        for _ in range(60)
    ]
    made = made_of(told, 0, clock.ms - 20 * DAY)
    waiting = made[:]
    chance.shuffle(waiting)
    while waiting:
        appended(inst, waiting[:9])
        sequenced(inst)
        waiting = waiting[9:]
        projecting.caught_up(inst, 5)
    heard: list[tuple[int, int]] = []
    projecting.caught_up(inst)
    before = tables(inst, list(clocks))
    assert before == expected(made, clocks, clock.ms)
    assert projecting.redrawn(inst, lambda done, of: heard.append((done, of))) == heard[-1][1] == len(made)
    assert tables(inst, list(clocks)) == before
    assert projecting.caught_up(inst) == 0
