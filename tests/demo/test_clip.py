"""What a generated clip shows: every code readable while it is held, and nothing before or after."""

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pytest

from demo.clip import FPS, SIZE, render, write_clip
from demo.scene import DIFFICULTIES, Appearance, Shown, Side, length_s, script
from domain.errors import InputError
from reader.reading import read_with

VISITS = (
    ("phone", "CP1:" + ("0QR$ %*+-./:AZ" * 13)[:174], "plain"),
    ("card", "CP1:" + ("9BCD EFGH:IJKL" * 13)[:174], "dim"),
    ("poster", "https://pay.example/abc", "tilted"),
    ("phone", "CP1:" + ("8MNO PQRS+TUVW" * 13)[:174], "moving"),
    ("card", "CP1:" + ("6IJK LMNO/PQRS" * 13)[:174], "glare"),
    ("phone", "CP1:" + ("5TUV WXYZ.ABCD" * 13)[:174], "blurred"),
    ("poster", "WIFI:S:Guest;T:WPA;P:secret;;", "tilted"),
)
GAP_S = 0.2
SMALL = (320, 180)


@dataclass(frozen=True)
class Played:
    """A clip as a kiosk gets it from its file: who was to be seen, and what was read in which frames."""

    appearances: tuple[Appearance, ...]
    read_in: dict[str, list[int]]
    frames: int
    fps: float
    size: tuple[int, int]

    def while_held(self, appearance: Appearance) -> tuple[int, int]:
        """How many frames the code was held in, and in how many of them it was read."""
        first, last = (round(at_s * FPS) for at_s in appearance.held_s)
        read = [number for number in self.read_in[appearance.text] if first <= number < last]
        return last - first, len(read)


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    path = tmp_path_factory.mktemp("clip") / "visitors.avi"
    appearances = script(VISITS, stays_s=3.2, gap_s=GAP_S)
    write_clip(path, render(appearances, length_s(appearances, GAP_S)))
    video = cv2.VideoCapture(str(path))
    fps = video.get(cv2.CAP_PROP_FPS)
    size = int(video.get(cv2.CAP_PROP_FRAME_WIDTH)), int(video.get(cv2.CAP_PROP_FRAME_HEIGHT))
    read_in = defaultdict(list)
    frames = 0
    while (got := video.read())[0]:
        gray = cv2.cvtColor(got[1], cv2.COLOR_BGR2GRAY)
        for reading in read_with(np.asarray(gray, np.uint8), "zxing"):
            read_in[reading.text].append(frames)
        frames += 1
    return Played(appearances, read_in, frames, fps, size)


def test_the_file_has_the_length_the_rate_and_the_size_asked_for(played: Played) -> None:
    assert played.frames == round(length_s(played.appearances, GAP_S) * FPS)
    assert played.fps == FPS
    assert played.size == SIZE


def test_every_code_ours_and_foreign_is_read_exactly_in_several_frames(played: Played) -> None:
    assert set(played.read_in) == {text for _, text, _ in VISITS}
    assert {text: len(frames) for text, frames in played.read_in.items() if len(frames) < 3} == {}


def test_nothing_is_read_while_nobody_is_there(played: Played) -> None:
    for appearance in played.appearances:
        frames = played.read_in[appearance.text]
        assert appearance.starts_s * FPS <= min(frames)
        assert max(frames) <= appearance.ends_s * FPS


def test_codes_are_not_read_from_far_away(played: Played) -> None:
    for appearance in played.appearances[:2]:
        half_way_in = (appearance.starts_s + appearance.held_s[0]) / 2
        assert min(played.read_in[appearance.text]) > half_way_in * FPS


def test_a_code_held_well_is_read_in_almost_every_frame(played: Played) -> None:
    held, read = played.while_held(played.appearances[0])
    assert read >= 0.9 * held


@pytest.mark.parametrize("difficulty", ["moving", "glare", "blurred"])
def test_a_code_held_badly_is_lost_in_many_frames(played: Played, difficulty: str) -> None:
    (appearance,) = (each for each in played.appearances if each.difficulty == DIFFICULTIES[difficulty])
    held, read = played.while_held(appearance)
    assert read <= 0.85 * held


def test_the_same_arguments_make_the_same_frames() -> None:
    visit = script([("phone", "CP1:SAME", "moving"), ("card", "CP1:SAME", "glare")])

    def frames(seed: int) -> list[np.ndarray]:
        return list(render(visit, 6.5, size=SMALL, fps=10, seed=seed))

    first, second, other = frames(1), frames(1), frames(2)
    assert len(first) == 65
    assert all(np.array_equal(one, two) for one, two in zip(first, second, strict=True))
    assert not any(np.array_equal(one, two) for one, two in zip(first, other, strict=True))


def test_the_lobby_is_empty_before_and_after_a_visit() -> None:
    (visit,) = script([("phone", "CP1:GONE", "plain")], first_s=1.0)
    empty = render((), 7.0, size=SMALL, fps=10)
    visited = render([visit], 7.0, size=SMALL, fps=10)
    differing = [
        number for number, pair in enumerate(zip(empty, visited, strict=True)) if not np.array_equal(*pair)
    ]
    assert differing
    assert visit.starts_s * 10 <= min(differing)
    assert max(differing) < visit.ends_s * 10


@pytest.mark.parametrize("side", list(Side))
def test_visitors_come_from_where_they_are_said_to(side: Side) -> None:
    visit = Appearance(Shown.PHONE, "CP1:SIDE", 0.0, side=side)
    frames = zip(render((), 1.0, size=SMALL, fps=10), render([visit], 1.0, size=SMALL, fps=10), strict=True)
    # The first frames with somebody in them; gain and noise change every pixel by less than 12.
    changed = [np.argwhere(np.abs(a.astype(int) - b.astype(int)).max(axis=2) > 12) for a, b in frames]
    across = float(np.mean(next(places[:, 1] for places in changed if len(places) > 20))) / SMALL[0]
    assert (across < 0.3) if side is not Side.RIGHT else (across > 0.7)


def test_a_text_that_no_code_can_hold_is_refused() -> None:
    with pytest.raises(InputError, match="too long for one code"):
        list(render([Appearance(Shown.CARD, "A" * 5000, 0.0)], 1.0, size=SMALL))


def test_the_clip_directory_holds_nothing_but_the_clip(tmp_path: Path) -> None:
    write_clip(tmp_path / "a.avi", render((), 0.2, size=SMALL), FPS, SMALL)
    assert [path.name for path in tmp_path.iterdir()] == ["a.avi"]
