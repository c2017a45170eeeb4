"""A masked CSV file of not too many entries, at once; the log says so before the first row leaves."""

from __future__ import annotations

from collections.abc import Iterator

from domain.deed import Deed
from web.services.desk import deeds, filters, searching
from web.services.desk.exporting_making import streamed
from web.services.desk.filters import Filter
from web.services.installation import Installation
from web.store.scope import Scope


def is_short(inst: Installation, scope: Scope, wanted: Filter, *, account_id: str = "") -> bool:
    """Whether there are so few entries that they may leave at once; else a file is made of them apart.

    More would keep a thread of the server busy for as long as the other end takes to read them.
    """
    found = searching.counted(inst, scope, wanted, account_id=account_id)
    return found is not None and found <= searching.COUNTED_MOST


def csv(inst: Installation, scope: Scope, wanted: Filter, *, account_id: str = "") -> Iterator[bytes]:
    """All entries of the filter in pieces, newest first; NotFoundError for places outside the scope."""
    filters.expect_visible(inst, scope, wanted)
    about = searching.about(inst, account_id, wanted) if wanted.who or wanted.host else ""
    told = {"form": "csv", "filter": searching.told(wanted)}
    inst.write(lambda c: deeds.noted(c, inst, account_id, Deed.EXPORT, told, about=about))
    return streamed(inst, scope, account_id, wanted)
