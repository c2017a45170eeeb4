"""What there is to read under the paths a person gave: pictures and the frames of videos."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from domain.wording import Sentence
from kiosk.camera.capture import VIDEO_SUFFIXES, open_capture
from kiosk.camera.source import CameraError, Source, SourceKind
from reader import images

_NO_FILE: Final = Sentence(
    "There is no such file or folder: check the path.", "文件或文件夹不存在，请检查路径。"
)
_NO_PICTURES: Final = Sentence("The folder holds no picture and no video.", "文件夹中没有图片或视频。")
_NOT_LISTED: Final = Sentence(
    "The folder may not be listed: check its permissions.", "无法读取文件夹，请检查权限。"
)
_NO_VIDEO: Final = Sentence("The video is damaged or of an unknown kind.", "视频已损坏或格式无法识别。")


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture to read: grey or BGR pixels, and the frame of the video it is."""

    path: Path
    frame: int
    image: NDArray[np.uint8]
    moving: bool


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A path that could not be read, and why."""

    path: Path
    why: Sentence


def pictures_under(paths: tuple[Path, ...]) -> Iterator[Picture | Unreadable]:
    """Yield every picture and video frame, in the order given and, in a folder, of the names.

    What a folder holds besides is passed over; what is named itself and is neither, is told.
    """
    for path in paths:
        if path.is_dir():
            yield from _in_folder(path)
        elif not path.exists():
            yield Unreadable(path, _NO_FILE)
        else:
            yield from _in_file(path)


def _in_folder(folder: Path) -> Iterator[Picture | Unreadable]:
    empty = True
    for path in _walk(folder):
        empty = False
        yield from (path,) if isinstance(path, Unreadable) else _in_file(path)
    if empty:
        yield Unreadable(folder, _NO_PICTURES)


def _walk(folder: Path) -> Iterator[Path | Unreadable]:
    """Yield the pictures and videos under `folder`; links to folders are not followed."""
    unlisted: list[OSError] = []
    for where, folders, names in os.walk(folder, onerror=unlisted.append):
        folders.sort()
        for name in sorted(names):
            path = Path(where, name)
            if path.suffix.lower() in images.SUFFIXES | VIDEO_SUFFIXES:
                yield path
    for fault in unlisted:
        yield Unreadable(Path(fault.filename), _NOT_LISTED)


def _in_file(path: Path) -> Iterator[Picture | Unreadable]:
    if path.suffix.lower() in VIDEO_SUFFIXES:
        yield from _in_video(path)
        return
    try:
        image = images.load_gray(path)
    except images.ImageError as fault:
        yield Unreadable(path, Sentence(fault.en, fault.zh))
        return
    yield Picture(path, 0, image, moving=False)


def _in_video(path: Path) -> Iterator[Picture | Unreadable]:
    try:
        capture = open_capture(Source(SourceKind.FILE, str(path)))
    except CameraError:
        yield Unreadable(path, _NO_VIDEO)
        return
    frame = 0
    try:
        while (image := capture.read()) is not None:
            yield Picture(path, frame, image, moving=True)
            frame += 1
    finally:
        capture.close()
    if frame == 0:
        yield Unreadable(path, _NO_VIDEO)
