"""What entries tell about the gate that made them: its clock, its numbers, whether it was copied."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from domain.alert import AlertKind
from domain.entry import Entry, made_ms
from domain.entry_wire import content_hash
from domain.gap import Gap, GapCause
from domain.true_time import APART_MS
from web.db.connecting.connection import Connection
from web.services.findings.finding import Found, explained
from web.services.gates.gates import Gate
from web.store.findings import alerts
from web.store.gates import kiosks
from web.store.passing import entries
from web.store.people import history

_BACK_MS = 60_000
_MINUTE_MS = 60_000
SILENT_MS = 15 * _MINUTE_MS


class _Tick(NamedTuple):
    """What an entry says of the clocks."""

    id: str
    seq: int
    at_ms: int
    boot_id: str
    boot_ms: int
    offset_ms: int | None


def clocks(connection: Connection, gate: Gate, new: Sequence[Entry], received_ms: int) -> Iterator[Found]:
    """Jumps between entries that follow one another, and clocks that are far from the server's."""
    for entry in new:
        if abs(apart_ms := _apart_ms(entry, received_ms)) > APART_MS:
            evidence = {"seq": entry.seq, "apart_ms": apart_ms, "minutes": _minutes(apart_ms)}
            key = f"clock_apart|{gate.id}|{entry.clock.boot_id}"
            yield Found(key, AlertKind.CLOCK_APART, entry.venue, gate.id, entry.id, evidence=evidence)
    venues = {entry.seq: entry.venue for entry in new}
    for one, two in pairwise(_ticks(connection, gate, new)):
        jumped_ms = _jumped_ms(one, two)
        compared = one.seq + 1 == two.seq and (one.seq in venues or two.seq in venues)
        if compared and (jumped_ms < -_BACK_MS or jumped_ms > APART_MS):
            way = "back" if jumped_ms < 0 else "ahead"
            yield Found(
                f"clock_jump|{gate.id}|{two.boot_id}|{way}",
                AlertKind.CLOCK_JUMP,
                venues.get(two.seq) or venues[one.seq],
                gate.id,
                one.id,
                two.id,
                evidence={
                    "first": one.seq,
                    "last": two.seq,
                    "jump_ms": jumped_ms,
                    "minutes": _minutes(jumped_ms),
                },
            )


def _apart_ms(entry: Entry, received_ms: int) -> int:
    """By how much the gate's clock was ahead (above 0) or behind, as far as can be told."""
    if entry.clock.offset_ms is not None:
        return -entry.clock.offset_ms
    # It judged no earlier than the last time the server signed, and nothing happened after it arrived.
    behind_ms = min(0, entry.at_ms - made_ms(entry.id))
    return behind_ms or max(0, entry.at_ms - received_ms)


def _minutes(ms: int) -> int:
    return round(ms / _MINUTE_MS)


def _ticks(connection: Connection, gate: Gate, new: Sequence[Entry]) -> list[_Tick]:
    """The clocks of the new entries and of those before and after them, in order."""
    found = {
        entry.seq: _Tick(
            entry.id,
            entry.seq,
            entry.at_ms,
            entry.clock.boot_id,
            entry.clock.boot_ms,
            entry.clock.offset_ms,
        )
        for entry in new
    }
    beside = sorted({seq + step for seq in found for step in (-1, 1)} - found.keys())
    for row in history.numbered(connection, gate.id, beside):
        clock = json.loads(row.clock)
        found[row.seq] = _Tick(
            row.id, row.seq, row.at_ms, clock["boot_id"], clock["boot_ms"], clock["offset_ms"]
        )
    return [found[seq] for seq in sorted(found)]


def _jumped_ms(one: _Tick, two: _Tick) -> int:
    """By how much the wall clock went ahead more than time did, within one run of the machine."""
    if one.boot_id != two.boot_id:
        return 0
    if one.offset_ms is not None and two.offset_ms is not None:
        # Not by the count since boot: some machines do not count while they sleep.
        return one.offset_ms - two.offset_ms
    return (two.at_ms - one.at_ms) - (two.boot_ms - one.boot_ms)


def conflicts(connection: Connection, gate: Gate, conflicting: Sequence[Entry]) -> Iterator[Found]:
    """What it means that an entry's id, or its number, is another one's already."""
    known = entries.known(connection, [entry.id for entry in conflicting])
    for entry in conflicting:
        if entry.id in known:
            hashes = {"kept": known[entry.id].hex(), "other": content_hash(entry).hex()}
            yield Found(
                f"changed_body|{entry.id}",
                AlertKind.CHANGED_BODY,
                entry.venue,
                gate.id,
                entry.id,
                evidence={"seq": entry.seq, "hashes": hashes},
                is_news=True,
            )
            continue
        kept = history.numbered(connection, gate.id, [entry.seq])
        # One alert for all of it: a copy reuses every number from some point on.
        yield Found(
            f"cloned_device|{gate.id}",
            AlertKind.CLONED_DEVICE,
            entry.venue,
            gate.id,
            kept[0].id if kept else "",
            evidence={"seq": entry.seq, "other": entry.id, "times": [entry.at_ms, *(r.at_ms for r in kept)]},
            is_news=True,
        )


def told_gap(connection: Connection, gate: Gate, gap: Gap) -> Found | None:
    """What a gap that a kiosk told means; None when everything of it had arrived after all."""
    missing = gap.last - gap.first + 1 - kiosks.arrived_between(connection, gate.id, gap.first, gap.last)
    lost_file = gap.cause is not GapCause.ABSENT
    if not missing and not lost_file:
        return None
    evidence = {"cause": gap.cause.value, "found_ms": gap.found_ms, "missing": missing}
    kind = AlertKind.NEW_EPOCH if lost_file else AlertKind.GAP
    return _gap(gate, kind, gap.first, gap.last, evidence)


def silent_gaps(
    connection: Connection, gate: Gate, missing: Sequence[tuple[int, int]], now_ms: int
) -> Iterator[Found]:
    """Numbers that nobody explained for a quarter of an hour after those above them arrived."""
    above = {last + 1: (first, last) for first, last in missing}
    for row in history.numbered(connection, gate.id, sorted(above)):
        if now_ms - row.received_ms >= SILENT_MS:
            first, last = above[row.seq]
            yield _gap(gate, AlertKind.GAP, first, last, {"cause": "silent", "missing": last - first + 1})


def _gap(gate: Gate, kind: AlertKind, first: int, last: int, evidence: Mapping[str, object]) -> Found:
    key = f"{kind}|{gate.id}|{first}|{last}"
    said = {"first": first, "last": last, **evidence}
    # A kiosk tells a gap once, and again only when it was asked for it again.
    return Found(key, kind, gate.venue_id, gate.id, evidence=said, is_news=said["cause"] != "silent")


def filled(connection: Connection, gate: Gate, arrived: Sequence[int], now_ms: int) -> None:
    """Close the alerts about missing numbers that came after all.

    Where only a part of silently missing ones came, the rest is found again by itself.
    """
    done: list[str] = []
    for row in alerts.open_of_kiosk(connection, gate.id, AlertKind.GAP):
        told = json.loads(row.evidence)
        first, last = told["first"], told["last"]
        if any(first <= seq <= last for seq in arrived):
            there = kiosks.arrived_between(connection, gate.id, first, last)
            if told["cause"] == "silent" or there == last - first + 1:
                done.append(row.key)
    explained(connection, done, now_ms)
