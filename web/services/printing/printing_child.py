"""A process of its own that draws the pages of one print job: what it takes of memory goes with it.

Run as `python -m web.services.printing.printing_child`. It knows no database and no key: each thing to draw
comes as a line of JSON, each is answered with one, and the last line says how many pages there are. Ends
without a word when its lines end too early: then the site is gone, and begins anew with another file.
"""

from __future__ import annotations

import base64
import gc
import json
import os
import re
import resource
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from zipfile import ZipFile, ZipInfo

from domain.errors import InputError
from printables.drawing import Drawing, Picture
from printables.kinds.kind import drawn
from printables.kinds.said import content_said
from printables.pdf import pdf, write_pdf
from printables.sheets import Layout, arranged, cut_sheet
from web.services.printing.printing_options import Options, kind_of

DATA_MOST: Final = 800_000_000
# Pages of the site come first.
_NICENESS: Final = 5
CARDS_PAPER: Final = "A4"
_FORBIDDEN: Final = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]+')
_Named = tuple[str, tuple[Drawing, ...]]


class OrphanedError(Exception):
    """The lines ended before the order did."""


def main() -> None:
    """Draw what the lines on stdin ask for."""
    resource.setrlimit(resource.RLIMIT_DATA, (DATA_MOST, DATA_MOST))
    os.nice(_NICENESS)
    try:
        order = json.loads(sys.stdin.buffer.readline())
        _answer({"pages": _made(order)})
    except OSError as broken:
        _answer({"errno": broken.errno})
    except OrphanedError:
        sys.exit(1)


def _made(order: dict[str, Any]) -> int:
    """Write the order's file and return its pages."""
    said, path = order["options"], Path(order["path"])
    options = Options(**{**said, "languages": tuple(said["languages"])}).fitted()
    pages = _drawn(options)
    # An earlier process may still have it open, and must not write into this one's.
    path.unlink(missing_ok=True)
    with path.open("xb") as file:
        if order["file"] == "zip":
            return _zipped(file, pages)
        sheets = _card_sheets(pages) if options.kind == "card" else _sheets(pages, options)
        return write_pdf(sheets, file, order["title"])


def _drawn(options: Options) -> Iterator[_Named]:
    """The pages of each thing that can be drawn; the site is told of every one."""
    kind, logo = kind_of(options.kind), None
    while (line := _next_line()) is not None:
        if "logo" in line:
            logo = _logo(line["logo"])
            continue
        try:
            pages = drawn(kind, content_said(kind, line["said"]), options.look(logo))
        except InputError as refused:
            _answer({"refused": [refused.sentence.en, refused.sentence.zh]})
            continue
        yield line["name"], pages
        _answer({})


def _next_line() -> dict[str, Any] | None:
    """What comes next, None at the end of the order."""
    line = sys.stdin.buffer.readline()
    if not line.endswith(b"\n"):
        raise OrphanedError
    told: dict[str, Any] = json.loads(line)
    return told or None


def _logo(told: dict[str, Any] | None) -> Picture | None:
    return Picture(told["width"], told["height"], base64.b64decode(told["pixels"])) if told else None


def _answer(told: dict[str, object]) -> None:
    sys.stdout.buffer.write(json.dumps(told).encode("ascii") + b"\n")
    sys.stdout.buffer.flush()


def _sheets(pages: Iterator[_Named], options: Options) -> Iterator[Drawing]:
    """The pages one by one, or as many on a sheet as the options say; a sample measures them."""
    kind = kind_of(options.kind)
    sample = drawn(kind, kind.sample, options.look())[0]
    layout = options.sheet(sample.width, sample.height)
    each = (page for _, drawings in pages for page in drawings)
    return arranged(each, layout) if layout else each


def _card_sheets(cards: Iterator[_Named]) -> Iterator[Drawing]:
    """For every ten cards the sheet of their fronts, then the mirrored sheet of their backs."""
    kind = kind_of("card")
    front = drawn(kind, kind.sample, Options("card").look())[0]
    layout = cut_sheet(CARDS_PAPER, front.width, front.height)
    waiting: list[tuple[Drawing, ...]] = []
    for _, sides in cards:
        waiting.append(sides)
        if len(waiting) == len(layout.places):
            yield from _both_sides(waiting, layout)
            waiting = []
    if waiting:
        yield from _both_sides(waiting, layout)


def _both_sides(cards: list[tuple[Drawing, ...]], layout: Layout) -> Iterator[Drawing]:
    yield from arranged((front for front, _ in cards), layout)
    yield from arranged((back for _, back in cards), layout, mirrored=True)


def _zipped(file: Any, pages: Iterator[_Named]) -> int:
    count = 0
    with ZipFile(file, "w") as archive:
        for count, (name, drawings) in enumerate(pages, 1):
            archive.writestr(ZipInfo(f"{count:04d} {_file_name(name)}.pdf"), pdf(drawings))
    return count


def _file_name(name: str) -> str:
    return _FORBIDDEN.sub("_", name)[:60].strip(" .") or "poster"


if __name__ == "__main__":
    main()
    # All of it goes now: to look through the modules for garbage first takes a quarter of this life.
    gc.freeze()
