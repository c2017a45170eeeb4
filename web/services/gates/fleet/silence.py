"""Kiosks that fell silent: an alert each, once per silence, settled by itself when they speak again."""

from __future__ import annotations

import json

from web.db.connecting.connection import Connection
from web.services.connecting import events
from web.services.gates import pacing
from web.services.installation import Installation
from web.store.gates import fleet
from web.store.scope import Scope

SPOKE_AGAIN = "spoke_again"


def watched(inst: Installation) -> int:
    """Raise what is due and settle what is over; how many kiosks fell silent since the last look."""
    before_ms = inst.now_ms() - pacing.silent_ms(inst)

    def work(connection: Connection) -> int:
        over = fleet.over_silences(connection, before_ms)
        if over:
            fleet.silences_settled(connection, over, inst.now_ms(), SPOKE_AGAIN)
            events.kiosks_back(connection, over, inst.now_ms())
        silent = fleet.fallen_silent(connection, before_ms)
        for row in silent:
            fleet.silence_raised(
                connection,
                {
                    "key": fleet.silence_key(row.id, row.seen_ms),
                    "venue_id": row.venue_id,
                    "kiosk_id": row.id,
                    "evidence": json.dumps({"seen_ms": row.seen_ms}),
                    "found_ms": inst.now_ms(),
                },
            )
        events.kiosks_silent(connection, silent, inst.now_ms())
        return len(silent)

    # Most looks find nothing: those ask only, and write nothing.
    due = inst.read(lambda c: fleet.fallen_silent(c, before_ms) or fleet.over_silences(c, before_ms))
    return inst.write(work) if due else 0


def count(inst: Installation, scope: Scope) -> int:
    """How many kiosks in scope are silent, for the badge beside their section."""
    return inst.ask(lambda connection: fleet.silent_count(connection, scope))
