"""Says in the site's own log when the log began to sign nothing, and when it signs again.

Entries are kept all the same, so that nobody at a gate notices: whoever reads a site's log later has to see
from when to when.
"""

from __future__ import annotations

import structlog

from web.services.installation import Installation
from web.services.logs import log_head


class Refusals:
    """What this process said last; a log that is sound from the start is not worth a line."""

    def __init__(self) -> None:
        self._refuses = False

    def looked(self, inst: Installation) -> None:
        """Look once, and say what is new. Every machine has a head of its own, and looks at that."""
        trouble = log_head.told(inst)
        refused_before, self._refuses = self._refuses, trouble is not None
        if trouble is not None and not refused_before:
            # Sizes and the file's place: it names nobody.
            structlog.get_logger().error("log_signs_nothing", why=trouble.en)
        elif trouble is None and refused_before:
            structlog.get_logger().warning("log_signs_again")
