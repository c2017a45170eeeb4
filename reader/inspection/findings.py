"""What can be wrong with a printed code, and how one remark about it is told."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from domain.wording import Sentence


class Flaw(StrEnum):
    """Everything that can be wrong with a code, seen or drawn."""

    QUIET_ZONE = "quiet-zone"
    CONTRAST = "contrast"
    MODULE_TOO_SMALL = "module-too-small"
    PARTED_PIXELS = "parted-pixels"
    LEVEL_TOO_LOW = "level-too-low"
    NO_CODE = "no-code"
    UNEVEN_LIGHT = "uneven-light"
    UNCLEAR = "unclear"
    TOO_FEW_PIXELS = "too-few-pixels"
    NOT_READ_BACK = "not-read-back"


@dataclass(frozen=True, slots=True)
class Finding:
    """One remark; a failing one keeps a print from being used, any other is shown to the clerk."""

    code: StrEnum
    sentence: Sentence
    fails: bool = True
