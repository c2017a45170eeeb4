"""`python -m bench reading`: our reader beside the libraries it stands on, in one run."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, TypeAlias

import click
import numpy as np
from numpy.typing import NDArray

from bench.table import table
from kiosk.reading_inputs import Picture, Unreadable, pictures_under
from reader.opencv import cv2
from reader.reading import PYZBAR, ZXING, Effort, Reading, read, read_with

Image: TypeAlias = NDArray[np.uint8]
Contestant: TypeAlias = Callable[[Image], tuple[Reading, ...]]

_HOLDS_NONE: Final = "falsepositives"
"""Pictures in folders whose name begins so hold no code: whatever is read there is false."""


@dataclass
class Score:
    """What one reader did with all inputs; times in milliseconds, one for each input."""

    read: int = 0
    codes: int = 0
    wrong: int = 0
    false: int = 0
    times: list[float] = field(default_factory=list)

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
        raise click.UsageError(f"{given} does not exist: check the path. 路径不存在,请检查。")
    contestants = _contestants(thorough=images is not None)
    scores, inputs, blanks = _compared(_inputs(given, every), contestants)
    if not inputs:
        raise click.UsageError(f"{given} holds nothing that can be read. 其中没有可识读的图片或视频。")
    _report(given, scores, inputs, blanks)


def _contestants(*, thorough: bool) -> dict[str, Contestant]:
    """Return the readers by the name they have in the table, ours first."""
    ours: dict[str, Contestant] = {"ours, live": partial(read, effort=Effort.LIVE)}
    if thorough:
        ours["ours, thorough"] = partial(read, effort=Effort.THOROUGH)
    return ours | {
        "zxing-cpp": partial(read_with, reader=ZXING),
        "pyzbar": partial(read_with, reader=PYZBAR),
        "OpenCV": _opencv(),
    }


def _opencv() -> Contestant:
    detector = cv2.QRCodeDetector()

    def read_with_opencv(image: Image) -> tuple[Reading, ...]:
        try:
            _, texts, places, _ = detector.detectAndDecodeMulti(image)
        except (cv2.error, UnicodeDecodeError):  # it raises on small pictures and on bytes
            return ()
        corners = [[(round(x), round(y)) for x, y in place] for place in places] if texts else []
        return tuple(
            Reading(text, text.encode(), (a, b, c, d), ("opencv",))
            for text, (a, b, c, d) in zip(texts, corners, strict=True)
            if text
        )

    return read_with_opencv


def _inputs(given: Path, every: int) -> Iterator[Picture]:
    for found in pictures_under((given,)):
        if isinstance(found, Unreadable):
            click.echo(f"{found.path}: {found.why.en} {found.why.zh}", err=True)
        elif found.frame % every == 0:
            yield found


def _compared(
    inputs: Iterator[Picture], contestants: dict[str, Contestant]
) -> tuple[dict[str, Score], int, int]:
    """Give every input to every reader, each time beginning with another one."""
    scores = {name: Score() for name in contestants}
    names = list(contestants)
    for read_it in contestants.values():  # first calls load tables and start threads
        read_it(np.full((64, 64), 255, dtype=np.uint8))
    count = blanks = 0
    for picture in inputs:
        count += 1
        blank = picture.path.parent.name.startswith(_HOLDS_NONE)
        blanks += blank
        expected = _expected(picture.path)
        names.append(names.pop(0))
        for name in names:
            began = time.perf_counter()
            readings = contestants[name](picture.image)
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
        f"{given}: {inputs} inputs, {blanks} of them without a code 共 {inputs} 个输入,其中 {blanks} 个无码"
    )
    click.echo(table(figures))
    packages = ("zxing-cpp", "pyzbar", "opencv-python-headless")
    line = {
        "bench": "reading",
        "source": str(given),
        "inputs": inputs,
        "without_code": blanks,
        "readers": figures,
        "versions": {package: version(package) for package in packages},
    }
    click.echo(json.dumps(line, ensure_ascii=False))
