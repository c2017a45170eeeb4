from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pytest
from numpy.typing import NDArray

from kiosk.camera.capture import Capture
from kiosk.camera.feed import CameraFeed
from kiosk.camera.source import CameraError, Source, SourceKind
from kiosk.camera.watch import CameraState, CameraWatch

Image = NDArray[np.uint8]
STILL = np.full((72, 128, 3), 99, dtype=np.uint8)


class FakeClock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class FakeCapture:
    """A camera or file that follows a script: pictures, None for silence, or a fault to raise."""

    size = (128, 72)

    def __init__(
        self, script: Iterable[Image | Exception | None], fps: float = 30.0, finite: bool = False
    ) -> None:
        self.script = list(script)
        self.fps = fps
        self.finite = finite
        self.closed = False

    def read(self) -> Image | None:
        come = self.script.pop(0) if self.script else None
        if isinstance(come, Exception):
            raise come
        return come

    def skip(self) -> bool:
        return bool(self.script) and self.script.pop(0) is not None

    def close(self) -> None:
        self.closed = True


class FakeCameras:
    """The cameras of a machine by number, each opening once per script it was given."""

    def __init__(self, scripts: dict[int, list[FakeCapture]]) -> None:
        self.scripts = scripts
        self.asked: list[int | None] = []

    def __call__(self, source: Source) -> Capture:
        self.asked.append(source.index)
        captures = self.scripts.get(source.index or 0)
        if not captures:
            raise CameraError(f"Camera {source.name} does not open.", "无法打开摄像头。")
        return captures.pop(0)


def pictures(count: int) -> list[Image | Exception | None]:
    random = np.random.default_rng(count)
    return [random.integers(0, 255, (72, 128, 3), dtype=np.uint8) for _ in range(count)]


def feed_of(
    cameras: FakeCameras, clock: FakeClock, kind: SourceKind = SourceKind.DEVICE, loop: bool = False
) -> tuple[CameraFeed, CameraWatch]:
    source = Source(kind, "0", 0)
    watch = CameraWatch(clock(), live=source.live)
    return CameraFeed(source, clock, watch, loop=loop, opener=cameras), watch


def run(feed: CameraFeed, clock: FakeClock, steps: int, each: float = 0.0) -> list[float | None]:
    """Take steps, moving the clock by what each asks to wait and by `each` for the reading."""
    waits = []
    for _ in range(steps):
        clock.now += each
        step = feed.step()
        waits.append(step.wait)
        if step.wait is None:
            break
        clock.now += step.wait
    return waits


def test_a_lost_camera_is_opened_again_when_it_comes_back_under_its_number() -> None:
    clock = FakeClock()
    cameras = FakeCameras({0: [FakeCapture(pictures(3)), FakeCapture(pictures(3))]})
    feed, watch = feed_of(cameras, clock)
    run(feed, clock, 4)
    assert watch.judged(clock())[0] is CameraState.LOST
    assert feed.fault == "The source stopped giving pictures."
    run(feed, clock, 2)
    assert watch.judged(clock())[0] is CameraState.OK
    assert (feed.reopened, feed.opened_as) == (1, "0")


def test_a_camera_replugged_under_another_number_is_found_there() -> None:
    clock = FakeClock()
    cameras = FakeCameras({0: [FakeCapture(pictures(3))], 2: [FakeCapture(pictures(50))]})
    feed, watch = feed_of(cameras, clock)
    run(feed, clock, 4)
    lost_at = clock()
    run(feed, clock, 3)
    assert watch.judged(clock())[0] is CameraState.OK
    assert feed.opened_as == "2"
    assert clock() - lost_at <= 5.0


def test_a_camera_that_opens_but_stays_silent_does_not_hide_a_working_one() -> None:
    clock = FakeClock()
    mute = [FakeCapture([None]) for _ in range(20)]
    cameras = FakeCameras({0: mute, 1: [FakeCapture(pictures(50))]})
    feed, watch = feed_of(cameras, clock)
    run(feed, clock, 5)
    assert watch.judged(clock())[0] is CameraState.OK
    assert feed.opened_as == "1"


