"""Whatever a filter asks for, table, count, live rows, figures and every file come to the same entries."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from domain.decision import Outcome
from domain.entry import Way
from domain.reason import SENTENCES, Reason
from domain.venue import Direction
from domain.visitor import VisitorClass
from tests.web.services.desk.filtered_site import DAY_MS, ENDINGS, PEOPLE, SPELLED, Made, Site, site_of
from tests.web.tenants import Tenant
from web.services.desk import searching
from web.services.desk.exporting import exporting_making, exporting_stream
from web.services.desk.exporting.exporting_columns import MASKED
from web.services.desk.exporting.exporting_forms import Form
from web.services.desk.figures import figures
from web.services.desk.figures.figures_values import Sums
from web.services.desk.filtering import filters
from web.services.desk.filtering.filters import Filter
from web.services.desk.filtering.filters_people import Part, sealed_term
from web.services.errors import NotFoundError
from web.services.installation import Installation
from web.store.desk import filtering_places
from web.store.scope import PROGRAM, Scope

CLERK, ZONE = "clerk", "Asia/Shanghai"
ENTRY = [*MASKED].index("entry")


@pytest.fixture
def site(inst: Installation, park: Tenant, mill: Tenant) -> Site:
    return site_of(inst, park, mill)


def _some(of: Sequence[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    few = st.sets(st.sampled_from(of), min_size=1, max_size=2)
    return few.map(lambda chosen: tuple(one for one in of if one in chosen))


NARROWING = {
    "venue": st.integers(0, 3),
    "entrance": st.integers(0, 3),
    "kiosk": st.integers(0, 3),
    "enterprise": st.just(True),
    "who": st.sampled_from(SPELLED),
    "classes": _some([VisitorClass.COURIER, VisitorClass.RESIDENT]),
    "outcomes": _some([*Outcome]),
    "reasons": _some([reason for _, reason in ENDINGS] + [Reason.TAKEN_BACK]),
    "directions": _some([*Direction]),
    "ways": _some([Way.KIOSK, Way.STAFF, Way.PAPER]),
    "least": st.sampled_from([366, 372, 380]),
    "most": st.sampled_from([365, 372, 381]),
    "text": st.sampled_from(["code", "taken back", "扫码"]),
}
ALWAYS = {
    "scope": st.sampled_from(["everything", "park", "area"]),
    # Whole days, for figures know nothing less.
    "days": st.sampled_from([(-2, 1), (-1, 0), (0, 1), (-2, 0)]),
    "few": st.sampled_from([0, 40]),
}
# At most four conditions: of more, hardly an entry is left.
ASKED = st.sets(st.sampled_from([*NARROWING]), max_size=4).flatmap(
    lambda names: st.fixed_dictionaries(ALWAYS | {name: NARROWING[name] for name in sorted(names)})
)


def _filter_of(site: Site, asked: Mapping[str, Any]) -> Filter:
    def place(name: str, part: str) -> str:
        return str(getattr(site.gates[asked[name]], part)) if name in asked else ""

    first, last = asked["days"]
    return Filter(
        enterprise_id=site.entries[0].enterprise if "enterprise" in asked else "",
        venue_id=place("venue", "venue_id"),
        entrance_id=place("entrance", "entrance_id"),
        kiosk_id=place("kiosk", "id"),
        from_ms=site.midnight_ms + first * DAY_MS,
        until_ms=site.midnight_ms + last * DAY_MS,
        who=sealed_term(site.inst, CLERK, Part.WHO, asked.get("who", "")),
        classes=asked.get("classes", ()),
        outcomes=asked.get("outcomes", ()),
        reasons=asked.get("reasons", ()),
        directions=asked.get("directions", ()),
        ways=asked.get("ways", ()),
        temperature_least=asked.get("least"),
        temperature_most=asked.get("most"),
        text=asked.get("text", ""),
    )


def _meant(site: Site, wanted: Filter, asked: Mapping[str, Any]) -> list[Made]:
    """The entries that a plain reading of the filter means."""
    first, second, third = PEOPLE
    sought = dict(zip(SPELLED, [first, second, third, second, "-"], strict=True))
    said, least, most = wanted.text, wanted.temperature_least, wanted.temperature_most
    saying = {one for one, told in SENTENCES.items() if said in told.en.casefold() or said in told.zh}

    def fits(one: Made) -> bool:
        assert wanted.from_ms is not None
        assert wanted.until_ms is not None
        sets = (
            (wanted.classes, one.of_class), (wanted.outcomes, one.outcome), (wanted.reasons, one.reason),
            (wanted.directions, one.direction), (wanted.ways, one.way),
        )  # fmt: skip
        places = (
            (wanted.venue_id, one.gate.venue_id), (wanted.entrance_id, one.gate.entrance_id),
            (wanted.kiosk_id, one.gate.id), (wanted.enterprise_id, one.enterprise),
        )  # fmt: skip
        return (
            all(not chosen or is_one in chosen for chosen, is_one in sets)
            and all(not chosen or is_one == chosen for chosen, is_one in places)
            and (asked["scope"] == "everything" or one.enterprise == site.entries[0].enterprise)
            and wanted.from_ms <= one.at_ms < wanted.until_ms
            and (not wanted.who or one.who == sought[asked["who"]])
            and (least is None or (one.tenths or 0) >= least)
            and (most is None or (one.tenths or 999) <= most)
            and (not said or one.reason in saying)
        )

    found = [one for one in site.entries if fits(one)]
    return sorted(found, key=lambda one: (one.at_ms, one.id), reverse=True)


def _paged(site: Site, scope: Scope, wanted: Filter) -> list[str]:
    found, before = list[str](), ""
    while True:
        page = searching.search(site.inst, scope, wanted, account_id=CLERK, before=before, limit=13)
        found += [row.id for row in page.rows]
        if not (before := page.older):
            return found


def _read(path: Path, form: Form) -> list[str]:
    """The entries of a file in the order of its rows."""
    if form is Form.JSONL:
        return [json.loads(line)["entry"] for line in path.read_text("utf-8").splitlines()]
    rows: Iterable[Sequence[Any]]
    if form is Form.CSV:
        rows = csv.reader(path.read_text("utf-8-sig").splitlines())
    else:
        rows = load_workbook(path).active.iter_rows(values_only=True)
    return [str(row[ENTRY]) for row in islice(rows, 1, None)]


def _is_visible(asked: Mapping[str, Any]) -> bool:
    return asked["scope"] == "everything" or 1 not in [
        asked.get(name) for name in ("venue", "entrance", "kiosk")
    ]


@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(asked=ASKED)
def test_one_filter_means_the_same_entries_wherever_it_is_asked(
    site: Site, park: Tenant, tmp_path: Path, asked: dict[str, Any]
) -> None:
    inst, scope = site.inst, {"everything": PROGRAM, "park": park.staff, "area": park.area}[asked["scope"]]
    wanted = _filter_of(site, asked)
    if not _is_visible(asked):
        with pytest.raises(NotFoundError):
            filters.from_query(inst, scope, filters.as_query(wanted), ZONE)
        return
    # As a page gets it: out of its URL.
    wanted = filters.from_query(inst, scope, filters.as_query(wanted), ZONE).wanted
    meant = _meant(site, wanted, asked)
    ids = [one.id for one in meant]
    with pytest.MonkeyPatch.context() as patched:
        # Where venues are many they are looked through together, by other indexes.
        patched.setattr(filtering_places, "FEW", asked["few"])
        assert _paged(site, scope, wanted) == ids
        assert searching.counted(inst, scope, wanted, account_id=CLERK) == len(ids)
        live = searching.newer(inst, scope, wanted, "0", account_id=CLERK, limit=1_000)
        assert [row.id for row in live.rows] == ids
        for form in Form:
            path = tmp_path / f"entries.{form}"
            done = exporting_making.made(inst, scope, CLERK, wanted, form, path)
            assert (done.rows, _read(path, form)) == (len(ids), ids)
        at_once = tmp_path / "at once.csv"
        at_once.write_bytes(b"".join(exporting_stream.csv(inst, scope, wanted, account_id=CLERK)))
        assert _read(at_once, Form.CSV) == ids
    undone = {one.corrects for one in site.entries}
    counts = figures.figures(inst, scope, wanted, ZONE, account_id=CLERK).counts
    charted = figures.timed(inst, scope, wanted, ZONE, account_id=CLERK)[1]
    count = sum(not one.corrects and one.id not in undone for one in meant)
    assert counts is not None
    assert charted is not None
    assert (counts.whole.entries, charted.whole.entries) == (count, count)
    # Nobody brought anybody: as many people as entries, by each side that a chart or its table shows.
    sides: list[Mapping[Any, Sums]] = [charted.hours, counts.hours, counts.venues]
    for parts in [*sides, counts.sides["class"], counts.sides["way"]]:
        assert sum(sums.people for sums in parts.values()) == count
