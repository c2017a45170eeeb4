"""Whatever order the entries of several gates arrive in, the same alerts are open in the end."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from tests.web.alone import HOUR, MINUTE, Holder, found, held, holder, passed
from tests.web.tenants import Tenant
from web.db.tables import alerts
from web.services.gates.gates import Gate
from web.services.gates.ingest import ingest
from web.services.installation import Installation, new_id
from web.store.gates import kiosks
from web.store.sealing import token_hash

GATES, PEOPLE = 3, 3
Told = tuple[
    int, int, bool, bool, int
]  # person, minutes since the last, in, taken back, by how much the clock is off

tellings = st.lists(
    st.lists(
        st.tuples(
            st.integers(0, PEOPLE - 1),
            st.integers(0, 3),
            st.booleans(),
            st.integers(0, 5).map(lambda n: n == 0),
            st.sampled_from([0, 0, 0, 0, HOUR, -HOUR]),
        ),
        max_size=6,
    ),
    min_size=GATES,
    max_size=GATES,
)


def made(inst: Installation, gate: Gate, told: Sequence[Told], people: Sequence[Holder]) -> list[Any]:
    """A gate's entries in their order; one that is taken back is followed by what takes it back."""
    at_ms, seq, items = inst.now_ms() - HOUR, 0, list[dict[str, Any]]()
    for person, minutes, inwards, back, off_ms in told:
        at_ms, seq = at_ms + minutes * MINUTE + 1, seq + 1
        clock = {"boot_id": "b", "boot_ms": at_ms, "offset_ms": -off_ms, "offset_age_ms": 0}
        way = {"direction": "in" if inwards else "out", "clock": clock}
        items.append(passed(gate, seq, at_ms + off_ms, people[person], **way))
        if back:
            seq, at_ms = seq + 1, at_ms + 1
            said = {
                "outcome": "referred",
                "reason": "taken_back",
                "way": "staff",
                "corrects": items[-1]["id"],
            }
            items.append(passed(gate, seq, at_ms, people[person], **said))
    return items


def gate_at(inst: Installation, park: Tenant) -> Gate:
    """A kiosk at the entrance, without the ceremony of its enrolment."""
    identity = new_id()
    row = {"id": identity, "entrance_id": park.entrance, "name": "gate", "enrolled_ms": 0}
    inst.write(lambda c: kiosks.added(c, credential_hash=token_hash(identity), **row))
    return Gate(identity, park.entrance, park.venue)


def arrived(
    inst: Installation, park: Tenant, told: Sequence[Sequence[Told]], order: random.Random
) -> set[tuple[str, tuple[tuple[int, int], ...]]]:
    """The open alerts, each by its kind and the gates and numbers of its entries."""
    inst.write(lambda c: c.execute(update(alerts).values(settled_ms=1, resolution="both_right")).rowcount)
    gates = [gate_at(inst, park) for _ in range(GATES)]
    people = [holder(inst, park, f"Person {nth}") for nth in range(PEOPLE)]
    held(inst, people[1], inst.now_ms() - HOUR + 2 * MINUTE, inst.now_ms() - HOUR + 5 * MINUTE)
    number: dict[str, tuple[int, int]] = {}
    waiting: list[tuple[Gate, Any]] = []
    for nth, gate in enumerate(gates):
        items = made(inst, gate, told[nth], people)
        number |= {item["id"]: (nth, item["seq"]) for item in items}
        waiting += [(gate, item) for item in items]
    order.shuffle(waiting)
    while waiting:
        gate = waiting[0][0]
        batch = [item for of, item in waiting[: order.randint(1, 6)] if of is gate]
        ingest(inst, gate, [*batch, batch[0]])
        waiting = [pair for pair in waiting if pair[1] not in batch]
    return {
        (row.kind, tuple(number[one] for one in (row.entry_id, row.other_entry_id) if one in number))
        for row in found(inst)
        if row.kind not in ("clock_apart", "clock_jump")
    } | {
        (row.kind, (gates.index(next(g for g in gates if g.id == row.kiosk_id)), 0))  # one for each run
        for row in found(inst)
        if row.kind in ("clock_apart", "clock_jump")
    }


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(told=tellings, seeds=st.lists(st.integers(0, 2**32), min_size=2, max_size=2, unique=True))
def test_any_order_of_arrival_gives_the_same_alerts(
    embedded_park: tuple[Installation, Tenant], told: list[list[Told]], seeds: list[int]
) -> None:
    inst, park = embedded_park
    one, other = (arrived(inst, park, told, random.Random(seed)) for seed in seeds)
    assert one == other
