"""What the doctor says of one thing: how it is, and what to do when it is not well."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from domain.wording import Sentence


class Level(StrEnum):
    """How something is; `fail` must be mended before visitors come."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Check:
    """One line: a short name in both languages, what was found, and the remedy unless it is well."""

    name: str
    level: Level
    found: str
    remedy: Sentence | None = None


def well(name: str, found: str) -> Check:
    """Nothing to do."""
    return Check(name, Level.OK, found)


def warned(name: str, found: str, en: str, zh: str) -> Check:
    """Works, and should be looked at."""
    return Check(name, Level.WARN, found, Sentence(en, zh))


def failed(name: str, found: str, en: str, zh: str) -> Check:
    """Must be mended."""
    return Check(name, Level.FAIL, found, Sentence(en, zh))
