"""`python -m kiosk cameras`: which cameras can be opened here, and what they give."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Final

import click

from domain.wording import Sentence

if TYPE_CHECKING:
    from kiosk.camera.capture import Capture
    from kiosk.camera.source import Source

MOST: Final = 10  # each camera has up to two numbers on Linux
_NONE: Final = Sentence(
    "No camera can be opened: plug one in, and close other programs that use it (a running kiosk, too).",
    "没有可以打开的摄像头：请接入摄像头，并关闭占用它的其他程序（包括正在运行的终端）。",
)


@dataclass(frozen=True, slots=True)
class FoundCamera:
    """A camera that gave a picture: its number, width and height of that picture, and its rate."""

    index: int
    width: int
    height: int
    fps: float


def found_cameras(opener: Callable[[Source], Capture], indexes: Iterable[int]) -> Iterator[FoundCamera]:
    """Those of the numbered cameras that open and give a picture; what fails is passed over."""
    from kiosk.camera.source import CameraError, Source, SourceKind

    for index in indexes:
        try:
            capture = opener(Source(SourceKind.DEVICE, str(index), index))
        except CameraError:
            continue
        try:
            image = capture.read()
        finally:
            capture.close()
        if image is not None:
            height, width = image.shape[:2]
            yield FoundCamera(index, width, height, round(capture.fps, 1))


@click.command("cameras")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list. 输出 JSON。")
def cameras_command(as_json: bool) -> None:
    """List the cameras that can be opened, for `run --source NUMBER`. 列出可用的摄像头。"""
    from kiosk.camera.capture import open_capture

    found = list(found_cameras(open_capture, range(MOST)))
    if as_json:
        click.echo(json.dumps([asdict(camera) for camera in found]))
        return
    if not found:
        click.echo(f"{_NONE.en} {_NONE.zh}")
    for camera in found:
        click.echo(f"{camera.index}  {camera.width}×{camera.height}  {camera.fps:g} fps")
