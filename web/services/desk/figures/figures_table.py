"""What any days came to at each venue, as a table for spreadsheets: a month of all venues is read at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from domain.reason import Reason
from domain.wording import Sentence
from web.db.connecting.connection import Connection, Record
from web.services.desk import searching
from web.services.desk.figures import figures_columns
from web.services.desk.figures.figures import is_within, one_by_one, placed
from web.services.desk.figures.figures_columns import TOTAL, as_of, cells, in_language
from web.services.desk.figures.figures_counting import Counting, counting_of, source_of
from web.services.desk.figures.figures_days import Span, date_of, span_of, start_ms
from web.services.desk.figures.figures_values import NOTHING, Sums, sums_of, total
from web.services.desk.filtering.filters import Filter
from web.services.installation import Installation
from web.services.tables.csv_lines import BOM, csv_lines
from web.store.desk import filtering_places
from web.store.drawn import figures_reading, projecting
from web.store.scope import Scope

CSV_COLUMNS: tuple[Sentence, ...] = (
    Sentence("from", "开始日期"),
    Sentence("until", "结束日期"),
    *figures_columns.PLACES,
    *figures_columns.SUMS,
    figures_columns.AS_OF,
)


@dataclass(frozen=True, slots=True)
class VenueLine:
    """A venue and what the days came to there, also when it is nothing."""

    id: str
    name: str
    enterprise_name: str
    area_name: str
    sums: Sums
    feverish: int


@dataclass(frozen=True, slots=True)
class Table:
    """A line for each venue, None where that is too much to count; counted until `as_of_ms`."""

    span: Span
    zone: str
    lines: tuple[VenueLine, ...] | None
    as_of_ms: int


def by_venue(inst: Installation, scope: Scope, wanted: Filter, zone: str, *, account_id: str = "") -> Table:
    """What the filter finds at every venue of its places, by name, in the days of its times.

    When it is about a person, the log says so before anything is counted.
    """
    span = span_of(wanted, inst.now_ms(), zone)
    searching.note(inst, scope, account_id, wanted)

    def work(connection: Connection) -> Table:
        among = filtering_places.among(connection, scope, placed(wanted))
        rows = figures_reading.places(connection, among)
        counting, as_of_ms = counting_of(wanted), inst.now_ms()
        if counting is not Counting.ENTRIES:
            as_of_ms = projecting.drawn_upto_ms(connection, as_of_ms)
            if not is_within(counting, len(rows), span):
                return Table(span, zone, None, as_of_ms)

        def count(these: Filter) -> Mapping[str, Sums] | None:
            # None when its entries are too many to look at each.
            if counting_of(these) is Counting.ENTRIES:
                since_ms = start_ms(span.days.first, zone)
                found = one_by_one(connection, inst, scope, account_id, these, since_ms)
                return None if found is None else found.venues
            drawn = figures_reading.by_venue(connection, source_of(these), among, span.days)
            return {row.venue_id: sums_of(row) for row in drawn}

        sums = count(wanted)
        if sums is None:
            return Table(span, zone, None, as_of_ms)
        is_whole = counting is Counting.SIDE
        warm = figures_reading.feverish(connection, among, span.days) if is_whole else _warm(count, wanted)
        return Table(span, zone, tuple(_line(row, sums, warm) for row in rows), as_of_ms)

    return inst.look(work)


def csv(table: Table, *, chinese: bool) -> bytes:
    """The table with a line for each venue, the last for all of them."""
    days = [date_of(day).isoformat() for day in (table.span.days.first, table.span.days.last)]
    until, lines = as_of(table.as_of_ms, table.zone), table.lines or ()
    rows = [
        [*days, line.area_name, line.enterprise_name, line.name, *cells(line.sums, line.feverish), until]
        for line in lines
    ]
    whole = cells(total(line.sums for line in lines), sum(line.feverish for line in lines))
    last = [*days, "", "", *in_language((TOTAL,), chinese=chinese), *whole, until]
    return BOM + csv_lines([in_language(CSV_COLUMNS, chinese=chinese), *rows, last])


def _line(row: Record, sums: Mapping[str, Sums], warm: Mapping[str, int]) -> VenueLine:
    place = (row.id, row.name, row.enterprise_name, row.area_name)
    return VenueLine(*place, sums.get(row.id, NOTHING), warm.get(row.id, 0))


def _warm(count: Callable[[Filter], Mapping[str, Sums] | None], wanted: Filter) -> dict[str, int]:
    """Of what a filter finds, how much ended at the temperature, by venue."""
    if wanted.reasons and Reason.TEMPERATURE_HIGH not in wanted.reasons:
        return {}
    found = count(replace(wanted, reasons=(Reason.TEMPERATURE_HIGH,))) or {}
    return {venue: sums.entries for venue, sums in found.items()}
