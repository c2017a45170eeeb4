"""A run of the story: gates, server and proxy, then quiet, then the count."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from bench.clocks import Clocks
from bench.sync.audit import Verdict, arrived, compared, kept_by, promised_by
from bench.sync.story import REVOKED, Story
from bench.sync.town import founded

_PEOPLE: Final = 300
_LONGEST_S: Final = 1_800.0
_TAIL_S: Final = 420.0  # longer than a row that was not understood is held back


def synced(
    gate_count: int, entries: int, seed: int, clocks: Clocks, tell: Callable[[str], None]
) -> dict[str, Any]:
    """Let `gate_count` gates make `entries` entries while everything fails; the figures."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        town = founded(folder, gate_count, _PEOPLE, clocks.now)
        story = Story(town, folder, entries, seed, clocks.now)
        began_s = clocks.seconds()
        try:
            story.start()
            _told(story, clocks, tell)
            drained = _calmed(story, clocks, tell)
        finally:
            story.stop()
        figures = _figures(story, _verdict(story, town.home / "codeplace.db"))
        return figures | drained | {"s": round(clocks.seconds() - began_s, 1)}


def _told(story: Story, clocks: Clocks, tell: Callable[[str], None]) -> None:
    """Let every event happen when it is due, and all entries be made."""
    ends_s = clocks.seconds() + _LONGEST_S
    for event in story.events():
        while story.share() < event.share and clocks.seconds() < ends_s:
            time.sleep(0.1)
        tell(f"{event.share:.0%} {event.name}; {story.waiting()} wait")
        event.do()
    while story.share() < 1 and clocks.seconds() < ends_s:
        time.sleep(0.1)


def _calmed(story: Story, clocks: Clocks, tell: Callable[[str], None]) -> dict[str, Any]:
    """Let the network recover; how fast what waited arrived then."""
    story.proxy.is_calm = True
    began_s, waited = clocks.seconds(), story.waiting()
    tell(f"calm; {waited} wait")
    left, nine_tenths_s = waited, 0.0
    while left and clocks.seconds() - began_s < _TAIL_S:
        time.sleep(0.1)
        left = story.waiting()
        if not left:  # what the gates say is a moment old
            time.sleep(1.0)
            left = story.waiting()
        if left <= waited / 10 and not nine_tenths_s:
            nine_tenths_s = clocks.seconds() - began_s
    return {
        "waited_at_calm": waited,
        "still_waiting": left,
        "drain_s": round(clocks.seconds() - began_s, 1),
        "drain_entries_per_s": round(waited * 0.9 / nine_tenths_s) if nine_tenths_s else None,
    }


def _verdict(story: Story, database: Path) -> Verdict:
    spools = {gate.name: kept_by(gate.name, gate.home, story.town.secrets) for gate in story.gates}
    devices = {gate.name: gate.kiosk_id for gate in story.gates}
    revoked = {story.gates[REVOKED].name}
    done = compared(spools, arrived(database), devices, revoked, story.poison)
    for gate in story.gates:
        done.promised_lost += len(promised_by(gate.home) - {kept.seq for kept in spools[gate.name]})
    return done


def _taken(story: Story) -> tuple[int, list[str]]:
    """How many bundles gates took, and those among them that were forged or older than what they had."""
    taken, bad = 0, list[str]()
    for gate in story.gates:
        highest = 0
        for line in (gate.home / "bundles.txt").read_text("ascii").splitlines():
            seq, hashed = line.split()
            taken += 1
            signed = story.proxy.pages if seq == "page" else story.proxy.bundles
            if kind := signed.forged.get((gate.name, hashed)):
                bad.append(f"{kind} bundle {seq} at {gate.name}")
            if seq == "page":
                continue
            if int(seq) < highest:
                bad.append(f"bundle {seq} after {highest} at {gate.name}")
            highest = max(highest, int(seq))
    return taken, bad


def _figures(story: Story, done: Verdict) -> dict[str, Any]:
    proxy = story.proxy
    taken, bad = _taken(story)
    judged = [status for gate in story.gates if (status := story.status(gate))]
    return {
        "bench": "sync",
        "entries": done.entries,
        "missing": done.missing,
        "doubled": done.doubled,
        "promised_lost": done.promised_lost,
        "refused_because_a_reply_was_lost": done.refused_wrongly,
        "for_staff": dict(done.for_staff),
        "not_arrived_of_the_revoked_gate": dict(done.not_arrived_revoked),
        "forged_bodies_sent": sum(proxy.forged.values()),
        "forged_bodies_in_conflict": proxy.forged["conflict"],
        "bad_bundles_offered": dict(sorted(proxy.bundles.offered.items())),
        "bad_pages_of_visitors_offered": dict(sorted(proxy.pages.offered.items())),
        "bundles_and_pages_taken": taken,
        "bad_bundles_taken": len(bad),
        "kills": story.kills,
        "requests": dict(sorted(proxy.requests.items())),
        "faults": dict(sorted(proxy.faults.items())),
        "out_of_order": done.out_of_order,
        "judged_p95_ms": max((status["p95_ms"] or 0 for status in judged), default=None),
        "odd": done.odd + bad,
    }
