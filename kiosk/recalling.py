"""The register as a gate takes it up when it starts: from its disk, and from this machine's memory."""

from __future__ import annotations

import secrets
from pathlib import Path

from kiosk.clock import GateClock
from kiosk.direction import kept_direction
from kiosk.heard import Heard
from kiosk.orders import Orders
from kiosk.register import Register
from kiosk.spool_thread import SpoolThread
from kiosk.tags import Tags, kept_key
from kiosk.trust import Trust


def recalled_register(
    kiosk_id: str, orders: Orders, folder: Path, trust: Trust, spool: SpoolThread, clock: GateClock
) -> Register:
    """The register with all that is kept of today; SpoolError if it cannot be read."""
    direction = kept_direction(folder, orders.direction)
    tags = Tags(kept_key(orders.memory, kiosk_id, secrets.token_bytes))
    register = Register(kiosk_id, direction, trust, spool, clock, secrets.token_bytes, tags, Heard(folder))
    register.recall()
    return register
