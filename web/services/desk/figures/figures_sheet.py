"""The sheet of a day: what an enterprise or an area reports every evening, also when it is nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from domain.wording import Sentence
from web.db.connecting.connection import Connection, Record
from web.services.desk.figures import figures_columns, figures_counting
from web.services.desk.figures.figures_columns import TOTAL, as_of, cells, in_language
from web.services.desk.figures.figures_days import date_of
from web.services.desk.figures.figures_values import NOTHING, Counts, Sums, sums_of
from web.services.errors import NotFoundError
from web.services.installation import Installation
from web.services.places.places import DEFAULT_ZONE
from web.services.tables.csv_lines import BOM, csv_lines
from web.store.desk import filtering, filtering_places
from web.store.desk.filtering_places import Among
from web.store.drawn import figures_reading, projecting
from web.store.drawn.figures_reading import Days
from web.store.places import places
from web.store.scope import Scope

CSV_COLUMNS: tuple[Sentence, ...] = (
    Sentence("date", "日期"),
    *figures_columns.PLACES,
    Sentence("checkpoints in use", "启用检查点（个）"),
    *figures_columns.SUMS,
    figures_columns.AS_OF,
)


@dataclass(frozen=True, slots=True)
class SheetLine:
    """A venue on the sheet; `doors` of its entrances were in use that day."""

    venue_id: str
    name: str
    enterprise_name: str
    area_name: str
    sums: Sums
    doors: int
    feverish: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """A day of a unit: each venue with its figures, all of them together, and all days so far.

    `since` is the first local day that is counted, None without any; `doors` are those in use of
    `all_doors`. `reasons` are people turned back by the reason's value. Counted until `as_of_ms`.
    """

    day: int
    unit: str
    lines: tuple[SheetLine, ...]
    whole: Sums
    so_far: Sums
    since: int | None
    doors: int
    all_doors: int
    feverish: int
    reasons: Mapping[str, int]
    as_of_ms: int


def sheet(inst: Installation, scope: Scope, day: int, *, enterprise_id: str = "", area_id: str = "") -> Sheet:
    """The sheet of a local day for an enterprise, an area, or all that is in scope.

    NotFoundError for a unit outside of the scope.
    """
    wanted = filtering.Wanted(area_id=area_id, enterprise_id=enterprise_id)

    def work(connection: Connection) -> Sheet:
        unit = _unit(connection, scope, wanted)
        among = filtering_places.among(connection, scope, wanted)
        rows = figures_reading.places(connection, among)
        days = Days(day, day)
        counts = figures_counting.kept(connection, figures_reading.by_side, among, days, ("reason",))
        so_far = figures_reading.until(connection, among, day)
        used = _doors_in_use(connection, among, days)
        warm = figures_reading.feverish(connection, among, days)
        lines = tuple(_line(row, counts, used, warm) for row in rows)
        return Sheet(
            day,
            unit,
            lines,
            counts.whole,
            sums_of(so_far),
            so_far.first_day,
            sum(used.values()),
            len(figures_reading.doors(connection, among)),
            sum(warm.values()),
            _turned_back(counts),
            projecting.drawn_upto_ms(connection, inst.now_ms()),
        )

    return inst.read(work)


def csv(found: Sheet, *, chinese: bool) -> bytes:
    """The sheet as a table for spreadsheets: a line for each venue, the last for all of them."""
    day, until = date_of(found.day).isoformat(), as_of(found.as_of_ms, DEFAULT_ZONE)
    rows = [
        [
            day,
            line.area_name,
            line.enterprise_name,
            line.name,
            str(line.doors),
            *cells(line.sums, line.feverish),
            until,
        ]
        for line in found.lines
    ]
    last = [day, "", found.unit, *in_language((TOTAL,), chinese=chinese), str(found.doors)]
    whole = [*last, *cells(found.whole, found.feverish), until]
    return BOM + csv_lines([in_language(CSV_COLUMNS, chinese=chinese), *rows, whole])


def _unit(connection: Connection, scope: Scope, wanted: filtering.Wanted) -> str:
    here = filtering_places.named(
        connection,
        scope,
        area_id=wanted.area_id,
        enterprise_id=wanted.enterprise_id,
        venue_id="",
        entrance_id="",
        kiosk_id="",
    )
    if here is None:
        raise NotFoundError
    if here.enterprise_name or here.area_name:
        return here.enterprise_name or here.area_name
    own = (
        places.enterprise_row(connection, scope, scope.enterprise_id)
        if scope.enterprise_id
        else places.top_area(connection, scope)
    )
    return str(own.name) if own is not None else ""


def _doors_in_use(connection: Connection, among: Among, days: Days) -> dict[str, int]:
    """How many entrances of each venue somebody passed."""
    rows = figures_reading.used_doors(connection, among, days)
    return {row.venue_id: int(row.doors) for row in rows}


def _line(row: Record, counts: Counts, used: Mapping[str, int], warm: Mapping[str, int]) -> SheetLine:
    sums = counts.venues.get(row.id, NOTHING)
    return SheetLine(
        row.id, row.name, row.enterprise_name, row.area_name, sums, used.get(row.id, 0), warm.get(row.id, 0)
    )


def _turned_back(counts: Counts) -> dict[str, int]:
    found = {
        value.partition(" ")[2]: sums.people
        for value, sums in counts.sides["reason"].items()
        if value.startswith("refused ") and sums.people
    }
    return dict(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))
