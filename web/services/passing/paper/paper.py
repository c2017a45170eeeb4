"""A paper register keyed in after an outage: tried first, then recorded row by row, each row once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from itertools import count
from typing import NoReturn

from domain.decision import Decision, Outcome, Presence, Vehicle
from domain.entry import Clock, Way, uuid7
from domain.errors import InputError
from domain.hours import local_time
from domain.reason import Reason
from domain.venue import Direction
from domain.visitor import masked_name
from domain.wording import Sentence
from web.db.connecting.connection import Connection, Record
from web.db.connecting.turns import Turn, taken
from web.services.errors import NotFoundError
from web.services.installation import Installation
from web.services.keeping import rules
from web.services.passing.deciding import Judged, Passage, judged
from web.services.passing.known import known_at
from web.services.passing.own_entries import NOBODY, Particulars, recorded, taken_back
from web.services.passing.paper.paper_report import Batch, Report, Told
from web.services.passing.paper.paper_rows import Line, Row, Sheet, Unusable, row_of
from web.services.people import visitors
from web.services.rules import policies
from web.store.passing import entries, passages
from web.store.places import places
from web.store.scope import PROGRAM, Scope

UNDONE_WITHIN_MS = 3_600_000
# So many at once keep others waiting for a moment only.
_AT_ONCE = 20
# A clock on a wall and a gate's may be so far apart about one passage.
_NEAR_MS = 300_000
# Hands of a clock on a wall: nobody compared them.
_WALL_CLOCK = Clock("paper", 0)
_ON_PAPER = Sentence("see the paper register", "见纸质登记表")


def tried(inst: Installation, scope: Scope, entrance_id: str, day: date, lines: Sequence[Line]) -> Report:
    """What `keep` would do at an entrance in scope; nothing is kept. InputError when the day cannot be.

    The rows are really recorded, one after the other as each may change the next, and all taken away again.
    """

    def work(connection: Connection) -> NoReturn:
        door, usable, told = _read(connection, inst, scope, entrance_id, day, lines)
        told.extend(_kept(connection, inst, door, row, inst.now_ms(), "") for row in usable)
        raise _TriedError(_report(told))

    try:
        inst.write(work)
    except _TriedError as done:
        return done.report


def keep(
    inst: Installation,
    scope: Scope,
    entrance_id: str,
    day: date,
    lines: Sequence[Line],
    *,
    account_id: str = "",
) -> Report:
    """Record every usable row that is not here yet, judged as of its own time, or as was written.

    A crash between leaves the first rows recorded: the same table again adds only what is missing.
    """
    received_ms = inst.now_ms()
    door, usable, told = inst.read(lambda c: _read(c, inst, scope, entrance_id, day, lines))
    for first in range(0, len(usable), _AT_ONCE):
        told += inst.write(_part(inst, door, usable[first : first + _AT_ONCE], received_ms, account_id))
    return _report(told)


def undo(
    inst: Installation, scope: Scope, entrance_id: str, received_ms: int, *, account_id: str = ""
) -> int:
    """Take back what was keyed in together, within the hour; how many entries that were."""
    if inst.now_ms() - received_ms >= UNDONE_WITHIN_MS:
        raise InputError(
            "received", "This was keyed in more than an hour ago.", "补录已超过一小时，不能撤销。"
        )

    def work(connection: Connection) -> int:
        taken(connection, Turn.APPENDING)
        door = _door(connection, scope, entrance_id)
        found = passages.batch(connection, scope, entrance_id, Way.PAPER, received_ms, _AT_ONCE)
        for row in found:
            taken_back(connection, inst, door, row, row.visitor_id or "", account_id)
        return len(found)

    undone = 0
    while part := inst.write(work):
        undone += part
    return undone


def batches(inst: Installation, scope: Scope, venue_id: str) -> list[Batch]:
    """What was keyed in at a venue in the last hour and counts still, the newest first."""
    since_ms = inst.now_ms() - UNDONE_WITHIN_MS + 1
    rows = inst.ask(lambda c: passages.batches(c, scope, venue_id, Way.PAPER, since_ms))
    return [Batch(row.entrance_id, row.entrance_name, row.received_ms, row.rows) for row in rows]


class _TriedError(Exception):
    """Takes everything away again that was recorded to see what would become of it."""

    def __init__(self, report: Report) -> None:
        super().__init__()
        self.report = report


def _part(
    inst: Installation, door: Record, rows: Sequence[Row], received_ms: int, account_id: str
) -> Callable[[Connection], list[Told]]:
    def work(connection: Connection) -> list[Told]:
        taken(connection, Turn.APPENDING)
        return [_kept(connection, inst, door, row, received_ms, account_id) for row in rows]

    return work


def _door(connection: Connection, scope: Scope, entrance_id: str) -> Record:
    door = places.entrance_row(connection, scope, entrance_id)
    if door is None:
        raise NotFoundError
    return door


def _read(
    connection: Connection,
    inst: Installation,
    scope: Scope,
    entrance_id: str,
    day: date,
    lines: Sequence[Line],
) -> tuple[Record, list[Row], list[Told]]:
    """The entrance, the usable rows in the order of their times, and what to mend in the others."""
    door = _door(connection, scope, entrance_id)
    now_ms = inst.now_ms()
    age = (local_time(now_ms, door.time_zone).date() - day).days
    kept = rules.days_at(connection, door.venue_id)
    if not 0 <= age < kept:
        raise InputError(
            "day",
            f"Give a day of the last {kept} days: after that, names are deleted.",
            f"请填写最近 {kept} 天内的日期，更早的个人信息已到删除期限。",
        )
    confidential = policies.policy_for(connection, door).confidential
    sheet = Sheet(day, door.time_zone, now_ms, confidential)
    read = [row_of(line, sheet) for line in lines]
    usable = sorted((row for row in read if isinstance(row, Row)), key=lambda row: (row.at_ms, row.number))
    bad = [row for row in read if isinstance(row, Unusable)]
    return door, usable, [Told(row.number, row.masked_name, row.problems) for row in bad]


def _report(told: list[Told]) -> Report:
    return Report(tuple(sorted(told, key=lambda row: row.number)))


def _kept(
    connection: Connection, inst: Installation, door: Record, row: Row, received_ms: int, account_id: str
) -> Told:
    """Record a row, unless it is here already."""
    identity, known = _identity(connection, inst, door, row)
    whom = masked_name(row.person.name) if row.person else ""
    if known is not None:
        return Told(row.number, whom, (), row.at_ms, row.direction, known.outcome, is_known=True)
    passage = _passage(connection, inst, door, row)
    found = judged(connection, door, passage)
    written = _written(row, found.decision)
    made = Judged(written, found.effective, found.verdicts)
    whose = found.decision.visitor if row.person else None
    near_ms = _near(connection, door, whose.visitor_id, row) if whose else None
    kept = Particulars(Way.PAPER, row.plate, clock=_WALL_CLOCK, received_ms=received_ms, made_by=account_id)
    recorded(connection, inst, door, passage, made, identity, kept)
    differs = written.outcome is not found.decision.outcome
    return Told(
        row.number,
        whom,
        (),
        row.at_ms,
        row.direction,
        written.outcome,
        written.sentence,
        rules=found.decision.sentence if differs else None,
        rules_outcome=found.decision.outcome if differs else "",
        near_ms=near_ms,
    )


def _near(connection: Connection, door: Record, visitor_id: str, row: Row) -> int | None:
    """When a gate or a phone has the same passage, as far as paper can tell."""
    return passages.near(connection, door.venue_id, visitor_id, row.direction, row.at_ms, _NEAR_MS)


def _passage(connection: Connection, inst: Installation, door: Record, row: Row) -> Passage:
    visitor, phone = NOBODY, ""
    if row.person is not None:
        phone = row.person.phone
        visitor_id = visitors.known_or_new(connection, inst, door.enterprise_id, row.person)
        visitor = known_at(connection, [visitor_id], row.at_ms)[visitor_id]
    vehicle = Vehicle(row.plate, 1, (phone,)) if row.plate and row.person else None
    return Passage(visitor, row.at_ms, Presence.PAPER, row.direction, row.temperature_tenths, vehicle)


def _written(row: Row, by_rules: Decision) -> Decision:
    """The decision that was taken: the paper's where it says one, for a person took it; else the rules'."""
    if row.decision is None or row.decision is by_rules.outcome:
        return by_rules
    if row.decision is Outcome.ADMITTED:
        reason = Reason.WELCOME if row.direction is Direction.IN else Reason.GOODBYE
        return Decision(row.decision, reason, by_rules.presence, by_rules.visitor)
    why = {"why": row.note or _ON_PAPER.en, "why_zh": row.note or _ON_PAPER.zh}
    return Decision(row.decision, Reason.REFUSED_BY_STAFF, by_rules.presence, by_rules.visitor, values=why)


def _identity(
    connection: Connection, inst: Installation, door: Record, row: Row
) -> tuple[str, Record | None]:
    """The id of a row's entry, and the entry when it is here: typed again it is the same one.

    A keyed digest, so that it says nothing about the person. One that was taken back makes room for the next.
    """
    person = row.person
    # Where nobody is named, only the row itself tells two people of one minute apart.
    who = (person.name, person.phone) if person else ("row", row.printed or str(row.number))
    content = (door.id, str(row.at_ms), row.direction, *who, row.plate)
    for attempt in count():
        digest = inst.cipher.digest("paper row", "\x1f".join((*content, str(attempt))))
        identity = uuid7(row.at_ms, digest)
        found = entries.row(connection, PROGRAM, identity)
        if found is None or not found.taken_back:
            return identity, found
    raise AssertionError("count() does not end")
