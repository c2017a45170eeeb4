"""Makes one file of entries in a process of its own, so that the site's pages stay quick meanwhile.

Run as `python -m web.services.desk.exporting.exporting_child`; the order comes as JSON on stdin, and each
line of the answer says how far it is. It only reads the database.
"""

from __future__ import annotations

import gc
import os
from pathlib import Path

from web.services.children import ordered, say, settings_of
from web.services.desk import searching
from web.services.desk.exporting.exporting_forms import Form
from web.services.desk.exporting.exporting_making import made
from web.services.desk.filtering import filters
from web.services.installation import opened_to_read
from web.store.desk import export_rows
from web.store.scope import Scope

_NICENESS = 10


def main() -> None:
    """Make what stdin orders."""
    os.nice(_NICENESS)
    order = ordered()
    # What "today" means was settled when the file was ordered, however often it is begun anew.
    inst = opened_to_read(settings_of(order), lambda: int(order["made_ms"]))
    try:
        scope, account = Scope(**order["scope"]), str(order["account_id"])
        wanted = filters.from_query(inst, scope, order["query"], order["zone"]).wanted
        asked = inst.ask(lambda c: searching.resolved(c, inst, scope, account, wanted))
        say(total=inst.read(lambda c: export_rows.total(c, scope, asked)))
        people: set[str] = set()
        done = made(
            inst, scope, account, wanted, Form(order["form"]), Path(order["path"]),
            unmasked=bool(order["unmasked"]), tell=lambda rows: say(rows=rows),
            meet=people.update,
        )  # fmt: skip
        # Some 70 MB for a million people: each of them is told once, however long the file is.
        Path(order["people"]).write_text("\n".join(sorted(people)), encoding="ascii")
        say(rows=done.rows, sha256=done.sha256, size=done.size)
    finally:
        inst.close()


if __name__ == "__main__":
    main()
    # All of it goes now: to look through the modules for garbage first takes a quarter of this life.
    gc.freeze()
