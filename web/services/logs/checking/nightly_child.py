"""Checks the whole log in a process of its own, which anything else on the machine goes before.

Run as `python -m web.services.logs.checking.nightly_child`; it only reads the database.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Mapping
from typing import Any

from web.services.children import kind_of, ordered, say, settings_of
from web.services.installation import opened_to_read
from web.services.logs.checking import log_fsck
from web.services.logs.checking.log_checks import Finding

_NICENESS = 19


def main() -> None:
    """Check, and tell how far it is, then what was found and where first."""
    os.nice(_NICENESS)
    order = ordered()
    try:
        _check(order)
    except Exception as error:  # whatever it is, somebody has to read of it
        say(reason=kind_of(error))


def _check(order: Mapping[str, Any]) -> None:
    inst = opened_to_read(settings_of(order), lambda: int(order["now_ms"]))
    found, places = 0, list[str]()

    def tell(finding: Finding) -> None:
        nonlocal found
        found += 1
        if len(places) < int(order["places"]):
            places.append(finding.where)

    try:
        done = log_fsck.checked(inst, tell, lambda leaves: say(leaves=leaves))
        say(leaves=done.leaves, checkpoints=done.checkpoints, findings=found, places=places)
    finally:
        inst.close()


if __name__ == "__main__":
    main()
    # All of it goes now: to look through the modules for garbage first takes a quarter of this life.
    gc.freeze()
