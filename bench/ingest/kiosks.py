"""Kiosks with a backlog: their batches as they send them, sealed for the server, some of them twice."""

from __future__ import annotations

import json
import random
import secrets
from dataclasses import dataclass
from typing import Final

from bench.ingest.replay import Requests, request
from bench.query import day
from bench.query.town import VENUES, Town, Venue, without_gate
from domain.enrolment import parsed_enrolment
from domain.sealed_entry import Counted, SealingKey, Session
from domain.venue import Direction
from web.services.gates import gates
from web.services.gates.gates import Gate
from web.services.gates.ingest import ENTRIES_MOST
from web.services.installation import Installation
from web.services.signing_keys import keys

GATES: Final = 8
_FIRST: Final = 100
_BETWEEN_MS: Final = 2_000
_DAY_MS: Final = 86_400_000
# The answer to one batch in eight is lost, and it comes again.
AGAIN_ONE_IN: Final = 8


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A kiosk of the town: who it is to the server, where it stands, and its first free number."""

    gate: Gate
    credential: str
    venue: Venue


def enrolled(inst: Installation, town: Town) -> list[Enrolled]:
    """A kiosk at each of some venues that no poster of the bench hangs at."""
    made = []
    for number in without_gate(inst, town, GATES, _FIRST)[:GATES]:
        venue = town.venues[number]
        shown = gates.new_enrolment(inst, town.root, venue.entrances[0])
        got = gates.enrol(inst, parsed_enrolment(shown.text).token, "gate", "1.0")
        made.append(Enrolled(Gate(got.kiosk_id, got.entrance_id, got.venue_id), got.credential, venue))
    return made


def batches(
    inst: Installation, town: Town, standing: list[Enrolled], of_each: int, first: int = 1
) -> list[Requests]:
    """`of_each` full batches of every kiosk, its numbers from `first` on, what happened in the last day."""
    key = inst.read(keys.sealing)
    assert key is not None
    return [_of(inst, town, kiosk, key, of_each, first) for kiosk in standing]


def entries_in(everybody: list[Requests], of_each: int) -> int:
    """How many different entries they hold."""
    return len(everybody) * of_each * ENTRIES_MOST


def _of(
    inst: Installation, town: Town, kiosk: Enrolled, key: SealingKey, count: int, first: int
) -> list[bytes]:
    session, chance = Session(key, secrets.token_bytes(32)), random.Random(first)  # noqa: S311
    began_ms = inst.now_ms() - _DAY_MS
    made: list[bytes] = []
    for nth in range(count):
        low = first + nth * ENTRIES_MOST
        bodies = [
            _body(town, kiosk, seq, began_ms + (seq - first) * _BETWEEN_MS, session, chance)
            for seq in range(low, low + ENTRIES_MOST)
        ]
        made.append(_sent(kiosk, bodies))
        if nth % AGAIN_ONE_IN == AGAIN_ONE_IN - 1:
            made.append(made[-1])
    return made


def _body(
    town: Town, kiosk: Enrolled, seq: int, at_ms: int, session: Session, chance: random.Random
) -> dict[str, object]:
    direction = chance.choice((Direction.IN, Direction.OUT))
    # Nine of ten are seen there every day, as in the town's own days.
    whom = chance.randrange(town.people)
    if chance.random() < 0.9:
        whom = whom // VENUES * VENUES + town.venues.index(kiosk.venue)
    passage = day.Passage(at_ms, kiosk.venue, 0, min(whom, town.people - 1), direction)
    entry = day.entry_at(passage, kiosk.gate.id, seq, chance)
    value: dict[str, object] = json.loads(session.body(entry, Counted(1), secrets.token_bytes(12)))
    return value


def _sent(kiosk: Enrolled, bodies: list[dict[str, object]]) -> bytes:
    headers = {"Authorization": f"Bearer {kiosk.credential}", "Content-Type": "application/json"}
    body = json.dumps({"entries": bodies}, ensure_ascii=False, separators=(",", ":")).encode()
    return request("POST", "/api/v1/kiosks/self/entries", headers, body)
