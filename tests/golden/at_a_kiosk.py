"""A real gate for a golden case: what its server signed, a spool on the disk, its desk, and clocks to set."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from domain import sealed_entry
from domain.decision import Outcome, Presence
from domain.entry import uuid7
from domain.facts_page import FactsPlace
from domain.venue import Direction, Entrance
from kiosk.desk.desk import Desk
from kiosk.facts.trust import Trust
from kiosk.gate.answer import Answer, Card
from kiosk.gate.gate import Gate
from kiosk.gate.particulars import Particulars
from kiosk.gate.register import Register
from kiosk.host.clock import GateClock, Machine
from kiosk.occupancy.inside import Arrival, Passage
from kiosk.sightings.recognition import Recognition
from kiosk.sightings.sightings import Event, EventKind
from kiosk.spool.spool import Spool
from kiosk.spool.thread import SpoolThread
from tests.golden.cases import Case
from tests.golden.said import Said, wanted
from tests.golden.world import World
from web.services.gates import gate_facts, gates
from web.services.signing_keys import keys


@dataclass
class Hands:
    """Both clocks of the gate's machine, milliseconds; they run together."""

    wall: int
    boot: int = 1_000_000

    def machine(self) -> Machine:
        return Machine(lambda: self.wall, lambda: self.boot, "boot-1")

    def passes(self, ms: int) -> None:
        self.wall += ms
        self.boot += ms


@dataclass
class AtTheGate:
    """A gate that knows what its server knew, and the staff beside it."""

    gate: Gate
    desk: Desk
    register: Register
    trust: Trust
    spool: SpoolThread
    recognition: Recognition
    shown: list[Answer]
    kept_text: str
    secrets: Mapping[str, bytes]

    def shows(self, text: str) -> Answer:
        (seen,) = self.recognition.seen([text], self.trust.rules)
        return self.gate.step(Event(EventKind.SHOWN, seen))

    def entries(self) -> list[Any]:
        """What waits for the server, as it opens it."""
        waiting = self.spool.do(lambda spool: spool.batch(500))
        return [sealed_entry.opened(json.loads(one.body), self.secrets.get) for one in waiting]


def told_at_a_kiosk(world: World, case: Case, home: Path) -> tuple[Said, list[Any]]:
    """What the screen says in a case, and the entries that the gate then has."""
    with gate_of(world, case, home) as here:
        if case.shown == "person":
            here.desk.numbered(world.places[case.id].short_number)
            answer = here.shown[-1]
        else:
            answer = here.shows(here.kept_text or world.code(case))
        # Of somebody else's code a gate decides nothing: it says so and turns nobody away in the log.
        outcome = Outcome.REFUSED if answer.card is Card.FOREIGN else answer.outcome
        presence = answer.presence or Presence.ROTATING
        is_entry = answer.entry_seq is not None
        assert outcome is not None
        sentence = answer.sentence
        told = Said(outcome, answer.reason, sentence.en, sentence.zh, presence, is_entry)
        return told, here.entries()


def wanted_at_a_kiosk(case: Case) -> Said:
    """The golden answer; a person whom staff look up proves less than a code."""
    if case.shown == "person":
        return wanted(case, Presence.STAFF)
    return wanted(case, Presence(case.json["expected"]["presence"]))


@contextmanager
def gate_of(world: World, case: Case, home: Path) -> Iterator[AtTheGate]:
    """The gate of a case at its time, its rules as old as the case says."""
    place = world.places[case.id]
    hands = Hands(case.now_ms - case.age_ms)
    clock = GateClock(hands.machine())
    clock.measured(hands.wall, hands.boot, hands.boot)
    note_key = world.inst.read(lambda c: keys.signing(c, world.inst, keys.BUNDLE))[0]
    here = Entrance(place.entrance, "", place.venue, "")
    trust = Trust(home, note_key, here, clock)
    spool = SpoolThread(lambda: Spool(home, lambda: hands.wall))
    try:
        world.at(hands.wall)
        # What was issued, gates learn of with the next page; a phone shows a newer code of the same series.
        issued = world.code(case) if case.person is not None and case.shown != "person" else ""
        kept_text = issued if case.shown == "card" or case.is_withdrawn else ""
        taught(trust, world, place.gate)
        hands.passes(case.age_ms)
        world.at(case.now_ms)
        yield _joined(world, case, trust, spool, clock, kept_text)
    finally:
        spool.close()
        trust.close()


def taught(trust: Trust, world: World, gate: gates.Gate) -> None:
    """Bring the newest bundle and all pages of visitors to a gate, as its uplink does."""
    note = gates.bundle(world.inst, gate, 0)
    assert note is not None
    told = trust.accept(note).facts_place
    while not trust.known.has(told):
        page = gate_facts.page(world.inst, gate, _reached(trust, told.epoch))
        assert page is not None
        trust.take_page(page)


def _reached(trust: Trust, epoch: str) -> FactsPlace:
    here = trust.known.place
    return here if here.epoch == epoch else FactsPlace(epoch, 0)


def _joined(
    world: World, case: Case, trust: Trust, spool: SpoolThread, clock: GateClock, kept_text: str
) -> AtTheGate:

    register = Register(
        world.places[case.id].gate.id,
        Direction(case.json["direction"]),
        trust,
        spool,
        clock,
        secrets.token_bytes,
    )
    register.recall()
    gate = Gate(register)
    shown: list[Answer] = []
    desk = Desk(register, gate, shown.append, lambda direction: None)
    people = world.people_before(case)
    assert register.hear(world.places[case.id].venue, [_arrived(case, who) for who in people])
    gate.expect(_particulars(case))
    secrets_here = world.inst.read(lambda c: keys.opening(c, world.inst))
    recognition = Recognition(clock.now_ms)
    return AtTheGate(gate, desk, register, trust, spool, recognition, shown, kept_text, secrets_here)


def _arrived(case: Case, who: str) -> Arrival:
    """Somebody whom another gate let in a minute ago, as the server tells of it."""
    at_ms = case.now_ms - 60_000
    identity = uuid7(at_ms, who.encode()[-10:].rjust(10))
    return Arrival(Passage(identity, who, Direction.IN, at_ms, 1))


def _particulars(case: Case) -> Particulars:
    """What the staff noted for the visitor who comes next."""
    tenths = case.json["facts"].get("temperature_tenths")
    vehicle = case.vehicle
    if vehicle is None:
        return Particulars(temperature_tenths=tenths)
    return Particulars(tenths, plate=vehicle["plate"], occupants=case.others, in_vehicle=True)
