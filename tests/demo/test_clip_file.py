"""How a clip gets to the disk: whole or not at all, and readable from any frame."""

import resource
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from demo.clip import write_clip
from demo.picture import avi
from demo.picture.optics import Picture
from domain.errors import InputError, UnavailableError

SIZE = (160, 120)


def shades(count: int) -> Iterator[Picture]:
    """Frames of one grey each, 8 steps apart."""
    for number in range(count):
        yield np.full((SIZE[1], SIZE[0], 3), 8 * number, np.uint8)


def grain(count: int) -> Iterator[Picture]:
    """Frames that do not compress."""
    rng = np.random.default_rng(1)
    for _ in range(count):
        yield rng.integers(0, 256, (SIZE[1], SIZE[0], 3), np.uint8)


@pytest.mark.parametrize("fps", [10, 25, 30])
def test_opencv_reads_back_every_frame_at_the_rate_written(tmp_path: Path, fps: int) -> None:
    path = tmp_path / "shades.avi"
    assert write_clip(path, shades(20), fps, SIZE) == 20
    video = cv2.VideoCapture(str(path))
    assert video.get(cv2.CAP_PROP_FPS) == fps
    assert video.get(cv2.CAP_PROP_FRAME_COUNT) == 20
    seen = []
    while (got := video.read())[0]:
        assert got[1].shape == (SIZE[1], SIZE[0], 3)
        seen.append(round(float(got[1].mean()) / 8))
    assert seen == list(range(20))


def test_a_reader_can_go_to_any_frame(tmp_path: Path) -> None:
    path = tmp_path / "shades.avi"
    write_clip(path, shades(20), 30, SIZE)
    video = cv2.VideoCapture(str(path))
    for number in (13, 2, 19):
        video.set(cv2.CAP_PROP_POS_FRAMES, number)
        _, frame = video.read()
        assert round(float(frame.mean()) / 8) == number


def test_the_sizes_in_the_file_are_those_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "grain.avi"
    write_clip(path, grain(7), 30, SIZE)
    content = path.read_bytes()
    assert int.from_bytes(content[4:8], "little") == len(content) - 8
    movie = content.index(b"movi")
    index = movie + int.from_bytes(content[movie - 4 : movie], "little")
    assert content[index : index + 4] == b"idx1"
    for number in range(7):
        entry = content[index + 8 + 16 * number : index + 24 + 16 * number]
        at = movie + int.from_bytes(entry[8:12], "little")
        assert content[at : at + 4] == b"00dc"
        assert content[at + 8 : at + 10] == b"\xff\xd8"


def test_progress_is_told_after_each_frame_while_the_name_is_still_free(tmp_path: Path) -> None:
    path = tmp_path / "shades.avi"
    told = []
    write_clip(path, shades(5), 30, SIZE, progress=lambda done: told.append((done, path.exists())))
    assert told == [(1, False), (2, False), (3, False), (4, False), (5, False)]
    assert path.exists()


def test_a_clip_that_fails_half_way_leaves_no_file(tmp_path: Path) -> None:
    def breaking() -> Iterator[Picture]:
        yield from shades(3)
        raise RuntimeError("lens fell off")

    with pytest.raises(RuntimeError, match="lens fell off"):
        write_clip(tmp_path / "half.avi", breaking(), 30, SIZE)
    assert list(tmp_path.iterdir()) == []


def test_a_clip_that_fails_leaves_the_one_before_it(tmp_path: Path) -> None:
    path = tmp_path / "clip.avi"
    write_clip(path, shades(4), 30, SIZE)
    before = path.read_bytes()
    wrong = [*shades(2), np.zeros((4, 4, 3), np.uint8)]
    with pytest.raises(ValueError, match="frame 3 is"):
        write_clip(path, wrong, 30, SIZE)
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["clip.avi"]


def test_a_disk_that_takes_no_more_is_named_and_leaves_no_file(tmp_path: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, hard))
    try:
        with pytest.raises(UnavailableError, match=r"full\.avi cannot be written: File too large"):
            write_clip(tmp_path / "full.avi", grain(50), 30, SIZE)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnavailableError, match=r"missing/a\.avi cannot be written: No such file") as refused:
        write_clip(tmp_path / "missing" / "a.avi", shades(1), 30, SIZE)
    assert "无法写入" in refused.value.sentence.zh


def test_another_ending_than_avi_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"please rename clip\.mp4") as refused:
        write_clip(tmp_path / "clip.mp4", shades(1), 30, SIZE)
    assert refused.value.field == "path"


def test_a_clip_too_long_for_one_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(avi, "LARGEST_BYTES", 50_000)
    with pytest.raises(InputError, match="make it shorter"):
        write_clip(tmp_path / "long.avi", grain(50), 30, SIZE)
    assert list(tmp_path.iterdir()) == []
