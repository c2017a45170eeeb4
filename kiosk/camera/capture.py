"""Opening a source and taking one picture after another from it, whatever kind it is."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Final, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from kiosk.camera.source import CameraError, Source, SourceKind
from reader import images
from reader.opencv import cv2

Image: TypeAlias = NDArray[np.uint8]
"""A BGR picture, height × width × 3."""

VIDEO_SUFFIXES: Final = frozenset(
    {".avi", ".m4v", ".mjpeg", ".mjpg", ".mkv", ".mov", ".mp4", ".mpeg", ".mpg", ".webm"}
)
_WANTED: Final = (1280, 720)
_WANTED_FPS: Final = 30.0
_FOLDER_FPS: Final = 2.0  # slow enough to watch, fast enough for a folder of hundreds
_TIMEOUT_MS: Final = 4000  # less than the 5 s after which a lost camera must be on the screen


class Capture(Protocol):
    """An opened source. One thread uses it; tests put a scripted one in its place."""

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels as the source reports them; (0, 0) when it does not say."""

    @property
    def fps(self) -> float:
        """Pictures a second as the source reports them."""

    @property
    def finite(self) -> bool:
        """Whether it comes to an end and is to be played at `fps`, as files are."""

    def read(self) -> Image | None:
        """Return the next picture, waiting for it; None at the end or when the source is lost."""

    def skip(self) -> bool:
        """Pass over one picture without decoding it; False at the end."""

    def close(self) -> None:
        """Give the source back; it may be called twice."""


def open_capture(source: Source) -> Capture:
    """Open `source` and return it ready to read; raises CameraError when it does not open."""
    match source.kind:
        case SourceKind.DEVICE:
            return _open_device(source)
        case SourceKind.STREAM:
            timeouts = [cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, _TIMEOUT_MS]
            timeouts += [cv2.CAP_PROP_READ_TIMEOUT_MSEC, _TIMEOUT_MS]
            return _opened(cv2.VideoCapture(source.name, cv2.CAP_FFMPEG, timeouts), source)
        case SourceKind.FOLDER:
            return FolderCapture(_pictures_in(source))
        case SourceKind.FILE:
            return _open_file(source)


class VideoCapture:
    """A camera, stream or video file, read through OpenCV."""

    def __init__(self, video: cv2.VideoCapture, source: Source) -> None:
        self._video = video
        self.size = (
            int(video.get(cv2.CAP_PROP_FRAME_WIDTH)),
            int(video.get(cv2.CAP_PROP_FRAME_HEIGHT)),
        )
        fps = video.get(cv2.CAP_PROP_FPS)
        self.fps = fps if math.isfinite(fps) and 0 < fps <= 1000 else _WANTED_FPS
        counted = video.get(cv2.CAP_PROP_FRAME_COUNT) > 0  # a file behind an address
        self.finite = counted or source.kind is SourceKind.FILE

    def read(self) -> Image | None:
        """Return the next picture; None at the end, or when the camera stopped answering."""
        try:
            ok, picture = self._video.read()
        except cv2.error:  # a damaged frame in mid-stream
            return None
        return np.asarray(picture, dtype=np.uint8) if ok and picture is not None else None

    def skip(self) -> bool:
        """Pass over one picture without decoding it; False at the end."""
        return bool(self._video.grab())

    def close(self) -> None:
        """Give the camera back."""
        self._video.release()


class FolderCapture:
    """Pictures of a folder in sorted order; those that cannot be read are passed over."""

    size = (0, 0)
    fps = _FOLDER_FPS
    finite = True

    def __init__(self, paths: tuple[Path, ...]) -> None:
        self._left = list(reversed(paths))

    def read(self) -> Image | None:
        """Return the next picture that can be read; None after the last."""
        while self._left:
            try:
                return images.load_bgr(self._left.pop())
            except images.ImageError:
                continue
        return None

    def skip(self) -> bool:
        """Pass over one picture; False after the last."""
        return bool(self._left and self._left.pop())

    def close(self) -> None:
        """Forget what is left."""
        self._left.clear()


def _open_file(source: Source) -> Capture:
    path = Path(source.name)
    if path.suffix.lower() in images.SUFFIXES:
        return FolderCapture((path,))
    if path.suffix.lower() in VIDEO_SUFFIXES:
        return _opened(cv2.VideoCapture(source.name, cv2.CAP_FFMPEG), source)
    raise _not_playable(source)  # FFmpeg would play a text file as a terminal's screen


def _open_device(source: Source) -> Capture:
    assert source.index is not None
    video = cv2.VideoCapture(source.index)
    # MJPG first: over USB 2 most cameras offer 1280×720 at 30 fps only compressed.
    video.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
    video.set(cv2.CAP_PROP_FRAME_WIDTH, _WANTED[0])
    video.set(cv2.CAP_PROP_FRAME_HEIGHT, _WANTED[1])
    video.set(cv2.CAP_PROP_FPS, _WANTED_FPS)
    video.set(cv2.CAP_PROP_BUFFERSIZE, 1)
    return _opened(video, source)


def _opened(video: cv2.VideoCapture, source: Source) -> VideoCapture:
    if video.isOpened():
        return VideoCapture(video, source)
    video.release()
    match source.kind:
        case SourceKind.DEVICE:
            raise CameraError(
                f"Camera {source.name} does not open: check its cable, and that no other program uses it.",
                f"无法打开摄像头 {source.name}：请检查连接线，并确认没有被其他程序占用。",
            )
        case SourceKind.STREAM:
            raise CameraError(
                f"The stream {source.name} does not answer: check the address and the network.",
                f"视频流 {source.name} 没有响应：请检查地址和网络。",
            )
        case _:
            raise _not_playable(source)


def _not_playable(source: Source) -> CameraError:
    return CameraError(
        f"{source.name} is not a video or picture that can be played.",
        f"{source.name} 不是可以播放的视频或图片。",
    )


def _pictures_in(source: Source) -> tuple[Path, ...]:
    folder = Path(source.name)
    paths = sorted(path for path in folder.iterdir() if path.suffix.lower() in images.SUFFIXES)
    if not paths:
        raise CameraError(f"The folder {source.name} holds no picture.", f"文件夹 {source.name} 中没有图片。")
    return tuple(paths)
