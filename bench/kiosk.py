"""`python -m bench kiosk`: the running kiosk's speed, from a frame to the decision on the screen."""

from __future__ import annotations

import json
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import click
import numpy as np

from bench.clocks import Clocks
from bench.contestants import LIVE, THOROUGH, Contestant, Image, contestants, versions
from bench.gate import Staged, running, staged
from bench.processor import seconds_used
from bench.table import table
from bench.watching import Screen
from demo.clip import FPS
from kiosk.camera.camera import Camera, open_source
from kiosk.camera.picture import LivePicture
from kiosk.decoder.decoder import Decoder
from reader.opencv import cv2, use_one_thread

_SIZES: Final = {"720": (1280, 720), "1080": (1920, 1080)}
_EVERY: Final = 12  # frames are many: the libraries read every twelfth
_LOOK_BACK: Final = 20
"""Frames before the first one read live in which a thorough reading may have seen the code already."""


@click.command("kiosk")
@click.option("--sizes", default="720,1080", show_default=True, help="Heights of the clip. 画面高度。")
@click.pass_obj
def kiosk_command(clocks: Clocks, sizes: str) -> None:
    """Start a whole kiosk on a generated clip and time it. 测量运行中的终端。

    loop: the camera, the decoder's process and the live picture alone, at the clip's own pace.
    whole: site and kiosk as users start them; latency is from the first frame of the clip in which a
    code can be read at all (by our thorough reading) to its answer on the screen. The last line is
    all figures as JSON.
    """
    unknown = [size for size in sizes.split(",") if size not in _SIZES]
    if unknown:
        raise click.UsageError(f"--sizes takes 720 and 1080, not {unknown[0]}. 仅支持 720 和 1080。")
    use_one_thread()
    figures = {size: _measured(_SIZES[size], clocks) for size in sizes.split(",")}
    for size, figure in figures.items():
        click.echo(f"\n{size}p: milliseconds a frame, one process 每帧毫秒")
        click.echo(table(figure["readers"]))
        click.echo(table({"the loop": figure["loop"]}))
        click.echo(table({"the whole kiosk": figure["whole"]}))
    click.echo(json.dumps({"bench": "kiosk", "sizes": figures, "versions": versions()}))


def _measured(size: tuple[int, int], clocks: Clocks) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        stage = staged(Path(folder), size, clocks.now)
        whole, answers = _whole(stage, clocks.seconds)
        readers = contestants(thorough=True)
        return {
            "loop": _loop(stage, clocks.seconds),
            "whole": whole | _latencies(stage, answers, readers),
            "readers": _readers(stage.clip, readers),
        }


def _whole(stage: Staged, seconds: Callable[[], float]) -> tuple[dict[str, Any], list[float]]:
    """Run site and kiosk over the clip; return the load and when (seconds of the clip) answers came."""
    home = str(stage.home / "kiosk")
    with running(stage) as address:
        screen = Screen(address, seconds)
        screen.open()
        while not screen.frames:
            time.sleep(0.01)
        began, used = seconds(), seconds_used(home)
        time.sleep(stage.length_s - 1.0)
        ended, used_then = seconds(), seconds_used(home)
    share = None
    if used is not None and used_then is not None:
        share = round(100 * (used_then - used) / (ended - began), 1)
    shown = sorted(at - screen.began for at in screen.answers.values())
    return {"answers": len(shown), "visits": len(stage.appearances), "cpu_percent": share}, shown


def _latencies(stage: Staged, answers: list[float], readers: dict[str, Contestant]) -> dict[str, Any]:
    """Return the milliseconds from a readable frame to the answer, over the visits that got one."""
    taken, live = [], []
    for appearance in stage.appearances:
        inside = [at for at in answers if appearance.starts_s <= at <= appearance.ends_s]
        first = _first_readable(stage.clip, appearance.starts_s, appearance.text, readers)
        if inside and first is not None:
            taken.append((min(inside) - first[0] / FPS) * 1000)
            live.append((min(inside) - first[1] / FPS) * 1000)
    return {
        **_percentiles("latency", taken, 95),
        **_percentiles("from_live", live, 95),
    }


def _first_readable(
    clip: Path, from_s: float, text: str, readers: dict[str, Contestant]
) -> tuple[int, int] | None:
    """Return the first frame in which the thorough reading finds `text`, and the first for the live one."""
    before: list[tuple[int, Image]] = []
    for number, frame in _frames(clip, round(from_s * FPS)):
        if any(reading.text == text for reading in readers[LIVE](frame)):
            for earlier, image in before:
                if any(reading.text == text for reading in readers[THOROUGH](image)):
                    return earlier, number
            return number, number
        before = [*before, (number, frame)][-_LOOK_BACK:]
    return None


def _loop(stage: Staged, seconds: Callable[[], float]) -> dict[str, Any]:
    """Play the clip through camera and decoder as the kiosk's loop does, with a viewer of the picture."""
    times: list[float] = []
    stopping = threading.Event()
    camera = open_source(str(stage.clip), clock=seconds)
    with Decoder(clock=seconds) as decoder:
        decoder.wait_ready(20)
        with camera:
            viewer = threading.Thread(target=_view, args=(camera, stopping, seconds), daemon=True)
            viewer.start()
            began = seconds()
            while seconds() - began < stage.length_s - 1:
                frame = camera.take(0.1)
                if frame is not None and decoder.submit(frame.image) is not None:
                    decoded = decoder.wait(1.0)
                    times += [decoded.ms] if decoded else []
            took = seconds() - began
            stopping.set()
            viewer.join()
    return {**_percentiles("frame", times, 99), "decoded_fps": round(len(times) / took, 1)}


def _view(camera: Camera, stopping: threading.Event, seconds: Callable[[], float]) -> None:
    for _ in LivePicture(lambda: camera.newest, seconds).parts(stopping):
        continue


def _readers(clip: Path, readers: dict[str, Contestant]) -> dict[str, dict[str, Any]]:
    """Return how many of the clip's frames each reader read, and its time a frame."""
    times: dict[str, list[float]] = {name: [] for name in readers}
    read = dict.fromkeys(readers, 0)
    for number, frame in _frames(clip, 0):
        for name, read_it in readers.items() if number % _EVERY == 0 else ():
            began = time.perf_counter()
            read[name] += bool(read_it(frame))
            times[name].append((time.perf_counter() - began) * 1000)
    return {name: {"read": read[name], **_percentiles("frame", times[name], 99)} for name in readers}


def _frames(clip: Path, first: int) -> Iterator[tuple[int, Image]]:
    capture = cv2.VideoCapture(str(clip))
    capture.set(cv2.CAP_PROP_POS_FRAMES, first)
    number = first
    while (took := capture.read())[0]:
        yield number, np.asarray(took[1], np.uint8)
        number += 1
    capture.release()


def _percentiles(name: str, values: list[float], high: int) -> dict[str, float | None]:
    if not values:
        return {f"{name}_p50_ms": None, f"{name}_p{high}_ms": None}
    p50, top = (round(float(np.percentile(values, share)), 1) for share in (50, high))
    return {f"{name}_p50_ms": p50, f"{name}_p{high}_ms": top}
