"""Lets go of sessions that are over and of failures that nobody counts any more."""

from __future__ import annotations

from web.services.installation import Installation
from web.services.signing_in import sessions, slowing


def forget_old(inst: Installation) -> tuple[int, int]:
    """Delete both; how many sessions and lanes that were."""
    return sessions.forget_old(inst), slowing.forget_old(inst)
