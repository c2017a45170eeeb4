"""A kiosk that proved who it is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Gate:
    """A kiosk that proved who it is."""

    id: str
    entrance_id: str
    venue_id: str
