"""Where pictures come from: a camera, a file, a folder or a stream, as a person names it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from domain.errors import UnavailableError
from domain.wording import Sentence

_STREAMS: Final = ("http://", "https://", "rtsp://")
_DEVICE: Final = "/dev/video"


class CameraError(UnavailableError):
    """A source that is not understood or gives no picture; carries the sentence to show."""

    def __init__(self, en: str, zh: str) -> None:
        super().__init__(Sentence(en, zh))


class SourceKind(StrEnum):
    """What a source is; cameras and streams are live, files and folders come to an end."""

    DEVICE = "device"
    STREAM = "stream"
    FILE = "file"
    FOLDER = "folder"


@dataclass(frozen=True, slots=True)
class Source:
    """One source of pictures: `name` as it was given, `index` the number of a camera."""

    kind: SourceKind
    name: str
    index: int | None = None

    @property
    def live(self) -> bool:
        """Whether pictures arrive at their own time, so that a still one means a fault."""
        return self.kind in (SourceKind.DEVICE, SourceKind.STREAM)


def parse_source(text: str) -> Source:
    """Return what `text` names: "0", "/dev/video0", a file, a folder, or an http or rtsp address.

    A camera or stream may be switched on later and is not looked for here. Raises CameraError for
    a file or folder that is not there and for a kind of address nobody here can open.
    """
    text = text.strip()
    index = text.removeprefix(_DEVICE)
    if index.isascii() and index.isdecimal() and len(index) <= 3:
        return Source(SourceKind.DEVICE, text, int(index))
    if text.lower().startswith(_STREAMS):
        return Source(SourceKind.STREAM, text)
    if "://" in text:
        raise CameraError(
            f"Addresses like {text} cannot be opened: use http, https or rtsp.",
            f"无法打开 {text}:请使用 http、https 或 rtsp 地址。",
        )
    return _on_disk(text)


def _on_disk(text: str) -> Source:
    path = Path(text)
    try:
        if text and path.is_dir():
            return Source(SourceKind.FOLDER, text)
        if text and path.is_file():
            return Source(SourceKind.FILE, text)
    except (OSError, ValueError):  # a name too long for a path, or with a zero byte in it
        pass
    shown = text[:80]
    raise CameraError(
        f'There is no camera, file or folder called "{shown}": give a camera number such as 0, '
        "a path that exists, or an http or rtsp address.",
        f"找不到摄像头、文件或文件夹“{shown}”：请填写摄像头编号(如 0)、存在的路径，或 http、rtsp 地址。",
    )
