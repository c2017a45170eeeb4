"""One run: a table of venues in, one PDF with a page for each, and a file of the codes that are new."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

from domain.errors import InputError
from domain.venue import poster_url
from printables.batch.files import Draft, set_aside
from printables.batch.minting import CodedRow, Randomness, coded, codes_header, codes_line
from printables.batch.printing import Sheet, released
from printables.batch.venues import RowFinding, VenueRow
from printables.drawing import Drawing
from printables.findings import PrintRefused
from printables.kinds.poster import PosterContent
from printables.pdf import write_pdf
from printables.sheets import Layout, arranged
from reader.inspection.findings import Finding


@dataclass(frozen=True, slots=True)
class Job:
    """How the posters of one run look and whose they are; `site` is `https://host`, without a slash.

    With a `layout` several share a sheet.
    """

    site: str
    sheet: Sheet
    issued_on: date
    retention_days: int
    title: str
    layout: Layout | None = None

    def content(self, coded: CodedRow) -> PosterContent:
        """What the poster of a row says."""
        row = coded.row
        return PosterContent(
            url=poster_url(self.site, coded.code),
            short_number=coded.short_number,
            venue_name=row.venue,
            entrance_name=row.entrance,
            address=row.address,
            host=urlsplit(self.site).netloc,
            serial=row.serial,
            issued_on=self.issued_on,
            operator=row.operator,
            retention_days=self.retention_days,
        )


@dataclass(slots=True)
class Outcome:
    """What came of a run: rows refused, remarks about printed ones, and the codes that are new.

    `codes` is the file of the new codes, `aside` what was there under its name before.
    """

    printed: int = 0
    pages: int = 0
    minted: int = 0
    refused: list[RowFinding] = field(default_factory=list)
    remarks: list[RowFinding] = field(default_factory=list)
    codes: Path | None = None
    aside: Path | None = None


def check(job: Job) -> None:
    """Draw one sample, so that a wrong option is told once and not for every row (InputError)."""
    sample = VenueRow(0, "场所 Venue", "", "", "", "", None, None)
    content = job.content(CodedRow(sample, bytes(16), ""))
    drawing = job.sheet.drawing(content)
    if job.layout:
        list(arranged((drawing,), job.layout))


def print_posters(
    rows: tuple[VenueRow, ...],
    job: Job,
    out: Path,
    random: Randomness,
    progress: Callable[[], None] = lambda: None,
) -> Outcome:
    """Write the posters of all rows that pass into `out`, and what was minted into `*.codes.csv` beside it.

    Neither file is touched before both are whole; without a single poster there is no file. Memory does
    not grow with the pages. `progress` is called after every row. UnavailableError for a full disk.
    """
    outcome = Outcome()
    codes_path = out.with_suffix(".codes.csv")
    with Draft(out) as document, Draft(codes_path) as codes:
        told = _told(tuple(coded(rows, random)), job, outcome, progress)
        noted = _noted(told, job, codes, outcome)
        outcome.pages = write_pdf(arranged(noted, job.layout) if job.layout else noted, document, job.title)
        if outcome.minted:
            # First of all: printed codes that nobody knows would be lost.
            outcome.aside = set_aside(codes_path)
            codes.keep()
            outcome.codes = codes_path
        if outcome.printed:
            document.keep()
    return outcome


def _told(
    batch: tuple[CodedRow, ...], job: Job, outcome: Outcome, progress: Callable[[], None]
) -> Iterator[tuple[CodedRow, Drawing]]:
    """The rows whose posters pass, one by one; what there is to say about any goes to the outcome."""
    for coded_row, answer in zip(batch, released(map(job.content, batch), job.sheet), strict=True):
        number = coded_row.row.number
        if isinstance(answer, InputError):
            outcome.refused.extend(_refused(number, answer))
        else:
            outcome.remarks.extend(_about(number, finding) for finding in answer.findings)
            yield coded_row, answer
        progress()


def _noted(
    posters: Iterable[tuple[CodedRow, Drawing]], job: Job, codes: Draft, outcome: Outcome
) -> Iterator[Drawing]:
    """The posters as they are printed; those with a new code are noted in the file of codes."""
    codes.write(codes_header())
    for coded_row, drawing in posters:
        if coded_row.is_new:
            codes.write(codes_line(coded_row, job.site))
            outcome.minted += 1
        outcome.printed += 1
        yield drawing


def _refused(number: int, refused: InputError) -> list[RowFinding]:
    if isinstance(refused, PrintRefused):
        return [_about(number, finding) for finding in refused.findings if finding.fails]
    return [RowFinding(number, None, refused.sentence)]


def _about(number: int, finding: Finding) -> RowFinding:
    return RowFinding(number, None, finding.sentence)
