"""`python -m bench reading`: our reader beside the libraries it stands on, in one run."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import click
import numpy as np

from bench.contestants import Contestant, contestants, versions
from bench.table import table
from kiosk.commands.read_inputs import Picture, Unreadable, pictures_under
from reader.opencv import use_one_thread
from reader.reading import Reading

_HOLDS_NONE: Final = "falsepositives"
"""Pictures in folders whose name begins so hold no code: whatever is read there is false."""


@dataclass
class Score:
    """What one reader did with all inputs; times in milliseconds, one for each input.

    `busy` is the processor's time, which other programs on the machine do not lengthen.
    """

    read: int = 0
    codes: int = 0
    wrong: int = 0
    false: int = 0
    times: list[float] = field(default_factory=list)
    busy: list[float] = field(default_factory=list)

    def figures(self) -> dict[str, Any]:
        """Return the figures as they go into the table and the last line."""
        p50, p99 = (round(float(np.percentile(self.times, share)), 2) for share in (50, 99))
        return {
            "read": self.read,
            "codes": self.codes,
            "wrong": self.wrong,
            "false": self.false,
            "p50_ms": p50,
            "p99_ms": p99,
            "cpu_p99_ms": round(float(np.percentile(self.busy, 99)), 2),
        }


@click.command("reading")
@click.option("--images", type=click.Path(path_type=Path), help="A folder of pictures or one picture.")
@click.option("--clip", type=click.Path(path_type=Path), help="A video, read frame by frame.")
@click.option("--every", default=1, type=click.IntRange(1), help="Take every n-th frame of the clip.")
def reading_command(images: Path | None, clip: Path | None, every: int) -> None:
    """Compare our reader with zxing-cpp, pyzbar and OpenCV. 与其他识读库对比。

    An input counts as read when one of its codes is exactly the text in the .txt (or the bytes in
    the .bin) beside it; where there is none, any code counts. wrong: inputs read, but never to
    that text. false: codes read in pictures that hold none. The last line is all figures as JSON.
    """
    given = images or clip
    if given is None or (images and clip):
        raise click.UsageError("Give either --images DIR or --clip FILE. 请指定 --images 或 --clip 之一。")
    if not given.exists():
        raise click.UsageError(f"{given} does not exist: check the path. 路径不存在，请检查。")
    use_one_thread()  # as in the kiosk
    readers = contestants(thorough=images is not None)
    scores, inputs, blanks = _compared(_inputs(given, every), readers)
    if not inputs:
        raise click.UsageError(f"{given} holds nothing that can be read. 其中没有可识读的图片或视频。")
    _report(given, scores, inputs, blanks)


def _inputs(given: Path, every: int) -> Iterator[Picture]:
    for found in pictures_under((given,)):
        if isinstance(found, Unreadable):
            click.echo(f"{found.path}: {found.why.en} {found.why.zh}", err=True)
        elif found.frame % every == 0:
            yield found


def _compared(inputs: Iterator[Picture], readers: dict[str, Contestant]) -> tuple[dict[str, Score], int, int]:
    """Give every input to every reader, each time beginning with another one."""
    scores = {name: Score() for name in readers}
    names = list(readers)
    count = blanks = 0
    for picture in inputs:
        count += 1
        blank = picture.path.parent.name.startswith(_HOLDS_NONE)
        blanks += blank
        expected = _expected(picture.path)
        names.append(names.pop(0))
        for name in names:
            began, worked = time.perf_counter(), time.process_time()
            readings = readers[name](picture.image)
            scores[name].busy.append((time.process_time() - worked) * 1000)
            scores[name].times.append((time.perf_counter() - began) * 1000)
            _judge(scores[name], readings, expected, blank=blank)
    return scores, count, blanks


def _expected(path: Path) -> str | bytes | None:
    """Return what the file beside a picture says it holds: text, bytes, or None without one."""
    text, raw = path.with_suffix(".txt"), path.with_suffix(".bin")
    if raw.exists():
        return raw.read_bytes()
    return text.read_bytes().decode("utf-8") if text.exists() else None


def _judge(score: Score, readings: tuple[Reading, ...], expected: str | bytes | None, *, blank: bool) -> None:
    if blank:
        score.false += len(readings)
        return
    score.codes += len(readings)
    found = {reading.raw if isinstance(expected, bytes) else reading.text for reading in readings}
    if readings and (expected is None or expected in found):
        score.read += 1
    elif readings:
        score.wrong += 1


def _report(given: Path, scores: dict[str, Score], inputs: int, blanks: int) -> None:
    figures = {name: score.figures() for name, score in scores.items()}
    click.echo(
        f"{given}: {inputs} inputs, {blanks} of them without a code 共 {inputs} 个输入，其中 {blanks} 个无码"
    )
    click.echo(table(figures))
    line = {
        "bench": "reading",
        "source": str(given),
        "inputs": inputs,
        "without_code": blanks,
        "readers": figures,
        "versions": versions(),
    }
    click.echo(json.dumps(line, ensure_ascii=False))
