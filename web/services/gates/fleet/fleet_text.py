"""The fleet as lines of text, for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from web.services.gates.fleet.fleet_values import Unit

_NOTHING = "No kiosk yet. 尚无扫码终端。"


def fleet_lines(units: Sequence[Unit], now_ms: int) -> Iterator[str]:
    """A line for each kiosk, its parts parted by tabs: state, name, place, last heard, waiting, needs."""
    if not units:
        yield _NOTHING
    for unit in units:
        heard = "never" if unit.seen_ms is None else f"{max(0, now_ms - unit.seen_ms) // 1000} s ago"
        needs = ",".join(unit.needs) or "-"
        place = f"{unit.venue_name} · {unit.entrance_name}"
        parts = (
            unit.presence,
            unit.name,
            place,
            heard,
            f"{unit.waiting} waiting",
            unit.version or "-",
            needs,
        )
        yield "\t".join(parts)
