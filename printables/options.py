"""The options that several commands share, and how what was typed becomes values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import click

from domain.errors import InputError
from printables.formats import Format
from printables.kinds.kind import Direction, Ink
from printables.kinds.poster import SIZES
from printables.logo.command import logo_option

DAY = click.DateTime(["%Y-%m-%d"])


@dataclass(frozen=True, slots=True)
class Root:
    """What only the program's root has: today's date, and that many random bytes."""

    today: Callable[[], date]
    random: Callable[[int], bytes]


def look_options(command: Callable[..., None]) -> Callable[..., None]:
    """The options that every print has."""
    for option in (
        click.option("--font", type=click.Path(path_type=Path), help="A Chinese TrueType font file."),
        click.option("--lang", default="zh,en", show_default=True, help="zh, en or both; the first leads."),
    ):
        command = option(command)
    return command


def poster_options(command: Callable[..., None]) -> Callable[..., None]:
    """The options of every command that makes posters."""
    for option in (
        logo_option,
        click.option(
            "--ink",
            type=click.Choice([ink.value for ink in Ink]),
            default=Ink.COLOUR.value,
            help="In the printer.",
        ),
        click.option(
            "--direction",
            type=click.Choice([way.value for way in Direction]),
            default=Direction.PORTRAIT.value,
            help="How the paper is held.",
        ),
        click.option("--size", default="A4", show_default=True, help=f"{', '.join(SIZES)}."),
        click.option(
            "--retention-days",
            type=click.IntRange(1),
            default=28,
            show_default=True,
            help="Days until details are deleted.",
        ),
        click.option("--issued", type=DAY, default=None, help="Issue date, YYYY-MM-DD [default: today]."),
    ):
        command = option(command)
    return command


def day_said(today: Callable[[], date], said: datetime | None) -> date:
    """The day that was given, or today."""
    return said.date() if said else today()


def languages_said(names: str) -> tuple[str, ...]:
    """The names of languages between commas."""
    return tuple(name.strip() for name in names.split(","))


def format_said(out: Path) -> Format:
    """The format that a file's name asks for; InputError for any other ending."""
    try:
        return Format(out.suffix.lower().removeprefix("."))
    except ValueError:
        raise InputError(
            "out",
            f"The file {out.name} must end in .pdf, .png or .svg.",
            f"文件 {out.name} 的扩展名应为 .pdf、.png 或 .svg。",
        ) from None
