from __future__ import annotations

import resource
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from reader.images import ImageError, load_bgr, load_gray
from reader.reading import Effort, read


def blank_png(path: Path, width: int, height: int, depth: int = 1) -> None:
    """Write an all-black grey PNG: 30,000 × 30,000 of it are 110 KB, a decompression bomb."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, depth, 0, 0, 0, 0)
    packer = zlib.compressobj(1)
    row = bytes((width * depth + 7) // 8 + 1)
    body = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b""))


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp", ".bmp", ".gif", ".tiff", ".pgm"])
def test_pictures_of_every_known_kind_become_grey_pixels(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"picture{suffix}"
    Image.new("L", (30, 20), 128).save(path)
    pixels = load_gray(path)
    assert pixels.shape == (20, 30)
    assert pixels.dtype == np.uint8
    assert abs(int(pixels.mean()) - 128) <= 2
    assert load_bgr(path).shape == (20, 30, 3)


def test_colour_comes_blue_first(tmp_path: Path) -> None:
    Image.new("RGB", (4, 4), (255, 0, 0)).save(tmp_path / "red.png")
    assert load_bgr(tmp_path / "red.png")[0, 0].tolist() == [0, 0, 255]


def test_transparent_parts_are_white_as_on_paper(tmp_path: Path) -> None:
    Image.new("RGBA", (4, 4), (0, 0, 0, 0)).save(tmp_path / "clear.png")
    assert load_gray(tmp_path / "clear.png").min() == 255


def test_sixteen_bit_levels_are_spread_instead_of_cut_off(tmp_path: Path) -> None:
    levels = np.array([[0, 30000], [60000, 60000]], dtype=np.uint16)
    Image.fromarray(levels).save(tmp_path / "deep.png")
    assert load_gray(tmp_path / "deep.png").tolist() == [[0, 127], [255, 255]]


def test_a_photograph_is_turned_upright(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by 90 degrees
    Image.new("L", (30, 20)).save(tmp_path / "turned.jpg", exif=exif)
    assert load_gray(tmp_path / "turned.jpg").shape == (30, 20)


@pytest.mark.parametrize(("size", "depth"), [((30_000, 30_000), 1), ((20_000, 20_000), 8)])
def test_a_bomb_is_refused_by_the_size_in_its_header(
    tmp_path: Path, size: tuple[int, int], depth: int
) -> None:
    path = tmp_path / "bomb.png"
    blank_png(path, *size, depth)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(ImageError, match="million pixels"):
        load_gray(path)
    grown_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown_kb < 100_000


def test_a_picture_a_million_pixels_wide_and_one_high_holds_nothing(tmp_path: Path) -> None:
    blank_png(tmp_path / "line.png", 1_000_000, 1, 8)
    assert read(load_gray(tmp_path / "line.png"), effort=Effort.THOROUGH) == ()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("picture.png", b"GIF89a but not really"),
        ("picture.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("picture.png", b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"),
        ("picture.eps", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n"),
        ("empty.jpg", b""),
    ],
)
def test_what_is_no_picture_gets_a_sentence_in_both_languages(
    tmp_path: Path, name: str, content: bytes
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(ImageError) as caught:
        load_gray(path)
    assert caught.value.en.endswith(".")
    assert caught.value.zh.endswith("。")


def test_a_photograph_cut_short_is_named_damaged(tmp_path: Path) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (200, 200), dtype=np.uint8)
    path = tmp_path / "cut.jpg"
    Image.fromarray(noise).save(path)
    path.write_bytes(path.read_bytes()[:5000])
    with pytest.raises(ImageError, match="damaged or cut short"):
        load_gray(path)


def test_a_missing_file_and_a_folder_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match="no such file"):
        load_gray(tmp_path / "missing.png")
    with pytest.raises(ImageError, match="folder"):
        load_gray(tmp_path)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    kind=st.sampled_from(["PNG", "JPEG", "WEBP", "BMP", "GIF", "TIFF", "PPM"]),
    changes=st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), min_size=1, max_size=12),
)
def test_a_damaged_file_is_a_picture_or_one_sentence_never_another_exception(
    tmp_path: Path, kind: str, changes: list[tuple[int, int]]
) -> None:
    path = tmp_path / "damaged"
    Image.effect_mandelbrot((40, 30), (-2, -1, 1, 1), 20).save(path, kind)
    content = bytearray(path.read_bytes())
    for place, value in changes:
        content[place % len(content)] = value
    path.write_bytes(content)
    outcome: object
    try:
        outcome = load_gray(path).dtype
    except ImageError as fault:
        outcome = bool(fault.en and fault.zh)
    assert outcome in (np.uint8, True)


def test_opencv_refuses_a_bomb_because_its_limit_is_set_before_it_loads(tmp_path: Path) -> None:
    blank_png(tmp_path / "bomb.png", 30_000, 30_000)
    script = (
        "import re, sys, numpy as np\n"
        "from reader.opencv import cv2\n"
        "try:\n"
        "    image = cv2.imdecode(np.fromfile(sys.argv[1], np.uint8), cv2.IMREAD_GRAYSCALE)\n"
        "except cv2.error:\n"
        "    image = None\n"
        # Not getrusage: its peak begins with that of the process that started this one.
        "told = open('/proc/self/status').read()\n"
        "peak = int(re.search(r'VmHWM:\\s+(\\d+)', told)[1]) // 1000\n"
        "print('refused' if image is None and peak < 300 else f'{peak} MB')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "bomb.png")],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "refused"
