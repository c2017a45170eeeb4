"""The desk's figures: what was counted, under the one filter, in days of the calendar."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.decision import Outcome
from domain.visitor import VisitorClass
from tests.web.services.desk.figures_made import TODAY, counted, kept, spread_kept, stay_kept
from tests.web.tenants import Tenant, entry_item
from web.services.desk.figures import figures, figures_columns, figures_sheet, figures_table
from web.services.desk.figures.figures import Figures
from web.services.desk.figures.figures_counting import Counting
from web.services.desk.figures.figures_days import Days, Span, span_of, start_ms
from web.services.desk.figures.figures_values import Counts, Spread, Sums
from web.services.desk.filtering.filters import Filter
from web.services.errors import NotFoundError
from web.services.gates import ingest
from web.services.installation import Installation
from web.services.places import places
from web.store.scope import Scope

ZONE = "Asia/Shanghai"
DAY_MS = 86_400_000


def asked(inst: Installation, scope: Scope, **parts: object) -> Figures:
    return figures.figures(inst, scope, Filter(**parts), ZONE)


def counts_of(found: Figures) -> Counts:
    assert found.counts is not None
    return found.counts


def test_a_day_is_told_by_every_side(inst: Installation, park: Tenant):
    kept(
        inst,
        counted(park),
        counted(park, hour=10, direction="out", people=2, vehicles=0, reason="goodbye"),
        counted(park, hour=10, outcome="refused", reason="temperature_high", people=1, vehicles=0),
        counted(park, outcome="referred", reason="on_hold", way="poster", visitor_class="courier"),
        counted(park, day=TODAY - 1, people=99),
    )
    stay_kept(inst, park, "one", 3)
    stay_kept(inst, park, "two", 1, out_ms=5)
    found = asked(inst, park.staff)
    counts = counts_of(found)
    assert found.counting is Counting.SIDE
    assert counts.whole == Sums(4, 3, 2, 1, 3, 1, 0, 0, 1)
    assert (counts.whole.people, counts.whole.vehicles) == (9, 2)
    assert counts.days == {TODAY: counts.whole}
    assert counts.venues == {park.venue: counts.whole}
    assert {key: sums.people for key, sums in counts.hours.items()} == {(TODAY, 9): 6, (TODAY, 10): 3}
    assert {way: sums.people for way, sums in counts.sides["way"].items()} == {"kiosk": 6, "poster": 3}
    assert {name: sums.people for name, sums in counts.sides["class"].items()} == {"visitor": 6, "courier": 3}
    assert {name: sums.people for name, sums in counts.sides["reason"].items()} == {
        "refused temperature_high": 1,
        "referred on_hold": 3,
    }
    alone = counts_of(asked(inst, park.staff, venue_id=park.venue))
    assert {door: sums.people for door, sums in alone.sides["entrance"].items()} == {park.entrance: 9}
    assert (found.feverish, found.inside) == (1, 3)


def test_the_same_days_before_are_of_the_same_days_of_the_week(inst: Installation, park: Tenant):
    # The clock stands at ten: of the Friday before, the hours until eleven are compared.
    kept(
        inst,
        counted(park, day=TODAY - 7, hour=10, people=5),
        counted(park, day=TODAY - 7, hour=11, people=50),
        counted(park, day=TODAY - 1, people=500),
    )
    before = asked(inst, park.staff).before
    assert before is not None
    assert before.people_in == 5
    week = asked(inst, park.staff, from_ms=start_ms(TODAY - 6, ZONE))
    assert week.span == Span(Days(TODAY - 6, TODAY), 11)
    assert week.before is not None
    assert (counts_of(week).whole.people_in, week.before.people_in) == (500, 5)


def test_several_parts_of_the_filter_are_counted_together(inst: Installation, park: Tenant):
    kept(
        inst,
        counted(park),
        counted(park, visitor_class="courier", people=1),
        counted(park, visitor_class="courier", outcome="refused", reason="on_hold", people=7),
        counted(park, visitor_class="courier", entrance_id=park.side_entrance, people=20),
    )
    found = asked(inst, park.staff, classes=(VisitorClass.COURIER,), entrance_id=park.entrance)
    assert found.counting is Counting.SEVERAL
    assert (counts_of(found).whole.people_in, counts_of(found).whole.people_refused) == (1, 7)
    only = asked(inst, park.staff, classes=(VisitorClass.COURIER,), outcomes=(Outcome.REFUSED,))
    assert counts_of(only).whole.people == 7
    assert {key: sums.people for key, sums in counts_of(only).hours.items()} == {(TODAY, 9): 7}


def test_too_many_venue_days_of_several_parts_are_not_counted(inst: Installation, park: Tenant):
    year = {"from_ms": start_ms(TODAY - 365, ZONE), "classes": (VisitorClass.VISITOR,)}
    assert asked(inst, park.staff, **year).counts is not None
    for name in ("Second", "Third"):
        places.create_venue(inst, park.staff, park.enterprise, name=name, address="1 Road")
    assert asked(inst, park.staff, **year).counts is None
    assert asked(inst, park.staff, **{**year, "classes": ()}).counts is not None


def test_what_is_not_counted_is_found_entry_by_entry(inst: Installation, park: Tenant):
    now = inst.now_ms()
    items = [
        entry_item(park.gate, 1, now - 3_600_000, private={"temperature_tenths": 382, "companions": 2}),
        entry_item(park.gate, 2, now - 1_000, private={"temperature_tenths": 365}),
        entry_item(park.gate, 3, now - DAY_MS, private={"temperature_tenths": 385}),
    ]
    ingest.ingest(inst, park.gate, items)
    found = asked(inst, park.staff, temperature_least=380)
    assert found.counting is Counting.ENTRIES
    assert counts_of(found).whole == Sums(1, 3, *[0] * 7)
    assert list(counts_of(found).hours) == [(TODAY, 9)]
    assert found.before is None


def test_only_venues_in_scope_are_counted(inst: Installation, park: Tenant, mill: Tenant):
    kept(inst, counted(park), counted(mill, people=40))
    stay_kept(inst, mill, "theirs", 9)
    for scope in (park.staff, park.area):
        found = asked(inst, scope)
        assert counts_of(found).whole.people == 3
        assert [place.id for place in found.places] == [park.venue]
        assert found.inside == 0
    with pytest.raises(NotFoundError):
        asked(inst, park.staff, venue_id=mill.venue)
    last_week = {"from_ms": start_ms(TODAY - 7, ZONE), "until_ms": start_ms(TODAY, ZONE)}
    assert counts_of(asked(inst, park.staff, venue_id=mill.venue, **last_week)).whole == Sums()
    assert counts_of(asked(inst, Scope())).whole == Sums()


def test_charts_are_drawn_from_the_same_counts(inst: Installation, park: Tenant, mill: Tenant):
    kept(inst, counted(park), counted(park, hour=10, visitor_class="courier"), counted(mill, people=40))
    for parts in ({}, {"classes": (VisitorClass.COURIER,)}, {"entrance_id": park.entrance}):
        wanted = Filter(**parts)
        span, counts, as_of_ms = figures.timed(inst, park.staff, wanted, ZONE)
        whole = asked(inst, park.staff, **parts)
        assert as_of_ms == whole.as_of_ms
        assert counts is not None
        assert (span, counts.days, counts.hours) == (
            whole.span,
            counts_of(whole).days,
            counts_of(whole).hours,
        )


def test_the_sheet_of_a_day_is_reproducible_from_the_counts(inst: Installation, park: Tenant, mill: Tenant):
    kept(
        inst,
        counted(park, people=5),
        counted(park, entrance_id=park.side_entrance, outcome="refused", reason="on_hold", people=2),
        counted(park, outcome="refused", reason="outside_hours", people=9, vehicles=0),
        counted(park, day=TODAY - 3, people=100),
        counted(park, day=TODAY + 1, people=1000),
        counted(mill, people=40),
    )
    found = figures_sheet.sheet(inst, park.staff, TODAY)
    assert (found.unit, found.since, found.doors, found.all_doors) == ("Park Ltd", TODAY - 3, 2, 2)
    assert (found.whole.people, found.whole.people_refused, found.whole.vehicles_refused) == (16, 11, 1)
    assert found.so_far.people == 116
    assert found.reasons == {"outside_hours": 9, "on_hold": 2}
    assert [(line.name, line.sums, line.doors) for line in found.lines] == [("Park Ltd site", found.whole, 2)]
    assert figures_sheet.sheet(inst, park.area, TODAY).unit == "East Area"
    nothing = figures_sheet.sheet(inst, park.area, TODAY - 1, enterprise_id=park.enterprise)
    assert (nothing.unit, nothing.whole, nothing.so_far.people) == ("Park Ltd", Sums(), 100)
    for scope in (park.staff, park.area):
        with pytest.raises(NotFoundError):
            figures_sheet.sheet(inst, scope, TODAY, enterprise_id=mill.enterprise)
    assert figures_sheet.sheet(inst, Scope(), TODAY).lines == ()


def test_a_month_of_each_venue_is_a_table(inst: Installation, park: Tenant, mill: Tenant):
    kept(inst, counted(park, people=5), counted(park, day=TODAY - 9, people=2), counted(mill, people=40))
    places.create_venue(inst, park.staff, park.enterprise, name="Annex", address="1 Road")
    wanted = Filter(from_ms=start_ms(TODAY - 29, ZONE))
    table = figures_table.by_venue(inst, park.staff, wanted, ZONE)
    assert table.lines is not None
    assert (table.span.length, [(line.name, line.sums.people) for line in table.lines]) == (
        30,
        [("Annex", 0), ("Park Ltd site", 7)],
    )
    rows = figures_table.csv(table, chinese=True).decode("utf-8-sig").splitlines()
    assert rows[0].startswith("开始日期,结束日期,区域,企业,场所,检查人员（人次）")
    at = figures_columns.as_of(table.as_of_ms, ZONE)
    assert rows[2] == f"2026-10-22,2026-11-20,East Area,Park Ltd,Park Ltd site,7,7,0,0,0,0,2,0,{at}"
    assert rows[3] == f"2026-10-22,2026-11-20,,,合计,7,7,0,0,0,0,2,0,{at}"
    assert figures_table.by_venue(inst, Scope(), wanted, ZONE).lines == ()


@pytest.mark.parametrize(
    "narrowed",
    [
        Filter(),
        Filter(classes=("courier",)),
        Filter(outcomes=("refused", "referred")),
        Filter(reasons=("temperature_high",)),
        Filter(reasons=("on_hold",)),
        Filter(temperature_least=373),
        Filter(classes=("courier",), host="nobody"),
    ],
)
def test_the_table_by_venue_holds_the_figures_of_the_page(inst: Installation, park: Tenant, narrowed: Filter):
    kept(
        inst,
        counted(park, people=5),
        counted(park, people=3, visitor_class="courier"),
        counted(park, people=2, outcome="referred", reason="temperature_high"),
        counted(park, people=4, outcome="refused", reason="on_hold"),
    )
    page = figures.figures(inst, park.staff, narrowed, ZONE)
    table = figures_table.by_venue(inst, park.staff, narrowed, ZONE)
    assert page.counts is not None
    assert table.lines is not None
    assert {line.id: line.sums for line in table.lines if line.sums.entries} == page.counts.venues
    assert sum(line.feverish for line in table.lines) == page.feverish
    assert figures_table.by_venue(inst, Scope(), narrowed, ZONE).lines == ()
    nobodys = inst.read(lambda c: figures.one_by_one(c, inst, Scope(), "", narrowed, 0))
    assert nobodys is not None
    assert nobodys.venues == {}


def test_of_many_venues_only_the_latest_times_are_summed(inst: Installation, park: Tenant):
    spread_kept(inst, park, "pace", "kiosk", (2, 10))
    long = figures.times(inst, park.staff, Filter(from_ms=start_ms(TODAY - 300, ZONE)), ZONE)
    assert (long.span.days, long.is_cut) == (Days(TODAY - 300, TODAY), False)
    for name in ("Second", "Third"):
        places.create_venue(inst, park.staff, park.enterprise, name=name, address="1 Road")
    cut = figures.times(inst, park.staff, Filter(from_ms=start_ms(TODAY - 300, ZONE)), ZONE)
    assert (cut.span.days, cut.is_cut) == (Days(TODAY - figures.TIMES_MOST // 3 + 1, TODAY), True)
    assert cut.paces["kiosk"].times == 10


def test_how_long_it_took_is_told_by_way_of_entry(inst: Installation, park: Tenant, mill: Tenant):
    spread_kept(inst, park, "pace", "kiosk", (2, 10), (4, 9), (30, 1))
    spread_kept(inst, park, "pace", "poster", (25, 3))
    spread_kept(inst, park, "dwell", "", (45, 8), (480, 2))
    spread_kept(inst, mill, "pace", "kiosk", (50, 100))
    found = figures.times(inst, park.staff, Filter(), ZONE)
    assert {way: (spread.times, spread.quantile(50)) for way, spread in found.paces.items()} == {
        "kiosk": (20, 2),
        "poster": (3, 25),
    }
    assert (found.dwell.quantile(50), found.dwell.quantile(90)) == (45, 480)


@given(st.dictionaries(st.integers(0, 50), st.integers(1, 5), min_size=1), st.integers(1, 100))
def test_a_quantile_is_that_of_the_sorted_measurements(steps: dict[int, int], percent: int):
    measured = sorted(value for value, times in steps.items() for _ in range(times))
    spread = Spread(tuple(sorted(steps.items())))
    assert spread.quantile(percent) == measured[-(-len(measured) * percent // 100) - 1]
    edges = (10, 20, 40)
    assert sum(spread.within(edges)) == len(measured)
    assert spread.within(edges)[0] == sum(value < 10 for value in measured)


@pytest.mark.parametrize(
    ("days", "hours", "first", "last"),
    [(Days(100, 100), 5, 93, 93), (Days(100, 106), None, 93, 99), (Days(100, 109), None, 86, 95)],
)
def test_short_spans_are_compared_by_weekday(days: Days, hours: int | None, first: int, last: int):
    assert Span(days, hours).before() == Span(Days(first, last), hours)


def test_months_are_compared_with_the_days_just_before():
    assert Span(Days(100, 129)).before() == Span(Days(70, 99))


def test_a_filter_without_times_is_about_today(inst: Installation):
    now = inst.now_ms()
    assert span_of(Filter(), now, ZONE) == Span(Days(TODAY, TODAY), 11)
    yesterday = Filter(from_ms=start_ms(TODAY - 1, ZONE), until_ms=start_ms(TODAY, ZONE))
    assert span_of(yesterday, now, ZONE) == Span(Days(TODAY - 1, TODAY - 1))
    assert span_of(replace(yesterday, from_ms=0), now, ZONE).length == 366
    assert span_of(Filter(from_ms=now + 5 * DAY_MS), now, ZONE).length == 1
