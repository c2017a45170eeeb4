"""The command that prints the posters or labels of a whole table of venues."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from domain.errors import CodePlaceError, InputError
from domain.venue import checked_base_url
from printables.batch.files import content_of
from printables.batch.job import Job, Outcome, check, print_posters
from printables.batch.printing import Sheet
from printables.batch.report import problems, results
from printables.batch.table import MOST_BYTES
from printables.batch.venues import VenueTable, venue_table
from printables.fonts import default_face, face_at
from printables.formats import Format
from printables.kinds.kind import Direction, Ink
from printables.kinds.poster_parts import POSTER_PAPERS
from printables.logo.command import logo_at
from printables.options import Root, day_said, format_said, languages_said, look_options, poster_options
from printables.papers import checked_size
from printables.sheets import GRID_EXAMPLE, LABEL_SHEETS, SINGLE, Layout, cut_sheet, label_sheet


@click.command("posters")
@click.option(
    "--input", "table", type=click.Path(path_type=Path), required=True, help="A table of venues, CSV or XLSX."
)
@click.option("--base-url", required=True, help="The site that the codes open, like https://park.example.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="FILE.pdf, a page for each row.")
@click.option(
    "--layout",
    default=SINGLE,
    show_default=True,
    help=f"single; a4, a3 or letter: as many as fit, with cut marks; labels on {', '.join(LABEL_SHEETS)} "
    f"or a grid in mm like {GRID_EXAMPLE}.",
)
@poster_options
@look_options
@click.pass_obj
def posters_command(root: Root, /, table: Path, out: Path, font: Path | None, **said: Any) -> None:
    """Print the posters of many entrances, one for each row of a table. 批量打印场所码海报或标签。

    The first row names the columns, in English or Chinese: venue 场所, entrance 出入口, address 地址,
    operator 单位, code 场所码, short number 编号, serial 序号; only the venue is required. Codes and
    numbers that are left out are made and written beside the PDF as *.codes.csv: register them.
    Exit status 1: some rows were not printed; 2: nothing could be.
    """
    try:
        job = _job(root, out, font, said)
        _check_posters(out, job)
        venues = _venues(table, job.site)
        outcome = _printed(venues, job, out, root)
    except CodePlaceError as refused:
        raise _NothingDone(f"{refused.sentence.en}\n{refused.sentence.zh}") from None
    for sentence in problems(venues.findings, outcome, click.format_filename(table, shorten=True)):
        click.echo(f"{sentence.en}\n{sentence.zh}", err=True)
    for sentence in results(outcome, click.format_filename(out, shorten=True)):
        click.echo(f"{sentence.en}\n{sentence.zh}")
    sys.exit(1 if venues.findings or outcome.refused else 0)


class _NothingDone(click.ClickException):
    """The sentence says why not even the first row could be printed."""

    exit_code = 2


def _job(root: Root, out: Path, font: Path | None, said: dict[str, Any]) -> Job:
    face = face_at(font) if font else default_face()
    direction = Direction(said["direction"])
    layout, label = _layout(said["layout"], said["size"], direction)
    sheet = Sheet(
        languages_said(said["lang"]),
        said["size"],
        face,
        direction,
        Ink(said["ink"]),
        logo_at(said["logo"]),
        label,
    )
    site, issued = checked_base_url(said["base_url"]), day_said(root.today, said["issued"])
    return Job(site, sheet, issued, said["retention_days"], _title(out), layout)


def _layout(name: str, size: str, direction: Direction) -> tuple[Layout | None, tuple[float, float] | None]:
    """How the prints share sheets, and for labels how large each is."""
    if name.lower() == SINGLE:
        return None, None
    labels = label_sheet(name)
    if labels:
        return labels, labels.tile
    paper = POSTER_PAPERS[checked_size(size, tuple(POSTER_PAPERS))]
    width, height = paper.width, paper.height
    if direction is Direction.LANDSCAPE:
        width, height = height, width
    return cut_sheet(name, width, height), None


def _title(out: Path) -> str:
    """What the PDF calls itself; a file name may hold bytes that are no text."""
    return f"场所码 Venue codes: {out.stem}".encode("utf-8", "replace").decode("utf-8")


def _check_posters(out: Path, job: Job) -> None:
    if format_said(out) is not Format.PDF:
        raise InputError(
            "out", f"The file {out.name} must end in .pdf.", f"文件 {out.name} 的扩展名应为 .pdf。"
        )
    check(job)


def _venues(table: Path, site: str) -> VenueTable:
    """The rows of the file; InputError that names it."""
    try:
        return venue_table(content_of(table, MOST_BYTES), site)
    except InputError as refused:
        name, said = click.format_filename(table, shorten=True), refused.sentence
        raise InputError(refused.field, f"{name}: {said.en}", f"{name}：{said.zh}") from None


def _printed(venues: VenueTable, job: Job, out: Path, root: Root) -> Outcome:
    """Print all rows; how far it is shows where somebody is looking."""
    watched = sys.stderr.isatty()
    with click.progressbar(length=len(venues.rows), file=sys.stderr, hidden=not watched) as bar:
        return print_posters(venues.rows, job, out, root.random, lambda: bar.update(1))
