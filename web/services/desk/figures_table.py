"""What any days came to at each venue, as a table for spreadsheets: a month of all venues is read at once."""

from __future__ import annotations

from dataclasses import dataclass

from domain.wording import Sentence
from web.db.connection import Connection
from web.services.desk.figures import placed
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
    Sentence("area", "区域"),
    Sentence("enterprise", "企业"),
    Sentence("venue", "场所"),
    Sentence("people checked", "检查人员（人次）"),
    Sentence("in", "进入（人次）"),
    Sentence("out", "离开（人次）"),
    Sentence("people turned back", "劝返人员（人次）"),
    Sentence("people sent to staff", "转人工（人次）"),
    Sentence("abnormal temperatures", "体温异常（人次）"),
    Sentence("vehicles checked", "检查车辆（辆次）"),
    Sentence("vehicles turned back", "劝返车辆（辆次）"),
)
_TOTAL = Sentence("Total", "合计")


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
    named = [name.zh if chinese else name.en for name in CSV_COLUMNS]
    rows = [
        [*days, line.area_name, line.enterprise_name, line.name, *_cells(line.sums, line.feverish)]
        for line in lines
    ]
    whole = _cells(total(line.sums for line in lines), sum(line.feverish for line in lines))
    return BOM + csv_lines([named, *rows, [*days, "", "", _TOTAL.zh if chinese else _TOTAL.en, *whole]])


def _cells(sums: Sums, feverish: int) -> list[str]:
    numbers = (
        sums.people,
        sums.people_in,
        sums.people_out,
        sums.people_refused,
        sums.people_referred,
        feverish,
        sums.vehicles,
        sums.vehicles_refused,
    )
    return [str(number) for number in numbers]
