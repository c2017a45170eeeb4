"""A masked CSV file of not too many entries, at once; the log says so before the first row leaves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from domain.deed import Deed
from web.services.access import looks
from web.services.desk import deeds, searching
from web.services.desk.exporting.exporting_making import streamed
from web.services.desk.filtering import filters
from web.services.desk.filtering.filters import Filter
from web.services.installation import Installation
from web.store.scope import Scope


def is_short(count: int | None) -> bool:
    """Whether so many entries may leave at once; of more (or None: too many to count) a file is made apart.

    They would keep a thread of the server busy for as long as the other end takes to read them.
    """
    return count is not None and count <= searching.COUNTED_MOST


def csv(inst: Installation, scope: Scope, wanted: Filter, *, account_id: str = "") -> Iterator[bytes]:
    """All entries of the filter in pieces, newest first; NotFoundError for places outside the scope."""
    filters.expect_visible(inst, scope, wanted)
    about = searching.about(inst, account_id, wanted) if wanted.who or wanted.host else ""
    told = {"form": "csv", "filter": searching.told(wanted)}
    people: set[str] = set()
    # Whole before it leaves, for whoever is in it is told as well; files that are long are made apart.
    body = list(streamed(inst, scope, account_id, wanted, people.update))
    whose = replace(searching.concerns(scope, wanted), met=looks.met(inst, sorted(people)))
    ref = inst.write(
        lambda c: deeds.noted(c, inst, account_id, Deed.EXPORT, told, about=about, concerns=whose)
    )
    looks.kept_of_file(inst, ref, account_id, "", sorted(people))
    return iter(body)
