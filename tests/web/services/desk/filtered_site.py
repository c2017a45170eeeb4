"""A small site of three days, and what a plain reading of its entries knows of each."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from domain.decision import Outcome
from domain.entry import Way
from domain.reason import Reason
from domain.venue import Direction
from domain.visitor import VisitorClass
from tests.web.services.desk.passing import drawn
from tests.web.tenants import Tenant, enrolled, entry_item
from web.services.gates import ingest
from web.services.gates.gates import Gate
from web.services.installation import Installation
from web.services.people import visitors
from web.services.people.visitors import Registration
from web.services.places import places

DAY_MS = 86_400_000
ENDINGS = [
    (Outcome.ADMITTED, Reason.WELCOME),
    (Outcome.ADMITTED, Reason.GOODBYE),
    (Outcome.REFUSED, Reason.CODE_REVOKED),
    (Outcome.REFERRED, Reason.ON_HOLD),
]
PEOPLE = {
    "13800138000": VisitorClass.COURIER,
    "13900139000": VisitorClass.RESIDENT,
    "13700137000": VisitorClass.COURIER,
}
SPELLED = ["+86 138 0013 8000", "１３９００１３９０００", "Person 2", "苏A·00001", "nobody"]


@dataclass(frozen=True)
class Made:
    """One entry as it was made: what a plain reading of the filter looks at."""

    id: str
    at_ms: int
    gate: Gate
    enterprise: str
    who: str
    of_class: str
    direction: str
    outcome: str
    reason: str
    way: str
    tenths: int | None
    corrects: str


@dataclass(frozen=True, repr=False)
class Site:
    """Everything that was made there."""

    inst: Installation
    midnight_ms: int
    entries: Sequence[Made]
    gates: Sequence[Gate]


def site_of(inst: Installation, park: Tenant, mill: Tenant) -> Site:
    """Three days at four gates of three venues, at random but the same each time."""
    chance, people = random.Random(7), {}
    for number, (phone, of_class) in enumerate(PEOPLE.items()):
        asked = Registration(park.enterprise, f"Person {number}", phone, of_class, "", f"苏A0000{number}")
        people[phone] = visitors.register(inst, park.staff, asked).visitor_id
    second = places.create_venue(inst, park.staff, park.enterprise, name="Yard", address="2 Road")
    doors = [park.side_entrance, places.create_entrance(inst, park.staff, second, "Yard gate")]
    gates = [park.gate, mill.gate, *(enrolled(inst, park.staff, door)[0] for door in doors)]
    made: list[Made] = []
    midnight = inst.now_ms() - 10 * 3_600_000
    for gate in gates:
        whose = mill.enterprise if gate is mill.gate else park.enterprise
        # Few moments, so that many entries stand at the same one.
        times = sorted(midnight + 60_000 * chance.randrange(-2 * 1440, 590, 30) for _ in range(40))
        for seq, at_ms in enumerate(times, 1):
            made.append(_passed(inst, chance, gate, seq, at_ms, whose, people, made))
    drawn(inst)
    return Site(inst, midnight, made, gates)


def _passed(
    inst: Installation, chance: random.Random, gate: Gate, seq: int, at_ms: int, whose: str,
    people: Mapping[str, str], before: Sequence[Made],
) -> Made:  # fmt: skip
    who = chance.choice([*people, ""])
    outcome, reason = chance.choice(ENDINGS)
    direction, way = chance.choice([*Direction]), chance.choice([Way.KIOSK, Way.STAFF])
    tenths = chance.choice([None, 366, 372, 375, 381])
    undone = {one.corrects for one in before}
    own = [one for one in before if one.gate is gate and not one.corrects and one.id not in undone]
    corrects = chance.choice(own).id if own and not chance.randrange(8) else ""
    private: dict[str, Any] = {} if tenths is None else {"temperature_tenths": tenths}
    private |= {"visitor_id": people[who]} if who else {}
    if corrects:
        outcome, reason, way = Outcome.REFERRED, Reason.TAKEN_BACK, Way.STAFF
    said = {"outcome": outcome, "reason": reason, "direction": direction, "way": way, "corrects": corrects}
    item = entry_item(gate, seq, at_ms, **said, private=private)
    [result] = ingest.ingest(inst, gate, [item]).results
    assert result.status == "stored", result
    of_class = PEOPLE[who].value if who else ""
    return Made(
        str(item["id"]), at_ms, gate, whose, who, of_class, direction, outcome, reason, way, tenths, corrects
    )
