"""`python -m bench posters`: how long a run of posters takes and how much memory, every one read back."""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from bench.table import table
from domain.errors import InputError
from domain.venue import poster_url, short_number
from printables.batch.printing import Sheet, released
from printables.drawing import Drawing
from printables.fonts import default_face
from printables.kinds.poster import PosterContent
from printables.pdf import write_pdf

_SITE = "https://checkin.spruce.example"


@click.command("posters")
@click.option("--count", default=256, show_default=True, type=click.IntRange(1), help="How many posters.")
@click.option("--size", default="A4", show_default=True, help="Their paper.")
@click.option("--out", type=click.Path(path_type=Path), help="Keep the PDF here.")
def posters_command(count: int, size: str, out: Path | None) -> None:
    """Print posters in Chinese and English into one PDF. 生成中英文海报并逐张回读。

    Each is laid out, checked by every rule of the linter, read back by both readers and written, as in
    `python -m printables posters`. seconds: from the first to the finished file, opening the font
    included. peak_mb: the most memory that this process ever held, this program's own included.
    """
    with ExitStack() as stack:
        kept = out or Path(stack.enter_context(TemporaryDirectory())) / "posters.pdf"
        wall, cpu = time.perf_counter(), time.process_time()
        try:
            with kept.open("wb") as file:
                printed = write_pdf(_posters(count, size), file)
        except InputError as refused:
            raise click.ClickException(f"{refused.sentence.en}\n{refused.sentence.zh}") from None
        except OSError as broken:
            raise click.ClickException(
                f"Cannot write {kept}: {broken.strerror}.\n无法写入 {kept}。"
            ) from None
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        figures = {"seconds": round(wall, 2), "cpu_seconds": round(cpu, 2), "peak_mb": round(_peak_mb(), 1)}
        click.echo(table({f"{printed} {size}": {**figures, "file_kb": kept.stat().st_size // 1000}}))
    line = {"posters": printed, "seconds": figures["seconds"], "peak_mb": figures["peak_mb"]}
    click.echo(json.dumps(line))


def _posters(count: int, size: str) -> Iterator[Drawing]:
    """The posters one by one; InputError for the first that does not pass."""
    sheet = Sheet(("zh", "en"), size, default_face())
    for answer in released(map(_content, range(count)), sheet):
        if isinstance(answer, InputError):
            raise answer
        yield answer


def _content(number: int) -> PosterContent:
    """A poster like those of a park with many buildings; the same in every run."""
    random = sha256(number.to_bytes(4, "big")).digest()
    building, gate = divmod(number, 4)
    names = (("东门", "East"), ("南门", "South"), ("西门", "West"), ("北门", "North"))
    chinese, english = names[gate]
    return PosterContent(
        url=poster_url(_SITE, random[:16]),
        short_number=short_number(random[16:24]),
        venue_name=f"云杉科技园 {building + 1} 号楼 · Spruce Science Park, Building {building + 1}",
        entrance_name=f"{chinese} {english} gate",
        address="上海市浦东新区银杉路 88 号 · 88 Yinshan Road, Pudong, Shanghai",
        host="checkin.spruce.example",
        serial=f"{number + 1:05d}",
        issued_on=date(2026, 3, 1),
        operator="云杉科技园物业管理处",
        retention_days=28,
    )


def _peak_mb() -> float:
    """The most memory this process held until now, in MB."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / 1e6 if sys.platform == "darwin" else most * 1024 / 1e6  # bytes there, KiB elsewhere
