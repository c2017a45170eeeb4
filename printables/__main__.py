"""Commands that print posters and cards, one or a table of them: `python -m printables --help`."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click

from domain.errors import CodePlaceError
from printables.arranging import in_black
from printables.batch.command import posters_command
from printables.drawing import Drawing
from printables.fonts import Face, default_face, face_at
from printables.formats import DEFAULT_DPI, rendered
from printables.inspection.command import check_photo_command, lint_command
from printables.kinds.command import kinds_command, print_command, sample_command
from printables.kinds.kind import Direction, Ink
from printables.kinds.poster import PosterContent, poster
from printables.kinds.visitor_card import CardContent, visitor_card
from printables.linter import release
from printables.logo.command import logo_at
from printables.options import (
    DAY,
    Root,
    day_said,
    format_said,
    languages_said,
    look_options,
    poster_options,
)


@click.group()
@click.pass_context
def printables(context: click.Context) -> None:
    """Print posters, cards, labels and forms, and check prints. 打印海报、卡片、标签和表格，并检查打印件。"""
    context.obj = Root(date.today, secrets.token_bytes)


for _command in (
    posters_command,
    kinds_command,
    sample_command,
    print_command,
    lint_command,
    check_photo_command,
):
    printables.add_command(_command)


def _file_options(command: Callable[..., None]) -> Callable[..., None]:
    """The options of every command that makes one print."""
    for option in (
        click.option("--dpi", default=DEFAULT_DPI, show_default=True, help="Pixels per inch of a PNG."),
        click.option("--out", type=click.Path(path_type=Path), required=True, help="FILE.pdf, .png or .svg."),
    ):
        command = option(command)
    return look_options(command)


@printables.command("poster")
@click.option("--url", required=True, help="What the code opens; upper case keeps it small.")
@click.option("--venue", required=True, help="The venue's name.")
@click.option("--entrance", default="", help="The entrance's name.")
@click.option("--address", default="", help="The venue's address.")
@click.option("--number", default="", help="The short number to type.")
@click.option("--host", default=None, help="The site's name for people to read [default: the URL's].")
@click.option("--serial", default="", help="The poster's serial.")
@click.option("--operator", default="", help="Who runs the check-in.")
@poster_options
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
        issued_on=day_said(date.today, said["issued"]),
        operator=said["operator"],
        retention_days=said["retention_days"],
    )
    direction, ink = Direction(said["direction"]), Ink(said["ink"])

    def draw(face: Face) -> Drawing:
        drawing = poster(
            content,
            languages=languages_said(lang),
            size=size,
            direction=direction,
            logo=logo_at(said["logo"]),
            face=face,
        )
        return in_black(drawing) if ink is Ink.BLACK else drawing

    _write(draw, font, out, dpi)


@printables.command("card")
@click.option("--code", required=True, help="The visitor code's text.")
@click.option("--name", default="", help="The visitor's name, masked as you like.")
@click.option("--class-zh", default="访客", show_default=True, help="The visitor's class in Chinese.")
@click.option("--class-en", default="Visitor", show_default=True, help="The same in English.")
@click.option("--valid-until", type=DAY, required=True, help="Last day, YYYY-MM-DD.")
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
    _write(lambda face: visitor_card(content, languages=languages_said(lang), face=face), font, out, dpi)


def _host(url: str) -> str:
    """The host a person sees in the address bar, or nothing when the text is no URL."""
    try:
        return urlsplit(url).netloc.lower()
    except ValueError:
        return ""


def _write(draw: Callable[[Face], Drawing], font: Path | None, out: Path, dpi: int) -> None:
    """Draw, check and write the print; a refusal or a full disk is a sentence and exit status 1."""
    try:
        kind = format_said(out)
        drawing = release(draw(face_at(font) if font else default_face()))
        out.write_bytes(rendered(drawing, kind, dpi))
    except CodePlaceError as refused:
        raise click.ClickException(f"{refused.sentence.en}\n{refused.sentence.zh}") from None
    except OSError as broken:
        raise click.ClickException(f"Cannot write {out}: {broken.strerror}.\n无法写入 {out}。") from None
    for finding in drawing.findings:
        click.echo(f"{finding.sentence.en}\n{finding.sentence.zh}", err=True)
    click.echo(f"{out}")


if __name__ == "__main__":
    printables(prog_name="python -m printables")
