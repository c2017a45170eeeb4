"""What any days came to at each venue, as a table for spreadsheets: a month of all venues is read at once."""

from __future__ import annotations

from dataclasses import dataclass

from domain.wording import Sentence
from web.db.connection import Connection
from web.services.desk import figures_columns
from web.services.desk.figures import placed
from web.services.desk.figures_columns import TOTAL, cells, in_language
from web.services.desk.figures_days import Span, date_of, span_of
from web.services.desk.figures_values import NOTHING, Sums, sums_of, total
from web.services.desk.filters import Filter
from web.services.installation import Installation
from web.services.tables.csv_lines import BOM, csv_lines
from web.store import figures_reading, filtering_places
from web.store.scope import Scope

CSV_COLUMNS: tuple[Sentence, ...] = (
    Sentence("from", "开始日期"),
    Sentence("until", "结束日期"),
    *figures_columns.PLACES,
    *figures_columns.SUMS,
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


def by_venue(inst: Installation, scope: Scope, wanted: Filter, zone: str) -> tuple[Span, list[VenueLine]]:
    """Every venue of a filter's places, by name, in the days of its times; nothing else of it narrows."""
    span = span_of(wanted, inst.now_ms(), zone)

    def work(connection: Connection) -> list[VenueLine]:
        among = filtering_places.among(connection, scope, placed(wanted))
        rows = figures_reading.by_venue(connection, figures_reading.by_side, among, span.days)
        sums = {row.venue_id: sums_of(row) for row in rows}
        warm = figures_reading.feverish(connection, among, span.days)
        return [
            VenueLine(
                row.id,
                row.name,
                row.enterprise_name,
                row.area_name,
                sums.get(row.id, NOTHING),
                warm.get(row.id, 0),
            )
            for row in figures_reading.places(connection, among)
        ]

    return span, inst.read(work)


def csv(span: Span, lines: list[VenueLine], *, chinese: bool) -> bytes:
    """The table with a line for each venue, the last for all of them."""
    days = [date_of(span.days.first).isoformat(), date_of(span.days.last).isoformat()]
    rows = [
        [*days, line.area_name, line.enterprise_name, line.name, *cells(line.sums, line.feverish)]
        for line in lines
    ]
    whole = cells(total(line.sums for line in lines), sum(line.feverish for line in lines))
    last = [*days, "", "", *in_language((TOTAL,), chinese=chinese), *whole]
    return BOM + csv_lines([in_language(CSV_COLUMNS, chinese=chinese), *rows, last])
