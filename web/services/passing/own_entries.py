"""Entries that this server makes itself, of phones, staff and paper: one way to write one, each id once."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from domain.decision import Decision, Outcome, Presence, VisitorFacts
from domain.entry import Clock, Entry, Way, entry_of, uuid7
from domain.entry_wire import entry_from_json, entry_json
from domain.reason import Reason
from domain.venue import Direction
from domain.visitor import VisitorClass
from web.db.connecting.connection import Connection, Record
from web.services.installation import Installation
from web.services.passing import recording
from web.services.passing.deciding import Judged, Passage
from web.services.passing.known import known_at
from web.services.rules import policies
from web.store import counters
from web.store.passing import at_the_door, entries, poster_uses
from web.store.passing.poster_uses import Use
from web.store.scope import PROGRAM

DEVICE = "web"
# Whom a confidential venue sees: somebody.
NOBODY = VisitorFacts("", VisitorClass.VISITOR)
# This server's own time is the one that others are measured by.
SERVER_CLOCK = Clock("server", 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Recorded:
    """The answer to a passage; `repeated` when this very passage had been recorded before."""

    entry_id: str
    decision: Decision
    at_ms: int
    venue_name: str
    entrance_name: str
    time_zone: str
    repeated: bool


@dataclass(frozen=True, slots=True)
class Particulars:
    """What an entry keeps beside its decision; `occupants` are the phones of the others in the vehicle.

    `received_ms` is when it reached this server: now, unless it came together with others. `made_by` is the
    account of whoever made it by hand, which is forgotten with whom it was about.
    """

    way: Way
    plate: str = ""
    companions: int = 0
    occupants: tuple[str, ...] = ()
    corrects: str = ""
    clock: Clock = SERVER_CLOCK
    received_ms: int | None = None
    made_by: str = ""


@dataclass(frozen=True, slots=True)
class Looked:
    """What the caller of `recorded` has looked up already, besides that there is no such entry yet.

    `seq` is a number taken beforehand (`own_number`), None to take one now; `is_heard` is whether a webhook
    hears of entries.
    """

    bundle_seq: int
    seq: int | None
    has_visits: bool
    is_heard: bool


def own_number(inst: Installation) -> int | None:
    """A number for an entry of this server, where taking one in its transaction would make others wait."""
    if not inst.is_shared:
        return None
    return inst.numbers.next(
        lambda many: inst.write(lambda c: counters.stepped(c, counters.OWN_ENTRIES, many))
    )


def repeatable_id(base: str, *typed: str) -> str:
    """The id of the entry that an opened form makes: sent twice it is one, filled in otherwise another.

    `base` is the random id that was put into the form and is kept nowhere, so that this one tells nothing
    of what was typed.
    """
    digest = hashlib.blake2b("|".join((base, *typed)).encode(), digest_size=10).digest()
    return uuid7(int(base.replace("-", "")[:12], 16), digest)


def recorded(
    connection: Connection,
    inst: Installation,
    door: Record,
    passage: Passage,
    judged: Judged,
    entry_id: str,
    kept: Particulars,
    looked: Looked | None = None,
) -> Recorded:
    """Write the entry of a decision of this server; `door` is a row of `places.entrance_row`."""
    read = _entry(connection, door, passage, judged, entry_id, kept, looked)
    received_ms = inst.now_ms() if kept.received_ms is None else kept.received_ms
    if looked is None:
        recording.record(connection, inst.cipher, [read], received_ms, made_by=kept.made_by)
    else:
        recording.kept(
            connection, inst.cipher, read, received_ms, _classes(passage),
            has_visits=looked.has_visits, is_heard=looked.is_heard,
        )  # fmt: skip
    return _told(door, passage, judged, entry_id)


def recorded_and_used(
    connection: Connection, inst: Installation, door: Record, passage: Passage, judged: Judged,
    entry_id: str, kept: Particulars, looked: Looked, use: Use,
) -> tuple[Recorded, int]:  # fmt: skip
    """As `recorded`, with the use of a poster: how often its network has used it in this hour.

    By one statement of PostgreSQL, if no visit is announced and nobody hears.
    """
    if not inst.is_shared or looked.has_visits or looked.is_heard:
        done = recorded(connection, inst, door, passage, judged, entry_id, kept, looked)
        return done, poster_uses.used(connection, use)
    read = _entry(connection, door, passage, judged, entry_id, kept, looked)
    times = recording.kept_and_used(connection, inst.cipher, read, inst.now_ms(), _classes(passage), use)
    return _told(door, passage, judged, entry_id), times


def _entry(
    connection: Connection, door: Record, passage: Passage, judged: Judged, entry_id: str,
    kept: Particulars, looked: Looked | None,
) -> Entry:  # fmt: skip
    policy = judged.effective.policy
    seq = looked.seq if looked is not None else None
    entry = entry_of(
        judged.decision,
        identity=entry_id,
        device=DEVICE,
        seq=counters.stepped(connection, counters.OWN_ENTRIES) if seq is None else seq,
        venue=door.venue_id,
        entrance=door.id,
        direction=passage.direction,
        at_ms=passage.at_ms,
        way=kept.way,
        policy_version=policy.version,
        bundle_seq=looked.bundle_seq if looked else counters.value_of(connection, counters.BUNDLE),
        clock=kept.clock,
        temperature_tenths=passage.temperature_tenths,
        plate=kept.plate,
        companions=kept.companions,
        occupants=kept.occupants,
        corrects=kept.corrects,
        confidential=policy.confidential,
    )
    # Through the reader of uploads: nothing is kept here that another server would not take.
    return entry_from_json(entry_json(entry))


def _classes(passage: Passage) -> dict[str, str]:
    visitor = passage.shown if isinstance(passage.shown, VisitorFacts) else NOBODY
    return {visitor.visitor_id: visitor.visitor_class.value} if visitor.visitor_id else {}


def _told(door: Record, passage: Passage, judged: Judged, entry_id: str) -> Recorded:
    return Recorded(
        entry_id, judged.decision, passage.at_ms, door.venue_name, door.name, door.time_zone, repeated=False
    )


def made_before(connection: Connection, inst: Installation, entry_id: str) -> Recorded | None:
    """The first answer under this entry id; a repeat is answered with it, before any rule is asked."""
    if not at_the_door.has_entry(connection, entry_id):
        return None
    row = entries.row(connection, PROGRAM, entry_id)
    assert row is not None, "an entry is at an entrance of a venue"
    decision = Decision(
        Outcome(row.outcome), Reason(row.reason), Presence(row.presence),
        values=recording.details(inst.cipher, row),
    )  # fmt: skip
    return Recorded(
        row.id, decision, row.at_ms, row.venue_name, row.entrance_name, row.time_zone, repeated=True
    )


def taken_back(
    connection: Connection,
    inst: Installation,
    door: Record,
    row: Record,
    visitor_id: str,
    made_by: str = "",
) -> Recorded:
    """Take an entry of this server back by another one, once however often it is asked; `row` stays as it is.

    `visitor_id` is whose entry it was, "" when nobody knows.
    """
    identity = repeatable_id(row.id, "taken back")
    if (before := made_before(connection, inst, identity)) is not None:
        return before
    at_ms, presence, way = inst.now_ms(), Presence(row.presence), Way(row.way)
    visitor = known_at(connection, [visitor_id], at_ms).get(visitor_id)
    decision = Decision(Outcome.REFERRED, Reason.TAKEN_BACK, presence, visitor)
    passage = Passage(visitor or NOBODY, at_ms, presence, Direction(row.direction))
    found = Judged(decision, policies.in_force(connection, door), ())
    kept = Particulars(way, corrects=row.id, made_by=made_by)
    return recorded(connection, inst, door, passage, found, identity, kept)
