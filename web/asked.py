"""What the root hands to every command."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from web.settings import Settings


class Asked(Protocol):
    """The root as commands see it."""

    @property
    def settings(self) -> Settings:
        """Where the installation is."""

    @property
    def now_ms(self) -> Callable[[], int]:
        """The clock, in Unix milliseconds."""
