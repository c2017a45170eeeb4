"""`python -m kiosk read`: the texts in pictures, folders and videos, one JSON line each."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TextIO

import click
import numpy as np

from domain.wording import Sentence
from kiosk.commands.read_inputs import Picture, Unreadable, pictures_under
from kiosk.decoder.decoder import Decoded, Decoder
from reader.reading import Effort, Reading

_PATIENCE: Final = 30.0  # for a 40-megapixel picture and every way of looking at it
_START_PATIENCE: Final = 60.0
_NO_READER: Final = Sentence(
    "The reading process does not start: run `make run` once to install what it needs.",
    "识读进程无法启动：请先运行一次 make run 安装所需组件。",
)
_READER_FAILED: Final = Sentence(
    "The readers failed on this picture and were started again.",
    "识读此图片时出错，识读进程已重新启动。",
)


@dataclass
class Tally:
    """What the summary line counts."""

    inputs: int = 0
    with_codes: int = 0
    codes: int = 0
    errors: int = 0
    times: list[float] = field(default_factory=list)

    def summary(self) -> dict[str, Any]:
        """Return the last line; the times are null when nothing was read."""
        return {
            "summary": {
                "inputs": self.inputs,
                "with_codes": self.with_codes,
                "codes": self.codes,
                "p50_ms": self._percentile(50),
                "p99_ms": self._percentile(99),
            }
        }

    def _percentile(self, share: int) -> float | None:
        return round(float(np.percentile(self.times, share)), 2) if self.times else None


@click.command("read")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", type=click.Path(path_type=Path))
@click.option(
    "--effort",
    type=click.Choice([effort.value for effort in Effort]),
    help="How hard to look: live as a kiosk does, thorough with every reader and view. "
    "Left out, pictures are read thoroughly and video frames live.",
)
def read_command(paths: tuple[Path, ...], effort: str | None) -> None:
    """Read the QR codes in pictures, folders of pictures and videos. 识读图片、文件夹和视频中的二维码。

    Prints one JSON line per picture or frame and a summary; needs no server. `ms` is the time the
    reading took. Exit status 1 tells that something could not be read.
    """
    tally = Tally()
    progress = _Progress(sys.stderr, sys.stdout)
    with Decoder(clock=time.monotonic, deadline=_PATIENCE) as decoder:
        for line in _lines(paths, Effort(effort) if effort else None, decoder, tally):
            _print(line)
            progress.show(tally)
    progress.clear()
    _print(tally.summary())
    sys.exit(1 if tally.errors else 0)


def _lines(
    paths: tuple[Path, ...], effort: Effort | None, decoder: Decoder, tally: Tally
) -> Iterator[dict[str, Any]]:
    for found in pictures_under(paths):
        tally.inputs += 1
        if isinstance(found, Unreadable):
            tally.errors += 1
            yield {"path": _shown(found.path), "error": _both(found.why)}
            continue
        chosen = effort or (Effort.LIVE if found.moving else Effort.THOROUGH)
        yield _line(found, _decoded(decoder, found, chosen), tally)


def _decoded(decoder: Decoder, picture: Picture, effort: Effort) -> Decoded:
    """Wait for the child to read one picture; it is replaced when the picture breaks it."""
    if not decoder.wait_ready(_START_PATIENCE):
        raise click.ClickException(_both(_NO_READER))
    number = decoder.submit(picture.image, effort=effort)
    assert number is not None
    while (decoded := decoder.wait(_PATIENCE)) is None or decoded.number != number:
        continue
    return decoded


def _line(picture: Picture, decoded: Decoded, tally: Tally) -> dict[str, Any]:
    place = {"path": _shown(picture.path), "frame": picture.frame}
    if decoded.fault:
        tally.errors += 1
        return {**place, "error": f"{_both(_READER_FAILED)} ({decoded.fault})"}
    tally.times.append(decoded.ms)
    tally.codes += len(decoded.readings)
    tally.with_codes += bool(decoded.readings)
    codes = [_code(reading) for reading in decoded.readings]
    return {**place, "ms": round(decoded.ms, 2), "codes": codes}


def _code(reading: Reading) -> dict[str, Any]:
    """Return one code; `hex` stands beside the text wherever the bytes are not UTF-8."""
    code: dict[str, Any] = {"text": reading.text}
    try:
        reading.raw.decode("utf-8")
    except UnicodeDecodeError:
        code["hex"] = reading.raw.hex()
    code["readers"] = list(reading.by)
    code["corners"] = [list(corner) for corner in reading.corners]
    return code


class _Progress:
    """One line on a terminal that says how far we are; nothing where the results scroll by."""

    def __init__(self, stream: TextIO, results: TextIO) -> None:
        self._stream = stream
        self._wanted = stream.isatty() and not results.isatty()

    def show(self, tally: Tally) -> None:
        """Draw the line anew."""
        if self._wanted:
            self._stream.write(
                f"\r{tally.inputs} read, {tally.with_codes} with codes "
                f"已识读 {tally.inputs},有码 {tally.with_codes}"
            )
            self._stream.flush()

    def clear(self) -> None:
        """Take the line away."""
        if self._wanted:
            self._stream.write("\r\x1b[K")
            self._stream.flush()


def _print(line: dict[str, Any]) -> None:
    """Write UTF-8 whatever the terminal's code page: JSON is UTF-8 (RFC 8259 §8.1)."""
    click.echo(json.dumps(line, ensure_ascii=False).encode("utf-8"))


def _both(sentence: Sentence) -> str:
    return f"{sentence.en} {sentence.zh}"


def _shown(path: Path) -> str:
    """Return the path as text, also when its bytes are not UTF-8."""
    return str(path).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
