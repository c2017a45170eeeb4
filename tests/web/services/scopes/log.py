"""The logbook and the proofs of its entries, asked for with another tenant's ids."""

from __future__ import annotations

from urllib.parse import urlencode

from tests.web.services.scopes.asking import Ask
from web.services.desk import details, searching
from web.services.desk.exporting import exporting, exporting_making, exporting_plans, exporting_stream
from web.services.desk.exporting.exporting_forms import Form
from web.services.desk.filtering import filters, filters_choices, filters_people, saved
from web.services.desk.filtering.filters import Filter
from web.services.desk.filtering.filters_people import Part, sealed_term
from web.services.logs import log_proving, witnessing
from web.services.logs.checking import entry_checks
from web.services.places.places import DEFAULT_ZONE

REFUSED: dict[str, Ask] = {
    "entry_checks.checked": lambda i, s, x: entry_checks.checked(i, s, x["entry"]),
    "log_proving.place": lambda i, s, x: log_proving.place(i, s, x["entry"]),
    "log_proving.evidence": lambda i, s, x: log_proving.evidence(i, s, x["entry"]),
    "log_proving.disclosed": lambda i, s, x: log_proving.disclosed(i, s, x["entry"], "somebody", "dispute"),
    "details.of_entry": lambda i, s, x: details.of_entry(i, s, x["entry"]),
    "filters.expect_visible": lambda i, s, x: filters.expect_visible(i, s, Filter(kiosk_id=x["kiosk"])),
    "exporting_stream.csv": lambda i, s, x: list(exporting_stream.csv(i, s, Filter(venue_id=x["venue"])))[1:],
    "exporting.order": lambda i, s, x: exporting.order(
        i, s, Filter(entrance_id=x["entrance"]), account_id=x["account"], form="csv"
    ),
    "exporting_plans.create": lambda i, s, x: exporting_plans.create(
        i,
        s,
        Filter(venue_id=x["venue"]),
        DEFAULT_ZONE,
        account_id=x["account"],
        name="x",
        form="csv",
        every="day",
        at="06:00",
    ),
    "saved.save": lambda i, s, x: saved.save(
        i, s, Filter(venue_id=x["venue"]), account_id=x["account"], name="x"
    ),
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
    "searching.resolved": lambda i, s, x: (
        i.read(
            lambda c: searching.resolved(c, i, s, "a", Filter(who=sealed_term(i, "a", Part.WHO, x["number"])))
        ).people.visitor_ids
    ),
    "searching.people_of": lambda i, s, x: (
        i.read(
            lambda c: searching.people_of(
                c, i, s, "a", Filter(who=sealed_term(i, "a", Part.WHO, x["number"]))
            )
        ).visitor_ids
    ),
    "exporting_making.made": lambda i, s, x: range(
        exporting_making.made(
            i, s, "", Filter(venue_id=x["venue"]), Form.CSV, i.settings.home / "entries.csv"
        ).rows
    ),
    "exporting_making.streamed": lambda i, s, x: list(
        exporting_making.streamed(i, s, "", Filter(venue_id=x["venue"]))
    )[1:],
    "filters_choices.offered": lambda i, s, x: [
        identity for identity, _ in filters_choices.offered(i, s, Filter()).venues if identity == x["venue"]
    ],
    "filters_people.people_named": lambda i, s, x: (
        i.read(lambda c: filters_people.people_named(c, i, s, x["number"])).visitor_ids
    ),
}

# Gives nothing back when it is done.
SILENT = {"filters.expect_visible"}
