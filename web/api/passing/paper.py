"""The paper register of a day at an entrance: tried, recorded row by row, taken back within the hour."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from pydantic import Field

from domain.access import Right
from domain.wording import Sentence
from web.api.declaring.calling import account, scope
from web.api.declaring.days import DayText, day_of
from web.api.declaring.operations import Operations
from web.api.declaring.plans import Mend
from web.api.declaring.shapes import (
    WHOLE,
    Count,
    Given,
    Line,
    Ms,
    TableGiven,
    Told,
    list_of,
    table_of_form,
    told,
)
from web.services.passing.paper import paper
from web.services.passing.paper.paper_columns import Column
from web.services.passing.paper.paper_report import Batch, Report
from web.services.passing.paper.paper_rows import ROWS_MOST, lines_of
from web.services.passing.paper.paper_rows import Line as Row
from web.services.places import places
from web.views.asking.session import installation

paper_api = Operations("paper", "The paper register")
PaperBatch = told(Batch, "PaperBatch")
# A word of the language that fields are written in.
_CALLED = {Column.CLASS: "visitor_class", Column.ROW: "printed"}


class PaperRow(Given):
    """A row as it stands on paper: `printed` is its number there, a decision is admit, refuse or refer."""

    number: Annotated[int, Field(ge=1, le=100_000), WHOLE]
    time: Line
    direction: Line
    name: Line = ""
    phone: Line = ""
    visitor_class: Line = ""
    plate: Line = ""
    temperature: Line = ""
    decision: Line = ""
    note: Line = ""
    printed: Line = ""

    def read(self) -> Row:
        """The same as the service takes it."""
        cells = {column: getattr(self, _field(column)).strip() for column in Column}
        return Row(self.number, {column: cell for column, cell in cells.items() if cell})


class PaperGiven(Given):
    """Rows of one day (2026-11-20), in any order."""

    day: DayText
    rows: list[PaperRow] = Field(min_length=1, max_length=ROWS_MOST)

    def read(self) -> tuple[date, list[Row]]:
        """The same as the service takes it."""
        return day_of(self.day), [row.read() for row in self.rows]


class PaperBatchGiven(Given):
    """Which rows: those that came at this time."""

    received_ms: Ms


class PaperRows(Told):
    """The rows of a table, as `rows` of a day takes them."""

    rows: list[dict[str, str | int]]


class PaperTold(Told):
    """What becomes of a row; `rules` where the rules would have decided otherwise than the paper says."""

    number: int
    masked_name: str
    at_ms: int
    direction: str
    outcome: str
    sentence: Sentence | None
    is_known: bool
    rules: Sentence | None
    rules_outcome: str
    problems: list[Mend]


class PaperReport(Told):
    """How many rows are new, were recorded before, are to be mended, and say otherwise than the rules."""

    new: int
    known: int
    bad: int
    differing: int
    rows: list[PaperTold]


@paper_api.act("/paper/rows", Right.RECORD_PASSAGES, PaperRows, form=TableGiven)
def read_paper_table(given: TableGiven) -> Any:
    """The rows of a table (CSV or XLSX) typed off the printed register; nothing is kept."""
    lines = table_of_form(lines_of, given)
    return {
        "rows": [
            {"number": line.number} | {_field(column): cell for column, cell in line.cells.items()}
            for line in lines
        ]
    }


@paper_api.act("/entrances/<entrance_id>/paper/try", Right.RECORD_PASSAGES, PaperReport, takes=PaperGiven)
def try_paper(entrance_id: str, given: PaperGiven) -> Any:
    """What recording these rows would do; nothing is kept."""
    day, rows = given.read()
    return _told(paper.tried(installation(), scope(), entrance_id, day, rows))


@paper_api.act("/entrances/<entrance_id>/paper", Right.RECORD_PASSAGES, PaperReport, takes=PaperGiven)
def keep_paper(entrance_id: str, given: PaperGiven) -> Any:
    """Record every row that can be used and is not here yet, judged as of its own time."""
    day, rows = given.read()
    done = paper.keep(installation(), scope(), entrance_id, day, rows, account_id=account().id)
    return _told(done)


@paper_api.read("/venues/<venue_id>/paper", Right.RECORD_PASSAGES, list_of(PaperBatch, "PaperBatches"))
def list_paper(venue_id: str) -> Any:
    """What was recorded at a venue in the last hour and can be taken back, the newest first."""
    places.venue(installation(), scope(), venue_id)
    return {"items": paper.batches(installation(), scope(), venue_id)}


@paper_api.act("/entrances/<entrance_id>/paper/undo", Right.RECORD_PASSAGES, Count, takes=PaperBatchGiven)
def undo_paper(entrance_id: str, given: PaperBatchGiven) -> Any:
    """Take back what was recorded together; tells how many entries."""
    count = paper.undo(installation(), scope(), entrance_id, given.received_ms, account_id=account().id)
    return {"count": count}


def _field(column: Column) -> str:
    return _CALLED.get(column, column.value)


def _told(report: Report) -> dict[str, Any]:
    counts = {name: getattr(report, name) for name in ("new", "known", "bad", "differing")}
    rows = [
        {
            **{name: getattr(row, name) for name in PaperTold.model_fields if name != "problems"},
            "problems": [
                {"column": _field(problem.column), "sentence": problem.sentence} for problem in row.problems
            ],
        }
        for row in report.rows
    ]
    return {**counts, "rows": rows}
