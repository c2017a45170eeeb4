"""How often gates are told to call: often while few, and so seldom that many do not take the server over.

A gate that is only there costs a heartbeat each time, and in a province those are four fifths of all work
(docs/scale.md). The more gates called within a day, the longer each waits; none waits for longer than
`MOST_S`, for a changed rule and a hold reach a gate with its next call.
"""

from __future__ import annotations

from typing import Final

from web.services.installation import Installation
from web.store.gates import fleet

MOST_S: Final = 120
# Of all gates together. One costs the site 4 ms and its database 2: this is a fifth of a processor.
_BEATS_A_SECOND: Final = 50
_COUNTED_EVERY_MS: Final = 60_000
_IN_USE_MS: Final = 86_400_000
_ONLINE_LEAST_MS: Final = 15_000
_SILENT_LEAST_MS: Final = 7 * 60_000


def every_s(inst: Installation) -> int:
    """After how many seconds a gate is told to call again; counted anew each minute."""
    now_ms = inst.now_ms()
    count = inst.gates_in_use.glanced(
        now_ms,
        _COUNTED_EVERY_MS,
        lambda: inst.ask(lambda connection: fleet.in_use(connection, now_ms - _IN_USE_MS)),
    )
    return max(inst.settings.gate_beat_s, min(MOST_S, count // _BEATS_A_SECOND))


def online_ms(inst: Installation) -> int:
    """For how long a gate may be silent and is still online: three calls, of which it may miss two."""
    return max(_ONLINE_LEAST_MS, 3_000 * every_s(inst))


def silent_ms(inst: Installation) -> int:
    """After how long a gate has fallen silent: four calls, or seven minutes if that is longer."""
    return max(_SILENT_LEAST_MS, 4_000 * every_s(inst))
