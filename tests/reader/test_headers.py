"""The size that a picture says it has is found in its first bytes, or not at all; never by unpacking it."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from reader.headers import DeclaredSize, declared_size


def saved(size: tuple[int, int], kind: str, mode: str = "RGB", **options: Any) -> bytes:
    body = BytesIO()
    Image.new(mode, size, 1).save(body, kind, **options)
    return body.getvalue()


def exif() -> Image.Exif:
    made = Image.Exif()
    made[0x010E] = "a long description " * 500
    return made


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("PNG", {}),
        ("PNG", {"mode": "1"}),
        ("JPEG", {}),
        ("JPEG", {"progressive": True, "exif": exif(), "comment": b"\xff\xd9 not the end"}),
        ("WEBP", {}),
        ("WEBP", {"lossless": True}),
        ("WEBP", {"mode": "RGBA", "exif": exif()}),
        ("WEBP", {"lossless": True, "exif": exif()}),
    ],
)
@pytest.mark.parametrize("size", [(1, 1), (640, 480), (16_000, 3)])
def test_the_size_is_as_the_library_says(kind: str, options: dict[str, Any], size: tuple[int, int]) -> None:
    data = saved(size, kind, **options)
    assert declared_size(data) == DeclaredSize(kind, *size)
    assert declared_size(data[: max(len(data) - 10, 40)]) == DeclaredSize(kind, *size), "no end is needed"


@pytest.mark.parametrize("kind", ["GIF", "BMP", "TIFF"])
def test_other_kinds_have_none(kind: str) -> None:
    assert declared_size(saved((5, 5), kind)) is None


STARTS = (
    b"",
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
    b"\xff\xd8",
    b"\xff\xd8\xff\xe0\0\0",
    b"RIFF\0\0\0\0WEBPVP8X",
)


@settings(max_examples=200)
@given(st.binary(max_size=200), st.sampled_from(STARTS))
def test_any_bytes_have_a_size_or_none(data: bytes, start: bytes) -> None:
    found = declared_size(start + data)
    assert found is None or (found.width >= 0 and found.height >= 0)


def test_a_file_of_nothing_but_empty_segments_is_given_up() -> None:
    assert declared_size(b"\xff\xd8" + b"\xff\xe0\0\2" * 100_000) is None
