from __future__ import annotations

import json

import numpy as np
from click.testing import CliRunner

from kiosk.__main__ import kiosk
from kiosk.camera.source import CameraError, Source
from kiosk.commands.cameras import FoundCamera, found_cameras


class Plugged:
    """A camera of a size; without one it opens and gives nothing, as a second node of a camera does."""

    finite = False
    fps = 30.0

    def __init__(self, size: tuple[int, int] | None) -> None:
        self.size = size or (0, 0)
        self.closed = False
        self._image = None if size is None else np.zeros((size[1], size[0], 3), np.uint8)

    def read(self) -> np.ndarray | None:
        return self._image

    def skip(self) -> bool:
        return False

    def close(self) -> None:
        self.closed = True


def test_cameras_are_listed_with_the_size_they_really_give_and_are_given_back() -> None:
    plugged = {0: Plugged((1280, 720)), 1: Plugged(None), 4: Plugged((640, 480))}

    def opener(source: Source) -> Plugged:
        assert source.index is not None
        if source.index not in plugged:
            raise CameraError("Not there.", "没有。")
        return plugged[source.index]

    found = list(found_cameras(opener, range(6)))
    assert found == [FoundCamera(0, 1280, 720, 30.0), FoundCamera(4, 640, 480, 30.0)]
    assert all(camera.closed for camera in plugged.values())


def test_the_command_lists_what_can_be_opened_here() -> None:
    listed = CliRunner().invoke(kiosk, ["cameras", "--json"])
    assert listed.exit_code == 0
    found = json.loads(listed.output)
    assert all(set(camera) == {"index", "width", "height", "fps"} for camera in found)
    said = CliRunner().invoke(kiosk, ["cameras"]).output
    if found:
        assert said.count("fps") == len(found)
    else:
        assert "No camera can be opened" in said
        assert "没有可以打开的摄像头" in said
