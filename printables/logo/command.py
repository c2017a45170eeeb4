"""The option by which commands take a logo."""

from __future__ import annotations

from pathlib import Path

import click

from domain.errors import InputError
from printables.drawing import Picture
from printables.logo.picture import MOST_BYTES, logo_of

logo_option = click.option(
    "--logo", type=click.Path(path_type=Path), help="A PNG, JPEG or SVG to stand beside the code."
)


def logo_at(path: object) -> Picture | None:
    """The logo in a file, None for no path; InputError as for `logo_of`, or when it cannot be read."""
    if not isinstance(path, Path):
        return None
    try:
        with path.open("rb") as file:
            return logo_of(file.read(MOST_BYTES + 1))
    except OSError as broken:
        raise InputError(
            "logo", f"The logo {path} cannot be read: {broken.strerror}.", f"无法读取标志图片 {path}。"
        ) from None
