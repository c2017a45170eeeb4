"""A generated clip: what the camera of a kiosk sees while visitors walk up, hold a code to it and leave."""

import math
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import cv2
import numpy as np

from demo.picture.avi import write_avi
from demo.picture.backdrop import lobby
from demo.picture.motion import closeness
from demo.picture.optics import Picture
from demo.picture.sensor import Lens, Sensor
from demo.picture.visitors import Visitor
from demo.scene import Appearance
from domain.errors import InputError, UnavailableError
from domain.wording import Sentence

SIZE, FPS = (1280, 720), 30
_QUALITY = 82
"""JPEG quality: about what a webcam sends at this size."""


def render(
    appearances: Iterable[Appearance],
    length_s: float,
    *,
    size: tuple[int, int] = SIZE,
    fps: int = FPS,
    seed: int = 0,
) -> Iterator[Picture]:
    """Yield the frames of the clip as BGR (height, width, 3), the same ones for the same arguments.

    `length_s` is in seconds and `size` in pixels (width, height). Every frame is a new array.
    InputError if a text fits in no QR code.
    """
    lens = Lens(*size)
    empty = lobby(size, seed)
    sensor = Sensor(lens, np.random.default_rng((seed, 0)))
    waiting = sorted(enumerate(appearances, start=1), key=lambda each: each[1].starts_s)
    present: list[Visitor] = []
    for number in range(round(length_s * fps)):
        at_s = number / fps
        while waiting and waiting[0][1].starts_s <= at_s:
            index, appearance = waiting.pop(0)
            present.append(Visitor(appearance, lens, np.random.default_rng((seed, index))))
        present = [visitor for visitor in present if at_s < visitor.appearance.ends_s]
        frame = empty.picture.copy()
        for visitor in sorted(present, key=lambda each: each.distance(at_s), reverse=True):
            visitor.paint(frame, empty, at_s)
        yield sensor.exposed(frame, _gain([visitor.appearance for visitor in present], at_s))


def write_clip(
    path: Path,
    frames: Iterable[Picture],
    fps: int = FPS,
    size: tuple[int, int] = SIZE,
    progress: Callable[[int], None] | None = None,
) -> int:
    """Write BGR frames of `size` (width, height) as a film that OpenCV reads, and return how many there were.

    The file appears under its name (which must end in .avi) only when it is whole. `progress` is
    told after each frame how many are written. InputError for another ending or a clip too long for
    one file, ValueError for a frame of another size, UnavailableError if the disk refuses.
    """
    if path.suffix.lower() != ".avi":
        raise InputError(
            "path",
            f"A clip is written as .avi; please rename {path.name}.",
            f"短片只能写为 .avi，请修改文件名 {path.name}。",
        )
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as file:
            count = write_avi(file, _encoded(frames, size, progress), fps, size)
        part.replace(path)
    except OSError as error:
        raise _unwritten(path, error.strerror or str(error)) from error
    finally:
        part.unlink(missing_ok=True)
    return count


def _unwritten(path: Path, reason: str) -> UnavailableError:
    return UnavailableError(
        Sentence(f"The clip {path} cannot be written: {reason}.", f"无法写入短片 {path}：{reason}。")
    )


def _encoded(
    frames: Iterable[Picture], size: tuple[int, int], progress: Callable[[int], None] | None
) -> Iterator[bytes]:
    """Yield the frames as JPEG files."""
    for number, frame in enumerate(frames, start=1):
        if frame.shape != (size[1], size[0], 3):
            raise ValueError(f"frame {number} is {frame.shape}, not {(size[1], size[0], 3)}")
        _, picture = cv2.imencode(".jpg", frame, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
        yield picture.tobytes()
        if progress is not None:
            progress(number)


def _gain(present: Iterable[Appearance], at_s: float) -> float:
    """Return the exposure: daylight comes and goes, and the camera steps down for a bright screen."""
    daylight = 0.025 * math.sin(0.31 * at_s + 0.8) + 0.012 * math.sin(1.3 * at_s)
    near = max((closeness(appearance, at_s) for appearance in present), default=0.0)
    return 1.10 + daylight - 0.07 * near
