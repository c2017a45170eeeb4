"""The keys that sign visitors' codes as staff see them, and what changing one did."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from web.services.signing_keys.key_making import DAY_S

# How long gates know a key before it signs: one that is cut off may be silent as long.
PUBLISHED_S = 14 * DAY_S


class KeyState(StrEnum):
    """What a key is good for at a time."""

    SIGNS = "signs"
    TOLD = "told"
    VERIFIES = "verifies"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class IssuingKey:
    """A key as staff see it; `enterprise` is "" for the installation's own. Times are Unix seconds.

    `cards` is how many printed cards that still count it signed.
    """

    kid: str
    enterprise_id: str
    enterprise: str
    made_s: int
    signs_until_s: int
    until_s: int
    is_signing: bool
    revoked_ms: int | None
    cards: int = 0

    @property
    def signs_from_s(self) -> int:
        """When gates know it for as long as one may be cut off."""
        return self.made_s + PUBLISHED_S

    def state(self, now_s: int) -> KeyState:
        """What it is good for now."""
        if self.revoked_ms is not None:
            return KeyState.WITHDRAWN
        if self.is_signing:
            return KeyState.SIGNS
        is_ahead = self.signs_until_s > now_s and self.signs_from_s > now_s
        return KeyState.TOLD if is_ahead else KeyState.VERIFIES


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """What withdrawing a key did: which signs in its place, and how many cards must be printed anew."""

    kid: str
    replaced_by: str
    cards: int
