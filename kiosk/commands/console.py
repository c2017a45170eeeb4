"""What the commands share: where a kiosk's data lie, and words for the operator in both languages."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import NoReturn

import click

from domain.errors import CodePlaceError, InputError
from domain.wording import Sentence

HOME = click.option(
    "--home",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("var/kiosk"),
    show_default=True,
    help="Where this kiosk keeps its identity and its entries. 终端数据目录。",
)
PORT = click.option(
    "--port", type=click.IntRange(1, 65_535), default=8100, show_default=True, help="本机页面端口。"
)


def say(line: str) -> None:
    """Print a line; a console that nobody reads any more does not stop a gate."""
    try:
        click.echo(line)
    except (OSError, ValueError):
        return


def warn(sentence: Sentence) -> None:
    """Print a sentence to the error stream, in both languages."""
    try:
        click.echo(f"{sentence.en} {sentence.zh}", err=True)
    except (OSError, ValueError):
        return


def leave(sentence: Sentence, status: int) -> NoReturn:
    """Say why, and end with this status."""
    warn(sentence)
    sys.exit(status)


def give_up(error: CodePlaceError) -> NoReturn:
    """End with what could not be done: status 2 for something that was typed wrong, else 1."""
    leave(error.sentence, 2 if isinstance(error, InputError) else 1)
