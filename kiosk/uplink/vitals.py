"""How a gate is, as it tells the server with each heartbeat."""

from __future__ import annotations

from kiosk.camera.camera import CameraStatus
from kiosk.facts.trust import Trust
from kiosk.host import machine
from kiosk.host.clock import GateClock
from kiosk.uplink.portal import Vitals


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
