"""The logbook and the proofs of its entries, asked for with another tenant's ids."""

from __future__ import annotations

from urllib.parse import urlencode

from tests.web.services.scopes.asking import Ask
from web.services.desk import details, filters, filters_choices, filters_people, searching
from web.services.desk.filters import Filter
from web.services.logs import log_proving, logbook, witnessing
from web.services.places.places import DEFAULT_ZONE

REFUSED: dict[str, Ask] = {
    "log_proving.place": lambda i, s, x: log_proving.place(i, s, x["entry"]),
    "log_proving.evidence": lambda i, s, x: log_proving.evidence(i, s, x["entry"]),
    "log_proving.disclosed": lambda i, s, x: log_proving.disclosed(i, s, x["entry"], "somebody", "dispute"),
    "details.of_entry": lambda i, s, x: details.of_entry(i, s, x["entry"]),
    "filters.expect_visible": lambda i, s, x: filters.expect_visible(i, s, Filter(kiosk_id=x["kiosk"])),
    "logbook.csv": lambda i, s, x: list(logbook.csv(i, s, Filter(venue_id=x["venue"])))[1:],
    "filters.from_args": lambda i, s, x: filters.from_args(i, s, {"venue": [x["venue"]]}, DEFAULT_ZONE),
    "filters.from_query": lambda i, s, x: filters.from_query(
        i, s, urlencode({"entrance": x["entrance"]}, errors="replace"), DEFAULT_ZONE
    ),
}

EMPTY: dict[str, Ask] = {
    "searching.search": lambda i, s, x: searching.search(i, s, Filter(venue_id=x["venue"])).rows,
    "searching.newer": lambda i, s, x: searching.newer(i, s, Filter(venue_id=x["venue"]), "0").rows,
    "witnessing.witnesses": lambda i, s, x: range(witnessing.witnesses(i, s).count),
    "searching.counted": lambda i, s, x: range(searching.counted(i, s, Filter(venue_id=x["venue"]))),
    "searching.resolved": lambda i, s, x: i.read(
        lambda c: searching.resolved(c, i, s, "", Filter(who="nobody"))
    ).people.visitor_ids,
    "filters_choices.offered": lambda i, s, x: [
        identity for identity, _ in filters_choices.offered(i, s, Filter()).venues if identity == x["venue"]
    ],
    "filters_people.people_named": lambda i, s, x: i.read(
        lambda c: filters_people.people_named(c, i, s, x["number"])
    ).visitor_ids,
}

# Gives nothing back when it is done.
SILENT = {"filters.expect_visible"}
