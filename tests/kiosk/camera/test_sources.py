from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from kiosk.camera.camera import Camera, CameraError, CameraState, Frame, open_source
from kiosk.camera.source import Source, SourceKind, parse_source
from reader.opencv import cv2

PATIENCE = 60.0


def noise(seed: int, height: int = 72, width: int = 128) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 255, (height, width, 3), dtype=np.uint8)


def film(path: Path, shade: int, frames: int = 15) -> Path:
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 30, (128, 72))
    for _ in range(frames):
        writer.write(np.full((72, 128, 3), shade, dtype=np.uint8))
    writer.release()
    return path


def take_until(camera: Camera, wanted: CameraState) -> list[Frame]:
    """Take pictures until the camera is in the wanted state."""
    frames: list[Frame] = []
    end = time.monotonic() + PATIENCE
    while camera.status().state is not wanted:
        assert time.monotonic() < end, camera.status()
        frame = camera.take(0.2)
        if frame is not None:
            frames.append(frame)
    return frames


@pytest.mark.parametrize(
    ("text", "kind", "index"),
    [
        ("0", SourceKind.DEVICE, 0),
        (" 12 ", SourceKind.DEVICE, 12),
        ("/dev/video3", SourceKind.DEVICE, 3),
        ("http://10.0.0.5/video", SourceKind.STREAM, None),
        ("HTTPS://camera.example/", SourceKind.STREAM, None),
        ("rtsp://user:secret@10.0.0.5:554/1", SourceKind.STREAM, None),
    ],
)
def test_cameras_and_streams_are_told_by_their_names(text: str, kind: SourceKind, index: int | None) -> None:
    assert parse_source(text) == Source(kind, text.strip(), index)


@pytest.mark.parametrize(
    "text", ["", "nothing-here", "-1", "１", "ftp://x/y", "file:///etc/passwd", "a\0b", "x" * 5000]
)
def test_a_source_that_means_nothing_gets_a_sentence_in_both_languages(text: str) -> None:
    with pytest.raises(CameraError) as caught:
        open_source(text, clock=time.monotonic)
    assert caught.value.sentence.en.endswith(".")
    assert caught.value.sentence.zh.endswith("。")


@pytest.mark.parametrize("name", ["notes.txt", "broken.mp4", "broken.png", "empty.avi"])
def test_a_file_that_cannot_be_played_is_refused_before_anything_starts(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"" if name.startswith("empty") else b"just some words\n" * 300)
    with pytest.raises(CameraError, match=name.replace(".", r"\.")):
        open_source(str(path), clock=time.monotonic)


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CameraError, match="no picture"):
        open_source(str(tmp_path), clock=time.monotonic)


def test_a_film_plays_to_its_end_and_every_picture_is_taken_or_counted(tmp_path: Path) -> None:
    path = film(tmp_path / "film.avi", 90, frames=30)
    with open_source(str(path), clock=time.monotonic) as camera:
        frames = take_until(camera, CameraState.ENDED)
        status = camera.status()
    assert frames[0].image.shape == (72, 128, 3)
    assert status.size == (128, 72)
    assert [frame.seq for frame in frames] == sorted({frame.seq for frame in frames})
    assert len(frames) + status.dropped == 30


def test_pictures_nobody_takes_are_dropped_and_the_newest_is_kept(tmp_path: Path) -> None:
    path = film(tmp_path / "film.avi", 90, frames=30)
    with open_source(str(path), clock=time.monotonic) as camera:
        while camera.status().state is not CameraState.ENDED:
            time.sleep(0.01)
        newest = camera.newest
        assert newest is not None
        assert camera.take() == newest
        assert camera.take() is None
        assert camera.status().dropped == 29


def test_a_looped_film_takes_up_the_file_that_replaced_it(tmp_path: Path) -> None:
    path = film(tmp_path / "clip.avi", 60)
    later = film(tmp_path / "later.avi", 200)
    with open_source(str(path), clock=time.monotonic, loop=True) as camera:
        assert camera.take(PATIENCE) is not None
        later.replace(path)
        end = time.monotonic() + PATIENCE
        while (newest := camera.newest) is None or newest.image.mean() < 150:
            assert time.monotonic() < end
            assert camera.status().state is not CameraState.ENDED
            time.sleep(0.01)


def test_a_looped_film_that_vanished_is_lost_and_plays_again_when_it_is_back(
    tmp_path: Path,
) -> None:
    path = film(tmp_path / "clip.avi", 60, frames=6)
    kept = Path(shutil.copy(path, tmp_path / "kept.avi"))
    with open_source(str(path), clock=time.monotonic, loop=True) as camera:
        take_until(camera, CameraState.OK)
        path.unlink()
        take_until(camera, CameraState.LOST)
        kept.replace(path)
        take_until(camera, CameraState.OK)
        assert camera.status().reopened == 1


def test_a_folder_shows_its_pictures_in_the_order_of_their_names(tmp_path: Path) -> None:
    for name, shade in (("b.png", 200), ("a.jpg", 100)):
        Image.new("L", (64, 48), shade).save(tmp_path / name)
    (tmp_path / "a.txt").write_text("not a picture")
    with open_source(str(tmp_path), clock=time.monotonic) as camera:
        frames = take_until(camera, CameraState.ENDED)
    assert [int(frame.image[0, 0, 0]) for frame in frames] == [100, 200]


def test_a_stopped_camera_leaves_no_thread(tmp_path: Path) -> None:
    path = film(tmp_path / "film.avi", 90)
    before = threading.active_count()
    with open_source(str(path), clock=time.monotonic, loop=True) as camera:
        assert camera.take(PATIENCE) is not None
    assert threading.active_count() == before


class Stream:
    """An HTTP MJPEG camera whose cable can be pulled."""

    def __init__(self) -> None:
        self.cut = threading.Event()
        jpegs = [cv2.imencode(".jpg", noise(seed))[1].tobytes() for seed in range(10)]
        cut = self.cut

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=frame")
                self.end_headers()
                number = 0
                while not cut.wait(1 / 50):
                    jpeg = jpegs[number % len(jpegs)]
                    number += 1
                    head = f"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: {len(jpeg)}"
                    try:
                        self.wfile.write(head.encode() + b"\r\n\r\n" + jpeg + b"\r\n")
                    except OSError:
                        return

            def log_message(self, format: str, *args: object) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True)
        self.thread.start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/live.mjpg"


@pytest.fixture
def stream() -> Iterator[Stream]:
    running = Stream()
    yield running
    running.cut.set()
    running.server.shutdown()
    running.server.server_close()
    running.thread.join()


def test_a_stream_that_is_cut_is_lost_and_comes_back_without_a_hand(stream: Stream) -> None:
    with open_source(stream.url, clock=time.monotonic) as camera:
        take_until(camera, CameraState.OK)
        assert camera.take(PATIENCE) is not None
        assert camera.status().size == (128, 72)
        stream.cut.set()
        take_until(camera, CameraState.LOST)
        stream.cut.clear()
        take_until(camera, CameraState.OK)
        assert camera.status().reopened >= 1


def test_a_camera_that_is_not_there_is_a_state_with_a_sentence_not_an_exception() -> None:
    with open_source("http://127.0.0.1:9/none", clock=time.monotonic) as camera:
        take_until(camera, CameraState.LOST)
        status = camera.status()
    assert status.sentence.zh
    assert "does not answer" in status.fault
