"""Commands that print posters and cards, one or a table of them: `python -m printables --help`."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click

from domain.errors import CodePlaceError, InputError
from domain.venue import checked_base_url
from printables.batch.files import content_of
from printables.batch.job import Job, Outcome, check, print_posters
from printables.batch.printing import Sheet
from printables.batch.report import problems, results
from printables.batch.table import MOST_BYTES
from printables.batch.venues import VenueTable, venue_table
from printables.drawing import Drawing
from printables.fonts import Face, default_face, face_at
from printables.formats import DEFAULT_DPI, Format, rendered
from printables.kinds.poster import SIZES, PosterContent, poster
from printables.kinds.visitor_card import CardContent, visitor_card
from printables.linter import release

_DAY = click.DateTime(["%Y-%m-%d"])


@click.group()
def printables() -> None:
    """Print venue posters and visitor cards."""


def _look_options(command: Callable[..., None]) -> Callable[..., None]:
    """The options that every print has."""
    for option in (
        click.option("--font", type=click.Path(path_type=Path), help="A Chinese TrueType font file."),
        click.option("--lang", default="zh,en", show_default=True, help="zh, en or both; the first leads."),
    ):
        command = option(command)
    return command


def _file_options(command: Callable[..., None]) -> Callable[..., None]:
    """The options of every command that makes one print."""
    for option in (
        click.option("--dpi", default=DEFAULT_DPI, show_default=True, help="Pixels per inch of a PNG."),
        click.option("--out", type=click.Path(path_type=Path), required=True, help="FILE.pdf, .png or .svg."),
    ):
        command = option(command)
    return _look_options(command)


def _poster_options(command: Callable[..., None]) -> Callable[..., None]:
    """The options of every command that makes posters."""
    for option in (
        click.option("--size", default="A4", show_default=True, help=f"{', '.join(SIZES)}."),
        click.option(
            "--retention-days",
            type=click.IntRange(1),
            default=28,
            show_default=True,
            help="Days until details are deleted.",
        ),
        click.option("--issued", type=_DAY, default=None, help="Issue date, YYYY-MM-DD [default: today]."),
    ):
        command = option(command)
    return command


@printables.command("poster")
@click.option("--url", required=True, help="What the code opens; upper case keeps it small.")
@click.option("--venue", required=True, help="The venue's name.")
@click.option("--entrance", default="", help="The entrance's name.")
@click.option("--address", default="", help="The venue's address.")
@click.option("--number", default="", help="The short number to type.")
@click.option("--host", default=None, help="The site's name for people to read [default: the URL's].")
@click.option("--serial", default="", help="The poster's serial.")
@click.option("--operator", default="", help="Who runs the check-in.")
@_poster_options
@_file_options
def poster_command(size: str, lang: str, font: Path | None, out: Path, dpi: int, **said: Any) -> None:
    """Print the poster of one venue entrance."""
    content = PosterContent(
        url=said["url"],
        short_number=said["number"],
        venue_name=said["venue"],
        entrance_name=said["entrance"],
        address=said["address"],
        host=_host(said["url"]) if said["host"] is None else said["host"],
        serial=said["serial"],
        issued_on=_day(said["issued"]),
        operator=said["operator"],
        retention_days=said["retention_days"],
    )
    _write(lambda face: poster(content, languages=_languages(lang), size=size, face=face), font, out, dpi)


@printables.command("posters")
@click.option(
    "--input", "table", type=click.Path(path_type=Path), required=True, help="A table of venues, CSV."
)
@click.option("--base-url", required=True, help="The site that the codes open, like https://park.example.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="FILE.pdf, a page for each row.")
@_poster_options
@_look_options
def posters_command(table: Path, out: Path, font: Path | None, **said: Any) -> None:
    """Print the posters of many entrances, one page for each row of a table.

    The first row names the columns, in English or Chinese: venue 场所, entrance 出入口, address 地址,
    operator 单位, code 场所码, short number 编号, serial 序号; only the venue is required. Codes and
    numbers that are left out are made and written beside the PDF as *.codes.csv: register them.
    Exit status 1: some rows were not printed; 2: nothing could be.
    """
    try:
        sheet = Sheet(_languages(said["lang"]), said["size"], face_at(font) if font else default_face())
        site = checked_base_url(said["base_url"])
        job = Job(site, sheet, _day(said["issued"]), said["retention_days"], _title(out))
        _check_posters(out, job)
        venues = _venues(table, site)
        outcome = _printed(venues, job, out)
    except CodePlaceError as refused:
        raise _NothingDone(f"{refused.sentence.en}\n{refused.sentence.zh}") from None
    for sentence in problems(venues.findings, outcome, click.format_filename(table, shorten=True)):
        click.echo(f"{sentence.en}\n{sentence.zh}", err=True)
    for sentence in results(outcome, click.format_filename(out, shorten=True)):
        click.echo(f"{sentence.en}\n{sentence.zh}")
    sys.exit(1 if venues.findings or outcome.refused else 0)


def _title(out: Path) -> str:
    """What the PDF calls itself; a file name may hold bytes that are no text."""
    return f"场所码 Venue codes: {out.stem}".encode("utf-8", "replace").decode("utf-8")


class _NothingDone(click.ClickException):
    """The sentence says why not even the first row could be printed."""

    exit_code = 2


def _check_posters(out: Path, job: Job) -> None:
    if _format(out) is not Format.PDF:
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


def _printed(venues: VenueTable, job: Job, out: Path) -> Outcome:
    """Print all rows; how far it is shows where somebody is looking."""
    watched = sys.stderr.isatty()
    with click.progressbar(length=len(venues.rows), file=sys.stderr, hidden=not watched) as bar:
        return print_posters(venues.rows, job, out, secrets.token_bytes, lambda: bar.update(1))


@printables.command("card")
@click.option("--code", required=True, help="The visitor code's text.")
@click.option("--name", default="", help="The visitor's name, masked as you like.")
@click.option("--class-zh", default="访客", show_default=True, help="The visitor's class in Chinese.")
@click.option("--class-en", default="Visitor", show_default=True, help="The same in English.")
@click.option("--valid-until", type=_DAY, required=True, help="Last day, YYYY-MM-DD.")
@click.option("--number", default="", help="The short number to type.")
@click.option("--issuer", default="", help="Who gave the card out.")
@_file_options
def card_command(lang: str, font: Path | None, out: Path, dpi: int, **said: Any) -> None:
    """Print the card of one visitor."""
    content = CardContent(
        code=said["code"],
        visitor_name=said["name"],
        class_zh=said["class_zh"],
        class_en=said["class_en"],
        valid_until=said["valid_until"].date(),
        short_number=said["number"],
        issuer=said["issuer"],
    )
    _write(lambda face: visitor_card(content, languages=_languages(lang), face=face), font, out, dpi)


def _day(issued: datetime | None) -> date:
    return issued.date() if issued else date.today()


def _languages(names: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in names.split(","))


def _host(url: str) -> str:
    """The host a person sees in the address bar, or nothing when the text is no URL."""
    try:
        return urlsplit(url).netloc.lower()
    except ValueError:
        return ""


def _write(draw: Callable[[Face], Drawing], font: Path | None, out: Path, dpi: int) -> None:
    """Draw, check and write the print; a refusal or a full disk is a sentence and exit status 1."""
    try:
        kind = _format(out)
        drawing = release(draw(face_at(font) if font else default_face()))
        out.write_bytes(rendered(drawing, kind, dpi))
    except CodePlaceError as refused:
        raise click.ClickException(f"{refused.sentence.en}\n{refused.sentence.zh}") from None
    except OSError as broken:
        raise click.ClickException(f"Cannot write {out}: {broken.strerror}.\n无法写入 {out}。") from None
    for finding in drawing.findings:
        click.echo(f"{finding.sentence.en}\n{finding.sentence.zh}", err=True)
    click.echo(f"{out}")


def _format(out: Path) -> Format:
    try:
        return Format(out.suffix.lower().removeprefix("."))
    except ValueError:
        raise InputError(
            "out",
            f"The file {out.name} must end in .pdf, .png or .svg.",
            f"文件 {out.name} 的扩展名应为 .pdf、.png 或 .svg。",
        ) from None


if __name__ == "__main__":
    printables(prog_name="python -m printables")
