"""The posters' command on a table, as a clerk starts it, and what lies there afterwards."""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable
from pathlib import Path

import pypdfium2
from click.testing import CliRunner, Result
from PIL import Image

from domain.venue import short_number
from printables.__main__ import printables

SITE = "https://park.example"
NUMBERS = tuple(short_number(random) for random in (b"12345678", b"87654321"))
CODES = ("CI5XYQNE6DLJHUZ2WVTM4GKA7Q", "AAAQEAYEAUDAOCAJBIFQYDIOB4")
READ_BACK = "HTTPS://PARK.EXAMPLE/V/"
Read = Callable[[Image.Image], dict[str, list[str | None]]]


def run(table: Path, *options: str, out: str = "posters.pdf") -> Result:
    where = ["--input", str(table), "--out", str(table.parent / out)]
    arguments = ["posters", *where, "--base-url", SITE, "--size", "A6", "--lang", "zh", *options]
    return CliRunner().invoke(printables, arguments)


def pages(path: Path) -> list[tuple[str, Image.Image]]:
    """The text and the picture at 150 dpi of every page."""
    document = pypdfium2.PdfDocument(path.read_bytes())
    found = [
        (page.get_textpage().get_text_range(), page.render(scale=150 / 72).to_pil()) for page in document
    ]
    document.close()
    return found


def rows_of(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def files_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def program(table: Path) -> list[str]:
    options = ["--input", str(table), "--base-url", SITE, "--size", "A6", "--lang", "en"]
    out = ["--out", str(table.parent / "posters.pdf")]
    return [sys.executable, "-W", "error", "-m", "printables", "posters", *options, *out]
