"""Asks what the desk asks, as its pages do it, and times each question by itself and as a whole page."""

from __future__ import annotations

import random
import statistics
from collections.abc import Callable
from typing import Final

from bench.clocks import Clocks
from bench.query.town import ZONE, Town, spelled, visitor_id
from web.services.desk import searching
from web.services.desk.figures import figures_table
from web.services.desk.filtering.filters import Filter
from web.services.desk.filtering.filters_people import Part, sealed_term
from web.services.desk.tracing import contact_finding
from web.services.desk.tracing.tracing_values import Question
from web.services.desk.watching import watching
from web.services.installation import Installation
from web.store.desk import searching as rows_of

HOUR_MS, DAY_MS = 3_600_000, 86_400_000
DAYS: Final = 30
_ACCOUNT: Final = "bench"
Query = Callable[[random.Random], object]


def queries(inst: Installation, town: Town, midnight_ms: int) -> dict[str, Query]:
    """What is asked, by name; each takes the chance by which it chooses whom and where.

    `midnight_ms` is when the newest day began.
    """

    def found(wanted: Filter) -> object:
        # Whom it is about is a question of its own.
        people = (
            inst.ask(lambda c: searching.people_of(c, inst, town.root, _ACCOUNT, wanted))
            if wanted.who
            else None
        )
        asked = searching.with_people(inst, _ACCOUNT, wanted, people)
        return inst.ask(lambda c: rows_of.page(c, town.root, asked, before=None, limit=searching.PAGE + 1))

    def venue_hour(chance: random.Random) -> object:
        begins = midnight_ms - chance.randrange(DAYS) * DAY_MS + chance.randrange(7, 19) * HOUR_MS
        venue = chance.choice(town.venues)
        return found(Filter(venue_id=venue.id, from_ms=begins, until_ms=begins + HOUR_MS))

    def person(chance: random.Random) -> object:
        typed = spelled(chance.randrange(town.people))
        return found(Filter(who=sealed_term(inst, _ACCOUNT, Part.WHO, typed)))

    def newest(chance: random.Random) -> object:
        return found(Filter(venue_id=chance.choice(town.venues).id))

    def trace(chance: random.Random) -> object:
        question = Question(
            (visitor_id(chance.randrange(town.people)),), 14, 30, midnight_ms + DAY_MS, second=False
        )
        return inst.read(lambda connection: contact_finding.found(connection, town.root, question))

    def month(_chance: random.Random) -> object:
        asked = Filter(from_ms=midnight_ms - (DAYS - 1) * DAY_MS, until_ms=midnight_ms + DAY_MS)
        return figures_table.by_venue(inst, town.root, asked, ZONE)

    def silent(_chance: random.Random) -> object:
        return inst.read(lambda connection: watching.silent(connection, midnight_ms + DAY_MS + 12 * HOUR_MS))

    return {
        "venue_hour": venue_hour, "person": person, "venue_newest": newest, "trace": trace, "month": month,
        "silent": silent,
    }  # fmt: skip


def asked(query: Query, times: int, clocks: Clocks, seed: int = 3) -> list[float]:
    """p50 and p99 of a query asked so often, in milliseconds; the first ones, which fill caches, left out.

    The same seed asks the same questions again.
    """
    chance, took = random.Random(seed), []  # noqa: S311
    for nth in range(times + 5):
        began = clocks.seconds()
        query(chance)
        if nth >= 5:
            took.append((clocks.seconds() - began) * 1000)
    cuts = statistics.quantiles(took, n=100, method="inclusive")
    return [round(cuts[49], 2), round(cuts[98], 2)]
