"""The register as a gate takes it up when it starts: from its disk, and from this machine's memory."""

from __future__ import annotations

import secrets
from pathlib import Path

from kiosk.facts.trust import Trust
from kiosk.gate.direction import kept_direction
from kiosk.gate.register import Register
from kiosk.host.clock import GateClock
from kiosk.occupancy.heard import Heard
from kiosk.privacy.tags import Tags, kept_key
from kiosk.running.orders import Orders
from kiosk.spool.thread import SpoolThread


def recalled_register(
    kiosk_id: str, orders: Orders, folder: Path, trust: Trust, spool: SpoolThread, clock: GateClock
) -> Register:
    """The register with all that is kept of today; SpoolError if it cannot be read."""
    direction = kept_direction(folder, orders.direction)
    tags = Tags(kept_key(orders.memory, kiosk_id, secrets.token_bytes))
    register = Register(kiosk_id, direction, trust, spool, clock, secrets.token_bytes, tags, Heard(folder))
    register.recall()
    return register
