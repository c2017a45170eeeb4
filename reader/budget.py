"""How much work one picture may cause, counted and not timed: the same picture is always read alike."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Stage(StrEnum):
    """The image work beyond asking a library once, which can be left out to see what it is worth."""

    CLOSER = "closer"
    VIEWS = "views"
    FINDERS = "finders"
    GRID = "grid"
    CREASES = "creases"
    BLUR = "blur"


EVERY_STAGE: Final = frozenset(Stage)


class Budget:
    """Work that is left for one picture, in milliseconds of the machine the costs were measured on.

    Each step states beforehand what it may cost there (2 vCPU AMD EPYC, one thread); one that does
    not fit any more is passed over. No clock is read: a slow machine takes longer, and reads the same.
    """

    def __init__(self, milliseconds: float, stages: frozenset[Stage] = EVERY_STAGE) -> None:
        self._left = milliseconds
        self._stages = stages

    def allows(self, stage: Stage, milliseconds: float) -> bool:
        """Tell whether a step may be done, and take its cost away if so."""
        if stage not in self._stages or milliseconds > self._left:
            return False
        self._left -= milliseconds
        return True
