"""Commands that print one poster or card: `python -m printables poster --url … --out FILE`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click

from domain.errors import CodePlaceError, InputError
from printables.cards import CardContent, visitor_card
from printables.drawing import Drawing
from printables.fonts import Face, default_face, face_at
from printables.formats import DEFAULT_DPI, Format, rendered
from printables.linter import release
from printables.posters import SIZES, PosterContent, poster

_DAY = click.DateTime(["%Y-%m-%d"])


@click.group()
def printables() -> None:
    """Print a venue poster or a visitor card."""


def _file_options(command: Callable[..., None]) -> Callable[..., None]:
    """The options that every print has."""
    for option in (
        click.option("--font", type=click.Path(path_type=Path), help="A Chinese TrueType font file."),
        click.option("--lang", default="zh,en", show_default=True, help="zh, en or both; the first leads."),
        click.option("--dpi", default=DEFAULT_DPI, show_default=True, help="Pixels per inch of a PNG."),
        click.option("--out", type=click.Path(path_type=Path), required=True, help="FILE.pdf, .png or .svg."),
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
@click.option("--issued", type=_DAY, default=None, help="Issue date, YYYY-MM-DD [default: today].")
@click.option("--operator", default="", help="Who runs the check-in.")
@click.option(
    "--retention-days",
    type=click.IntRange(1),
    default=28,
    show_default=True,
    help="Days until details are deleted.",
)
@click.option("--size", default="A4", show_default=True, help=f"{', '.join(SIZES)}.")
@_file_options
def poster_command(size: str, lang: str, font: Path | None, out: Path, dpi: int, **said: Any) -> None:
    """Print the poster of one venue entrance."""
    issued: datetime | None = said["issued"]
    content = PosterContent(
        url=said["url"],
        short_number=said["number"],
        venue_name=said["venue"],
        entrance_name=said["entrance"],
        address=said["address"],
        host=_host(said["url"]) if said["host"] is None else said["host"],
        serial=said["serial"],
        issued_on=issued.date() if issued else date.today(),
        operator=said["operator"],
        retention_days=said["retention_days"],
    )
    _write(lambda face: poster(content, languages=_languages(lang), size=size, face=face), font, out, dpi)


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
