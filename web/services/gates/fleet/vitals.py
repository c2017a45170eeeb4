"""How a kiosk says it is doing, beside what its heartbeat must say: kept for staff, never trusted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

_FPS_MOST = 1_000
_AGE_MOST_S = 10**10
_OFFSET_MOST_MS = 10**14


@dataclass(frozen=True, slots=True)
class Vitals:
    """Frames a second in tenths, gate minus server in milliseconds, age of the rules; None is not known."""

    fps_tenths: int = 0
    clock_offset_ms: int | None = None
    bundle_age_s: int | None = None


def vitals_of(heartbeat: Mapping[str, object]) -> Vitals:
    """What a heartbeat tells; what is missing or no number is not known, for kiosks differ in age."""
    return Vitals(
        _tenths(heartbeat.get("fps")),
        _whole(heartbeat.get("clock_offset_ms"), -_OFFSET_MOST_MS, _OFFSET_MOST_MS),
        _whole(heartbeat.get("bundle_age_s"), 0, _AGE_MOST_S),
    )


def columns(said: Vitals) -> dict[str, int | None]:
    """As a kiosk's row keeps it."""
    return asdict(said)


def _whole(value: object, least: int, most: int) -> int | None:
    return value if type(value) is int and least <= value <= most else None


def _tenths(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return 0
    return round(value * 10) if 0 <= value <= _FPS_MOST else 0