def test_attempts_to_open_wait_longer_and_longer_but_never_long() -> None:
    clock = FakeClock()
    feed, watch = feed_of(FakeCameras({}), clock)
    assert run(feed, clock, 6) == [0.5, 1.0, 2.0, 3.0, 3.0, 3.0]
    assert watch.judged(clock())[0] is CameraState.LOST
    assert "does not open" in feed.fault


def test_the_first_attempt_asks_for_the_camera_that_was_named_only() -> None:
    clock = FakeClock()
    cameras = FakeCameras({})
    feed, _ = feed_of(cameras, clock)
    run(feed, clock, 1)
    assert cameras.asked == [0]


def test_a_fault_of_the_driver_is_a_lost_camera_and_not_the_end() -> None:
    clock = FakeClock()
    broken = FakeCapture([*pictures(2), RuntimeError("ioctl failed")])
    cameras = FakeCameras({0: [broken, FakeCapture(pictures(5))]})
    feed, watch = feed_of(cameras, clock)
    run(feed, clock, 3)
    assert broken.closed
    assert "ioctl failed" in feed.fault
    run(feed, clock, 2)
    assert watch.judged(clock())[0] is CameraState.OK


def test_a_frozen_camera_is_opened_again_but_not_all_the_time() -> None:
    clock = FakeClock()
    cameras = FakeCameras({0: [FakeCapture([STILL] * 2000) for _ in range(9)]})
    feed, watch = feed_of(cameras, clock)
    run(feed, clock, 1500, each=1 / 30)
    assert watch.judged(clock())[0] is CameraState.FROZEN
    assert 3 <= feed.reopened <= 5


def test_a_file_plays_at_its_own_rate_and_ends() -> None:
    clock = FakeClock()
    film = FakeCapture(pictures(90), fps=30, finite=True)
    feed, watch = feed_of(FakeCameras({0: [film]}), clock, SourceKind.FILE)
    waits = run(feed, clock, 200)
    assert clock() - 100.0 == pytest.approx(3.0)
    assert waits[-1] is None
    assert watch.judged(clock())[0] is CameraState.ENDED


def test_a_slow_machine_passes_over_pictures_instead_of_stretching_the_film() -> None:
    clock = FakeClock()
    film = FakeCapture(pictures(90), fps=30, finite=True)
    feed, _ = feed_of(FakeCameras({0: [film]}), clock, SourceKind.FILE)
    steps = run(feed, clock, 200, each=0.1)
    assert clock() - 100.0 == pytest.approx(3.0, abs=0.3)
    assert feed.skipped + len(steps) - 1 == 90


def test_a_machine_that_slept_plays_on_instead_of_chasing() -> None:
    clock = FakeClock()
    film = FakeCapture(pictures(90), fps=30, finite=True)
    feed, _ = feed_of(FakeCameras({0: [film]}), clock, SourceKind.FILE)
    run(feed, clock, 10)
    clock.now += 3600
    run(feed, clock, 10)
    assert feed.skipped == 0


def test_a_looped_file_is_opened_anew_at_its_end_without_being_lost() -> None:
    clock = FakeClock()
    films = [FakeCapture(pictures(3), fps=30, finite=True) for _ in range(4)]
    cameras = FakeCameras({0: films})
    feed, watch = feed_of(cameras, clock, SourceKind.FILE, loop=True)
    for _ in range(14):
        run(feed, clock, 1)
        assert watch.judged(clock())[0] is CameraState.OK
    assert len(cameras.asked) == 4
    assert feed.reopened == 0


def test_a_looped_file_that_holds_nothing_is_lost_and_does_not_spin() -> None:
    clock = FakeClock()
    films = [FakeCapture([], finite=True) for _ in range(9)]
    feed, watch = feed_of(FakeCameras({0: films}), clock, SourceKind.FILE, loop=True)
    assert run(feed, clock, 4) == [0.5, 1.0, 2.0, 3.0]
    assert watch.judged(clock())[0] is CameraState.LOST
