"""Prints, sheets and what is on them, asked for with another tenant's ids."""

from __future__ import annotations

from domain.errors import InputError
from printables.drawing import PictureAt
from tests.web.services.scopes.asking import Ask, some
from web.services.installation import Installation
from web.services.printing import printing, printing_checks, printing_doors, printing_jobs, printing_passes
from web.services.printing.printing_doors import Wanted
from web.services.printing.printing_options import Options
from web.store.scope import Scope


def _chosen(inst: Installation, scope: Scope, entrance: str) -> list[str]:
    """The entrances that may be printed; nothing to tick is a mistake in the form and told as such."""
    try:
        return list(printing_doors.chosen(inst, scope, Wanted(), [entrance]).all)
    except InputError:
        return []


REFUSED: dict[str, Ask] = {
    "printing.of_entrance": lambda i, s, x: printing.of_entrance(
        i, s, x["entrance"], Options("label", languages=("en",))
    ),
    "printing_doors.door": lambda i, s, x: printing_doors.door(i, s, x["entrance"]),
    "printing_jobs.job": lambda i, s, x: printing_jobs.job(i, s, x["job"]),
    "printing_jobs.order_cards": lambda i, s, x: printing_jobs.order_cards(
        i, s, [x["visitor"]], Options("card")
    ),
    "printing_jobs.order_posters": lambda i, s, x: printing_jobs.order_posters(
        i, s, [x["entrance"]], Options(), "pdf", issue=True
    ),
    "printing_jobs.result": lambda i, s, x: printing_jobs.result(i, s, x["job"]),
    "printing_passes.windscreen": lambda i, s, x: printing_passes.windscreen(
        i, s, x["visitor"], "A 1", Options("windscreen", languages=("en",))
    ),
    "printing_jobs.posters_on": lambda i, s, x: printing_jobs.posters_on(i, s, x["job"]),
    "printing_jobs.remove": lambda i, s, x: printing_jobs.remove(i, s, x["job"]),
}

EMPTY: dict[str, Ask] = {
    "printing.from_form": lambda i, s, x: some(
        [
            item
            for item in printing.from_form(i, s, {"title": "x"}, Options("notice"), x["enterprise"])[0].items
            if isinstance(item, PictureAt)
        ]
    ),
    "printing.newest_poster": lambda i, s, x: some(printing.newest_poster(i, s, x["entrance"])),
    "printing.poster_content": lambda i, s, x: some(printing.poster_content(i, s, x["entrance"])),
    "printing_checks.entrance_called": lambda i, s, x: some(
        printing_checks.entrance_called(i, s, x["entrance"])
    ),
    "printing_doors.chosen": lambda i, s, x: _chosen(i, s, x["entrance"]),
    "printing_doors.listed": lambda i, s, x: [
        door for door in printing_doors.listed(i, s, Wanted(), 50)[0] if door.venue_id == x["venue"]
    ],
    "printing_jobs.jobs": lambda i, s, x: printing_jobs.jobs(i, s),
}

# Gives nothing back when it is done.
SILENT = {"printing_jobs.remove"}
