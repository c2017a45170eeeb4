"""Numbers that will not come: told by a kiosk, kept as a leaf, and never asked for again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from domain.errors import InputError
from domain.gap import Gap, gap_from_json
from domain.log import gap_leaf
from web.db.connecting.connection import Connection
from web.services.findings.finding import raised
from web.services.findings.gate_findings import told_gap
from web.services.gates.gates import Gate
from web.services.installation import new_id
from web.store.gates import kiosks
from web.store.passing import entries

MOST = 100
Range = tuple[int, int]


def noted(connection: Connection, gate: Gate, told: Iterable[object], now_ms: int) -> int:
    """Keep each gap with its leaf, once; how many were understood. One that is none stops nothing."""
    understood = 0
    for value in told:
        try:
            gap = gap_from_json(value)
        except InputError:
            continue
        understood += 1
        _keep(connection, gate, gap, now_ms)
    return understood


def _keep(connection: Connection, gate: Gate, gap: Gap, now_ms: int) -> None:
    new = kiosks.gap_added(
        connection,
        kiosk_id=gate.id,
        first_seq=gap.first,
        last_seq=gap.last,
        cause=gap.cause.value,
        found_ms=gap.found_ms,
        received_ms=now_ms,
    )
    if new:
        entries.leaf_added(connection, "gap", new_id(), gap_leaf(gate.id, gap, now_ms))
        if (found := told_gap(connection, gate, gap)) is not None:
            raised(connection, [found], now_ms)


def without(missing: Iterable[Range], told: Iterable[Range]) -> Iterator[Range]:
    """What is left of the missing ranges without those that will not come; all are closed."""
    gone = sorted(told)
    for start, last in missing:
        first = start
        for low, high in gone:
            if high < first or low > last:
                continue
            if low > first:
                yield first, low - 1
            first = high + 1
        if first <= last:
            yield first, last
