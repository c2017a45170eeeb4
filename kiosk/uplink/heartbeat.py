"""A heartbeat: how a gate is, as it tells the server, and what the server says to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from domain.facts_page import FactsPlace
from kiosk.camera.camera import CameraStatus
from kiosk.facts.trust import Trust
from kiosk.host import machine
from kiosk.host.clock import GateClock
from kiosk.uplink.receipt import is_number, ranges_of
from kiosk.uplink.reply import Failure, Trouble

BEAT_EVERY_S = 5.0
"""How often a kiosk calls whose server does not say."""

# Whatever a server says: often enough to be missed within minutes, seldom enough not to overrun it.
_BEAT_LEAST_S, _BEAT_MOST_S = 2.0, 120.0


@dataclass(frozen=True, slots=True)
class Vitals:
    """What a heartbeat tells; no personal data. The offset is gate minus server, None where not known."""

    camera: str
    fps: float
    waiting: int
    bundle_seq: int
    foreign: int
    sent_ms: int
    clock_offset_ms: int | None = None
    bundle_age_s: int | None = None


@dataclass(frozen=True, slots=True)
class Beat:
    """The server's time, the number of its newest bundle, the entries it has lost, how far visitors go.

    `rotate` asks this kiosk to fetch a new credential, `next_s` to call again after so many seconds. `venue`
    is the place of the newest passage of its venue that the server knows of; None from one that tells none.
    """

    now_ms: int
    bundle_seq: int
    missing: tuple[tuple[int, int], ...] = ()
    facts: FactsPlace = field(default_factory=FactsPlace)
    rotate: bool = False
    next_s: float = BEAT_EVERY_S
    venue: tuple[int, str] | None = None


def vitals_of(camera: CameraStatus, clock: GateClock, trust: Trust, waiting: int, foreign: int) -> Vitals:
    """The vitals now; `waiting` entries were not delivered yet, `foreign` codes were of no visitor."""
    offset_ms = clock.stamp().clock.offset_ms
    return Vitals(
        camera=camera.state.value,
        fps=camera.fps,
        waiting=waiting,
        bundle_seq=trust.least_seq,
        foreign=foreign,
        sent_ms=machine.wall_ms(),
        clock_offset_ms=None if offset_ms is None else -offset_ms,
        bundle_age_s=trust.age_ms() // 1000 if trust.rules.seq else None,
    )


def told_with(vitals: Vitals, version: str, settled_seq: int, facts: FactsPlace) -> dict[str, object]:
    """What is sent: the vitals, and up to where entries are settled and visitors known here."""
    return {
        "version": version,
        "camera": vitals.camera,
        "fps": round(vitals.fps, 1),
        "waiting": vitals.waiting,
        "bundle_seq": vitals.bundle_seq,
        "foreign": vitals.foreign,
        "sent_ms": vitals.sent_ms,
        "clock_offset_ms": vitals.clock_offset_ms,
        "bundle_age_s": vitals.bundle_age_s,
        "settled_seq": settled_seq,
        "facts_epoch": facts.epoch,
        "facts_seq": facts.seq,
    }


def beat_of(value: Mapping[str, Any]) -> Beat | Failure:
    """The server's answer, or why it is none."""
    now_ms, seq = value.get("now_ms"), value.get("bundle_seq")
    missing = ranges_of(value.get("missing", []))
    if not is_number(now_ms) or not is_number(seq) or not now_ms or missing is None:
        return Failure(Trouble.STRANGE, "heartbeat without a time")
    facts_epoch, facts_seq = value.get("facts_epoch", ""), value.get("facts_seq", 0)
    if not isinstance(facts_epoch, str) or not is_number(facts_seq):
        return Failure(Trouble.STRANGE, "heartbeat without a place")
    return Beat(
        now_ms, seq, missing, FactsPlace(facts_epoch, facts_seq), value.get("rotate") is True,
        _pause_told(value.get("next_s")), _place_told(value.get("venue")),
    )  # fmt: skip


def _pause_told(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return BEAT_EVERY_S
    return min(_BEAT_MOST_S, max(_BEAT_LEAST_S, float(value)))


def _place_told(value: object) -> tuple[int, str] | None:
    match value:
        case [int(at_ms), str(identity)]:
            return at_ms, identity
    return None
